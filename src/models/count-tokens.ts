/**
 * How many tokens a text is at most, by narrate's own count: the same on every machine and for every model, and rather
 * too many than too few. Measured tables of numbers came to 2.6 characters a token, so ASCII counts 2.5; several local
 * models spend a token on every digit, and about 3.5 characters of the rest; text in other scripts counts two bytes of
 * UTF-8. A joined text never counts more than its parts together, but for a token of rounding.
 */
export function estimateTokens(text: string): number {
  let digits = 0
  let ascii = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 128) ascii += 1
    if (code >= 48 && code <= 57) digits += 1
  }
  const otherBytes = Buffer.byteLength(text, 'utf8') - ascii
  return Math.ceil(Math.max(ascii / 2.5, digits + (ascii - digits) / 3.5) + otherBytes / 2)
}
