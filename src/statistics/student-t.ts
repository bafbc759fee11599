import { incompleteBetaOfBoth } from './incomplete-beta.ts'

/** The chance that a Student t variable with these degrees of freedom is at most `t`. */
export function studentT(t: number, degreesOfFreedom: number): number {
  const tail = tailsOfT(t, degreesOfFreedom) / 2
  return t > 0 ? 1 - tail : tail
}

/**
 * The chance that a Student t variable lies farther from zero than `t` on either side: the two-sided p-value.
 * Source: NIST DLMF 8.17 with x = df / (df + t²), a = df / 2, b = 1 / 2.
 */
export function tailsOfT(t: number, degreesOfFreedom: number): number {
  const square = t * t
  if (square === Number.POSITIVE_INFINITY) return 0
  const whole = degreesOfFreedom + square
  return incompleteBetaOfBoth(degreesOfFreedom / whole, square / whole, degreesOfFreedom / 2, 0.5)
}

/** The value that a Student t variable stays below with this chance (0 < chance < 1), found by bisection. */
export function studentTQuantile(chance: number, degreesOfFreedom: number): number {
  if (chance === 0.5) return 0
  if (chance < 0.5) return -upperQuantile(chance, degreesOfFreedom)
  return upperQuantile(1 - chance, degreesOfFreedom)
}

/** The positive t that is exceeded with the chance `tail` (below one half). */
function upperQuantile(tail: number, degreesOfFreedom: number): number {
  const exceeds = (t: number): boolean => tailsOfT(t, degreesOfFreedom) > 2 * tail
  let high = 1
  while (exceeds(high) && high < Number.MAX_VALUE / 2) high *= 2
  let low = 0
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) return middle
    if (exceeds(middle)) low = middle
    else high = middle
  }
}
