import type { NoteTime, Span } from './note.ts'
import { dayOf, spanOfDay } from './user-day.ts'

/** When the user's day ends, and in which zone it is told. */
export interface UserDay {
  readonly timeZone: string
  readonly endsAtHour: number
}

/** Whether a note was written in the span; where only its day is known, whether that day has any of it. */
export function inSpan(time: NoteTime, span: Span, day: UserDay): boolean {
  if (time.kind === 'undated') return false
  if (time.precision === 'instant') return time.at >= span.from && time.at < span.until
  const own = spanOfDay(dayOf(time.at, day.timeZone, day.endsAtHour), day.timeZone, day.endsAtHour)
  return own.from < span.until && span.from < own.until
}
