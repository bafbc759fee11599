import type { Evidence } from '../evidence/evidence.ts'
import { gatherEvidence } from '../evidence/gather-evidence.ts'
import type { Gap } from '../gap.ts'
import { maskSecrets, secretValues } from '../masking.ts'
import type { SessionNote, Span } from '../notes/note.ts'
import type { CollectedRuns } from '../runs/collect-runs.ts'
import type { Settings } from '../settings.ts'
import type { World } from '../world.ts'
import { dayRule, type Project } from './find-project.ts'

/** The evidence of one entry out of what was read, with secrets masked. */
export function gatherDay(
  read: {
    readonly span: Span
    readonly collected: CollectedRuns
    readonly notes: readonly SessionNote[]
    readonly expectations: readonly SessionNote[]
    readonly gaps: readonly Gap[]
  },
  project: Project,
  world: World,
): Evidence {
  const { settings } = project
  const mask = maskOf(settings, world)
  const { collected } = read
  return gatherEvidence({
    project: { name: project.name, goal: settings.goal ?? null },
    span: { ...read.span, timeZone: dayRule(project, world).timeZone },
    runs: collected.runs.map((run) => ({
      run,
      points: collected.points.get(run.key) ?? new Map(),
      curves: collected.curves.get(run.key) ?? new Map(),
      logTail: collected.logTails.get(run.key) ?? null,
    })),
    earlier: collected.earlier,
    laterChildren: collected.laterChildren,
    otherRuns: { ...collected.others, users: collected.others.users.map(mask) },
    experiments: collected.experiments,
    notes: read.notes,
    expectations: read.expectations,
    gaps: read.gaps,
    isPast: read.span.until <= world.now(),
    metrics: settings.metrics,
    rules: settings,
    mask,
  })
}

/** What replaces secrets in every text of this project: known forms, those of narrate.yaml, and the environment's own. */
export function maskOf(settings: Settings, world: World): (text: string) => string {
  const secrets = secretValues(world.env)
  return (text) => maskSecrets(text, settings.mask, secrets).text
}
