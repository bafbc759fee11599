import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimateTokens } from '../../src/models/count-tokens.ts'

describe('estimateTokens', () => {
  test.each([
    ['', 0],
    ['a', 1],
    ['The validation loss fell.', 10],
    ['0.847123', 8],
    ['{"loss": 0.1234567890}', 15],
    ['søk', 2],
    ['æøåæøå', 6],
    ['日本語', 5],
    ['🙂🙂', 4],
    ['x'.repeat(25_000), 10_000],
    ['1'.repeat(1000), 1000],
  ])('counts %j as %i', (text, tokens) => {
    expect(estimateTokens(text)).toBe(tokens)
  })

  test('never counts a text more than its parts, and never less than either', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
        const joined = estimateTokens(one + other)
        expect(joined).toBeLessThanOrEqual(estimateTokens(one) + estimateTokens(other))
        expect(joined).toBeGreaterThanOrEqual(Math.max(estimateTokens(one), estimateTokens(other)))
      }),
    )
  })
})
