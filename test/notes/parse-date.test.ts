import { describe, expect, test } from 'vitest'
import { parseDate } from '../../src/notes/parse-date.ts'

describe('parseDate', () => {
  test.each([
    ['2026-03-02', '2026-3-2'],
    ['Mon 2026-03-02: SMOTE', '2026-3-2'],
    ['2026-03-02 18:30', '2026-3-2 18:30'],
    ['2026-03-02T18:30:05+01:00', '2026-3-2 18:30:5 +01:00'],
    ['2026/3/2', '2026-3-2'],
    ['2026.03.02', '2026-3-2'],
    ['20260302', '2026-3-2'],
    ['Mar 2, 2026', '2026-3-2'],
    ['March 2nd 2026', '2026-3-2'],
    ['2 March 2026', '2026-3-2'],
    ['28th of August, 2025', '2025-8-28'],
    ['2. März 2026', '2026-3-2'],
    ['2. mars 2026 kl. 18:30', '2026-3-2 18:30'],
    ['le 14 août 2026', '2026-8-14'],
    ['2-Mar-2026', '2026-3-2'],
    ['02.03.2026', '2026-3-2'],
    ['2026-03-02 1:10 ratio of classes', '2026-3-2'],
    ['2026-03-02 - 10.55 % better', '2026-3-2'],
    ['2 March 2026 6:30 pm', '2026-3-2 18:30'],
    ['Mar 2, 2026, 12am', '2026-3-2 0:0'],
    ['14.3.2026', '2026-3-14'],
    ['14/03/2026', '2026-3-14'],
    ['3/14/2026', '2026-3-14'],
    ['05/05/2026', '2026-5-5'],
  ])('reads %s', (text, expected) => {
    const written = parseDate(text)
    const local = written?.local
    const clock = [local?.hour, local?.minute, local?.second].filter((part) => part !== undefined).join(':')
    const parts = [[local?.year, local?.month, local?.day].join('-'), clock, written?.offset ?? '']
    expect(parts.filter((part) => part !== '').join(' ')).toBe(expected)
  })

  test.each([
    ['two readings are possible', '02/03/2026'],
    ['the month is first where dots say day first', '03.14.2026'],
    ['no calendar has the day', '2026-02-30'],
    ['it is a range', '2026-03-02 to 2026-03-05'],
    ['it is a run id', 'run_blevesearch_20260131_131944_d7b877'],
    ['it is a longer number', '202603021'],
    ['it is a version', '1.20260302.3'],
    ['there is no day', 'March 2026'],
    ['there is no year', '2 March'],
    ['a number merely looks like one', '3.2782035429868763'],
    ['a word is no month', '12 Trees 2026'],
  ])('is null where %s', (_, text) => {
    expect(parseDate(text)).toBeNull()
  })
})
