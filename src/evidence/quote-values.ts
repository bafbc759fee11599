import type { QuoteValue } from './evidence.ts'

/** A number as people type it: `0.847`, `.85`, `1e-3`, `12,5` is left alone as two; a version or a name is no number. */
const NUMBER =
  /(?<![\w.,@-])[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?<unit>\s?%|(?:ms|s|sec|min|h|hrs|hours|gb|mb|k|x)\b)?(?![\w]|[.,]\d|-\w)/gi

/** The numbers that stand in a passage, in order. They are reported by a person, never logged. */
export function quoteValues(text: string): readonly (QuoteValue & { readonly index: number })[] {
  return [...text.matchAll(NUMBER)].flatMap((match) => {
    const unit = match.groups?.unit?.trim() ?? null
    const digits =
      unit === null ? match[0] : match[0].slice(0, match[0].length - (match.groups?.unit?.length ?? 0))
    // `06e86737` is the beginning of an id.
    const value = Number(digits)
    return Number.isFinite(value) ? [{ value, text: digits, unit, index: match.index }] : []
  })
}
