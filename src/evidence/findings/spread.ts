import type { EvidenceRun, EvidenceWithoutFindings, Factor, NewFinding } from '../evidence.ts'
import { headlineValue, metricSlot, rankedBy } from '../headline.ts'
import { isBookkeeping, isSeed, isTelling } from '../what-varied.ts'

const MOST_FACTORS = 3

/**
 * For a factor: how far runs of the same level lie apart, against how far the best levels lie apart. On most days no
 * two runs differ in one thing only and nobody logged a seed; this is then the one honest measure of what the other
 * settings do. Told where a level holds two or more finished, comparable runs and there are two or more levels.
 */
export function spread(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined || evidence.metrics.direction(metric) === null) return []
  const sets = [...Map.groupBy(evidence.runs, (one) => one.comparableAs).values()]
  return sets.flatMap((runs) =>
    evidence.factors
      .filter((factor) => !isSeed(factor.param) && !isBookkeeping(factor.param))
      .flatMap((factor) => spreadOver(factor, rankedBy(metric, runs, evidence.metrics), metric, evidence))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, MOST_FACTORS)
      .map(({ finding }) => finding),
  )
}

function spreadOver(
  factor: Factor,
  ranked: readonly EvidenceRun[],
  metric: string,
  evidence: EvidenceWithoutFindings,
): readonly { readonly weight: number; readonly finding: NewFinding }[] {
  const levels = [...Map.groupBy(ranked, ({ run }) => run.params.get(factor.param) ?? null).values()]
  const repeated = levels.filter((level) => level.length > 1)
  const [winner, runnerUp] = levels.map((level) => level[0])
  if (repeated.length === 0 || winner === undefined || runnerUp === undefined) return []
  const value = (one: EvidenceRun): number => headlineValue(one, metric, evidence.metrics) ?? Number.NaN
  const widths = repeated
    .flatMap((level) => {
      const first = level[0]
      const last = level.at(-1)
      return first === undefined || last === undefined
        ? []
        : [{ first, last, width: Math.abs(value(last) - value(first)) }]
    })
    .sort((a, b) => a.width - b.width)
  const narrowest = widths[0]
  const widest = widths.at(-1)
  if (narrowest === undefined || widest === undefined) return []
  const between = (a: EvidenceRun, b: EvidenceRun): string => {
    const [low, high] = value(a) <= value(b) ? [a, b] : [b, a]
    return `[[delta(${metricSlot(low, metric)}, ${metricSlot(high, metric)})]]`
  }
  const within =
    widths.length === 1
      ? between(widest.first, widest.last)
      : `${between(narrowest.first, narrowest.last)} to ${between(widest.first, widest.last)}`
  const gap = Math.abs(value(runnerUp) - value(winner))
  const drowned = gap <= widest.width
  return [
    {
      weight:
        repeated.length / levels.length + (isTelling(factor.param) ? 10 : 0) + (levels.length > 2 ? 1 : 0),
      finding: {
        kind: 'spread',
        sentence: `With the same ${factor.param}, runs lie ${within} apart in ${metric}; the best two of its levels lie ${between(winner, runnerUp)} apart${drowned ? ', which is no more than other settings do' : ''}.`,
        rests: ranked.map((one) => one.address),
      },
    },
  ]
}
