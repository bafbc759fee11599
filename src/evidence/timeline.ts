import type { EvidenceRun } from './evidence.ts'
import { nameStem } from './name-stem.ts'
import { isTelling, whatVaried } from './what-varied.ts'

const MOST_LEVELS = 12

/** Runs of one kind that were started one after the other. */
export interface Block {
  /** The experiment, the model or method, or the name that the runs share; null where they share none. */
  readonly label: string | null
  readonly runs: readonly EvidenceRun[]
  /** When the first started and the last ended (or started), ms since 1970; null where no run tells. */
  readonly from: number | null
  readonly until: number | null
}

/**
 * In what order work went on: blocks of runs of one experiment; in a single experiment of one model, method or feature
 * set, else of one name without its numbers. A function of any runs: those of a session or of a whole project.
 */
export function timelineOf(runs: readonly EvidenceRun[]): readonly Block[] {
  const ordered = [...runs].sort(
    (a, b) => (a.run.startedAt ?? Number.POSITIVE_INFINITY) - (b.run.startedAt ?? Number.POSITIVE_INFINITY),
  )
  const label = labelling(ordered)
  const blocks: { label: string | null; runs: EvidenceRun[] }[] = []
  for (const one of ordered) {
    const last = blocks.at(-1)
    const own = label(one)
    if (last !== undefined && last.label === own) last.runs.push(one)
    else blocks.push({ label: own, runs: [one] })
  }
  return blocks.map((block) => ({
    ...block,
    from: block.runs[0]?.run.startedAt ?? null,
    until: block.runs.reduce<number | null>((latest, { run }) => {
      const at = run.endedAt ?? run.startedAt
      return at === null ? latest : Math.max(latest ?? at, at)
    }, null),
  }))
}

function labelling(runs: readonly EvidenceRun[]): (one: EvidenceRun) => string | null {
  if (new Set(runs.map(({ run }) => run.experiment.id)).size > 1) return ({ run }) => run.experiment.name
  const telling = whatVaried(runs).factors.find(
    ({ param, levels }) => isTelling(param) && levels.length <= MOST_LEVELS && levels.length < runs.length,
  )
  if (telling !== undefined) return ({ run }) => run.params.get(telling.param) ?? null
  return ({ run }) => nameStem(run) || null
}
