import { isDone } from '../../runs/run.ts'
import type { Direction } from '../../settings.ts'
import { comparableFor, movesWithThreshold } from '../comparable-as.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from '../evidence.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, rankedBy } from '../headline.ts'
import { floorOf, type NoiseFloor, noiseFloor, unlabelledReplicates } from '../noise-floor.ts'
import { onePerSeed } from '../replicates.ts'
import { settingOf } from '../setting-of.ts'
import type { SettingValue } from '../setting-value.ts'
import { startOf } from '../start-of.ts'
import { isSeed } from '../what-varied.ts'

/** Finished runs of one setting that may be ranked with each other: one for each seed, with their mean. */
export interface PastCell {
  /** What its runs may be ranked with. */
  readonly ground: string
  /** What was set, without seeds. */
  readonly values: ReadonlyMap<string, SettingValue>
  readonly runs: readonly [EvidenceRun, ...EvidenceRun[]]
  readonly mean: number
}

/** What came out so far, as plans look at it. */
export interface Past {
  readonly metric: string
  readonly direction: Direction
  /** The settings whose runs may be ranked with the newest one, best first. */
  readonly present: readonly PastCell[]
  /** Settings measured under another protocol or on other data. */
  readonly elsewhere: readonly PastCell[]
  /** The best run of those that may be ranked with the newest one. */
  readonly best: EvidenceRun
  /** The finished runs that may be ranked with the newest one, best first; a setting run again with its seed counts each time. */
  readonly ranked: readonly EvidenceRun[]
  /** What these share and other runs with the metric do not; empty where no other has it. */
  readonly among: string
  /** How far seeds alone scatter the metric; null where no replicates tell. */
  readonly floor: NoiseFloor | null
  /** Whether that rests on runs of one setting that log no seed. */
  readonly isUnlabelled: boolean
  readonly rules: EvidenceWithoutFindings['rules']['repeats']
}

/**
 * The past of a metric over the runs told; null where no finished run has it, or its direction is not known. The newest run that
 * carries the metric decides what counts as the present.
 */
export function pastOf(
  evidence: Pick<EvidenceWithoutFindings, 'runs' | 'metrics' | 'rules'>,
  metric: string,
): Past | null {
  const direction = evidence.metrics.direction(metric)
  if (direction === null) return null
  const all = withoutFolds(evidence.runs).filter(({ run }) => isDone(run) && !run.deleted)
  const measured = all.filter((one) => headlineValue(one, metric, evidence.metrics) !== null)
  const newest = measured.reduce<EvidenceRun | null>(
    (last, one) => (last === null || startOf(one) >= startOf(last) ? one : last),
    null,
  )
  if (newest === null) return null
  const now = comparableFor(newest, metric)
  const cells = cellsOf(measured, metric, evidence)
  const ranked = rankedBy(
    metric,
    measured.filter((one) => comparableFor(one, metric) === now),
    evidence.metrics,
  )
  const [best] = ranked
  if (best === undefined) return null
  const floor = noiseFloor(evidence, metric, ranked)
  const unlabelled = floor === null ? floorOf(unlabelledReplicates(evidence, metric, ranked)) : null
  const sign = direction === 'higher' ? 1 : -1
  return {
    metric,
    direction,
    present: cells.filter(({ ground }) => ground === now).sort((a, b) => sign * (b.mean - a.mean)),
    // A metric that moves with the threshold is another one under another threshold.
    elsewhere: cells.filter(
      ({ ground, runs: [first] }) =>
        ground !== now &&
        (!movesWithThreshold(metric) || first.protocol.threshold === newest.protocol.threshold),
    ),
    best,
    ranked,
    among: ranked.length < measured.length ? now : '',
    floor: floor ?? unlabelled,
    isUnlabelled: floor === null && unlabelled !== null,
    rules: evidence.rules.repeats,
  }
}

function cellsOf(
  measured: readonly EvidenceRun[],
  metric: string,
  evidence: Pick<EvidenceWithoutFindings, 'metrics' | 'rules'>,
): readonly PastCell[] {
  const settled = measured.flatMap((one) => {
    const setting = settingOf(one.run, evidence.rules.repeats)
    return setting === null ? [] : [{ one, run: one.run, setting, ground: comparableFor(one, metric) }]
  })
  return [...Map.groupBy(settled, ({ ground, setting }) => `${ground}\n${setting.tried}`).values()].flatMap(
    (members): readonly PastCell[] => {
      const [first, ...rest] = onePerSeed(members)
      if (first === undefined) return []
      const runs = [first.one, ...rest.map(({ one }) => one)] as const
      const values = runs.map((one) => headlineValue(one, metric, evidence.metrics) ?? 0)
      return [
        {
          ground: first.ground,
          values: new Map([...first.setting.values].filter(([name]) => !isSeed(name))),
          runs,
          mean: values.reduce((sum, value) => sum + value, 0) / values.length,
        },
      ]
    },
  )
}
