const DATE_PARTS = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
} as const

/** A time in the user's zone, to the minute: `2026-11-20 18:30`. */
export function showTime(at: number, timeZone: string): string {
  const parts = partsOf(at, timeZone)
  return `${parts['year']}-${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']}`
}

/** The calendar day in the user's zone: `2026-11-20`. */
export function showDay(at: number, timeZone: string): string {
  return showTime(at, timeZone).slice(0, 10)
}

/** A span of days as a person writes it: `25–27 Mar 2023`, `30 Mar – 2 Apr 2023`, `20 Nov 2026`. */
export function showSpan(from: number, until: number, timeZone: string): string {
  const [a, b] = [from, until].map((at) => {
    const [year = '', month = '', day = ''] = showDay(at, timeZone).split('-')
    return { year, month: MONTHS[Number(month) - 1] ?? month, day: String(Number(day)) }
  })
  if (a === undefined || b === undefined) return ''
  if (a.year !== b.year) return `${a.day} ${a.month} ${a.year} – ${b.day} ${b.month} ${b.year}`
  if (a.month !== b.month) return `${a.day} ${a.month} – ${b.day} ${b.month} ${b.year}`
  if (a.day !== b.day) return `${a.day}–${b.day} ${b.month} ${b.year}`
  return `${b.day} ${b.month} ${b.year}`
}

/** A length of time as a person says it: `42 s`, `3.4 min`, `2.1 h`. */
export function showDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  if (seconds < 5400) return `${(seconds / 60).toFixed(1)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const formats = new Map<string, Intl.DateTimeFormat>()

function partsOf(at: number, timeZone: string): Readonly<Record<string, string>> {
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { ...DATE_PARTS, timeZone, hourCycle: 'h23' })
  formats.set(timeZone, format)
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
}
