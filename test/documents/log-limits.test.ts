import { describe, expect, test } from 'vitest'
import { fitLimits, type LogLimits } from '../../src/documents/log-limits.ts'

/** Shows how many words a made-up entry has under given limits, and what fits into `most`. */
function limitsFor(words: Partial<LogLimits>, most: number, concludes = true): LogLimits {
  return fitLimits(concludes, (limits) => {
    const sections = Object.entries(words) as [keyof LogLimits, number][]
    const total = sections.reduce((sum, [section, each]) => sum + each * limits[section], 0)
    return { shown: limits, fits: total <= most }
  })
}

describe('fitLimits', () => {
  test('shows everything that there may be where it fits', () => {
    expect(limitsFor({ rows: 10 }, 1000).rows).toBe(6)
  })

  test('brings back what there is room for when one long section gave way after short ones', () => {
    const limits = limitsFor({ discrepancies: 10, results: 60 }, 100)
    expect(limits.discrepancies).toBe(3)
    expect(limits.results).toBe(1)
  })

  test('keeps one reading and one conclusion on the most crowded day; the listing goes first', () => {
    const limits = limitsFor({ reading: 60, rows: 30, suggested: 30, unworked: 30, results: 30 }, 200)
    expect(limits.reading).toBeGreaterThan(1)
    expect(limits.rows).toBeLessThanOrEqual(limits.reading)
    expect(limitsFor({ reading: 300, conclusions: 300, rows: 30, discrepancies: 30 }, 200)).toMatchObject({
      reading: 1,
      conclusions: 1,
      rows: 0,
      discrepancies: 1,
    })
  })

  test('keeps one computed result where nothing else concludes, and none where something does', () => {
    expect(limitsFor({ results: 300 }, 200, false).results).toBe(1)
    expect(limitsFor({ results: 300 }, 200, true).results).toBe(0)
  })
})
