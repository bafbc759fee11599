import { NarrateError } from '../errors.ts'
import type { UserDay } from '../notes/in-span.ts'
import type { Span } from '../notes/note.ts'
import { dayOf, instantOf, spanOfDay } from '../notes/user-day.ts'

/**
 * The span that `--since` and `--until` name: dates (`2026-11-20`, whole days of the user's), `today`, `yesterday`,
 * `7d`, `2w`, `12h` ago, or an instant (`2026-11-20T14:00`). What is left out comes from `fallback`.
 * Throws `NarrateError('usage')` for anything else, and for a span that ends before it begins.
 */
export function parseSpan(
  words: { readonly since?: string | undefined; readonly until?: string | undefined },
  now: number,
  rule: UserDay,
  fallback: Span,
): Span {
  const from = words.since === undefined ? fallback.from : parseMoment('--since', words.since, now, rule).from
  const until =
    words.until === undefined
      ? Math.max(fallback.until, words.since === undefined ? 0 : now + 1)
      : parseMoment('--until', words.until, now, rule).until
  if (until <= from) {
    throw new NarrateError('usage', 'The span ends before it begins.', {
      hint: `--since ${words.since ?? '(the default)'} must lie before --until ${words.until ?? '(now)'}.`,
    })
  }
  return { from, until }
}

/** The span a log entry covers by itself: since the newest entry's coverage ended, and at least today. */
export function defaultSpan(now: number, rule: UserDay, coveredUntil: number | null): Span {
  const today = wholeDay(dayOf(now, rule.timeZone, rule.endsAtHour), rule).from
  return { from: coveredUntil === null ? today : Math.min(today, coveredUntil), until: now + 1 }
}

/** The first and the last of the user's days that a span consists of; null where it begins or ends within one. */
export function wholeDays(
  { from, until }: Span,
  rule: UserDay,
): { readonly first: string; readonly last: string } | null {
  const [first, last] = [from, until - 1].map((at) => dayOf(at, rule.timeZone, rule.endsAtHour))
  if (first === undefined || last === undefined) return null
  return wholeDay(first, rule).from === from && wholeDay(last, rule).until === until ? { first, last } : null
}

function parseMoment(option: string, text: string, now: number, rule: UserDay): Span {
  const word = text.trim().toLowerCase()
  const today = dayOf(now, rule.timeZone, rule.endsAtHour)
  if (word === 'today') return wholeDay(today, rule)
  if (word === 'yesterday') return wholeDay(addDays(today, -1), rule)

  const ago = /^(\d{1,4})\s*(h|d|w)$/.exec(word)
  if (ago !== null) {
    const count = Number(ago[1])
    if (ago[2] === 'h') return { from: now - count * 3_600_000, until: now - count * 3_600_000 }
    return wholeDay(addDays(today, ago[2] === 'w' ? -7 * count : -count), rule)
  }

  const written = /^(\d{4}-\d{2}-\d{2})(?:[t ](\d{2}):(\d{2}))?$/.exec(word)
  const day = written?.[1]
  if (day !== undefined && addDays(day, 0) === day) {
    if (written?.[2] === undefined) return wholeDay(day, rule)
    const [hour, minute] = [Number(written[2]), Number(written[3])]
    if (hour < 24 && minute < 60) {
      const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
      const at = instantOf({ year, month, day: date, hour, minute }, rule.timeZone)
      return { from: at, until: at }
    }
  }
  if (/^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(:\d{2}(\.\d+)?)?(z|[+-]\d{2}:?\d{2})$/.test(word)) {
    const at = Date.parse(text.trim())
    if (!Number.isNaN(at)) return { from: at, until: at }
  }
  throw new NarrateError('usage', `${option} "${text}" is not a time that narrate understands.`, {
    hint: 'Write a date (2026-11-20), today, yesterday, 7d, 2w, 12h, or 2026-11-20T14:00.',
  })
}

function wholeDay(day: string, rule: UserDay): Span {
  return spanOfDay(day, rule.timeZone, rule.endsAtHour)
}

/** The day so many days later; a day that no calendar has becomes another one. */
function addDays(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date + count)).toISOString().slice(0, 10)
}
