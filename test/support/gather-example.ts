import { cp, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { withSoundFindings } from '../../src/claims/sound-findings.ts'
import { findProject } from '../../src/cli/find-project.ts'
import { gatherDay } from '../../src/cli/gather-day.ts'
import { gatherProject } from '../../src/cli/gather-project.ts'
import { openLogSession } from '../../src/cli/log-session.ts'
import { openSources } from '../../src/cli/open-sources.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { readDay } from '../../src/cli/read-day.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { makeWorld } from './make-world.ts'

const EXAMPLE = path.resolve(import.meta.dirname, '../../examples/forty-seven-runs')
const NOW = Date.parse('2026-03-11T18:00:00Z')

/** The days on which the example's runs were made. */
export const EXAMPLE_DAYS = [
  '2026-03-02',
  '2026-03-03',
  '2026-03-04',
  '2026-03-05',
  '2026-03-06',
  '2026-03-09',
  '2026-03-10',
] as const

/** The example's evidence: each day's as `narrate log` gathers it, and that of all its runs as `narrate runs findings` does. */
export async function gatherExample(): Promise<{
  readonly days: ReadonlyMap<string, Evidence>
  readonly whole: Evidence
}> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'narrate-example-')))
  try {
    for (const name of ['narrate.yaml', 'notes', 'mlflow.db', 'mlruns'])
      await cp(path.join(EXAMPLE, name), path.join(folder, name), { recursive: true })
    const { world } = makeWorld({ cwd: folder, now: NOW, env: { LOGNAME: 'ines' } })
    const days = new Map<string, Evidence>()
    for (const day of EXAMPLE_DAYS) {
      const session = await openLogSession({
        world,
        parts: PARTS,
        options: {
          project: folder,
          since: day,
          until: day,
          yes: true,
          dryRun: true,
          model: false,
          quiet: true,
        },
      })
      const reading = await readDay(session, [])
      if (reading.kind === 'nothing') throw new Error(`the example holds no runs on ${day}`)
      days.set(day, withSoundFindings(gatherDay(reading, session.project, world)))
    }
    const project = await findProject(world, folder)
    const opened = await openSources(project, await PARTS.sourceKinds(), world)
    try {
      const { evidence } = await gatherProject(
        { project, sources: opened.sources, query: { order: 'oldest' }, withHistory: true },
        world,
      )
      return { days, whole: withSoundFindings(evidence) }
    } finally {
      await opened.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
