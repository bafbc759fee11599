import { comparableFor, isTarget } from './comparable-as.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'
import { withoutFolds } from './folds.ts'
import { rankedBy } from './headline.ts'
import { timeOf } from './progress-of.ts'

/** Runs of a session that may be ranked against each other by a metric, with the project's other runs that may stand among them. */
export interface ComparableSet {
  /** What they share and others of the session do not; empty where the session holds one set only. */
  readonly label: string
  readonly own: readonly EvidenceRun[]
  readonly runs: readonly EvidenceRun[]
  /** Whether it ended before the newest set of its target began: data or a protocol left behind. */
  readonly isClosed: boolean
  readonly isProject: boolean
}

/**
 * The sets of runs that may be ranked against each other and that the session added a finished run with the metric to: those
 * still open first, then the largest of the session, then the newest.
 */
export function comparableSets(evidence: EvidenceWithoutFindings, metric: string): readonly ComparableSet[] {
  const keyOf = (one: EvidenceRun): string => comparableFor(one, metric)
  const earlier = Map.groupBy(evidence.earlier, keyOf)
  const whole = new Set(withoutFolds([...evidence.runs, ...evidence.earlier]))
  const rankedOf = (runs: readonly EvidenceRun[]): readonly EvidenceRun[] =>
    rankedBy(metric, runs, evidence.metrics).filter((one) => whole.has(one))
  const sets = [...Map.groupBy(evidence.runs, keyOf)].flatMap(([label, own]) => {
    const ranked = rankedOf(own)
    const [one] = ranked
    if (one === undefined) return []
    const runs = [...own, ...(earlier.get(label) ?? [])]
    const times = rankedOf(runs).flatMap((run) => timeOf(run) ?? [])
    return [
      {
        label,
        own,
        runs,
        target: targetOf(one),
        size: ranked.length,
        from: times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY),
        until: ranked.reduce((last, run) => Math.max(last, timeOf(run) ?? 0), 0),
      },
    ]
  })
  const newest = new Map<string, { readonly from: number; readonly until: number }>()
  for (const set of sets)
    if (set.until > (newest.get(set.target)?.until ?? Number.NEGATIVE_INFINITY)) newest.set(set.target, set)
  return sets
    .map((set) => ({ ...set, isClosed: set.until < (newest.get(set.target)?.from ?? 0) }))
    .sort((a, b) => Number(a.isClosed) - Number(b.isClosed) || b.size - a.size || b.until - a.until)
    .map(({ label, own, runs, isClosed }) => ({
      label: sets.length > 1 ? label : '',
      own,
      runs,
      isClosed,
      isProject: earlier.has(label),
    }))
}

/** What is predicted, by the parameters that say it: another target is another task and leaves none behind. */
export function targetOf({ run }: EvidenceRun): string {
  return JSON.stringify([...run.params].filter(([name]) => isTarget(name)).sort())
}
