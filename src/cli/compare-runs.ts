import { type Comparability, comparableFor } from '../evidence/comparable-as.ts'
import type { MetricRules } from '../evidence/evidence.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import { settingValue } from '../evidence/setting-value.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import { isDone, type Run, type RunKey, type RunSummary } from '../runs/run.ts'
import type { Direction, Settings } from '../settings.ts'
import { difference as differenceBeyondRounding } from '../statistics/difference.ts'
import { headlineOf } from './format-run.ts'

/** How far values of a metric scatter when nothing but the seed changes. */
export interface Noise {
  /** The standard deviation between seeds of one setting, and what it rests on. */
  readonly sd: number
  readonly degreesOfFreedom: number
  /** The difference of two single runs that seeds alone are unlikely to explain (95 %). */
  readonly least: number
  /** How many groups of replicates and runs in them it rests on. */
  readonly groups: number
  readonly runs: number
  /** Whether those stand in other experiments than the compared runs. */
  readonly elsewhere: boolean
}

/** One thing that the runs have different values of; null where a run did not log it. */
export interface Difference {
  readonly name: string
  readonly values: readonly (string | null)[]
}

/** Why none of the values of a metric is called best. */
export type NoWinner =
  | 'direction unknown'
  | 'not comparable'
  | 'budget changed'
  | 'fewer than two finished runs have it'
  | 'folds of a cross-validation'
  | 'equal'
  | 'within noise'

/** One metric over the compared runs. */
export interface ComparedMetric {
  readonly name: string
  readonly direction: Direction | null
  readonly unit: string | null
  /** The headline value of each run; null where it was not logged. */
  readonly values: readonly (number | null)[]
  /** The index of the best run, or why there is none. */
  readonly winner: number | null
  readonly why: NoWinner | null
  /** Of two runs, second less first; of more, how far the best is ahead of the next one. Null where that cannot be told. */
  readonly difference: number | null
  readonly noise: Noise | null
}

/** What some of the compared runs share and the others do not. */
export interface Side {
  readonly as: string
  readonly labels: readonly string[]
}

/** Runs side by side. */
export interface Comparison {
  readonly runs: readonly Run[]
  /** A, B, C, … */
  readonly labels: readonly string[]
  /** Whether all of them measured the same thing, and where not, in what they differ. */
  readonly comparable: boolean
  readonly breaks: readonly Side[]
  /** The same for the decision threshold, which only some metrics move with. */
  readonly thresholds: readonly Side[]
  /** The same for the budget, where it changed for good between them: across it none is called best either. */
  readonly budgets: readonly Side[]
  readonly params: readonly Difference[]
  /** Parameters that all of them share. */
  readonly common: ReadonlyMap<string, string>
  /** Paths and the like in which they differ: told as a count. */
  readonly bookkeeping: readonly string[]
  readonly data: readonly Difference[]
  readonly code: readonly Difference[]
  /** Those that tell most first. */
  readonly metrics: readonly ComparedMetric[]
  /** How many of them tell of the model: the others are clocks and counters of programs. */
  readonly telling: number
  /** Metrics that have one and the same value in all runs. */
  readonly equalMetrics: readonly string[]
  readonly durations: readonly (number | null)[]
  /** What each run cost by the price of an hour that narrate.yaml names; null where it names none. */
  readonly costs: readonly (number | null)[] | null
}

/** What a comparison needs to know beside the runs. */
export interface ComparisonRules {
  readonly metrics: MetricRules
  readonly settings: Settings
  /** For each run what it may be ranked with. */
  readonly comparability: readonly Comparability[]
  /** For each run the side of a change of the budget that it stands on (`epochs=10`); empty where there is none. */
  readonly budgets: readonly string[]
  noise(metric: string): Noise | null
  /** Runs that are folds of a cross-validation: their values stand for a part of the data each, and are not ranked. */
  readonly folds: ReadonlySet<RunKey>
}

/** Puts runs side by side. Nothing is called best across runs that measured different things or did not finish. */
export function compareRuns(runs: readonly Run[], rules: ComparisonRules): Comparison {
  const labels = runs.map((_, index) => labelOf(index))
  const breaks = sidesOf(
    rules.comparability.map((one) => one.comparableAs),
    labels,
  )
  const thresholds = sidesOf(
    rules.comparability.map(({ protocol }) => protocol.threshold),
    labels,
  )
  const { differing, common } = paramsOf(runs)
  const metrics = metricsOf(runs, rules)
  const { perHour } = rules.settings.costs
  const durations = runs.map(durationOf)
  const isEqual = ({ values }: ComparedMetric): boolean =>
    values.every((value) => value !== null && Object.is(value, values[0]))
  return {
    runs,
    labels,
    comparable: breaks.length === 0,
    breaks,
    thresholds,
    budgets: sidesOf(rules.budgets, labels).filter(({ as }) => as !== ''),
    params: differing.filter(({ name }) => !isBookkeeping(name)),
    common,
    bookkeeping: differing.filter(({ name }) => isBookkeeping(name)).map(({ name }) => name),
    data: differences(runs, DATA),
    code: differences(runs, CODE),
    metrics: metrics.filter((metric) => !isEqual(metric)),
    telling: metrics.slice(0, rankMetrics(runs, rules.metrics).length).filter((metric) => !isEqual(metric))
      .length,
    equalMetrics: metrics.filter(isEqual).map(({ name }) => name),
    durations,
    costs:
      perHour === undefined
        ? null
        : durations.map((duration) => (duration === null ? null : (duration / 3_600_000) * perHour)),
  }
}

/** Who stands on which side; none where all stand on one. */
function sidesOf(texts: readonly string[], labels: readonly string[]): readonly Side[] {
  const sides = [...Map.groupBy(labels.entries(), ([index]) => texts[index] ?? '')].map(([as, members]) => ({
    as,
    labels: members.map(([, label]) => label),
  }))
  return sides.length > 1 ? sides : []
}

function labelOf(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : `R${index + 1}`
}

function paramsOf(runs: readonly Run[]): {
  readonly differing: readonly Difference[]
  readonly common: ReadonlyMap<string, string>
} {
  const names = [...new Set(runs.flatMap((run) => [...run.params.keys()]))].sort()
  const common = new Map<string, string>()
  const differing: Difference[] = []
  for (const name of names) {
    const values = runs.map((run) => run.params.get(name) ?? null)
    const [first = null] = values
    const meaning = first === null ? null : settingValue(name, first).key
    if (
      first !== null &&
      values.every((value) => value !== null && settingValue(name, value).key === meaning)
    )
      common.set(name, first)
    else differing.push({ name, values })
  }
  return { differing, common }
}

const DATA: Readonly<Record<string, (run: Run) => string | null>> = {
  data: (run) => run.dataSets.map(({ name, digest }) => `${name} ${digest}`).join(', ') || null,
  experiment: (run) => run.experiment.name,
}

const CODE: Readonly<Record<string, (run: Run) => string | null>> = {
  commit: (run) => run.code.commit?.slice(0, 8) ?? null,
  uncommitted: (run) => (run.code.dirty === null ? null : run.code.dirty ? 'yes' : 'no'),
  branch: (run) => run.code.branch,
  'entry point': (run) => run.code.entryPoint,
  user: (run) => run.user,
}

function differences(
  runs: readonly Run[],
  fields: Readonly<Record<string, (run: Run) => string | null>>,
): readonly Difference[] {
  return Object.entries(fields).flatMap(([name, read]) => {
    const values = runs.map(read)
    return values.every((value) => value === values[0]) ? [] : [{ name, values }]
  })
}

function metricsOf(runs: readonly Run[], rules: ComparisonRules): readonly ComparedMetric[] {
  const ranked = rankMetrics(runs, rules.metrics)
  const others = [...new Set(runs.flatMap((run) => [...run.metrics.keys()]))]
    .filter((name) => !ranked.includes(name))
    .sort()
  return [...ranked, ...others].map((name) => {
    const direction = rules.metrics.direction(name)
    const noise = rules.noise(name)
    const values = runs.map((run) => headlineOf(run, name, rules.settings))
    const sides = rules.comparability.map((one) => comparableFor(one, name))
    return {
      name,
      direction,
      unit: rules.metrics.unit(name),
      values,
      noise,
      ...judge(runs, values, direction, noise, { sides, budgets: rules.budgets }, rules.folds),
    }
  })
}

function judge(
  runs: readonly RunSummary[],
  values: readonly (number | null)[],
  direction: Direction | null,
  noise: Noise | null,
  { sides, budgets }: { readonly sides: readonly string[]; readonly budgets: readonly string[] },
  folds: ReadonlySet<RunKey>,
): Pick<ComparedMetric, 'winner' | 'why' | 'difference'> {
  const [a = null, b = null] = values
  const two =
    runs.length === 2 && a !== null && b !== null && Number.isFinite(b - a)
      ? differenceBeyondRounding(a, b)
      : null
  const sign = direction === 'lower' ? 1 : -1
  const finished = values
    .flatMap((value, index) => {
      const run = runs[index]
      return value !== null && Number.isFinite(value) && run !== undefined && isDone(run)
        ? [{ value, index }]
        : []
    })
    .sort((one, other) => sign * (one.value - other.value))
  const rankable = finished.filter(({ index }) => !folds.has(runs[index]?.key ?? ''))
  const [best, next] = rankable
  if (best === undefined || next === undefined) {
    const why = finished.length < 2 ? 'fewer than two finished runs have it' : 'folds of a cross-validation'
    return { winner: null, why, difference: two }
  }
  if (direction === null) return { winner: null, why: 'direction unknown', difference: two }
  const comparable = new Set(rankable.map(({ index }) => sides[index])).size === 1
  const ahead = Math.abs(differenceBeyondRounding(next.value, best.value))
  const difference = runs.length === 2 ? two : comparable ? ahead : null
  if (!comparable) return { winner: null, why: 'not comparable', difference }
  const spent = new Set(rankable.flatMap(({ index }) => budgets[index] || []))
  if (spent.size > 1) return { winner: null, why: 'budget changed', difference }
  if (ahead === 0) return { winner: null, why: 'equal', difference }
  if (noise !== null && ahead < noise.least) return { winner: null, why: 'within noise', difference }
  return { winner: best.index, why: null, difference }
}

function durationOf(run: RunSummary): number | null {
  return run.startedAt === null || run.endedAt === null ? null : Math.max(0, run.endedAt - run.startedAt)
}
