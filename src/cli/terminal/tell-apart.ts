import { cleanLine } from './clean-text.ts'
import { displayWidth, truncate } from './display-width.ts'

/** So much of what the texts share stays in front of where they part. */
const CONTEXT = 6

/**
 * Texts of one row as cells of a width, cut so that their differences stay in sight: where long ones begin alike, what
 * they share is left out. A dash for what is not there.
 */
export function tellApart(texts: readonly (string | null)[], width: number): readonly string[] {
  const cleaned = texts.map((text) => (text === null ? null : cleanLine(text)))
  const long = cleaned.filter((text) => text !== null).filter((text) => displayWidth(text) > width)
  const prefix = long.length > 1 ? sharedPrefix(long) : ''
  const from = prefix.length > CONTEXT * 2 ? prefix.length - CONTEXT : 0
  return cleaned.map((text) => {
    if (text === null) return '–'
    return truncate(from > 0 && text.startsWith(prefix) ? `…${text.slice(from)}` : text, width)
  })
}

function sharedPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts
  let length = 0
  while (length < first.length && others.every((text) => text[length] === first[length])) length += 1
  return first.slice(0, length)
}
