import { isBroken } from '../runs/run.ts'
import type { EvidenceRun } from './evidence.ts'

/**
 * The runs of a group whose values of a metric are worth a mean or an extreme: what a run logged until it failed or was
 * killed is none. Where all that logged the metric broke off, the group tells of just that, and all are given.
 */
export function wholeRuns(runs: readonly EvidenceRun[], metric: string): readonly EvidenceRun[] {
  const logged = runs.filter(({ run }) => run.metrics.has(metric))
  const whole = logged.filter(({ run }) => !isBroken(run))
  return whole.length === 0 ? logged : whole
}
