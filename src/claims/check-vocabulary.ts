import type { Evidence } from '../evidence/evidence.ts'
import { runError } from '../evidence/run-error.ts'
import { isStatusWord } from './check-statuses.ts'
import { clauseAround } from './clause.ts'
import { relationAt } from './lexicon.ts'
import { isPlainWord } from './plain-vocabulary.ts'
import { asInference, bare, type Problem } from './problem.ts'
import { wordAt } from './relation-claim.ts'
import type { Sentence, Token } from './tokens.ts'

/** The words that a log calls its own by: names of runs, settings, metrics, experiments and data, and their short texts. */
export type LogsOwnWords = ReadonlySet<string>

export function logsOwnWords(evidence: Evidence): LogsOwnWords {
  const texts = new Set<string>()
  for (const { run } of evidence.runs) {
    texts.add(run.name)
    texts.add(run.experiment?.name ?? '')
    texts.add(run.user ?? '')
    for (const [name, text] of run.params) texts.add(name).add(text.slice(0, 2000))
    for (const name of run.metrics.keys()) texts.add(name)
    for (const dataSet of run.dataSets) texts.add(dataSet.name).add(dataSet.context ?? '')
  }
  for (const group of evidence.groups) texts.add(group.label)
  // What a run broke on, in the words of its log.
  for (const one of evidence.runs) texts.add(runError(one)?.line ?? '')
  texts.add(evidence.project.name)
  // "the script", "the split": an item of a reconstructed setup is called by its name.
  for (const { kind, texts: own } of evidence.findings) if (kind === 'setup') texts.add(own.item?.text ?? '')
  // What an author wrote of an experiment in the tracker names its data and methods.
  for (const quote of evidence.quotes) if (quote.kind === 'experiment') texts.add(quote.text)
  const words = new Set<string>()
  for (const text of texts)
    for (const word of text
      .replace(/(\p{Ll})(\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1$3 $2')
      .concat(' ', text)
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u))
      if (/\p{L}/u.test(word)) words.add(word)
  return words
}

/**
 * An observation is said in words that are checked, that name what is read, or that are plain. Any other word says more
 * than the log does, in whatever language: "[[r7]] has a test loss of [[r7.test_loss]] and predicts the floods".
 */
export function checkVocabulary(
  sentences: readonly Sentence[],
  isNamed: (word: string) => boolean,
  own: LogsOwnWords,
): readonly Problem[] {
  const strange = sentences.flatMap(({ tokens }) => {
    const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
    const checked = new Set<number>()
    words.forEach((_, at) => {
      const length = relationAt(words, at)?.length ?? 0
      for (let index = at; index < at + length; index++) checked.add(index)
    })
    return words.flatMap((word, at) =>
      word === null ||
      /\p{N}/u.test(word) ||
      checked.has(at) ||
      isPlainWord(word) ||
      isStatusWord(word) ||
      isNamed(word) ||
      word.split(/[^\p{L}\p{N}]+/u).every((part) => isOwn(part, own) || isPlainWord(part))
        ? []
        : [{ word, isAside: isAside(tokens, at) }],
    )
  })
  if (strange.length === 0) return []
  const shown = [...new Set(strange.map(({ word }) => `"${word}"`))].slice(0, 6)
  const problem = bare(
    `${shown.join(', ')}: no words of this log, so nothing checks them; keep to its names and plain words, or set basis to "inferred".`,
  )
  return [strange.every((one) => one.isAside) ? asInference(problem) : problem]
}

/**
 * Whether a word stands where it values what was read and names nothing that was measured: in a clause of no value, behind no
 * preposition, and as no deed ("no clean test", "hardly move"; not "on the hospital cohort", "was audited").
 */
function isAside(tokens: readonly Token[], at: number): boolean {
  const [from, to] = clauseAround(tokens, at)
  const own = tokens.slice(from, to)
  return (
    !own.some((token) => token.kind === 'slot' && token.value.kind !== 'run') &&
    !/(ed|[a-z]wn|ught)$/.test(wordAt(tokens, at)) &&
    ![1, 2, 3].some((back) => at - back >= from && PREPOSITIONS.test(wordAt(tokens, at - back)))
  )
}

const PREPOSITIONS =
  /^(on|of|for|from|in|at|over|with|without|under|after|before|by|across|through|per|within|into|to|against|via|as|during)$/

/** A word of the log, or another form of one: "neighbours" for `k_neighbors`, "sampled" for `sampling`. */
function isOwn(word: string, own: LogsOwnWords): boolean {
  if (word === '' || own.has(word) || own.has(word.replace(/s$/, ''))) return true
  if (word.length < 6) return false
  for (const one of own)
    if (Math.abs(one.length - word.length) <= 4 && one.length >= 5 && one.slice(0, 5) === word.slice(0, 5))
      return true
  return false
}
