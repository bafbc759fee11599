import { gammaln } from 'simple-statistics'

const MOST_ROUNDS = 100_000
const TINY = 1e-300

/**
 * The regularised incomplete beta function I_x(a, b), for 0 <= x <= 1 and positive a and b: the chance that a beta
 * variable is at most x. Source: the continued fraction of NIST DLMF 8.17.22, evaluated by Lentz's method, with the
 * symmetry 8.17.4 where that converges faster.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  return incompleteBetaOfBoth(x, 1 - x, a, b)
}

/** The same with 1 - x given by the caller, who may know it more exactly than a subtraction tells. */
export function incompleteBetaOfBoth(x: number, oneMinusX: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (oneMinusX <= 0) return 1
  const front = Math.exp(a * Math.log(x) + b * Math.log(oneMinusX) + gammaln(a + b) - gammaln(a) - gammaln(b))
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(oneMinusX, b, a)) / b
}

function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m <= MOST_ROUNDS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / notZero(1 + even * d)
    c = notZero(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / notZero(1 + odd * d)
    c = notZero(1 + odd / c)
    value *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return value
}

function notZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
