import { describe, expect, test } from 'vitest'
import { quoteValues } from '../../src/evidence/quote-values.ts'

describe('the numbers of a passage', () => {
  test.each([
    ['val_auc 0.847, lr 1e-3, about 12 %', ['0.847', '1e-3', '12']],
    ['early ones (06e86737 & co) were wrong', []],
    ['v1.2.3 and resnet-50 are names', []],
    ['took 3 h', ['3']],
  ])('%s', (text, numbers) => {
    expect(quoteValues(text).map((value) => value.text)).toEqual(numbers)
    expect(quoteValues(text).every(({ value }) => Number.isFinite(value))).toBe(true)
  })
})
