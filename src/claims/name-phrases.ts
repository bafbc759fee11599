import type { RunSummary } from '../runs/run.ts'

/** How the words of prose spell a part of a metric's or parameter's name. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  val: ['val', 'validation', 'valid'],
  valid: ['val', 'validation', 'valid'],
  validation: ['val', 'validation', 'valid'],
  train: ['train', 'training'],
  training: ['train', 'training'],
  test: ['test', 'testing'],
  eval: ['eval', 'evaluation'],
  dev: ['dev', 'development'],
  acc: ['acc', 'accuracy'],
  accuracy: ['accuracy', 'acc'],
  auc: ['auc', 'roc auc', 'auroc'],
  loss: ['loss', 'losses'],
  lr: ['lr', 'learning rate'],
  num: ['num', 'number of', ''],
  n: ['n', 'number of', ''],
  logloss: ['logloss', 'log loss'],
  wd: ['wd', 'weight decay'],
  bs: ['bs', 'batch size'],
  weigth: ['weigth', 'weight'],
  sequence: ['sequence', 'seq'],
  seq: ['seq', 'sequence'],
  ppl: ['ppl', 'perplexity'],
  f1: ['f1', 'f1-score', 'f1 score'],
  rmse: ['rmse', 'root mean squared error'],
  mae: ['mae', 'mean absolute error'],
  mse: ['mse', 'mean squared error'],
}

const SPLIT_WORDS = new Set(['train', 'training', 'val', 'valid', 'validation', 'test', 'testing', 'eval'])

/** A way to write a name in prose, and which names it may mean. */
export interface NamePhrase {
  readonly words: readonly string[]
  readonly names: readonly string[]
  readonly field: 'metric' | 'param' | 'attribute'
}

/**
 * The phrases that name metrics, parameters and durations in prose, longest first: "validation loss" means `val_loss`,
 * "loss" alone each metric that ends so.
 */
export function namePhrases(evidence: {
  readonly runs: readonly { readonly run: Pick<RunSummary, 'metrics' | 'params'> }[]
}): readonly NamePhrase[] {
  const made = new Map<
    string,
    { words: readonly string[]; names: Set<string>; field: 'metric' | 'param' | 'attribute' }
  >()
  const add = (text: string, name: string, field: 'metric' | 'param' | 'attribute') => {
    const words = text.split(/\s+/).filter((word) => word !== '')
    // "Train" alone names no `n_train`.
    if (words.length === 1 && words[0] !== name.toLowerCase() && SPLIT_WORDS.has(words[0] ?? '')) return
    // One letter may be a setting's whole name (`C`); "a" and "i" are words of every sentence.
    if (words.length === 0 || /^[ai]?$/.test(words.join(' '))) return
    if (words.length === 1 && (words[0] ?? '').length < 2 && name.length > 1) return
    const key = words.join(' ')
    const entry = made.get(key) ?? { words, names: new Set<string>(), field }
    entry.names.add(name)
    made.set(key, entry)
  }
  const metrics = new Set(evidence.runs.flatMap(({ run }) => [...run.metrics.keys()]))
  const params = new Set(evidence.runs.flatMap(({ run }) => [...run.params.keys()]))
  for (const name of metrics) {
    const parts = partsOf(name)
    for (const text of spellings(parts)) add(text, name, 'metric')
    add(name.toLowerCase(), name, 'metric')
    // "A mean of" names no `cv_auc_mean`, nor "the best" a `best`.
    const isStatistic =
      /^(mean|avg|average|median|sd|std|min|max|best|final|last|first|count|total|n|step|ms|s|sec|seconds)$/.test(
        parts.at(-1) ?? '',
      )
    if (parts.length > 1 && !isStatistic)
      for (const text of spellings(parts.slice(-1))) add(text, name, 'metric')
  }
  for (const name of params) {
    for (const text of spellings(partsOf(name))) add(text, name, 'param')
    add(name.toLowerCase(), name, 'param')
  }
  for (const word of ['duration', 'runtime', 'wall time', 'training time']) add(word, 'duration', 'attribute')
  return [...made.values()]
    .map(({ words, names, field }) => ({ words, names: [...names], field }))
    .sort((a, b) => b.words.length - a.words.length)
}

/** The phrase that words begin with at `at`, if any; the longest wins, a plural s is forgiven. */
export function phraseAt(
  phrases: readonly NamePhrase[],
  words: readonly (string | null)[],
  at: number,
): NamePhrase | null {
  return (
    phrases.find((phrase) =>
      phrase.words.every((word, index) => {
        const found = words[at + index]
        return (
          found === word ||
          (index === phrase.words.length - 1 && (found === `${word}s` || found === `${word}es`))
        )
      }),
    ) ?? null
  )
}

function partsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_\-/.:]+/)
    .filter((part) => part !== '')
}

function spellings(parts: readonly string[]): readonly string[] {
  return parts
    .reduce<readonly string[]>(
      (texts, part) =>
        texts.flatMap((text) =>
          ((Object.hasOwn(SPELLINGS, part) ? SPELLINGS[part] : undefined) ?? [part]).map(
            (spelling) => `${text} ${spelling}`,
          ),
        ),
      [''],
    )
    .slice(0, 64)
    .map((text) => text.trim())
}
