import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayOf, instantOf, localTimeOf, offsetAt, offsetText, spanOfDay } from '../../src/notes/user-day.ts'

const at = (iso: string) => Date.parse(iso)

describe('the user day', () => {
  test.each([
    ['2026-11-20T22:59:00Z', 'Europe/Oslo', 4, '2026-11-20'],
    ['2026-11-21T02:59:59Z', 'Europe/Oslo', 4, '2026-11-20'],
    ['2026-11-21T03:00:00Z', 'Europe/Oslo', 4, '2026-11-21'],
    ['2026-11-21T03:00:00Z', 'America/Los_Angeles', 4, '2026-11-20'],
    ['2026-03-01T00:30:00Z', 'UTC', 4, '2026-02-28'],
    ['2026-03-01T00:30:00Z', 'UTC', 0, '2026-03-01'],
  ])('%s in %s is of a day that ends at %d: %s', (instant, zone, hour, day) => {
    expect(dayOf(at(instant), zone, hour)).toBe(day)
  })

  test('has 23 and 25 hours when the clocks change', () => {
    const hours = (day: string) => {
      const { from, until } = spanOfDay(day, 'Europe/Oslo', 0)
      return (until - from) / 3_600_000
    }
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-11-20')]).toEqual([23, 25, 24])
  })

  test('takes a time that the clock skips an hour later, and of one it shows twice the first', () => {
    const local = (day: number, month: number) => ({ year: 2026, month, day, hour: 2, minute: 30 })
    expect(new Date(instantOf(local(29, 3), 'Europe/Oslo')).toISOString()).toBe('2026-03-29T01:30:00.000Z')
    expect(new Date(instantOf(local(25, 10), 'Europe/Oslo')).toISOString()).toBe('2026-10-25T00:30:00.000Z')
  })

  test('writes offsets', () => {
    const zones = ['Asia/Kolkata', 'America/St_Johns', 'UTC']
    const texts = zones.map((zone) => offsetText(offsetAt(at('2026-11-20T00:00:00Z'), zone)))
    expect(texts).toEqual(['+05:30', '-03:30', '+00:00'])
  })

  test('shows what the calendar of the system shows, from the first day that there is to the last', () => {
    const zone = fc.constantFrom(
      'Australia/Lord_Howe',
      'Africa/Monrovia',
      'Antarctica/Troll',
      'America/Sao_Paulo',
    )
    const instant = fc.oneof(
      fc.integer({ min: -4e12, max: 4e12 }),
      fc.integer({ min: -8.64e15, max: 8.64e15 }),
      fc.constantFrom(-8.64e15, -1, 0, 8.64e15),
    )
    fc.assert(
      fc.property(instant, zone, (at, timeZone) => {
        const clock = new Intl.DateTimeFormat('en-US', {
          timeZone,
          dateStyle: 'short',
          timeStyle: 'medium',
          hourCycle: 'h23',
        })
        const { year, month, day, hour, minute, second } = localTimeOf(at, timeZone)
        const digits = (value: number): string => String(value).padStart(2, '0')
        expect(`${month}/${day}/${digits(year % 100)}, ${[hour, minute, second].map(digits).join(':')}`).toBe(
          clock.format(at),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('holds every instant, in every zone', () => {
    const zone = fc.constantFrom('Europe/Oslo', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Apia', 'UTC')
    fc.assert(
      fc.property(
        fc.integer({ min: 9e11, max: 2e12 }),
        zone,
        fc.integer({ min: 0, max: 12 }),
        (instant, name, hour) => {
          const { from, until } = spanOfDay(dayOf(instant, name, hour), name, hour)
          expect(from <= instant && instant < until).toBe(true)
          const second = Math.floor(instant / 1000) * 1000
          const again = instantOf(localTimeOf(second, name), name)
          expect([second, second - 3_600_000]).toContain(again)
        },
      ),
    )
  })
})
