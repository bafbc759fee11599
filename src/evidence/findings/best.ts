import type { EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { metricSlot, rankedBy } from '../headline.ts'

/**
 * The best finished run by the lead metric, once for each set of runs that may be ranked against each other. Folds of a
 * cross-validation do not compete.
 */
export function best(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined) return []
  const direction = evidence.metrics.direction(metric)
  if (direction === null) return []
  const sets = [
    ...Map.groupBy(
      withoutFolds(evidence.runs, [...evidence.runs, ...evidence.earlier]),
      (one) => one.comparableAs,
    ),
  ].sort(
    ([, a], [, b]) =>
      rankedBy(metric, b, evidence.metrics).length - rankedBy(metric, a, evidence.metrics).length,
  )
  return sets.flatMap(([label, runs]) => {
    const ranked = rankedBy(metric, runs, evidence.metrics)
    const [first, second] = ranked
    if (first === undefined || second === undefined) return []
    const among = sets.length > 1 && label !== '' ? ` (${label})` : ''
    const word = direction === 'lower' ? 'Lowest' : 'Highest'
    return [
      {
        kind: 'best' as const,
        sentence: `${word} ${metric}${among}: [[${metricSlot(first, metric)}]] in [[${first.address}]], then [[${metricSlot(second, metric)}]] in [[${second.address}]].`,
        rests: ranked.map((one) => one.address),
      },
    ]
  })
}
