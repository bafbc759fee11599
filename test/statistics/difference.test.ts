import { describe, expect, test } from 'vitest'
import { difference, isSameValue } from '../../src/statistics/difference.ts'

describe('a difference', () => {
  test.each([
    [0.1 + 0.2, 0.3, 0],
    [0.3, 0.1 + 0.2, 0],
    [1 / 3, 1 - 2 / 3, 0],
    [1e300, 1e300 * (1 + Number.EPSILON), 0],
    [-0.25, -0.25 * (1 - 4 * Number.EPSILON), 0],
    [0, 3.7e-17, 3.7e-17],
    [1, 1 + 1e-12, 1 + 1e-12 - 1],
    [0.5, 0.75, 0.25],
    [-1, 1, 2],
    [0, 0, 0],
  ])('from %d to %d is %d', (from, to, expected) => {
    expect(difference(from, to)).toBe(expected)
    expect(isSameValue(from, to)).toBe(expected === 0)
  })

  test('of what is no number or has no end is no zero', () => {
    expect(difference(Number.NaN, 1)).toBeNaN()
    expect(isSameValue(Number.NaN, Number.NaN)).toBe(false)
    expect(difference(1, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
    expect(difference(-1, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
  })
})
