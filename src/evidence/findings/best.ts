import { isSameValue } from '../../statistics/difference.ts'
import { acrossChanges } from '../across-changes.ts'
import { comparableFor } from '../comparable-as.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, metricSlot, rankedBy } from '../headline.ts'
import { listRuns, restsOn, unnamedOf } from '../listed-runs.ts'

const MOST_SETS = 3

/**
 * The best finished run by the lead metric, once for each set of runs that may be ranked against each other, the largest
 * sets first. Runs that share the best value are told as such: none of them is ahead. Folds of a
 * cross-validation do not compete.
 */
export function best(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined) return []
  const direction = evidence.metrics.direction(metric)
  if (direction === null) return []
  const word = direction === 'lower' ? 'Lowest' : 'Highest'
  const all = [
    ...Map.groupBy(withoutFolds(evidence.runs, [...evidence.runs, ...evidence.earlier]), (one) =>
      comparableFor(one, metric),
    ),
  ]
  const sets = all
    .map(([label, runs]) => ({ label, ranked: rankedBy(metric, runs, evidence.metrics) }))
    .filter(({ ranked }) => ranked.length > 1)
    .sort((a, b) => b.ranked.length - a.ranked.length)
  return sets.slice(0, MOST_SETS).flatMap(({ label, ranked }) => {
    const [first] = ranked
    if (first === undefined) return []
    const value = headlineValue(first, metric, evidence.metrics)
    const leaders = ranked.filter((one) =>
      isSameValue(headlineValue(one, metric, evidence.metrics) ?? Number.NaN, value ?? Number.NaN),
    )
    const isLabelled = all.length > 1 && label !== ''
    const among = isLabelled ? ' ([[this.among]])' : ''
    const across = acrossChanges(ranked, evidence)
    const texts = {
      texts: {
        ...across.texts,
        ...(isLabelled ? { among: { text: label, from: 'what the log tells apart' } } : {}),
      },
    }
    const best = `${word} ${metric}${among}${across.words}: [[${metricSlot(first, metric)}]]`
    const [, second] = ranked
    const finding = {
      kind: 'best' as const,
      rests: restsOn(ranked),
      ...texts,
    }
    if (leaders.length === 1 && second !== undefined)
      return [
        {
          ...finding,
          sentence: `${best} in [[${first.address}]], then [[${metricSlot(second, metric)}]] in [[${second.address}]].`,
        },
      ]
    return [{ ...finding, ...shared(best, leaders, leaders.length === ranked.length) }]
  })
}

function shared(
  best: string,
  leaders: readonly EvidenceRun[],
  isAll: boolean,
): Pick<NewFinding, 'sentence' | 'values'> {
  const count = (value: number, how: string) => ({ value, unit: null, metric: null, how })
  const unnamed = unnamedOf(leaders)
  return {
    sentence: `${best}, shared by ${isAll ? 'all ' : ''}[[this.shared]] runs: ${listRuns(leaders, 'this.others')}.`,
    values: {
      shared: count(leaders.length, 'runs with this value, the rounding of doubles apart'),
      ...(unnamed > 0 ? { others: count(unnamed, 'runs not named') } : {}),
    },
  }
}
