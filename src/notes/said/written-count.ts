const WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  )

/** A count as people write it, for patterns: digits, or a word up to twenty. */
export const COUNT = String.raw`(?:\d{1,4}|${WORDS.slice(1).join('|')}|both|no|zero|a dozen)`

/** The number that a count was written for; null for what is none. */
export function writtenCount(text: string): number | null {
  const word = text.toLowerCase()
  if (/^\d{1,4}$/.test(word)) return Number(word)
  if (word === 'both') return 2
  if (word === 'no') return 0
  if (word === 'a dozen') return 12
  const index = WORDS.indexOf(word)
  return index < 0 ? null : index
}
