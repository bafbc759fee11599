import { incompleteBeta } from './incomplete-beta.ts'

/**
 * The exact two-sided sign test: the chance that of `count` fair coins `heads` or a number at least as far from half
 * fall heads. The binomial sum is the incomplete beta function (NIST DLMF 8.17.5).
 */
export function signTest(heads: number, count: number): number {
  const fewer = Math.min(heads, count - heads)
  if (2 * fewer >= count) return 1
  return Math.min(1, 2 * incompleteBeta(0.5, count - fewer, fewer + 1))
}
