/**
 * How many units in the last place of the larger operand sums in another order, means of a few values and a printed and
 * re-read number may lie apart while they mean the same.
 */
const ULPS = 16

/**
 * `to` less `from`; 0 where they are no further apart than rounding of doubles moves them: 16 units in the last place of
 * the larger one (16 · 2⁻⁵² of its size). Such a remainder has no sign, and neither is better. A value that is no number
 * leaves none.
 */
export function difference(from: number, to: number): number {
  return isSameValue(from, to) ? 0 : to - from
}

/** Whether two values are the same but for the rounding of doubles. */
export function isSameValue(a: number, b: number): boolean {
  if (a === b) return true
  const apart = Math.abs(b - a)
  return Number.isFinite(apart) && apart <= ULPS * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b))
}
