import { splitOf } from '../runs/pair-metrics.ts'
import { isIdle, plainWords, type Term } from './terms.ts'

/** The metrics that a question names, and the question without them. */
export interface MetricsAsked {
  readonly metrics: readonly string[]
  /** What is looked for in passages, a term for each name that the question says, in its order. */
  readonly terms: readonly Term[]
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
  const found: { readonly name: string; readonly at: number; readonly term: Term }[] = []
  const names = logged.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const take = (named: readonly string[], words: readonly (readonly string[])[], isThing = false): void => {
    if (words.flat().join('').length < 2) return
    const parts = words.map((forms) => (forms.length === 1 ? forms[0] : `(?:${forms.join('|')})`))
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}_.])${parts.join('[^\\p{L}\\p{N}]?')}(?![\\p{L}\\p{N}_]|[.-][\\p{L}\\p{N}])`,
      'giu',
    )
    for (const at of rest.matchAll(pattern)) {
      const before = plainWords(rest.slice(0, at.index)).at(-1)
      if (
        words.length === 1 &&
        before !== undefined &&
        !isIdle(before) &&
        !RANKS.test(before) &&
        !/^\d+$/.test(before)
      )
        continue
      for (const name of named)
        if (!found.some((one) => one.name === name))
          found.push({ name, at: at.index, term: isThing ? thingTerm(at[0]) : metricTerm(name) })
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
  for (const name of names)
    if (splitOf(name).split !== null) take([name], [alike(firstOf(name)), ...tailOf(name)])
  for (const named of Map.groupBy(names, (name) => JSON.stringify(tailOf(name))).values()) {
    const tail = tailOf(named[0] ?? '')
    const isShort = tail[0]?.some((word) => SHORT.test(word)) === true
    const heldOut = named.filter((name) => splitOf(name).split === 'held out')
    if (isShort || (tail.length > 1 && heldOut.length > 0))
      take((heldOut.length > 0 ? heldOut : named).toSorted(), tail, tail.length > 1)
  }
  const ordered = found.toSorted((a, b) => a.at - b.at)
  const terms = new Map(ordered.map(({ term }) => [term.words, term]))
  return { metrics: ordered.map(({ name }) => name), terms: [...terms.values()], rest }
}

/** What may stand before a metric of a single word. */
const RANKS = /^(best|highest|lowest|worst|final|mean|average|median)$/

function alike(word: string): readonly string[] {
  return SAME.find((forms) => forms.includes(word)) ?? [word]
}

function firstOf(name: string): string {
  return plainWords(name)[0] ?? ''
}

/** What was measured, whatever the data: `valid_loss_F1` is F1 beside its loss, `valid_loss` and `valid_loss_loss` are the loss. */
function tailOf(name: string): readonly (readonly string[])[] {
  if (splitOf(name).split === null) return plainWords(name).map(alike)
  const [, second = '', ...more] = plainWords(name)
  return [...(second === 'loss' && more.length > 0 ? [] : [second]), ...more].map(alike)
}

/** The metrics with their counterparts on the training data, or on held-out data, where a question asks whether a model overfits. */
export function withCounterparts(
  question: string,
  metrics: readonly string[],
  logged: readonly string[],
): readonly string[] {
  if (!/\b(over-?fit\w*|under-?fit\w*|generali[sz]\w*|memori[sz]\w*)\b/i.test(question)) return metrics
  const asked =
    metrics.length > 0 ? metrics : logged.filter((name) => /^(train|training)[_./ -]?loss$/i.test(name))
  return [...new Set(asked.flatMap((name) => [name, ...counterpartOf(name, logged)]))]
}

function counterpartOf(name: string, logged: readonly string[]): readonly string[] {
  const { split } = splitOf(name)
  if (split === null) return []
  const tail = JSON.stringify(tailOf(name))
  const isTest = (other: string): number => (alike(firstOf(other)).includes('test') ? 1 : 0)
  return logged
    .filter((other) => {
      const its = splitOf(other).split
      return its !== null && its !== split && JSON.stringify(tailOf(other)) === tail
    })
    .toSorted((one, other) => isTest(one) - isTest(other) || one.length - other.length)
    .slice(0, 1)
}

/** A metric as a term: passages that hold it count, and what is asked after beside it decides. */
function metricTerm(name: string): Term {
  return { words: name, forms: [plainWords(name).join(' ')], weight: METRIC_WEIGHT }
}

/** "focal loss" beside `val_focal_loss` is first of all the thing itself, which notes call by these words. */
function thingTerm(said: string): Term {
  const words = plainWords(said).join(' ')
  return { words, forms: [words], weight: 1 }
}

const METRIC_WEIGHT = 0.9
