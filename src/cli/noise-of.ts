import { type Comparability, comparableFor } from '../evidence/comparable-as.ts'
import type { EvidenceRun, MetricRules } from '../evidence/evidence.ts'
import { foldsAmong } from '../evidence/folds.ts'
import { leastDifference, noiseFloor } from '../evidence/noise-floor.ts'
import type { Run } from '../runs/run.ts'
import type { ComparisonRules } from './compare-runs.ts'

/**
 * How far each metric scatters between runs that differ in their seed only: in the experiments of the first `compared` runs, or,
 * where too few settings were run again there, in others that measured the same. Null where too few were run again at
 * all. And which of the compared runs are folds of a cross-validation.
 */
export function noiseOf(
  runs: readonly Run[],
  compared: number,
  comparability: readonly Comparability[],
  metrics: MetricRules,
): Pick<ComparisonRules, 'noise' | 'folds'> {
  const known = runs.flatMap((run, index): readonly EvidenceRun[] => {
    const comparable = comparability[index]
    if (comparable === undefined) return []
    return [
      { address: `r${index + 1}`, run, points: new Map(), curves: new Map(), logTail: null, ...comparable },
    ]
  })
  const asked = known.slice(0, compared)
  const experiments = new Set(asked.map(({ run }) => `${run.source} ${run.experiment.id}`))
  const folds = new Set(foldsAmong(known).flatMap((set) => set.folds.map(({ run }) => run.key)))
  const noise: ComparisonRules['noise'] = (metric) => {
    const sides = new Set(asked.map((one) => comparableFor(one, metric)))
    const alike = known.filter((one) => sides.has(comparableFor(one, metric)))
    const near = alike.filter(({ run }) => experiments.has(`${run.source} ${run.experiment.id}`))
    const own = noiseFloor({ metrics }, metric, near)
    const floor = own ?? noiseFloor({ metrics }, metric, alike)
    if (floor === null) return null
    return {
      sd: floor.sd,
      degreesOfFreedom: floor.degreesOfFreedom,
      least: leastDifference(floor),
      groups: floor.groups,
      runs: floor.runs,
      elsewhere: own === null,
    }
  }
  return { noise, folds }
}
