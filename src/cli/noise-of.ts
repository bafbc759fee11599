import type { Comparability } from '../evidence/comparable-as.ts'
import type { MetricRules } from '../evidence/evidence.ts'
import type { Run } from '../runs/run.ts'
import type { Noise } from './compare-runs.ts'

/** How far each metric scatters between runs that differ in their seed only; null where no setting was run twice. */
export function noiseOf(
  _runs: readonly Run[],
  _comparability: readonly Comparability[],
  _metrics: MetricRules,
): (metric: string) => Noise | null {
  return () => null
}
