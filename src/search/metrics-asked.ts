import { isIdle, plainWords, type Term } from './terms.ts'

/** The metrics that a question names, and the question without them. */
export interface MetricsAsked {
  readonly metrics: readonly string[]
  readonly rest: string
}

/**
 * The metrics, of those that runs logged, that a question names: `test_f1`, "test f1". The longest name wins, so that `val_f1` is
 * not `f1` as well; one of a single word counts where no other name stands before it ("focal loss" is not `loss`).
 */
export function metricsAsked(question: string, logged: readonly string[]): MetricsAsked {
  let rest = question
  const metrics: string[] = []
  for (const name of logged.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))) {
    const words = plainWords(name)
    if (words.join('').length < 2) continue
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}_.])${words.join('[^\\p{L}\\p{N}]?')}(?![\\p{L}\\p{N}_]|[.-][\\p{L}\\p{N}])`,
      'iu',
    )
    const at = pattern.exec(rest)
    if (at === null) continue
    const before = plainWords(rest.slice(0, at.index)).at(-1)
    if (words.length === 1 && before !== undefined && !isIdle(before)) continue
    metrics.push(name)
    rest = `${rest.slice(0, at.index)} ${rest.slice(at.index + at[0].length)}`
  }
  return { metrics, rest }
}

/** A metric as a term: passages that hold it count, and what is asked after beside it decides. */
export function metricTerm(name: string): Term {
  return { words: name, forms: [plainWords(name).join(' ')], weight: METRIC_WEIGHT }
}

const METRIC_WEIGHT = 0.9
