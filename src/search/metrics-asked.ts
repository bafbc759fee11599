import { pairMetrics, splitOf } from '../runs/pair-metrics.ts'
import { isIdle, plainWords, type Term } from './terms.ts'

/** The metrics that a question names, and the question without them. */
export interface MetricsAsked {
  readonly metrics: readonly string[]
  readonly rest: string
}

/** Words of metrics that mean the same. */
const SAME: readonly (readonly string[])[] = [
  ['val', 'valid', 'validation'],
  ['train', 'training'],
  ['test', 'testing'],
  ['loss', 'losses'],
  ['acc', 'accuracy', 'accuracies'],
]

/** A last word by which people call a metric: "F1" for `val_f1`. */
const SHORT =
  /^(f1|f2|mcc|accuracy|acc|auc|auroc|precision|recall|specificity|sensitivity|rmse|mae|mse|mape|r2|nse|kge|bleu|rouge|perplexity|loss)$/

/**
 * The metrics, of those that runs logged, that a question names, in its order: `test_f1`, "test f1", and "validation loss" for
 * `val_loss` or `valid_loss`. The longest name wins, so that `val_f1` is not `f1` as well; one of a single word counts where no other
 * name stands before it ("focal loss" is not `loss`). "F1" alone is all that ends so of held-out data, else of any.
 */
export function metricsAsked(question: string, logged: readonly string[]): MetricsAsked {
  let rest = question
  const found: { readonly name: string; readonly at: number }[] = []
  const names = logged.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const take = (named: readonly string[], words: readonly (readonly string[])[]): void => {
    if (words.flat().join('').length < 2) return
    const parts = words.map((forms) => (forms.length === 1 ? forms[0] : `(?:${forms.join('|')})`))
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}_.])${parts.join('[^\\p{L}\\p{N}]?')}(?![\\p{L}\\p{N}_]|[.-][\\p{L}\\p{N}])`,
      'giu',
    )
    for (const at of rest.matchAll(pattern)) {
      const before = plainWords(rest.slice(0, at.index)).at(-1)
      if (words.length === 1 && before !== undefined && !isIdle(before) && !RANKS.test(before)) continue
      for (const name of named)
        if (!found.some((one) => one.name === name)) found.push({ name, at: at.index })
      // Blanks keep the places of what follows.
      rest = `${rest.slice(0, at.index)}${' '.repeat(at[0].length)}${rest.slice(at.index + at[0].length)}`
    }
  }
  for (const name of names)
    take(
      [name],
      plainWords(name).map((word) => [word]),
    )
  for (const name of names) take([name], plainWords(name).map(alike))
  for (const [last, named] of Map.groupBy(names, (name) => alike(plainWords(name).at(-1) ?? '').join('|'))) {
    const words = last.split('|')
    if (!words.some((word) => SHORT.test(word))) continue
    const heldOut = named.filter((name) => splitOf(name).split === 'held out')
    take((heldOut.length > 0 ? heldOut : named).toSorted(), [words])
  }
  return { metrics: found.toSorted((a, b) => a.at - b.at).map(({ name }) => name), rest }
}

/** What may stand before a metric of a single word. */
const RANKS = /^(best|highest|lowest|worst|final|mean|average|median)$/

function alike(word: string): readonly string[] {
  return SAME.find((forms) => forms.includes(word)) ?? [word]
}

/** The metrics with their counterparts on the training data, or on held-out data, where a question asks whether a model overfits. */
export function withCounterparts(
  question: string,
  metrics: readonly string[],
  logged: readonly string[],
): readonly string[] {
  if (!/\b(over-?fit\w*|under-?fit\w*|generali[sz]\w*|memori[sz]\w*)\b/i.test(question)) return metrics
  const pairs = [...pairMetrics(logged)]
  const asked =
    metrics.length > 0 ? metrics : pairs.flatMap(([name]) => (/loss/i.test(name) ? [name] : [])).slice(0, 1)
  return [
    ...new Set(
      asked.flatMap((name) => [
        name,
        ...pairs.flatMap(([heldOut, training]) =>
          heldOut === name ? [training] : training === name ? [heldOut] : [],
        ),
      ]),
    ),
  ]
}

/** A metric as a term: passages that hold it count, and what is asked after beside it decides. */
export function metricTerm(name: string): Term {
  return { words: name, forms: [plainWords(name).join(' ')], weight: METRIC_WEIGHT }
}

const METRIC_WEIGHT = 0.9
