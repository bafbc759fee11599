import type { Evidence } from '../evidence/evidence.ts'
import { relationAt } from './lexicon.ts'
import { type NamePhrase, phraseAt } from './name-phrases.ts'

/**
 * How many words from a place on spell the whole name of a metric or parameter with a word of the lexicon in it: "best threshold"
 * for `best_threshold`. None where the other words name a metric as well: "best val loss" may rank by `val_loss`.
 */
export function longNameAt(
  words: readonly (string | null)[],
  at: number,
  phrases: readonly NamePhrase[],
  evidence: Evidence,
): number {
  const phrase = phraseAt(phrases, words, at)
  if (phrase === null || phrase.words.length < 2) return 0
  const within = phrase.words.findIndex((_, index) => relationAt(phrase.words, index) !== null)
  const rest = phrase.words.filter((_, index) => index !== within)
  const other = phraseAt(phrases, rest, 0)
  const isRanking =
    other !== null &&
    other.words.length === rest.length &&
    other.names.some(
      (name) => !phrase.names.includes(name) && evidence.runs.some(({ run }) => run.metrics.has(name)),
    )
  return within < 0 || isRanking ? 0 : phrase.words.length
}

/** Names of parameters that sentences hold as ordinary words. */
const ORDINARY =
  /^(models?|seeds?|data|features?|inputs?|runs?|steps?|epochs?|metrics?|names?|folds?|targets?|task|experiment|version|split|setting|size|type|device|user|method)$/

/** "Its seed", "another model", "credit goes to seed", "model is why": an ordinary word that stands as a setting's name. */
function isMeantAsSetting(words: readonly (string | null)[], at: number): boolean {
  const [before, behind] = [words[at - 1] ?? '', words[at + 1] ?? '']
  if (/^(its|their|another|different|new)$/.test(before)) return true
  const isBare = /^(is|was|to|of|from|credit|blame|so|)$/.test(before) && !/s$/.test(words[at] ?? '')
  const isTheLast = before === 'the' && /^(is|was|to|by|from|credit|blame|of)$/.test(words[at - 2] ?? '')
  const isAtEnd = behind === '' && words[at + 2] === undefined
  return (
    (isBare && /^(matters?|decides?|earns?|explains?|puts?|is|was|that|did|does|makes?)$/.test(behind)) ||
    ((isBare || isTheLast) && isAtEnd && before !== '')
  )
}

/** How many words from a place on spell the name of a parameter that is no ordinary word there; 0 where none. */
export function settingAt(
  words: readonly (string | null)[],
  at: number,
  phrases: readonly NamePhrase[],
): number {
  const phrase = phraseAt(phrases, words, at)
  if (phrase?.field !== 'param') return 0
  const isOrdinary = phrase.words.length === 1 && ORDINARY.test(words[at] ?? '')
  return isOrdinary && !isMeantAsSetting(words, at) ? 0 : phrase.words.length
}

/** What the words name, in the order they name it: for each phrase the names it may mean. */
export function namesIn(
  words: readonly string[],
  phrases: readonly NamePhrase[],
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  for (let at = 0; at < words.length; at++) {
    const phrase = phraseAt(phrases, words, at)
    if (phrase === null) continue
    found.push(phrase.names)
    at += phrase.words.length - 1
  }
  return found
}
