import { describe, expect, test } from 'vitest'
import { incompleteBeta } from '../../src/statistics/incomplete-beta.ts'
import { pooledSd } from '../../src/statistics/pooled-sd.ts'
import { signTest } from '../../src/statistics/sign-test.ts'
import { studentT, studentTQuantile, tailsOfT } from '../../src/statistics/student-t.ts'
import { tInterval } from '../../src/statistics/t-interval.ts'
import { welch } from '../../src/statistics/welch.ts'

function closeTo(expected: number): { asymmetricMatch(actual: unknown): boolean } {
  return {
    asymmetricMatch: (actual) =>
      typeof actual === 'number' &&
      Math.abs(actual - expected) <= 1e-11 * Math.max(1e-300, Math.abs(expected)),
  }
}

describe('Student t', () => {
  test.each([
    // One degree of freedom is the Cauchy distribution, two have a closed form: both by hand.
    [1, 1, 0.75],
    [-1, 1, 0.25],
    [Math.SQRT2, 2, 0.5 + Math.SQRT2 / (2 * Math.sqrt(4))],
    [0, 7, 0.5],
    [Number.POSITIVE_INFINITY, 3, 1],
  ])('the chance of at most %d with %d degrees of freedom is %d', (t, df, expected) => {
    expect(studentT(t, df)).toEqual(closeTo(expected))
  })

  test.each([
    // scipy.stats.t.ppf
    [0.975, 1, 12.706204736174694],
    [0.975, 4, 2.7764451051977934],
    [0.95, 8, 1.8595480375308973],
    [0.025, 30, -2.042272456301238],
    [0.9995, 2.5, 18.277893528131457],
    [0.6, 1000, 0.25341451583949876],
  ])('the quantile of %d with %d degrees of freedom is %d', (chance, df, expected) => {
    expect(studentTQuantile(chance, df)).toEqual(closeTo(expected))
  })

  test('tails far out keep their digits', () => {
    // 2 * scipy.stats.t.sf(40, 12)
    expect(tailsOfT(40, 12)).toEqual(closeTo(3.851229580772032e-14))
  })
})

test('the incomplete beta function is the binomial sum where that is whole', () => {
  // I_0.3(2, 3) = the chance of two or more of four at 0.3
  expect(incompleteBeta(0.3, 2, 3)).toEqual(closeTo(1 - 0.7 ** 4 - 4 * 0.3 * 0.7 ** 3))
})

describe('Welch', () => {
  test('agrees with scipy.stats.ttest_ind(equal_var=False)', () => {
    expect(welch([0.91, 0.92, 0.905, 0.93, 0.915], [0.89, 0.9, 0.88, 0.905, 0.895])).toEqual({
      difference: closeTo(0.022),
      // numpy: sqrt(var(a, ddof=1) / 5 + var(b, ddof=1) / 5)
      error: closeTo(0.006082762530298225),
      t: closeTo(3.616777720717842),
      degreesOfFreedom: closeTo(8.000000000000002),
      p: closeTo(0.006814354918278775),
    })
  })

  test.each([
    { a: [1], b: [1, 2] },
    { a: [1, 1], b: [2, 2] },
  ])('$a and $b say nothing of how sure their difference is', ({ a, b }) => {
    expect(welch(a, b)).toBeNull()
  })
})

test.each([
  // scipy.stats.binomtest(heads, count, 0.5).pvalue; the first by hand: 2 / 2^4
  [4, 4, 0.125],
  [0, 4, 0.125],
  [2, 4, 1],
  [9, 12, 0.14599609375],
  [3, 31, 4.649162292480469e-6],
])('%d heads of %d have the two-sided chance %d', (heads, count, expected) => {
  expect(signTest(heads, count)).toEqual(closeTo(expected))
})

test('the interval of a mean is that of scipy.stats.t.interval', () => {
  // t.interval(0.95, 4, loc=mean, scale=sem) of the first sample above
  expect(tInterval([0.91, 0.92, 0.905, 0.93, 0.915], 0.95)).toEqual({
    mean: closeTo(0.916),
    sd: closeTo(0.00961769203083568),
    low: closeTo(0.9040580580595001),
    high: closeTo(0.9279419419405),
    count: 5,
  })
  expect(tInterval([0.9], 0.95)).toBeNull()
})

test('the pooled deviation weighs groups by their degrees of freedom', () => {
  // (2² · 1/2 · 1 + 1 + 0 + 1) / 3 by hand: squares around the means are 2 and 2
  expect(pooledSd([[1, 3], [4, 5, 6], [9]])).toEqual({ sd: closeTo(Math.sqrt(4 / 3)), degreesOfFreedom: 3 })
  expect(pooledSd([[1], [2]])).toBeNull()
})
