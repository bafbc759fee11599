const ROOT_TWO_PI = Math.sqrt(2 * Math.PI)
/** Beyond this no double tells the tail from nothing. */
const FAR = 8.5

/** The density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / ROOT_TWO_PI
}

/**
 * The chance that a standard normal variable is at most `x`, to an absolute error of about 1e-15.
 * Source: G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11(4), 2004: the series
 * 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …).
 */
export function normalChance(x: number): number {
  if (x > FAR) return 1
  if (x < -FAR) return 0
  let sum = x
  let term = x
  for (let odd = 3; ; odd += 2) {
    term *= (x * x) / odd
    const next = sum + term
    if (next === sum) break
    sum = next
  }
  return 0.5 + normalDensity(x) * sum
}
