import type { MetricSummary } from '../runs/run.ts'
import type { MetricRules } from './evidence.ts'

/** Metrics that programs count with: they tell nothing of a model. Keras calls the loss of an epoch `epoch_loss`. */
const COUNTERS =
  /(^|[_/.])(pid|trial_id|timestamp|done|(training_)?iterations?|since_restore|time_total_s|time_this_iter_s|warmup_time|global_step|epoch(?!_(?!time|seconds|duration|index|idx|num|count)[a-z])|step|trainer)([_/.]|$)|^system\//i

/** Parts of a model that are trained against one another, or towards a moving target: a low loss of theirs tells no good model. */
const PARTS: ReadonlySet<string> = new Set(
  'actor critic discriminator generator policy value vf q qf q1 q2 qf1 qf2 g d'.split(' '),
)

function isLossOfPart(name: string): boolean {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  return words.includes('loss') && words.some((word) => PARTS.has(word))
}

/** What is counted of the metrics of runs. */
export interface CountedMetrics {
  /** How many runs logged any. */
  readonly telling: number
  /** Of each metric how many runs logged it, and whether its last value differs between any of them; a single one varies. */
  readonly metrics: ReadonlyMap<string, { readonly count: number; readonly varies: boolean }>
}

/** Counts the metrics of runs one after the other, and holds none of the runs. */
export function countMetrics(): {
  add(metrics: ReadonlyMap<string, Pick<MetricSummary, 'last'>>): void
  counted(): CountedMetrics
} {
  const counts = new Map<string, { readonly first: number; count: number; differs: boolean }>()
  let telling = 0
  return {
    add(metrics) {
      if (metrics.size > 0) telling += 1
      for (const [name, { last }] of metrics) {
        const known = counts.get(name)
        if (known === undefined) counts.set(name, { first: last, count: 1, differs: false })
        else {
          known.count += 1
          known.differs ||= !Object.is(last, known.first)
        }
      }
    },
    counted: () => ({
      telling,
      metrics: new Map(
        [...counts].map(([name, { count, differs }]) => [name, { count, varies: differs || count < 2 }]),
      ),
    }),
  }
}

/**
 * The metrics that runs logged, those that tell most first: the primary one; then the same
 * measure on other held-out data (`test_f1` beside `val_f1`); then ones whose direction is known, the losses of an actor, a critic or a
 * generator last, that vary over the runs, that half of the runs or more logged, on held-out data before training data; then the more
 * frequent, then by name. Counters of programs (process ids, steps, clocks) are left out unless one is the primary metric.
 */
export function rankMetrics(
  runs: readonly { readonly metrics: ReadonlyMap<string, Pick<MetricSummary, 'last'>> }[],
  rules: MetricRules,
): readonly string[] {
  const counted = countMetrics()
  for (const { metrics } of runs) counted.add(metrics)
  return rankCounted(counted.counted(), rules)
}

/** The same of metrics that were counted. */
export function rankCounted({ metrics, telling }: CountedMetrics, rules: MetricRules): readonly string[] {
  const weigh = (name: string, count: number, varies: boolean): readonly number[] => {
    // Ultralytics' `metrics/…` are those of the validation.
    const heldOut = /test/i.test(name) ? 2 : /val|eval|dev|cv|^metrics\//i.test(name) ? 1 : 0
    return [
      Number(name === rules.primary),
      Number(isPrimaryElsewhere(name, rules.primary)),
      Number(rules.direction(name) !== null),
      Number(!isLossOfPart(name)),
      Number(varies),
      Number(count * 2 >= telling),
      heldOut,
      count,
    ]
  }
  return [...metrics]
    .filter(([name]) => name === rules.primary || !COUNTERS.test(name))
    .map(([name, { count, varies }]) => ({ name, weight: weigh(name, count, varies) }))
    .sort((a, b) => compare(b.weight, a.weight) || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name)
}

const SPLIT = /^(train(ing)?|val(id(ation)?)?|test|eval(uation)?|dev|holdout|cv)$/i

/** Whether a metric is the primary measure on other data that no run was trained on. */
function isPrimaryElsewhere(name: string, primary: string | null): boolean {
  if (primary === null || name === primary) return false
  const words = (text: string): readonly string[] =>
    text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const measure = (text: string): string =>
    words(text)
      .filter((word) => !SPLIT.test(word))
      .join(' ')
      .toLowerCase()
  const split = words(name).find((word) => SPLIT.test(word))
  return split !== undefined && !/^train/i.test(split) && measure(name) === measure(primary)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
