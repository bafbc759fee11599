import type { Experiment } from '../runs/run.ts'
import type { Direction, Settings } from '../settings.ts'
import type { MetricRules } from './evidence.ts'

/** Whole words of a metric's name that say which way is better; the last one found decides (`auc_loss` is a loss). */
const KNOWN: readonly (readonly [RegExp, Direction])[] = [
  [
    /^(loss|error|err|rmse|mse|mae|mape|smape|rmsle|logloss|nll|perplexity|ppl|bpb|bpc|cer|wer|mer|fid|kid|brier|ece|eer|hinge|crossentropy|xent|kl|kld|latency|runtime|regret)$/,
    'lower',
  ],
  [
    /^(acc|accuracy|auc|auroc|roc|prc|auprc|aupr|ap|map|map50|map75|f1|f2|fbeta|precision|recall|sensitivity|specificity|r2|nse|kge|mcc|kappa|iou|miou|dice|bleu|rouge|meteor|chrf|ndcg|mrr|hit|hits|hitrate|top1|top5|psnr|ssim|reward|return|winrate|throughput|correlation|pearson|spearman|gini|ks)$/,
    'higher',
  ],
]

/** Seconds-like endings of a name, where no unit is given. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_(ms|millis|milliseconds)$/, 'ms'],
  [/_(s|sec|secs|seconds)$/, 's'],
  [/_(min|minutes)$/, 'min'],
  [/_(pct|percent)$/, '%'],
  [/_(mb|gb|kb)$/, 'bytes'],
]

/**
 * How metrics are to be taken in this project: narrate.yaml first, then what the tracker says (MLflow's
 * `mlflow.experiment.primaryMetric.*`), then well-known names. A name nobody knows has no direction, and then nothing
 * may be called better or worse.
 */
export function metricRules(metrics: Settings['metrics'], experiments: readonly Experiment[]): MetricRules {
  const stated = experiments.flatMap((experiment) =>
    experiment.primaryMetric === null ? [] : [{ experiment, primary: experiment.primaryMetric }],
  )
  const names = new Set(stated.map(({ primary }) => primary.name))
  const [first] = stated
  const fromTracker = names.size === 1 && first !== undefined ? first : null
  return {
    primary: metrics.primary ?? fromTracker?.primary.name ?? null,
    primaryFrom:
      metrics.primary !== undefined
        ? 'narrate.yaml'
        : fromTracker === null
          ? null
          : `experiment ${fromTracker.experiment.name} in the tracker`,
    direction: (metric) => {
      const given = metrics.directions[metric]
      if (given !== undefined) return given
      const hint = stated.find(({ primary }) => primary.name === metric && primary.greaterIsBetter !== null)
      if (hint !== undefined) return hint.primary.greaterIsBetter === true ? 'higher' : 'lower'
      return knownDirection(metric)
    },
    headline: (metric) => metrics.headline[metric] ?? 'last',
    unit: (metric) => metrics.units[metric] ?? UNITS.find(([ending]) => ending.test(metric))?.[1] ?? null,
  }
}

/** The direction that a metric's name tells by itself, or null: `val_loss`, `metrics/mAP50(B)`, `roc-auc`. */
export function knownDirection(metric: string): Direction | null {
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
