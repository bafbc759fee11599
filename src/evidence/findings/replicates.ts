import { max, min, sampleStandardDeviation } from 'simple-statistics'
import { tInterval } from '../../statistics/t-interval.ts'
import { comparableFor } from '../comparable-as.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { restsOn } from '../listed-runs.ts'
import {
  floorOf,
  isStill,
  LEVEL,
  leastDifference,
  measuredReplicates,
  type Replicate,
} from '../noise-floor.ts'
import { replicatesAmong } from '../replicates.ts'
import { isSeed } from '../what-varied.ts'
import { differenceOf } from './difference-of.ts'

const MOST_GROUPS = 3
const MOST_NAMED = 4
const MOST_SETS = 2
/** An interval from two values (t is 12.7 then) says nothing. */
const FEWEST_FOR_INTERVAL = 3

/**
 * What runs that differ in the seed alone say of the lead metric: its noise floor (the deviation within groups of
 * replicates, pooled, and the difference that two single runs must exceed), then each group with its mean, deviation
 * and interval. An exact repeat of a seed is no replicate. Where no setting was run with two seeds, that is said: every
 * value is then a single run.
 */
export function replicates(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  const told = new Set(evidence.runs.map(({ address }) => address))
  const all = [...evidence.runs, ...evidence.earlier]
  if (metric === undefined) return singleRuns(evidence, all)
  const sets = [...Map.groupBy(all, (one) => comparableFor(one, metric)).values()]
    .map((runs) => ({ runs, own: runs.filter(({ address }) => told.has(address)).length }))
    .filter(({ own }) => own > 0)
    .map((set) => ({ ...set, groups: measuredReplicates(evidence, metric, set.runs) }))
    .filter(({ groups }) => groups.length > 0)
    .sort((a, b) => b.own - a.own || b.groups.length - a.groups.length)
  if (sets.length === 0) return singleRuns(evidence, all)
  const floors = sets.slice(0, MOST_SETS).flatMap(({ runs, groups }): readonly NewFinding[] => {
    const floor = floorOf(groups)
    const [one] = runs
    const label = one === undefined || sets.length === 1 ? '' : comparableFor(one, metric)
    const among = label === '' ? '' : ' ([[this.among]])'
    const deviations = groups
      .map((group) => sampleStandardDeviation(group.map(({ value }) => value)))
      .filter((sd) => sd > 0)
    const members = groups.flatMap((group) => group.map(({ one }) => one))
    if (floor === null && !groups.every(isStill)) return []
    if (floor === null)
      return [
        {
          kind: 'replicates',
          scope: members.every(({ address }) => told.has(address)) ? 'session' : 'project',
          sentence: `Other seeds gave the same ${metric} every time (${listed(members)}): the seed does not move it.`,
          rests: restsOn(members),
        },
      ]
    return [
      {
        kind: 'replicates',
        scope: members.every(({ address }) => told.has(address)) ? 'session' : 'project',
        sentence: `Noise floor of ${metric}${among}: two single runs less than [[this.need]] apart cannot be told from two seeds of one setting (standard deviation over seeds [[this.sd]], from [[this.runs]] runs in [[this.groups]] ${floor.groups === 1 ? 'group' : 'groups'}${deviations.length < 2 ? '' : ', whose own go from [[this.least]] to [[this.greatest]]'}).`,
        rests: restsOn(members),
        ...(label === '' ? {} : { texts: { among: { text: label, from: 'what the log tells apart' } } }),
        values: {
          need: differenceOf(
            evidence,
            metric,
            leastDifference(floor),
            't × pooled standard deviation × √2, 95 %',
          ),
          sd: differenceOf(
            evidence,
            metric,
            floor.sd,
            'sample standard deviation within groups of replicates, pooled',
          ),
          degreesOfFreedom: counted(floor.degreesOfFreedom, 'runs less groups'),
          ...(deviations.length < 2
            ? {}
            : {
                least: differenceOf(
                  evidence,
                  metric,
                  min(deviations),
                  'smallest standard deviation of a group',
                ),
                greatest: differenceOf(
                  evidence,
                  metric,
                  max(deviations),
                  'greatest standard deviation of a group',
                ),
              }),
          runs: counted(floor.runs, 'runs in groups that differ in the seed alone'),
          groups: counted(floor.groups, 'groups that differ in the seed alone'),
        },
      },
    ]
  })
  const groups = sets
    .flatMap((set) => set.groups)
    .filter((group) => group.some(({ one }) => told.has(one.address)))
    .sort((a, b) => b.length - a.length)
  return [
    ...floors,
    ...groups.slice(0, MOST_GROUPS).flatMap((group): readonly NewFinding[] => {
      const interval = tInterval(
        group.map(({ value }) => value),
        LEVEL,
      )
      if (interval === null || interval.sd === 0 || !isPrintable(interval)) return []
      const isTold = interval.count >= FEWEST_FOR_INTERVAL
      return [
        {
          kind: 'replicates',
          scope: group.every(({ one }) => told.has(one.address)) ? 'session' : 'project',
          sentence: `${listed(group.map(({ one }) => one))} differ in the seed ${onOneCommit(group) ? 'alone' : 'and the commit (a seed that ran on both gave the same value)'}: ${metric} mean [[this.mean]], standard deviation [[this.sd]] over [[this.count]] runs${isTold ? '; the mean lies between [[this.low]] and [[this.high]] ([[this.level]] interval)' : ''}.`,
          rests: restsOn(group.map(({ one }) => one)),
          values: {
            mean: { value: interval.mean, unit: evidence.metrics.unit(metric), metric, how: 'mean' },
            sd: differenceOf(evidence, metric, interval.sd, 'sample standard deviation'),
            count: counted(interval.count, 'runs'),
            ...(isTold
              ? {
                  low: {
                    value: interval.low,
                    unit: evidence.metrics.unit(metric),
                    metric,
                    how: 't interval of the mean, lower end',
                  },
                  high: {
                    value: interval.high,
                    unit: evidence.metrics.unit(metric),
                    metric,
                    how: 't interval of the mean, upper end',
                  },
                  level: { value: LEVEL * 100, unit: '%', metric: null, how: 'confidence' },
                }
              : {}),
          },
        },
      ]
    }),
  ]
}

function onOneCommit(group: readonly Replicate[]): boolean {
  return new Set(group.flatMap(({ one }) => one.run.code.commit ?? [])).size < 2
}

/** That nothing was repeated, where several settings were run. */
function singleRuns(evidence: EvidenceWithoutFindings, all: readonly EvidenceRun[]): readonly NewFinding[] {
  const told = withoutFolds(evidence.runs, all).filter(({ run }) => run.params.size > 0)
  if (told.length < 2) return []
  if (evidence.lead === null && replicatesAmong(told).length > 0) return []
  const isSeedLogged = told.some(({ run }) => [...run.params.keys()].some(isSeed))
  return [
    {
      kind: 'variation',
      sentence: isSeedLogged
        ? 'No setting was run twice with different seeds: every value is a single run.'
        : 'No seed is logged.',
      rests: restsOn(told),
    },
  ]
}

/** Values at the edge of what a double holds have no finite interval. */
function isPrintable({
  low,
  high,
  sd,
}: {
  readonly low: number
  readonly high: number
  readonly sd: number
}): boolean {
  return [low, high, sd].every(Number.isFinite)
}

function listed(runs: readonly EvidenceRun[]): string {
  const named = runs.slice(0, MOST_NAMED).map(({ address }) => `[[${address}]]`)
  return runs.length > MOST_NAMED ? `${named.join(', ')} and more` : named.join(', ')
}
