import type { EvidenceWithoutFindings, FindingValue } from '../evidence.ts'

/** A computed difference or spread of a metric, in the metric's unit; of percentages in percentage points. */
export function differenceOf(
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
  metric: string,
  value: number,
  how: string,
): FindingValue {
  const unit = evidence.metrics.unit(metric)
  return { value, unit: unit === '%' ? 'pp' : unit, metric, how }
}
