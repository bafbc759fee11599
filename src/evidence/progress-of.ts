import { median } from 'simple-statistics'
import type { Direction } from '../settings.ts'
import { difference } from '../statistics/difference.ts'
import type { Address, Evidence, EvidenceRun } from './evidence.ts'
import { withoutFolds } from './folds.ts'
import { headlineValue, rankedBy } from './headline.ts'

/** Shorter searches have no course worth telling. */
export const FEWEST_OF_COURSE = 12

/** One ranked run on the way of a search, with the best that was known once it had ended. */
export interface ProgressPoint {
  readonly run: Address
  /** When the run ended, else started; ms since 1970. */
  readonly at: number
  readonly value: number
  readonly best: number
  readonly bestRun: Address
  /** Seconds of running spent until then, by runs that failed as well; null where most runs tell no duration. */
  readonly seconds: number | null
}

/** What a stretch of the search cost and brought. `gain` is in the metric's unit, positive where it got better. */
export interface Stretch {
  readonly runs: number
  readonly seconds: number | null
  readonly gain: number
}

/** The way of a search, in order of the runs' ends. */
export interface Progress {
  readonly metric: string
  readonly direction: Direction
  readonly series: readonly [ProgressPoint, ...ProgressPoint[]]
  /** The runs that set a new best, the first run among them. */
  readonly bests: readonly Address[]
  /** Where the search began: the median of its first third, so that one poor first run is no gain of all the others. */
  readonly start: number
  /** From the start through two thirds of the ranked runs; and the last third (rounded down). */
  readonly before: Stretch
  readonly last: Stretch
  /** What came behind the run that set the best. */
  readonly sinceBest: { readonly runs: number; readonly seconds: number | null }
}

/**
 * How the best value of a metric moved over runs that may all be ranked against each other (the caller sees to it:
 * one `comparableAs`). Finished runs are ranked, in the order of their ends; failed, killed and deleted ones cost hours and rank
 * nowhere. Folds of a cross-validation are parts of their parent and do not rank either. Null where the direction of the metric
 * is not known or no ranked run tells a time.
 */
export function progressOf(
  runs: readonly EvidenceRun[],
  metric: string,
  rules: Evidence['metrics'],
): Progress | null {
  const direction = rules.direction(metric)
  if (direction === null) return null
  const sign = direction === 'higher' ? 1 : -1
  const spent = timeSpentIn(runs)
  const ordered = rankedBy(metric, withoutFolds(runs), rules)
    .flatMap((one) => {
      const at = timeOf(one)
      const value = headlineValue(one, metric, rules)
      return at === null || value === null ? [] : [{ one, at, value }]
    })
    .sort((a, b) => a.at - b.at || (a.one.address < b.one.address ? -1 : 1))
  const series: ProgressPoint[] = []
  for (const { one, at, value } of ordered) {
    const known = series.at(-1)
    const isBest = known === undefined || sign * difference(known.best, value) > 0
    series.push({
      run: one.address,
      at,
      value,
      best: isBest ? value : known.best,
      bestRun: isBest ? one.address : known.bestRun,
      seconds: spent === null ? null : spent(at),
    })
  }
  const [first, ...others] = series
  if (first === undefined) return null
  return { metric, direction, ...summarise([first, ...others], sign) }
}

function summarise(
  series: Progress['series'],
  sign: 1 | -1,
): Pick<Progress, 'series' | 'bests' | 'start' | 'before' | 'last' | 'sinceBest'> {
  const end = series.at(-1) ?? series[0]
  const third = Math.floor(series.length / 3)
  const turn = series.at(-1 - third) ?? series[0]
  const start = median(series.slice(0, Math.max(1, third)).map(({ value }) => value))
  const place = series.findIndex(({ run }) => run === end.bestRun)
  const best = series[place] ?? end
  const between = (from: number | null, until: number | null): number | null =>
    from === null || until === null ? null : until - from
  return {
    series,
    bests: series.filter(({ run, bestRun }) => run === bestRun).map(({ run }) => run),
    start,
    before: {
      runs: series.length - third,
      seconds: turn.seconds,
      gain: Math.max(0, sign * difference(start, turn.best)),
    },
    last: {
      runs: third,
      seconds: between(turn.seconds, end.seconds),
      gain: sign * difference(turn.best, end.best),
    },
    sinceBest: { runs: series.length - 1 - place, seconds: between(best.seconds, end.seconds) },
  }
}

/** When a run ended, else when it started. */
export function timeOf({ run }: EvidenceRun): number | null {
  return run.endedAt ?? run.startedAt
}

/**
 * Seconds of running spent by runs that had ended at a time. Children run within their parent's time and are not counted twice.
 * Null where fewer than half of the runs tell a duration.
 */
function timeSpentIn(runs: readonly EvidenceRun[]): ((at: number) => number) | null {
  const timed = runs.flatMap(({ run }) =>
    run.startedAt === null || run.endedAt === null || run.endedAt < run.startedAt
      ? []
      : [
          {
            key: run.key,
            parent: run.parent,
            at: run.endedAt,
            seconds: (run.endedAt - run.startedAt) / 1000,
          },
        ],
  )
  if (timed.length * 2 < runs.length || timed.every(({ seconds }) => seconds === 0)) return null
  const parents = new Set(timed.filter(({ seconds }) => seconds > 0).map(({ key }) => key))
  const top = timed
    .filter(({ parent }) => parent === null || !parents.has(parent))
    .sort((a, b) => a.at - b.at)
  const sums: number[] = []
  for (const { seconds } of top) sums.push((sums.at(-1) ?? 0) + seconds)
  return (at) => {
    let low = 0
    let high = top.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((top[middle]?.at ?? 0) <= at) low = middle + 1
      else high = middle
    }
    return sums[low - 1] ?? 0
  }
}
