import { mean } from 'simple-statistics'
import type { Run } from '../runs/run.ts'
import { isSameValue } from '../statistics/difference.ts'
import { pooledSd } from '../statistics/pooled-sd.ts'
import { studentTQuantile } from '../statistics/student-t.ts'
import { comparableFor } from './comparable-as.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'
import { withoutFolds } from './folds.ts'
import { headlineValue } from './headline.ts'
import { onePerSeed, runsOfOneSetting } from './replicates.ts'
import { dataOf } from './same-ground.ts'
import { seedOf } from './seed-of.ts'
import { triedIn } from './setting-of.ts'

/** The confidence with which a difference counts as more than noise. */
export const LEVEL = 0.95

/** A deviation from fewer degrees of freedom tells nearly nothing: t(0.975) is 12.7 for one, 4.3 for two. */
const FEWEST_DEGREES = 2

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
  /** The mean of each of them. */
  readonly means: readonly number[]
}

/**
 * The noise floor of a metric from all groups of replicates among the runs whose seeds made a difference: a group of
 * equal values (a metric at its bound, a seed that is not used) says nothing of how others scatter. Null where there is
 * none, where seeds change nothing in half of the groups (what scatters in the others is then no noise of all), where
 * less than two degrees of freedom are left, and where the deviation is too large for a double.
 */
export function noiseFloor(
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
  metric: string,
  runs: readonly EvidenceRun[],
): NoiseFloor | null {
  return floorOf(measuredReplicates(evidence, metric, runs))
}

/** A run of a group of replicates with its value. */
export interface Replicate {
  readonly one: EvidenceRun
  readonly value: number
}

/** The noise floor that some groups of replicates give. */
export function floorOf(groups: readonly (readonly Replicate[])[]): NoiseFloor | null {
  const moved = groups.filter((group) => !isStill(group))
  if (moved.length * 2 <= groups.length) return null
  const pooled = pooledSd(moved.map((group) => group.map(({ value }) => value)))
  if (pooled === null || pooled.degreesOfFreedom < FEWEST_DEGREES) return null
  if (!Number.isFinite(leastDifference(pooled))) return null
  return {
    ...pooled,
    groups: moved.length,
    runs: moved.flat().length,
    firsts: moved.flatMap(([first]) => (first === undefined ? [] : [first.one])),
    means: moved.map((group) => mean(group.map(({ value }) => value))),
  }
}

/** Whether other seeds gave the same value every time. */
export function isStill(group: readonly Replicate[]): boolean {
  return group.every(({ value }) => isSameValue(value, group[0]?.value ?? value))
}

/**
 * The difference that means of `countA` and `countB` runs must exceed before seeds alone are an unlikely explanation:
 * t · sd · √(1 / countA + 1 / countB), two-sided at 95 % unless another level is
 * given, t with the floor's degrees of freedom.
 */
export function leastDifference(
  floor: Pick<NoiseFloor, 'sd' | 'degreesOfFreedom'>,
  countA = 1,
  countB = 1,
  level = LEVEL,
): number {
  return (
    studentTQuantile((1 + level) / 2, floor.degreesOfFreedom) * floor.sd * Math.sqrt(1 / countA + 1 / countB)
  )
}

/**
 * Groups of finished replicates with the values of a metric. Folds of cross-validations are in none, and a setting that
 * was run again with its seed and gave the same value, on whatever code, counts once: the seeds that stand beside it here
 * and there are then one group.
 */
export function measuredReplicates(
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
  metric: string,
  runs: readonly EvidenceRun[],
): readonly (readonly Replicate[])[] {
  const measured = withoutFolds(runs).flatMap((one) => {
    const value = headlineValue(one, metric, evidence.metrics)
    return one.run.status === 'finished' && value !== null && seedOf(one.run) !== null
      ? [{ one, run: one.run, value }]
      : []
  })
  return [...Map.groupBy(measured, ({ one }) => comparableFor(one, metric)).values()].flatMap((comparable) =>
    joinedByRepeats(runsOfOneSetting(comparable).map(onePerSeed)).map((group) =>
      group.map(({ one, value }) => ({ one, value })),
    ),
  )
}

/**
 * Groups of finished runs that log no seed and share experiment, settings, code and data, with the values of a metric: what
 * made them differ is not logged, be it the seed or something else. One run for each outcome; where all of a group's agree,
 * two of them, which tell that nothing moved. Folds of cross-validations are in none.
 */
export function unlabelledReplicates(
  evidence: Pick<EvidenceWithoutFindings, 'metrics'>,
  metric: string,
  runs: readonly EvidenceRun[],
): readonly (readonly Replicate[])[] {
  const measured = withoutFolds(runs).flatMap((one) => {
    const value = headlineValue(one, metric, evidence.metrics)
    return one.run.status === 'finished' && value !== null && seedOf(one.run) === null
      ? [{ one, run: one.run, value }]
      : []
  })
  return [...Map.groupBy(measured, ({ one }) => comparableFor(one, metric)).values()]
    .flatMap(runsOfOneSetting)
    .filter((group) => group.length > 1)
    .map((group) => {
      const apart = onePerSeed(group)
      return (apart.length > 1 ? apart : group.slice(0, 2)).map(({ one, value }) => ({ one, value }))
    })
}

type Measured = Replicate & { readonly run: Run }

/**
 * Groups of one setting that stood apart (by their code, say) and share a seed with the same value, joined into the
 * largest of them, unless another seed gave another value there. Groups of a single run are left out.
 */
function joinedByRepeats(groups: readonly (readonly Measured[])[]): readonly (readonly Measured[])[] {
  const joined: Map<string | null, Measured>[] = []
  const byRepeat = new Map<string, Map<string | null, Measured>>()
  const repeatOf = ({ run, value }: Measured): string =>
    JSON.stringify([triedIn(run), seedOf(run), dataOf(run), value])
  for (const group of groups.toSorted((a, b) => b.length - a.length)) {
    const known = group.flatMap((one) => byRepeat.get(repeatOf(one)) ?? [])[0]
    const agrees = group.every(({ run, value }) => (known?.get(seedOf(run))?.value ?? value) === value)
    const open = known === undefined || !agrees ? new Map<string | null, Measured>() : known
    if (open !== known) joined.push(open)
    for (const one of group) {
      if (!open.has(seedOf(one.run))) open.set(seedOf(one.run), one)
      if (!byRepeat.has(repeatOf(one))) byRepeat.set(repeatOf(one), open)
    }
  }
  return joined.filter(({ size }) => size > 1).map((group) => [...group.values()])
}
