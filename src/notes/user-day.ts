import type { Span } from './note.ts'

/** A calendar day and, where known, a time on it, as a person writes it: no zone. */
export interface LocalTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour?: number
  readonly minute?: number
  readonly second?: number
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
export function offsetAt(at: number, timeZone: string): number {
  const day = Math.floor(at / DAY)
  const key = `${timeZone} ${day}`
  let steady = steadyOffsets.get(key)
  if (steady === undefined) {
    const [first, last] = [askOffset(day * DAY, timeZone), askOffset((day + 1) * DAY, timeZone)]
    steady = first === last ? first : null
    if (steadyOffsets.size >= MOST_DAYS) steadyOffsets.clear()
    steadyOffsets.set(key, steady)
  }
  return steady ?? askOffset(at, timeZone)
}

// Asking the calendar takes longer than reading a line of a log: a day that begins and ends alike is asked once.
const steadyOffsets = new Map<string, number | null>()
const MOST_DAYS = 4096

function askOffset(at: number, timeZone: string): number {
  const second = Math.floor(at / 1000) * 1000
  const local = askClock(second, timeZone)
  return utcOf(local) - second
}

/** What a clock in the zone shows at an instant. */
export function localTimeOf(at: number, timeZone: string): Required<LocalTime> {
  // Years before the first one are told without their sign, and beyond the last day there are no dates.
  if (at < FIRST_YEAR || at > LAST_DAY) return askClock(at, timeZone)
  const shown = new Date(at + offsetAt(at, timeZone))
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
  }
}

const FIRST_YEAR = Date.parse('0001-01-03T00:00:00Z')
const LAST_DAY = 8.64e15 - 2 * DAY

function askClock(at: number, timeZone: string): Required<LocalTime> {
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(at)
      .map((part) => [part.type, Number(part.value)]),
  )
  const read = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  }
}

/**
 * The instant at which a clock in the zone shows this time (midnight where no hour is given). A time that the clock
 * skips is taken an hour later; one that it shows twice is the first.
 */
export function instantOf(local: LocalTime, timeZone: string): number {
  const wanted = utcOf(local)
  const before = wanted - offsetAt(wanted - DAY, timeZone)
  if (before + offsetAt(before, timeZone) === wanted) return before
  const after = wanted - offsetAt(wanted + DAY, timeZone)
  return after + offsetAt(after, timeZone) === wanted ? after : before
}

/** The user's day that an instant belongs to, `2026-11-20`: it ends at `endsAtHour` of the next calendar day. */
export function dayOf(at: number, timeZone: string, endsAtHour: number): string {
  const local = localTimeOf(at, timeZone)
  const early = local.hour < endsAtHour
  return new Date(utcOf({ ...local, hour: 0, minute: 0, second: 0 }) - (early ? DAY : 0))
    .toISOString()
    .slice(0, 10)
}

/** The span of the user's day `2026-11-20`. */
export function spanOfDay(day: string, timeZone: string, endsAtHour: number): Span {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const endOf = (at: number) => {
    const date = new Date(at)
    const local = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
    return instantOf({ ...local, hour: endsAtHour }, timeZone)
  }
  return { from: endOf(midnight), until: endOf(midnight + DAY) }
}

/** `+01:00` for an offset in milliseconds. */
export function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / MINUTE)
  const digits = (count: number) => String(count).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`
}

function utcOf(local: LocalTime): number {
  const date = new Date(0)
  date.setUTCFullYear(local.year, local.month - 1, local.day)
  date.setUTCHours(local.hour ?? 0, local.minute ?? 0, local.second ?? 0)
  return date.getTime()
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  clocks.set(timeZone, clock)
  return clock
}
