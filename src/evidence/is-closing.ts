/** What a person writes who is done with something. */
const CLOSING =
  /\b(?:dropped|droped|dropping|drop (?:it|this|that)|abandon(?:ed|ing)?|g[ai]ve up|giving up(?! only)|(?:is|are|was|were|'s) out|out for good|not worth|no point|parked|dead[- ]end|no more(?! than)|never again|closed|exhausted|rul(?:ed?|ing) out|shelved|leave it at that|stopp?ed (?:with|trying|using)|no longer (?:used|pursued|try(?:ing)?)|won'?t (?:go on|continue))\b|(?:[-=]>|\blet'?s|\bwe(?:'ll| will)) drop (?!(?:in|of|out|to|from|by|for)\b)|(?:^\W*|\b(?:i am|i'?m|we are|we're|all|so) )done with\b/i

/** What is only considered is not closed. */
const CONSIDERED =
  /\b(?:if|unless|until|should we|maybe|perhaps|could|might|whether)\b|\bwhen\b.*\bdrop\b|\bdrop\b.*\bwhen\b|\?\s*$/i

/** The word before takes it back. */
const TAKEN_BACK =
  /\b(?:not|never|un|(?:do|did|should|would|is|was|are|were)n'?t|instead of|re-?open)\W+(?:\w+\W+)?$/i

/** What is no direction: rows are dropped too, values drop by so much, and loops, gaps and pull requests are closed. */
const OTHER =
  /\bdropp?(?:ed|ing)? (?:them|rows?|columns?|cols?|duplicates?|na|nans?|out(?:liers)?|\d+|the (?:rows?|columns?|duplicates?|outliers))\b|\bdropp?(?:ed|ing)?\b.*\b(?:(?:by|from|to) (?:\w+ )?[\d.]|slightly|roughly)|\bclosed[- )]*(?:loop|form|set|world|source|pr|pull|issue|the (?:gap|loop|issue|pr))\b|\bgap\b.*\bclosed\b/i

/** Where a sentence of a text begins and ends. */
export interface SentenceSpan {
  readonly start: number
  readonly end: number
}

/**
 * The sentences of a text, ended by a full stop, a mark or a semicolon even where a small letter follows: people type notes in
 * small letters.
 */
export function sentenceSpans(text: string): readonly SentenceSpan[] {
  const ends = [...text.matchAll(/[.!?;]+(?=\s)|\n/g)].map(({ 0: mark, index }) => index + mark.length)
  const bounds = [0, ...ends, text.length]
  return bounds.slice(1).flatMap((end, index) => {
    const from = bounds[index] ?? 0
    const between = text.slice(from, end)
    const start = from + between.length - between.trimStart().length
    const last = start + between.trim().length
    return last > start ? [{ start, end: last }] : []
  })
}

/** Whether a sentence closes something, whatever it is: said as done, not considered, and not taken back. */
export function isClosing(sentence: string): boolean {
  const word = CLOSING.exec(sentence)
  return (
    word !== null &&
    !CONSIDERED.test(sentence) &&
    !OTHER.test(sentence) &&
    !TAKEN_BACK.test(sentence.slice(0, word.index))
  )
}
