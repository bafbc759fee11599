import { stripVTControlCharacters } from 'node:util'

/**
 * Text from a log, a note or a model as a terminal may show it: escape sequences, control characters and marks that
 * reorder text are taken out; line feeds and tabs stay.
 */
export function cleanText(text: string): string {
  let cleaned = ''
  for (const character of stripVTControlCharacters(text)) {
    if (isHarmless(character.codePointAt(0) ?? 0)) cleaned += character
  }
  return cleaned
}

/** The same on one line: line feeds and tabs become spaces. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim()
}

function isHarmless(code: number): boolean {
  if (code === 0x0a || code === 0x09) return true
  const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f)
  const reorders =
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0x200e ||
    code === 0x200f
  return !isControl && !reorders && code !== 0xfeff
}
