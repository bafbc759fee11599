import { pooledSd } from '../statistics/pooled-sd.ts'
import { studentTQuantile } from '../statistics/student-t.ts'
import { comparableFor } from './comparable-as.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'
import { withoutFolds } from './folds.ts'
import { headlineValue } from './headline.ts'
import { replicatesAmong } from './replicates.ts'
import { dataOf, seedOf, settingOf } from './setting.ts'

/** The confidence with which a difference counts as more than noise. */
export const LEVEL = 0.95

/** How far a metric scatters when nothing but the seed changes. */
export interface NoiseFloor {
  /** The standard deviation within groups of replicates, pooled. Never zero. */
  readonly sd: number
  readonly degreesOfFreedom: number
  /** How many groups of replicates, and how many runs in them, it rests on. */
  readonly groups: number
  readonly runs: number
  /** The first run of each of the groups. */
  readonly firsts: readonly EvidenceRun[]
}

/**
 * The noise floor of a metric from all groups of replicates among the runs whose seeds made a difference: a group of
 * equal values (a metric at its bound, a seed that is not used) says nothing of how others scatter. Null where there is
 * none.
 */
export function noiseFloor(
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
  metric: string,
  runs: readonly EvidenceRun[],
): NoiseFloor | null {
  const groups = measuredReplicates(evidence, metric, runs).filter((group) =>
    group.some(({ value }) => value !== group[0]?.value),
  )
  const pooled = pooledSd(groups.map((group) => group.map(({ value }) => value)))
  if (pooled === null) return null
  return {
    ...pooled,
    groups: groups.length,
    runs: groups.flat().length,
    firsts: groups.flatMap(([first]) => (first === undefined ? [] : [first.one])),
  }
}

/**
 * The difference that means of `countA` and `countB` runs must exceed before seeds alone are an unlikely explanation:
 * t · sd · √(1 / countA + 1 / countB), two-sided at 95 %, t with the floor's degrees of freedom.
 */
export function leastDifference(
  floor: Pick<NoiseFloor, 'sd' | 'degreesOfFreedom'>,
  countA = 1,
  countB = 1,
): number {
  return (
    studentTQuantile((1 + LEVEL) / 2, floor.degreesOfFreedom) * floor.sd * Math.sqrt(1 / countA + 1 / countB)
  )
}

/**
 * Groups of finished replicates with the values of a metric. Folds of cross-validations are in none, and a setting that
 * was run again with its seed and gave the same value, on whatever code, counts once.
 */
export function measuredReplicates(
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
  metric: string,
  runs: readonly EvidenceRun[],
): readonly (readonly { readonly one: EvidenceRun; readonly value: number }[])[] {
  const seen = new Set<string>()
  const measured = withoutFolds(runs).filter((one) => {
    const value = headlineValue(one, metric, evidence.metrics)
    if (one.run.status !== 'finished' || value === null) return false
    const seed = seedOf(one.run)
    if (seed === null) return true
    const key = JSON.stringify([settingOf(one.run), seed, dataOf(one.run), value])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  return [...Map.groupBy(measured, (one) => comparableFor(one, metric)).values()].flatMap((comparable) =>
    replicatesAmong(comparable).map((group) =>
      group.flatMap((one) => {
        const value = headlineValue(one, metric, evidence.metrics)
        return value === null ? [] : [{ one, value }]
      }),
    ),
  )
}
