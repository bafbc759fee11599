/** A calendar day in some time zone. */
export interface Day {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}

export interface DayRule {
  readonly timeZone: string
  /** The hour at which a day ends: people work past midnight. */
  readonly endsAtHour: number
}

/** The user's day that an instant belongs to. */
export function dayOf(at: number, rule: DayRule): Day {
  const local = localTime(at, rule.timeZone)
  return local.hour < rule.endsAtHour
    ? addDays(local, -1)
    : { year: local.year, month: local.month, day: local.day }
}

/** The instant at which a user's day begins, in milliseconds since 1970. */
export function startOfDay(day: Day, rule: DayRule): number {
  return instantOf(day, rule.endsAtHour, 0, rule.timeZone)
}

export function addDays(day: Day, count: number): Day {
  const moved = new Date(Date.UTC(day.year, day.month - 1, day.day + count))
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() }
}

/** `2026-11-20`. */
export function formatDay(day: Day): string {
  return `${String(day.year).padStart(4, '0')}-${String(day.month).padStart(2, '0')}-${String(day.day).padStart(2, '0')}`
}

/** The instant of a wall clock time in a zone; one that a clock change skips is taken an hour later. */
export function instantOf(day: Day, hour: number, minute: number, timeZone: string): number {
  const wanted = Date.UTC(day.year, day.month - 1, day.day, hour, minute)
  let guess = wanted
  for (let round = 0; round < 3; round += 1) {
    const shown = localTime(guess, timeZone)
    const difference = wanted - Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute)
    if (difference === 0) return guess
    guess += difference
  }
  return guess
}

/** `20 Nov 14:02`, or `20 Nov 2023` in another year than now: an instant as a table shows it, in the zone given. */
export function formatShort(at: number, now: number, timeZone: string): string {
  const local = localTime(at, timeZone)
  const month = MONTHS[local.month - 1] ?? ''
  if (local.year !== localTime(now, timeZone).year) {
    return `${String(local.day).padStart(2)} ${month} ${local.year}`
  }
  return `${String(local.day).padStart(2)} ${month} ${String(local.hour).padStart(2, '0')}:${String(local.minute).padStart(2, '0')}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

interface LocalTime extends Day {
  readonly hour: number
  readonly minute: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function localTime(at: number, timeZone: string): LocalTime {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    formats.set(timeZone, format)
  }
  const parts = new Map(format.formatToParts(at).map((part) => [part.type, Number(part.value)]))
  return {
    year: parts.get('year') ?? 0,
    month: parts.get('month') ?? 1,
    day: parts.get('day') ?? 1,
    hour: parts.get('hour') ?? 0,
    minute: parts.get('minute') ?? 0,
  }
}
