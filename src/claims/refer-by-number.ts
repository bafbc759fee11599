import type { Basis } from './statement.ts'

const NOT_COUNTED =
  '(?!(?:of|in|out|on|at|to|by|and|or|hundred|thousand|million|billion|dozen|third|thirds|half|halves|quarters?|fifths?|tenths?|percent|per|points?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|times?|steps?|epochs?|iterations?|orders?|degrees?|more|less|fewer|standard|sigma|best|worst|highest|lowest|first|last|one|two|three)\\b)'

/** "The two", "these two feature sets": said of two runs that stand as slots. */
const THE_TWO = new RegExp(`\\b(the|these|those|both) two(?=\\s*[,.;:)]|\\s*$| ${NOT_COUNTED}\\p{L})`, 'giu')
/** "On one split", "with one loss": a single one, of which more are not told. */
const A_SINGLE = new RegExp(`\\b(on|with|from|at|under|over|in|by|for) one (?=${NOT_COUNTED}\\p{L})`, 'giu')

/**
 * The words of a statement without the number words that only refer: "the two" where it names two runs, and "one" for "a single"
 * where nothing is told of the log. What is taken out is replaced by as many other letters.
 */
export function withoutReferring(words: string, runs: number, basis: Basis): string {
  const paired = runs === 2 ? words.replace(THE_TWO, (found) => found.replace(/two/i, 'any')) : words
  const plain = paired.replace(/\bnon-zero\b/gi, 'non-null')
  return basis === 'inferred' || basis === 'proposed'
    ? plain.replace(A_SINGLE, (found) => found.replace(/one /i, 'any '))
    : plain
}
