import { describe, expect, test } from 'vitest'
import { scopeOfQuestion, withoutDates } from '../../src/search/scope-of-question.ts'

const KINDS = new Set(['log', 'decision'])

describe('scopeOfQuestion', () => {
  test.each<[string, string | null, string | null, string | null]>([
    ['the 0.847 in the March decision', '2026-03-01', '2026-03-31', 'decision'],
    ['what happened on 5 March?', '2026-03-05', '2026-03-05', null],
    ['what happened on March 5th?', '2026-03-05', '2026-03-05', null],
    ['what was decided in December?', '2025-12-01', '2025-12-31', null],
    ['what was decided in December 2024?', '2024-12-01', '2024-12-31', null],
    ['and on 2026-03-09?', '2026-03-09', '2026-03-09', null],
    ['which setting may be best?', null, null, null],
    ['what did we do in May?', '2026-05-01', '2026-05-31', null],
    ['what was the plan?', null, null, null],
    ['summarise it', null, null, null],
  ])('%s', (question, from, until, of) => {
    expect(scopeOfQuestion(question, '2026-11-20', KINDS)).toEqual({ from, until, of })
  })
})

test('a day is no word to search for', () => {
  expect(withoutDates('what of smote on 5 March, 2026-03-09?').replace(/\s+/g, ' ')).toBe(
    'what of smote on , ?',
  )
  expect(withoutDates('the 0.847 in March')).toContain('0.847')
})
