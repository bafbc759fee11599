import type { MetricRules } from '../evidence/evidence.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import { isDone, type Run } from '../runs/run.ts'

/** The runs in the order that a question for the best or the lowest asks for. */
export interface TopAsked {
  readonly metric: string
  readonly isHighest: boolean
  /** Finished runs that were not deleted, with their headline values; a fold or a trial of another run is none. */
  readonly ranked: readonly { readonly run: Run; readonly value: number }[]
}

/** Who leads by the metric that the question names first, or by the one that decides; null where it asks for no leader. */
export function topAsked(
  question: string,
  named: readonly string[],
  runs: readonly Run[],
  metrics: MetricRules,
): TopAsked | null {
  const asked = /\b(best|highest|lowest|worst|top|winner|leading|smallest|largest)\b/i
    .exec(question)?.[1]
    ?.toLowerCase()
  if (asked === undefined) return null
  const ranked = rankMetrics(runs, metrics)
  const metric = named[0] ?? ranked.find((name) => name === metrics.primary) ?? ranked[0]
  if (metric === undefined) return null
  const direction = metrics.direction(metric)
  const isOfSize = /highest|lowest|smallest|largest/.test(asked)
  if (direction === null && !isOfSize) return null
  const isHighest = isOfSize
    ? /highest|largest/.test(asked)
    : (asked === 'worst') !== (direction === 'higher')
  const sign = isHighest ? -1 : 1
  return {
    metric,
    isHighest,
    ranked: runs
      .filter((run) => isDone(run) && !run.deleted && run.parent === null)
      .flatMap((run) => {
        const value = headlineOfRun(run, metric, metrics)
        return value === null || !Number.isFinite(value) ? [] : [{ run, value }]
      })
      .sort((a, b) => sign * (a.value - b.value)),
  }
}

/** The value of a metric that stands for a run: the last, or what narrate.yaml names where it was read; null without it. */
export function headlineOfRun(run: Run, metric: string, metrics: MetricRules): number | null {
  const summary = run.metrics.get(metric)
  if (summary === undefined) return null
  const headline = metrics.headline(metric)
  return headline === 'last' ? summary.last : (summary[headline] ?? summary.last)
}
