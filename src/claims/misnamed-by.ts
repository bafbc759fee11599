import { clauseAround } from './clause.ts'
import { type Token, wordBeside } from './tokens.ts'
import type { NumberValue } from './value.ts'

/** Words for what is measured, and what a metric's name has that they may be said of. A closed list. */
const MEASURES: readonly (readonly [RegExp, RegExp])[] = [
  [/^accuracy$/, /acc/i],
  [/^precision$/, /prec|(^|_)m?ap|bf?16|fp/i],
  [/^recall$/, /rec|sens|tpr/i],
  [/^(auc|auroc)$/, /auc|roc/i],
  [/^loss(es)?$/, /loss|nll|entropy|(^|_)ce($|_)|cost|objective/i],
  [/^(error|errors)$/, /err|rmse|mae|mse|mape|wer|cer|loss|residual|deviation/i],
  [/^perplexity$/, /ppl|perpl/i],
]

/** Words for settings, and what a parameter's name has that they may be said of. A closed list. */
const SETTINGS: readonly (readonly [RegExp, RegExp])[] = [
  [/^dropout$/, /drop/i],
  [/^momentum$/, /momentum|beta|mom/i],
  [/^seeds?$/, /seed|random|state/i],
  [/^(learning rate)$/, /lr|rate|eta|step/i],
  [/^(batch size|batch)$/, /batch|bs|bsz/i],
  [/^(epochs?)$/, /epoch|iter|round|patience|warm/i],
  [/^(steps?)$/, /step|iter|update|warm|horizon|lag/i],
  [/^(iterations?)$/, /iter|step|round|estimator|epoch/i],
  [/^(layers?)$/, /layer|depth|block|deep/i],
  [/^(hidden units|hidden size|units)$/, /hidden|unit|dim|width|size|neuron/i],
  [/^(leaves)$/, /lea/i],
  [/^(trees)$/, /tree|estimator|round|iter/i],
  [/^(neighbours?|neighbors?)$/, /neigh|^k|_k/i],
  [/^(weight decay)$/, /decay|wd|l2|reg/i],
]

const SPLITS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(test)$/, /test|holdout|eval/i],
  [/^(training)$/, /train/i],
  [/^(validation)$/, /val|dev|eval/i],
]

/**
 * A word of the closed lists beside a number that no logged name claims, and that cannot be said of it: "accuracy" of a
 * `val_auc`, "dropout" of an `lr`, "test set" of a validation metric. Null where none is.
 */
export function misnamedBy(
  tokens: readonly Token[],
  at: number,
  name: string,
  value: NumberValue,
): string | null {
  if (value.unit === 'step') return null
  const wrong = (list: readonly (readonly [RegExp, RegExp])[], words: readonly string[]) =>
    words.find((word) => list.some(([said, allowed]) => said.test(word) && !allowed.test(name))) ?? null
  if (value.field === 'param') {
    const named = wordsBefore(tokens, at)
    return wrong(SETTINGS, [...named, ...(named.length > 0 ? [] : wordBeside(tokens, at + 1, 'behind'))])
  }
  const [from] = clauseAround(tokens, at)
  const clause = tokens.slice(from, at).flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  const measure = clause.findLast((word) => MEASURES.some(([said]) => said.test(word)))
  if (measure !== undefined && wrong(MEASURES, [measure]) !== null) return measure
  const splits = clause.filter((word) => SPLITS.some(([said]) => said.test(word)))
  const isOfSplit = SPLITS.some(([, allowed]) => allowed.test(name))
  const fits = splits.some((word) => wrong(SPLITS, [word]) === null)
  return isOfSplit && splits.length > 0 && !fits ? (splits[0] ?? null) : null
}

/** The setting's word right before a slot, or before "of" that stands there; none where it is no word of settings. */
function wordsBefore(tokens: readonly Token[], at: number): readonly string[] {
  const last = tokens[at - 1]
  const place = last?.kind === 'word' && /^(of|to|is|was|at)$/.test(last.lower) ? at - 2 : at - 1
  return wordBeside(tokens, place, 'before').filter((word) => SETTINGS.some(([said]) => said.test(word)))
}

const MEASURED = /^(auc|auroc|f1|accuracy|precision|recall|loss|error|score|rmse|mae|perplexity)$/

/** "Training AUC" over a validation metric: the part of the data that stands right before the last measure named. */
export function splitBeside(tokens: readonly Token[], at: number, name: string): string | null {
  const [from] = clauseAround(tokens, at)
  const clause = tokens.slice(from, at)
  const measure = clause.findLastIndex((token) => token.kind === 'word' && MEASURED.test(token.lower))
  const before = clause[measure - 1]
  if (measure < 1 || before?.kind !== 'word' || clause.slice(measure).some(({ kind }) => kind === 'slot'))
    return null
  const isOfSplit = SPLITS.some(([, allowed]) => allowed.test(name))
  const said = SPLITS.find(([word]) => word.test(before.lower))
  return isOfSplit && said !== undefined && !said[1].test(name) ? before.lower : null
}
