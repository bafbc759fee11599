import { describe, expect, test } from 'vitest'
import { rankCorrelation, ranksOf } from '../../src/statistics/rank-correlation.ts'

describe('rank correlation', () => {
  test('ranks share their mean where values are equal', () => {
    expect(ranksOf([30, 10, 20, 20, 40])).toEqual([4, 1, 2.5, 2.5, 5])
  })

  // rho and the chance of more than eight pairs: scipy 1.17.1, stats.spearmanr; of fewer: stats.permutation_test over all pairings.
  test.each([
    [
      'ten pairs',
      [106, 86, 100, 101, 99, 103, 97, 113, 112, 110],
      [7, 0, 27, 50, 28, 29, 20, 12, 6, 17],
      -0.17575757575757575,
      0.6271883447764846,
    ],
    [
      'twelve pairs with ties',
      [1, 2, 2, 4, 5, 5, 7, 8, 9, 10, 11, 12],
      [2.5, 1, 3, 3, 6, 4, 8, 8, 7, 12, 9, 11],
      0.9383802816901406,
      6.305457128043987e-6,
    ],
    ['five pairs', [1, 2, 3, 4, 5], [2, 1, 3, 5, 4], 0.8, 0.13333333333333333],
    ['six pairs with ties', [1, 2, 3, 3, 5, 6], [1, 2, 4, 4, 3, 9], 0.823529411764706, 0.05],
    ['five pairs in order', [1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 1, 2 / 120],
  ])('of %s is what scipy says', (_, left, right, rho, chance) => {
    const found = rankCorrelation(left, right)
    expect(found?.rho).toBeCloseTo(rho, 12)
    expect(found?.chance).toBeCloseTo(chance, 10)
  })

  test('in perfect order over many pairs has no chance at all', () => {
    const order = Array.from({ length: 20 }, (_, index) => index)
    expect(rankCorrelation(order, order)).toEqual({ rho: 1, chance: 0 })
  })

  test('is not known of two pairs, or where one side does not vary', () => {
    expect(rankCorrelation([1, 2], [1, 2])).toBeNull()
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNull()
  })

  test('takes pairs only', () => {
    expect(() => rankCorrelation([1, 2, 3], [1, 2])).toThrow('3 values cannot be paired with 2')
  })
})
