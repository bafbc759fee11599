import { describe, expect, test } from 'vitest'
import { defaultSpan, parseSpan, wholeDays } from '../../src/cli/parse-span.ts'

const OSLO = { timeZone: 'Europe/Oslo', endsAtHour: 4 }
/** Friday the 20th, 19:30 in Oslo. */
const NOW = Date.parse('2026-11-20T18:30:00Z')

function iso(span: { readonly from: number; readonly until: number }): readonly string[] {
  return [new Date(span.from).toISOString(), new Date(span.until).toISOString()]
}

describe('a span of time', () => {
  test.each([
    [{ since: '2026-11-18' }, '2026-11-18T03:00:00.000Z', '2026-11-20T18:30:00.001Z'],
    [{ since: '2026-11-18', until: '2026-11-18' }, '2026-11-18T03:00:00.000Z', '2026-11-19T03:00:00.000Z'],
    [{ since: 'yesterday', until: 'yesterday' }, '2026-11-19T03:00:00.000Z', '2026-11-20T03:00:00.000Z'],
    [{ since: '7d' }, '2026-11-13T03:00:00.000Z', '2026-11-20T18:30:00.001Z'],
    [{ since: '2w', until: 'today' }, '2026-11-06T03:00:00.000Z', '2026-11-21T03:00:00.000Z'],
    [{ since: '12h' }, '2026-11-20T06:30:00.000Z', '2026-11-20T18:30:00.001Z'],
    [{ since: '2026-11-20T14:00' }, '2026-11-20T13:00:00.000Z', '2026-11-20T18:30:00.001Z'],
    [{ since: '2026-11-20T14:00Z' }, '2026-11-20T14:00:00.000Z', '2026-11-20T18:30:00.001Z'],
    // The clocks go back on 25 October: that day has 25 hours.
    [{ since: '2026-10-24', until: '2026-10-24' }, '2026-10-24T02:00:00.000Z', '2026-10-25T03:00:00.000Z'],
    [{}, '2026-11-20T03:00:00.000Z', '2026-11-20T18:30:00.001Z'],
  ])('%j', (words, from, until) => {
    expect(iso(parseSpan(words, NOW, OSLO, defaultSpan(NOW, OSLO, null)))).toEqual([from, until])
  })

  test.each([
    [
      { since: '2026-11-18', until: '2026-11-19' },
      { first: '2026-11-18', last: '2026-11-19' },
    ],
    [
      { since: '2026-10-24', until: '2026-10-24' },
      { first: '2026-10-24', last: '2026-10-24' },
    ],
    [
      { since: '2026-11-18T04:00', until: '2026-11-19' },
      { first: '2026-11-18', last: '2026-11-19' },
    ],
    [{ since: '2026-11-18T05:00', until: '2026-11-19' }, null],
    [{ since: '2026-11-18', until: '2026-11-19T14:00' }, null],
  ])('%j is whole days, or none', (words, days) => {
    expect(wholeDays(parseSpan(words, NOW, OSLO, defaultSpan(NOW, OSLO, null)), OSLO)).toEqual(days)
  })

  test.each(['2026-02-30', '20/11/2026', 'soon', '', '7', '2026-11-20T25:00'])('%j is refused', (since) => {
    expect(() => parseSpan({ since }, NOW, OSLO, defaultSpan(NOW, OSLO, null))).toThrow('is not a time')
  })

  test('one that ends before it begins is refused', () => {
    expect(() => parseSpan({ until: 'yesterday' }, NOW, OSLO, defaultSpan(NOW, OSLO, null))).toThrow(
      'The span ends before it begins.',
    )
  })

  test('after midnight it is still the day before, until four o’clock', () => {
    const late = Date.parse('2026-11-21T01:00:00Z')
    expect(iso(defaultSpan(late, OSLO, null))[0]).toBe('2026-11-20T03:00:00.000Z')
    const early = Date.parse('2026-11-21T03:00:00Z')
    expect(iso(defaultSpan(early, OSLO, null))[0]).toBe('2026-11-21T03:00:00.000Z')
  })

  test('a log entry begins where the newest one ended, and never later than this morning', () => {
    const covered = Date.parse('2026-11-17T19:00:00Z')
    expect(iso(defaultSpan(NOW, OSLO, covered))[0]).toBe('2026-11-17T19:00:00.000Z')
    expect(iso(defaultSpan(NOW, OSLO, NOW - 60_000))[0]).toBe('2026-11-20T03:00:00.000Z')
  })
})
