import { expect, test } from 'vitest'
import { expectedMaximum } from '../../src/statistics/expected-maximum.ts'
import { normalChance, normalDensity } from '../../src/statistics/normal.ts'

// H. L. Harter, "Expected values of normal order statistics", Biometrika 48, 1961, table 1: five decimals.
test.each([
  [2, 0.56419],
  [3, 0.84628],
  [4, 1.02938],
  [5, 1.16296],
  [10, 1.53875],
  [20, 1.86748],
  [50, 2.24907],
  [100, 2.50759],
])('the largest of %d standard normal values is expected at %f', (count, expected) => {
  expect(expectedMaximum(count)).toBeCloseTo(expected, 5)
})

test('closed forms hold to nine digits', () => {
  expect(expectedMaximum(2)).toBeCloseTo(1 / Math.sqrt(Math.PI), 9)
  expect(expectedMaximum(3)).toBeCloseTo(1.5 / Math.sqrt(Math.PI), 9)
  expect(expectedMaximum(4)).toBeCloseTo((6 / Math.PI ** 1.5) * Math.atan(Math.SQRT2), 9)
})

test('one value has no lead, and more values have more', () => {
  expect(expectedMaximum(1)).toBe(0)
  expect(expectedMaximum(0)).toBe(0)
  expect(expectedMaximum(1_000_000)).toBeGreaterThan(expectedMaximum(100_000))
  expect(expectedMaximum(1_000_000)).toBeLessThan(5)
})

// Values as `pnorm` of R and `scipy.stats.norm.cdf` print them.
test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [-1, 0.15865525393145707],
  [1.959963984540054, 0.975],
  [-3, 0.0013498980316300946],
  [5, 0.9999997133484281],
  [-40, 0],
  [40, 1],
])('the chance of a standard normal value below %f is %f', (x, chance) => {
  expect(normalChance(x)).toBeCloseTo(chance, 14)
})

test('the density is highest at zero', () => {
  expect(normalDensity(0)).toBeCloseTo(0.3989422804014327, 15)
  expect(normalDensity(2)).toBeCloseTo(0.05399096651318806, 15)
})
