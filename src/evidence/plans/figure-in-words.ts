const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const LARGE = ['hundred', 'thousand', 'million']

/** "six hundred" as 600, "twenty-five" as 25; null for words that are not wholly one whole number. */
export function figureInWords(text: string): string | null {
  let [all, part] = [0, 0]
  const words = text
    .trim()
    .toLowerCase()
    .split(/[\s-]+/)
  for (const word of words) {
    const [small, tens, large] = [SMALL.indexOf(word), TENS.indexOf(word), LARGE.indexOf(word)]
    if (small >= 0) part += small
    else if (tens > 1) part += tens * 10
    else if (large === 0) part = Math.max(part, 1) * 100
    else if (large > 0) [all, part] = [all + Math.max(part, 1) * 1000 ** large, 0]
    else if (word !== 'and' && word !== 'a') return null
  }
  return words.some((word) => word !== 'and' && word !== 'a') ? String(all + part) : null
}
