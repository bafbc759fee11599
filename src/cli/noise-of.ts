import { type Comparability, comparableFor } from '../evidence/comparable-as.ts'
import type { EvidenceRun, MetricRules } from '../evidence/evidence.ts'
import { leastDifference, noiseFloor } from '../evidence/noise-floor.ts'
import type { Run } from '../runs/run.ts'
import type { Noise } from './compare-runs.ts'

/**
 * How far each metric scatters between runs that differ in their seed only: in the experiments of the first `compared` runs, or,
 * where no setting was run twice there, in others that measured the same. Null where no setting was run twice at all.
 */
export function noiseOf(
  runs: readonly Run[],
  compared: number,
  comparability: readonly Comparability[],
  metrics: MetricRules,
): (metric: string) => Noise | null {
  const known = runs.flatMap((run, index): readonly EvidenceRun[] => {
    const comparable = comparability[index]
    if (comparable === undefined) return []
    return [
      { address: `r${index + 1}`, run, points: new Map(), curves: new Map(), logTail: null, ...comparable },
    ]
  })
  const asked = known.slice(0, compared)
  const experiments = new Set(asked.map(({ run }) => `${run.source} ${run.experiment.id}`))
  return (metric) => {
    const sides = new Set(asked.map((one) => comparableFor(one, metric)))
    const alike = known.filter((one) => sides.has(comparableFor(one, metric)))
    const near = alike.filter(({ run }) => experiments.has(`${run.source} ${run.experiment.id}`))
    const own = noiseFloor({ metrics }, metric, near)
    const floor = own ?? noiseFloor({ metrics }, metric, alike)
    if (floor === null) return null
    return {
      least: leastDifference(floor),
      groups: floor.groups,
      runs: floor.runs,
      elsewhere: own === null,
    }
  }
}
