import { describe, expect, test } from 'vitest'
import { binned, growForest } from '../../src/statistics/regression-forest.ts'
import { seededRandom } from '../../src/statistics/seeded-random.ts'

describe('bins', () => {
  test('are the distinct values in their order, where those are few', () => {
    expect([...binned([0.1, 100, 0.1, -5, 3])]).toEqual([1, 3, 1, 0, 2])
  })

  test('are 32 classes of about equal size where values are many, and equal values share theirs', () => {
    const values = Array.from({ length: 640 }, (_, index) => (index < 100 ? 7 : index))
    const bins = binned(values)
    expect(new Set(bins.slice(0, 100)).size).toBe(1)
    expect(Math.max(...bins)).toBe(31)
    expect([...bins.slice(1)].every((bin, index) => bin >= (bins[index] ?? 0))).toBe(true)
    const counts = Map.groupBy([...bins].slice(100), (bin) => bin)
    for (const members of counts.values()) expect(members.length).toBeLessThanOrEqual(21)
  })
})

describe('a forest', () => {
  const rows = Array.from({ length: 200 }, (_, row) => row)
  const column = binned(rows.map((row) => row % 20))
  const grown = (target: readonly number[], seed = 1) =>
    growForest({ columns: [column], target, rows, trees: 20, random: seededRandom(seed) })

  test('learns a step', () => {
    const predict = grown(rows.map((row) => (row % 20 < 10 ? 1 : 5)))
    expect(predict(() => 3)).toBeCloseTo(1, 6)
    expect(predict(() => 17)).toBeCloseTo(5, 6)
  })

  test('predicts the one value there is, without a split', () => {
    expect(grown(rows.map(() => 4))(() => 0)).toBe(4)
  })

  test('learns from its own rows only', () => {
    const target = rows.map((row) => (row < 100 ? 1 : 9))
    const predict = growForest({
      columns: [column],
      target,
      rows: rows.slice(0, 100),
      trees: 5,
      random: seededRandom(1),
    })
    expect(predict(() => 12)).toBe(1)
  })
})
