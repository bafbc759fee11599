import { printDuration, printTime } from '../claims/print-value.ts'
import type { Evidence } from '../evidence/evidence.ts'

/** A time in the user's zone, to the minute: `2026-11-20 18:30`. */
export const showTime = printTime

/** A length of time as a person says it: `42 s`, `3.4 min`, `2.1 h`. */
export function showDuration(milliseconds: number): string {
  return printDuration(milliseconds / 1000)
}

/** The calendar day in the user's zone: `2026-11-20`. */
export function showDay(at: number, timeZone: string): string {
  return printTime(at, timeZone).slice(0, 10)
}

/**
 * The days on which something happened: from the first start to the last end of a run, or the notes' days. What happened
 * before the hour at which a day ends (0 for calendar days) belongs to the day before.
 */
export function spanOfEvidence(evidence: Evidence, dayEndsAtHour: number): string {
  const { from, until, timeZone } = evidence.span
  const [first, last] = activityOf(evidence) ?? [from, Math.max(from, until - 1)]
  const shift = dayEndsAtHour * 3_600_000
  return showSpan(first - shift, last - shift, timeZone)
}

/** The user's day on which the last thing happened that the evidence tells. */
export function dayOfEvidence(evidence: Evidence, endsAtHour: number): string {
  const { from, until, timeZone } = evidence.span
  const last = activityOf(evidence)?.[1] ?? Math.max(from, until - 1)
  return showDay(last - endsAtHour * 3_600_000, timeZone)
}

/** The first and last time within the span at which a run started or ended or a note was written; null where none did. */
export function activityOf(evidence: Evidence): readonly [number, number] | null {
  const { from, until } = evidence.span
  const times = [
    ...evidence.runs.flatMap(({ run }) => [run.startedAt, run.endedAt]),
    ...evidence.quotes.map((quote) => quote.at),
  ].flatMap((at) => (at !== null && at >= from && at < until ? [at] : []))
  return times.length === 0 ? null : [Math.min(...times), Math.max(...times)]
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

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
