import type { Experiment } from '../runs/run.ts'
import { type Direction, namedSetting, type Settings } from '../settings.ts'
import type { MetricRules } from './evidence.ts'

/** Whole words of a metric's name that say which way is better; the last one found decides (`auc_loss` is a loss). */
const KNOWN: readonly (readonly [RegExp, Direction])[] = [
  [
    /^(loss|error|err|rmse|mse|mae|mape|smape|rmsle|logloss|nll|perplexity|ppl|bpb|bpc|cer|wer|mer|fid|kid|brier|ece|eer|hinge|crossentropy|xent|kl|kld|l1|l2|latency|runtime|regret)$/,
    'lower',
  ],
  [
    /^(acc|accuracy|auc|auroc|roc|prc|auprc|aupr|ap|map|map50|map75|f1|f2|fbeta|precision|recall|sensitivity|specificity|r2|nse|kge|mcc|kappa|iou|miou|dice|bleu|rouge|meteor|chrf|ndcg|mrr|hit|hits|hitrate|top1|top5|psnr|ssim|reward|return|winrate|throughput|correlation|pearson|spearman|gini|ks)$/,
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
  [/_(pct|percent)$/, '%'],
  [/_(mb|gb|kb)$/, 'bytes'],
]

/**
 * How metrics are to be taken. The primary metric is the one that all experiments state of themselves (MLflow's
 * `mlflow.experiment.primaryMetric.*`), else narrate.yaml's; directions are narrate.yaml's first, then the tracker's,
 * then those of well-known names. A name nobody knows has no direction, and then nothing
 * may be called better or worse.
 */
export function metricRules(metrics: Settings['metrics'], experiments: readonly Experiment[]): MetricRules {
  const stated = experiments.flatMap((experiment) =>
    experiment.primaryMetric === null ? [] : [{ experiment, primary: experiment.primaryMetric }],
  )
  const names = new Set(stated.map(({ primary }) => primary.name))
  const [first] = stated
  // What an experiment states of itself is nearer to its runs than the project's present setting.
  const fromTracker =
    first !== undefined && names.size === 1 && stated.length === experiments.length ? first : null
  const given = metrics.primary ?? (names.size === 1 ? first?.primary.name : undefined) ?? null
  return {
    primary: fromTracker?.primary.name ?? given,
    primaryFrom:
      fromTracker !== null
        ? `experiment ${fromTracker.experiment.name} in the tracker`
        : given === null
          ? null
          : metrics.primary === undefined
            ? `experiment ${first?.experiment.name} in the tracker`
            : 'narrate.yaml',
    direction: (metric) => {
      const given = namedSetting(metrics.directions, metric)
      if (given !== undefined) return given
      const hint = stated.find(({ primary }) => primary.name === metric && primary.greaterIsBetter !== null)
      if (hint !== undefined) return hint.primary.greaterIsBetter === true ? 'higher' : 'lower'
      return knownDirection(metric)
    },
    headline: (metric) => namedSetting(metrics.headline, metric) ?? 'last',
    unit: (metric) =>
      namedSetting(metrics.units, metric) ?? UNITS.find(([ending]) => ending.test(metric))?.[1] ?? null,
  }
}

/** The direction that a metric's name tells by itself, or null: `val_loss`, `metrics/mAP50(B)`, `roc-auc`. */
export function knownDirection(metric: string): Direction | null {
  if (NO_DIRECTION.test(metric)) return null
  const words = [metric.replace(/([a-z])([A-Z])/g, '$1 $2'), metric].map((text) =>
    text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== ''),
  )
  for (const word of words.flat().reverse()) {
    const found = KNOWN.find(([pattern]) => pattern.test(word))
    if (found !== undefined) return found[1]
  }
  return null
}
