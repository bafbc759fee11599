import { isDone, type MetricSummary } from '../runs/run.ts'
import type { Evidence, EvidenceRun } from './evidence.ts'

/** The value of a run's metric that stands for the series: the last one, unless the settings name another. */
export function headlineValue(one: EvidenceRun, metric: string, rules: Evidence['metrics']): number | null {
  const summary = one.run.metrics.get(metric)
  if (summary === undefined) return null
  const value = pointOf(summary, rules.headline(metric))
  return value !== null && Number.isFinite(value) ? value : null
}

/**
 * Finished runs that carry the metric as a finite number, best first where its direction is known, else in order of
 * their addresses. Runs that did not finish, or were deleted, are never ranked.
 */
export function rankedBy(
  metric: string,
  runs: readonly EvidenceRun[],
  rules: Evidence['metrics'],
): readonly EvidenceRun[] {
  const direction = rules.direction(metric)
  const valued = runs
    .filter(({ run }) => isDone(run) && !run.deleted)
    .flatMap((one) => {
      const value = headlineValue(one, metric, rules)
      return value === null ? [] : [{ one, value }]
    })
  if (direction !== null)
    valued.sort((a, b) => (direction === 'lower' ? a.value - b.value : b.value - a.value))
  return valued.map(({ one }) => one)
}

/** How a metric of a run is written in an expression. */
export function metricSlot(one: EvidenceRun, metric: string): string {
  return `${one.address}.metric[${JSON.stringify(metric)}]`
}

function pointOf(summary: MetricSummary, headline: 'last' | 'min' | 'max'): number | null {
  return headline === 'last' ? summary.last : summary[headline]
}
