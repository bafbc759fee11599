import type { Evidence } from '../evidence/evidence.ts'
import { heldOutLoss } from '../evidence/held-out-loss.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'

const MOST_METRICS = 5

/** The metrics of a list of runs: those that the document speaks of, the loss on held-out data, then those that tell most. */
export function listedMetrics(spokenOf: readonly string[], evidence: Evidence): readonly string[] {
  const ranked = rankMetrics(
    evidence.runs.map(({ run }) => run),
    evidence.metrics,
  )
  const loss = heldOutLoss(ranked)
  return [...new Set([...spokenOf, ...(loss === undefined ? [] : [loss]), ...ranked])].slice(
    0,
    Math.max(MOST_METRICS, spokenOf.length),
  )
}
