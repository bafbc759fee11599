import { mean, sampleStandardDeviation } from 'simple-statistics'
import { comparableFor } from '../evidence/comparable-as.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { leastDifference } from '../evidence/noise-floor.ts'
import { asksForMeasurement } from '../evidence/setting-of.ts'
import { settingValue } from '../evidence/setting-value.ts'
import { isBookkeeping, isSeed } from '../evidence/what-varied.ts'
import { isDone, type Run } from '../runs/run.ts'
import type { Direction } from '../settings.ts'
import { isSameValue } from '../statistics/difference.ts'
import { welch } from '../statistics/welch.ts'
import type { ComparisonRules, Noise } from './compare-runs.ts'
import { headlineOf } from './format-run.ts'

/** What finished runs of one level have of a metric. */
export interface LevelValues {
  readonly count: number
  readonly mean: number
  /** The sample standard deviation; null for one run. */
  readonly sd: number | null
}

export interface Level {
  /** Null for runs that did not log it. */
  readonly value: string | null
  readonly runs: number
  /** Runs that did not finish, and finished folds beside runs that are none: counted, and in no mean. */
  readonly unfinished: number
  readonly folds: number
}

export interface LevelMetric {
  readonly name: string
  readonly direction: Direction | null
  /** One per level; null where no finished run of it has the metric. */
  readonly values: readonly (LevelValues | null)[]
  /** The index of the level with the best mean, or why none is called so. */
  readonly winner: number | null
  readonly why:
    | 'direction unknown'
    | 'not comparable'
    | 'one level only has it'
    | 'single runs'
    | 'folds of cross-validations'
    | 'within noise'
    | 'equal'
    | null
  /** The probability of so large a gap between the best two means by chance (Welch); null where it cannot be told. */
  readonly p: number | null
  /** Where a level of a single run was held against the noise between seeds: the difference that seeds alone explain. */
  readonly least: number | null
}

/** Groups of runs side by side. */
export interface LevelComparison {
  readonly by: string
  readonly levels: readonly Level[]
  readonly comparable: boolean
  readonly metrics: readonly LevelMetric[]
  /** Other parameters that vary over the runs: the levels differ in more than their name. Seeds and paths aside. */
  readonly alsoVaries: readonly string[]
}

/** The field that runs are grouped by. */
export interface LevelField {
  readonly name: string
  /** As it was logged. */
  value(run: Run): string | null
  /** The same however it was written: `0.0` and `0` are one level. */
  meaning(run: Run): string | null
}

const SIGNIFICANT = 0.05

/**
 * Compares levels of one field over runs: means of finished runs, and whether the best two lie further apart than chance.
 * Folds of cross-validations stay aside, where anything else finished; among nothing but folds their means are told and
 * none is called best, since folds share their data and no test of independent runs holds for them.
 */
export function compareLevels(
  runs: readonly Run[],
  by: LevelField,
  metrics: readonly string[],
  rules: ComparisonRules,
): LevelComparison {
  const groups = [...Map.groupBy(runs, by.meaning).values()]
    .map((members) => [members[0] === undefined ? null : by.value(members[0]), members] as const)
    .sort(([a], [b]) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : bySize(a, b)))
  const finished = runs.filter(isDone)
  const onlyFolds = finished.length > 0 && finished.every(({ key }) => rules.folds.has(key))
  const isAside = ({ status, key }: Run): boolean => isDone({ status }) && !onlyFolds && rules.folds.has(key)
  const counts = (run: Run): boolean => isDone(run) && !isAside(run)
  const isCounted = runs.map(counts)
  const comparable = new Set(rules.comparability.map((one) => one.comparableAs)).size <= 1
  const names = [...new Set(runs.flatMap((run) => [...run.params.keys()]))].sort()
  return {
    by: by.name,
    levels: groups.map(([value, members]) => ({
      value,
      runs: members.length,
      unfinished: members.filter((run) => !isDone(run)).length,
      folds: members.filter(isAside).length,
    })),
    comparable,
    metrics: metrics.map((name) => {
      const direction = rules.metrics.direction(name)
      const samples = groups.map(([, members]) =>
        members.flatMap((run) => {
          const value = counts(run) ? headlineOf(run, name, rules.settings) : null
          return value !== null && Number.isFinite(value) ? [value] : []
        }),
      )
      const sides = rules.comparability.filter((_, index) => isCounted[index])
      const isOneSide = new Set(sides.map((one) => comparableFor(one, name))).size <= 1
      return {
        name,
        direction,
        values: samples.map(summarise),
        ...judge(samples, direction, isOneSide, rules.noise(name), onlyFolds),
      }
    }),
    alsoVaries: names.filter(
      (name) =>
        name !== by.name &&
        !isSeed(name) &&
        !isBookkeeping(name) &&
        !asksForMeasurement(name) &&
        new Set(runs.map((run) => meaningIn(run, name))).size > 1,
    ),
  }
}

/** Numbers by their size, `5e-6` before `1e-5`; other texts by their letters and the numbers in them. */
function bySize(a: string, b: string): number {
  const apart = (parseNumber(a) ?? Number.NaN) - (parseNumber(b) ?? Number.NaN)
  return Number.isFinite(apart) && apart !== 0 ? apart : a.localeCompare(b, 'en', { numeric: true })
}

function meaningIn({ params }: Run, name: string): string | null {
  const text = params.get(name)
  return text === undefined ? null : settingValue(name, text).key
}

function summarise(values: readonly number[]): LevelValues | null {
  if (values.length === 0) return null
  return {
    count: values.length,
    mean: mean([...values]),
    sd: values.length < 2 ? null : sampleStandardDeviation([...values]),
  }
}

function judge(
  samples: readonly (readonly number[])[],
  direction: Direction | null,
  comparable: boolean,
  noise: Noise | null,
  onlyFolds: boolean,
): Pick<LevelMetric, 'winner' | 'why' | 'p' | 'least'> {
  const sign = direction === 'lower' ? 1 : -1
  const ranked = samples
    .flatMap((values, index) => (values.length === 0 ? [] : [{ values, index, mean: mean([...values]) }]))
    .sort((a, b) => sign * (a.mean - b.mean))
  const [best, next] = ranked
  const none = { winner: null, p: null, least: null } as const
  if (best === undefined || next === undefined) return { ...none, why: 'one level only has it' }
  if (onlyFolds) return { ...none, why: 'folds of cross-validations' }
  const p = welch(best.values, next.values)?.p ?? null
  if (direction === null) return { ...none, why: 'direction unknown' }
  if (!comparable) return { ...none, why: 'not comparable' }
  if (isSameValue(best.mean, next.mean)) return { ...none, why: 'equal', p }
  if (best.values.length < 2 || next.values.length < 2) {
    if (noise === null) return { ...none, why: 'single runs' }
    const least = leastDifference(noise, best.values.length, next.values.length)
    return Math.abs(best.mean - next.mean) < least
      ? { ...none, why: 'within noise', least }
      : { winner: best.index, why: null, p: null, least }
  }
  if (p !== null && p >= SIGNIFICANT) return { ...none, why: 'within noise', p }
  return { winner: best.index, why: null, p, least: null }
}
