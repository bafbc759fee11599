/** A number as it stands in a text: its value, how many decimals it shows, and the unit typed right behind it. */
export interface Figure {
  readonly text: string
  readonly value: number
  /** Half a unit of its last place: what rounds to it is no further away. */
  readonly tolerance: number
  readonly unit: string | null
  /** Where it begins in the text. */
  readonly index: number
}

const NUMBER =
  /(?<![\p{L}\p{N}_.,:/#-])([-+\u2212]?)(\d{1,3}(?:[ \u00a0\u202f'\u2019,]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)(e[+-]?\d{1,3})?(?:\s?(%|per ?cent\b|percentage points?\b|pp\b)|\s?(ms|s|sec|seconds?|min|minutes?|h|hours?|days?)(?![\p{L}\p{N}]))?(?![\p{L}\p{N}_]|[.:/-]\d)/giu

const SECONDS: readonly (readonly [RegExp, number])[] = [
  [/^ms$/i, 0.001],
  [/^s/i, 1],
  [/^m/i, 60],
  [/^h/i, 3600],
  [/^d/i, 86_400],
]

/**
 * The numbers of a text that may be values: not those inside names, ids, dates, times, versions and addresses. A comma
 * stands for a point unless three digits follow it behind one that is no zero; durations are in seconds.
 */
export function figuresIn(text: string): readonly Figure[] {
  // What stands in a link's target or an anchor is not read.
  const visible = text
    .replace(/\]\([^)\s]*\)/g, (link) => ' '.repeat(link.length))
    .replace(/<[^<>]*>|https?:\/\/\S+/g, (tag) => ' '.repeat(tag.length))
  return [...visible.matchAll(NUMBER)].flatMap((match) => {
    const [whole = '', sign = '', digits = '', exponent = '', percent, time] = match
    const plain = plainDigits(digits)
    const scale = time === undefined ? 1 : (SECONDS.find(([pattern]) => pattern.test(time))?.[1] ?? 1)
    const value = Number(`${sign === '\u2212' ? '-' : sign}${plain}${exponent}`)
    if (!Number.isFinite(value)) return []
    const decimals = (plain.split('.')[1] ?? '').length
    const power = exponent === '' ? 0 : Number(exponent.slice(1))
    const unit =
      percent === undefined
        ? time === undefined
          ? null
          : 's'
        : /^(pp|percentage)/i.test(percent)
          ? 'pp'
          : '%'
    return [
      {
        text: whole.trim(),
        value: value * scale,
        tolerance: 0.5 * 10 ** (power - decimals) * scale,
        unit,
        index: match.index,
      },
    ]
  })
}

function plainDigits(digits: string): string {
  const grouped = /^\d{1,3}([ \u00a0\u202f'\u2019,])\d{3}/.exec(digits)
  if (grouped !== null && !/^0/.test(digits)) return digits.replace(/[ \u00a0\u202f'\u2019,]/g, '')
  return digits.replace(',', '.')
}
