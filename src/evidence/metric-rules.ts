import type { Experiment, Run } from '../runs/run.ts'
import { type Direction, namedSetting, type Settings } from '../settings.ts'
import type { DirectionSource, EvidenceQuote, MetricRules } from './evidence.ts'
import { heldThen, type PastDay } from './held-then.ts'
import { statedPrimary } from './protocol-timeline.ts'
import { saidPrimary } from './said-primary.ts'

/** Whole words of a metric's name that say which way is better; the last one found decides (`auc_loss` is a loss). */
const KNOWN: readonly (readonly [RegExp, Direction])[] = [
  [
    /^(loss|error|err|rmse|mse|mae|mape|smape|rmsle|logloss|nll|perplexity|ppl|bpb|bpc|cer|wer|mer|fid|kid|brier|ece|eer|hinge|crossentropy|xent|kl|kld|l1|l2|latency|runtime|regret)$/,
    'lower',
  ],
  [
    /^(acc|accuracy|auc|auroc|roc|prc|auprc|aupr|ap|map|map50|map75|f1|f2|fbeta|precision|recall|sensitivity|specificity|r2|nse|kge|mcc|kappa|iou|miou|dice|bleu|rouge|meteor|chrf|ndcg|mrr|hit|hits|hitrate|top1|top5|psnr|ssim|reward|rew|return|winrate|throughput|correlation|pearson|spearman|gini|ks)$/,
    'higher',
  ],
]

/** A spread, a count or an interval bound of a metric has no good direction, whatever the metric's. */
const NO_DIRECTION =
  /(^|[^a-z])(sd|std|stddev|stderr|sem|se|var|variance|count|n|ci|ci95|lower|upper|range)$/i

/** Seconds-like endings of a name, where no unit is given. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_(ms|millis|milliseconds)$/, 'ms'],
  [/_(s|sec|secs|seconds)$/, 's'],
  [/_(min|minutes)$/, 'min'],
  [/_(h|hrs|hours)$/, 'h'],
  [/_(us|micros|microseconds)$/, 'us'],
  [/_(pct|percent)$/, '%'],
  [/_bytes$/, 'bytes'],
  [/_kb$/, 'kB'],
  [/_mb$/, 'MB'],
  [/_gb$/, 'GB'],
]

/** What else may say which metric decides: the runs themselves, and what people wrote. */
export interface PrimaryHints {
  /** In order of their start. */
  readonly runs: readonly Run[]
  readonly quotes: readonly EvidenceQuote[]
  /** Set for a day that is over: narrate.yaml says what decides now, not what decided then. */
  readonly past?: PastDay | null
}

/**
 * How metrics are to be taken. The primary metric is what the newest of the runs say of themselves (a tag), where half of
 * them or more do; then the one that all experiments state (MLflow's `mlflow.experiment.primaryMetric.*`); then
 * narrate.yaml's, or what held before it on a day that is over; then what some experiments state and no other denies; then what notes and descriptions of experiments
 * say in so many words, the newest note first. Directions are narrate.yaml's first, then the tracker's, then those of
 * well-known names. A name nobody knows has no direction, and then nothing may be called better or worse.
 */
export function metricRules(
  metrics: Settings['metrics'],
  experiments: readonly Experiment[],
  hints: PrimaryHints = { runs: [], quotes: [] },
): MetricRules {
  const stated = experiments.flatMap((experiment) =>
    experiment.primaryMetric === null ? [] : [{ experiment, primary: experiment.primaryMetric }],
  )
  const hintOf = (metric: string): Direction | null => {
    const hint = stated.find(({ primary }) => primary.name === metric && primary.greaterIsBetter !== null)
    return hint === undefined ? null : hint.primary.greaterIsBetter === true ? 'higher' : 'lower'
  }
  const directionOf = (metric: string): { direction: Direction; from: DirectionSource } | null => {
    const given = namedSetting(metrics.directions, metric)
    if (given !== undefined) return { direction: given, from: 'narrate.yaml' }
    const hint = hintOf(metric)
    if (hint !== null) return { direction: hint, from: 'tracker' }
    const known = knownDirection(metric)
    return known === null ? null : { direction: known, from: 'name' }
  }
  const primary = primaryOf()
  return {
    primary: primary?.metric ?? null,
    primaryFrom: primary?.from ?? null,
    primaryNow: primary?.now ?? null,
    direction: (metric) => directionOf(metric)?.direction ?? null,
    directionFrom: (metric) => directionOf(metric)?.from ?? null,
    headline: (metric) => namedSetting(metrics.headline, metric) ?? 'last',
    unit: (metric) =>
      namedSetting(metrics.units, metric) ?? UNITS.find(([ending]) => ending.test(metric))?.[1] ?? null,
  }

  function primaryOf(): { readonly metric: string; readonly from: string; readonly now?: string } | null {
    const tagged = hints.runs.flatMap((run) => statedPrimary(run) ?? [])
    const newest = tagged.at(-1)
    if (newest !== undefined && tagged.length * 2 >= hints.runs.length)
      return { metric: newest, from: 'the tags of the runs' }
    const names = new Set(stated.map(({ primary }) => primary.name))
    const [first] = stated
    const fromTracker =
      first === undefined || names.size > 1
        ? null
        : { metric: first.primary.name, from: `experiment ${first.experiment.name} in the tracker` }
    // What an experiment states of itself is nearer to its runs than the project's present setting.
    if (fromTracker !== null && stated.length === experiments.length) return fromTracker
    if (metrics.primary !== undefined) {
      const { past = null, quotes, runs } = hints
      const then = past === null ? null : heldThen(metrics.primary, past, runs, quotes)
      return then === null
        ? { metric: metrics.primary, from: 'narrate.yaml' }
        : { ...then, now: metrics.primary }
    }
    return fromTracker ?? newestStated() ?? saidPrimary(hints.quotes, hints.runs)
  }

  /** What the newest runs are told to be about, where the experiments changed their word once and for good. */
  function newestStated(): { readonly metric: string; readonly from: string } | null {
    const byExperiment = new Map(stated.map(({ experiment, primary }) => [experiment.id, primary.name]))
    const series = hints.runs.flatMap(
      (run) => statedPrimary(run) ?? byExperiment.get(run.experiment.id) ?? [],
    )
    const turns = series.filter((name, index) => name !== series[index - 1])
    const newest = turns.at(-1)
    if (newest === undefined || new Set(turns).size < turns.length) return null
    return { metric: newest, from: 'the newest runs and their experiments' }
  }
}

/** The direction that a metric's name tells by itself, or null: `val_loss`, `metrics/mAP50(B)`, `roc-auc`. */
export function knownDirection(metric: string): Direction | null {
  return directionOfName(metric)?.direction ?? null
}

/**
 * Whether a name that tells a direction might as well mean something else: the word that tells it is not the last one
 * (`error_margin`, `loss_scale`), splits, folds and statistics aside.
 */
export function isAmbiguousName(metric: string): boolean {
  const found = directionOfName(metric)
  if (found === null) return false
  return found.rest.some((word) => !PLAIN_ENDING.test(word))
}

/** Words that follow a metric's own without changing what it is. */
const PLAIN_ENDING =
  /^(\d+|b|m|k|a|at|score|scores|value|mean|avg|average|macro|micro|weighted|best|last|final|min|max|rate|train|training|val|valid|validation|test|testing|eval|evaluation|dev|holdout|oof|cv|fold|epoch|step|batch|total|all|overall|loss|error|curve|auc|per|class|s|ms|sec|secs|seconds|min|minutes)$/

function directionOfName(
  metric: string,
): { readonly direction: Direction; readonly rest: readonly string[] } | null {
  if (NO_DIRECTION.test(metric)) return null
  const spellings = [metric.replace(/([a-z])([A-Z])/g, '$1 $2'), metric].map((text) =>
    text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== ''),
  )
  for (const words of spellings.reverse())
    for (const [index, word] of [...words.entries()].reverse()) {
      const found = KNOWN.find(([pattern]) => pattern.test(word))
      if (found !== undefined) return { direction: found[1], rest: words.slice(index + 1) }
    }
  return null
}
