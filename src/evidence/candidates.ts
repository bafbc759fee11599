import type { Run } from '../runs/run.ts'
import type { EvidenceRun, MetricRules } from './evidence.ts'
import { withoutFolds } from './folds.ts'
import { headlineValue, rankedBy } from './headline.ts'
import { isResource } from './is-resource.ts'
import { outcomeOf } from './outcome-of.ts'
import { seedOf } from './seed-of.ts'
import { triedIn } from './setting-of.ts'

/** One setting that was compared: its runs fold into one candidate, however many seeds it had. */
export interface Candidate {
  /** Best first. */
  readonly runs: readonly [EvidenceRun, ...EvidenceRun[]]
  /** The mean of the metric over its seeds. */
  readonly mean: number
  /** The values that are draws of their own: one for each seed, or for each run where no seed is logged. */
  readonly values: readonly number[]
}

/**
 * The candidates among runs that may be ranked by a metric, best first; none where its direction is not known. Runs that
 * did not finish or log nothing of what was tried are no candidates, nor are folds of a cross-validation.
 */
export function candidatesAmong(
  runs: readonly EvidenceRun[],
  metric: string,
  rules: MetricRules,
): readonly Candidate[] {
  const direction = rules.direction(metric)
  if (direction === null) return []
  const ranked = rankedBy(
    metric,
    withoutFolds(runs).filter(({ run }) => triedIn(run) !== null),
    rules,
  )
  const sign = direction === 'lower' ? 1 : -1
  return foldCopies([...Map.groupBy(ranked, ({ run }) => triedIn(run)).values()])
    .flatMap((members) => {
      const [first, ...others] = members
      if (first === undefined) return []
      const values = drawsOf(members, metric, rules)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return [{ runs: [first, ...others] as const, mean, values }]
    })
    .sort((a, b) => sign * (a.mean - b.mean))
}

/**
 * A run repeated with a flag more (say, to evaluate on the test set) measures to the last digit what it measured before: it
 * is no further candidate.
 */
function foldCopies(settings: readonly (readonly EvidenceRun[])[]): readonly (readonly EvidenceRun[])[] {
  const folded = new Map<string, EvidenceRun[]>()
  for (const members of settings) {
    const [first] = members
    if (first === undefined) continue
    const outcome = ownOutcome(first.run)
    const known = outcome === null ? undefined : folded.get(outcome)
    if (known === undefined) folded.set(outcome ?? first.address, [...members])
    else known.push(...members)
  }
  return [...folded.values()]
}

const TEST = /(^|[^a-z])(test|holdout|held_?out)([^a-z]|$)/i
const FEWEST_ALIKE = 3

/** What a run measured apart from times and test metrics; null where that is too little to know a run by. */
function ownOutcome(run: Run): string | null {
  const told = [...run.metrics].filter(([name]) => !isResource(name) && !TEST.test(name))
  const values = new Set(told.map(([, { last }]) => last))
  return values.size < FEWEST_ALIKE ? null : outcomeOf(run, (name) => !TEST.test(name))
}

/** A run repeated with its seed is no second draw. */
function drawsOf(members: readonly EvidenceRun[], metric: string, rules: MetricRules): readonly number[] {
  const bySeed = new Map<string, number>()
  for (const one of members) {
    const value = headlineValue(one, metric, rules)
    const key = seedOf(one.run) ?? one.address
    if (value !== null && !bySeed.has(key)) bySeed.set(key, value)
  }
  return [...bySeed.values()]
}
