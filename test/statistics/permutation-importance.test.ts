import { describe, expect, test } from 'vitest'
import { permutationImportance } from '../../src/statistics/permutation-importance.ts'
import { ranksOf } from '../../src/statistics/rank-correlation.ts'
import { seededRandom, shuffled } from '../../src/statistics/seeded-random.ts'

function columnOf(count: number, random: () => number): readonly number[] {
  return Array.from({ length: count }, random)
}

describe('permutation importance', () => {
  const random = seededRandom(7)
  const [strong, weak, none] = [columnOf(120, random), columnOf(120, random), columnOf(120, random)]
  const noise = columnOf(120, random)
  const target = strong.map((value, row) => 4 * value + 1.5 * (weak[row] ?? 0) + 0.3 * (noise[row] ?? 0))
  const request = { inputs: [[none], [weak], [strong]], target, repeats: 10, seed: 1 }
  const result = permutationImportance(request)

  test('puts inputs in the order of what they do', () => {
    const [ofNone, ofWeak, ofStrong] = result.importances
    expect(result.explained.mean).toBeGreaterThan(0.7)
    expect(ofStrong?.mean).toBeGreaterThan(2 * (ofWeak?.mean ?? 0))
    expect(ofWeak?.mean).toBeGreaterThan(2 * (ofWeak?.sd ?? 0))
    expect(Math.abs(ofNone?.mean ?? 1)).toBeLessThan(2 * (ofNone?.sd ?? 0))
  })

  test('gives the same result for the same request, and another for another seed', () => {
    expect(permutationImportance(request)).toEqual(result)
    expect(permutationImportance({ ...request, seed: 2 })).not.toEqual(result)
  })

  test('explains nothing of noise', () => {
    const { explained } = permutationImportance({ ...request, target: noise })
    expect(explained.mean).toBeLessThan(0.1)
  })

  test('shuffles the columns of one input together', () => {
    const levels = strong.map((value) => Math.floor(value * 3))
    const oneHot = [0, 1, 2].map((level) => levels.map((value) => Number(value === level)))
    const { importances } = permutationImportance({ ...request, inputs: [oneHot, [none]], target: levels })
    expect(importances[0]?.mean).toBeGreaterThan(1)
    expect(importances).toHaveLength(2)
  })
})

describe('against another forest', () => {
  const random = seededRandom(120_001)
  const scatter = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6)
  const columns = Array.from({ length: 6 }, (_, column) =>
    Array.from({ length: 120 }, () => (column % 3 === 2 ? Math.floor(random() * 4) : random())),
  )
  const values = Array.from({ length: 120 }, (_, row) => {
    const [a = 0, b = 0, c = 0] = columns.map((column) => column[row] ?? 0)
    return 3 * a + 1.5 * b ** 2 + (c > 1 ? 0.7 : 0) + 0.3 * scatter()
  })
  const { explained, importances } = permutationImportance({
    inputs: columns.map((column) => [column]),
    target: ranksOf(values),
    repeats: 10,
    seed: 1,
  })

  // scikit-learn 1.9.1: RandomForestRegressor(50, max_features=2/3, min_samples_leaf=2, min_samples_split=5, max_depth=12) and
  // inspection.permutation_importance over 50 splits of the same rows: mean (and standard deviation) of R² and importances.
  test('explains as much of held-out rows as scikit-learn’s', () => {
    expect(Math.abs(explained.mean - 0.8388)).toBeLessThan(2 * 0.0435)
  })

  test.each([
    [0, 1.2455, 0.182],
    [1, 0.1239, 0.0306],
    [2, 0.0892, 0.0278],
    [3, -0.0009, 0.006],
    [4, -0.0017, 0.005],
    [5, 0.0004, 0.0034],
  ])('input %s loses as much as with scikit-learn’s', (input, theirs, spread) => {
    expect(Math.abs((importances[input]?.mean ?? 9) - theirs)).toBeLessThan(2 * spread)
  })
})

describe('seeded random numbers', () => {
  test('are the same for the same seed, and lie between zero and one', () => {
    const numbers = columnOf(1000, seededRandom(42))
    expect(numbers).toEqual(columnOf(1000, seededRandom(42)))
    expect(numbers).not.toEqual(columnOf(1000, seededRandom(43)))
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...numbers)).toBeLessThan(1)
    expect(numbers.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1)
  })

  test('put values in every order about equally often', () => {
    const random = seededRandom(1)
    const counts = new Map<string, number>()
    for (let draw = 0; draw < 6000; draw++) {
      const order = shuffled(['a', 'b', 'c'], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130)
  })
})
