/** Part of a text: from its first character, up to and without `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

const ABBREVIATIONS = new Set(
  `e.g i.e vs ca approx cf etc fig figs eq eqs no nr nos sec ch vol pp p resp al incl excl max min avg std var acc prob est
  dr mr mrs ms prof st jr sr bzw z.b d.h u.a usw evtl ggf inkl vgl abs kap nr tab p.ex ex env osv f.eks bl.a dvs ev jan
  feb mar apr jun jul aug sep sept oct nov dec dept repro exp conf param params iter ep hrs hr mins secs`.split(
    /\s+/,
  ),
)

/**
 * The sentences of a text as ranges, without the space between them. A full stop ends one where a space and no small
 * letter follow, and no abbreviation, initial or number stands before it; full stops of Chinese and Japanese end one at once.
 */
export function splitSentences(text: string): readonly Range[] {
  const ranges: Range[] = []
  let start = 0
  for (const match of text.matchAll(/[.!?…]{1,8}["'”’»)\]*_`]{0,6}\s+|[。！？]["」』”’）]{0,4}\s*/gu)) {
    const end = match.index + match[0].length
    if (end >= text.length || !endsSentence(text, start, match.index, match[0], end)) continue
    ranges.push(trimmed(text, start, end))
    start = end
  }
  ranges.push(trimmed(text, start, text.length))
  return ranges.filter((range) => range.end > range.start)
}

function endsSentence(text: string, start: number, at: number, mark: string, next: number): boolean {
  if (/^[。！？]/u.test(mark)) return true
  if (/^\p{Ll}/u.test(text.slice(next, next + 2))) return false
  if (!mark.startsWith('.') || mark.startsWith('..')) return true
  const word = /[^\s("'[]*$/u.exec(text.slice(Math.max(start, at - 40), at))?.[0] ?? ''
  if (/^\p{Lu}$/u.test(word) || ABBREVIATIONS.has(word.toLowerCase())) return false
  return !(/^\d+$/.test(word) && at - word.length === start)
}

function trimmed(text: string, start: number, end: number): Range {
  const part = text.slice(start, end)
  const from = start + (part.length - part.trimStart().length)
  return { start: from, end: Math.max(from, start + part.trimEnd().length) }
}
