import { NarrateError } from '../errors.ts'
import { addDays, type Day, type DayRule, dayOf, instantOf, startOfDay } from './day.ts'

/** A span of time in milliseconds since 1970: from (inclusive) until (exclusive). */
export interface Span {
  readonly from: number
  readonly until: number
}

/**
 * The span that `--since` and `--until` name: dates (`2026-11-20`, whole days of the user's), `today`, `yesterday`,
 * `7d`, `2w`, `12h` ago, or an instant (`2026-11-20T14:00`). What is left out comes from `fallback`.
 * Throws `NarrateError('usage')` for anything else, and for a span that ends before it begins.
 */
export function parseSpan(
  words: { readonly since?: string | undefined; readonly until?: string | undefined },
  now: number,
  rule: DayRule,
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
export function defaultSpan(now: number, rule: DayRule, coveredUntil: number | null): Span {
  const today = startOfDay(dayOf(now, rule), rule)
  return { from: coveredUntil === null ? today : Math.min(today, coveredUntil), until: now + 1 }
}

function parseMoment(option: string, text: string, now: number, rule: DayRule): Span {
  const word = text.trim().toLowerCase()
  const today = dayOf(now, rule)
  if (word === 'today') return wholeDay(today, rule)
  if (word === 'yesterday') return wholeDay(addDays(today, -1), rule)

  const ago = /^(\d{1,4})\s*(h|d|w)$/.exec(word)
  if (ago !== null) {
    const count = Number(ago[1])
    if (ago[2] === 'h') return { from: now - count * 3_600_000, until: now - count * 3_600_000 }
    return wholeDay(addDays(today, ago[2] === 'w' ? -7 * count : -count), rule)
  }

  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(word)
  if (date !== null) {
    const day = { year: Number(date[1]), month: Number(date[2]), day: Number(date[3]) }
    if (isRealDay(day)) return wholeDay(day, rule)
  }

  const wall = /^(\d{4})-(\d{2})-(\d{2})[t ](\d{2}):(\d{2})$/.exec(word)
  if (wall !== null) {
    const day = { year: Number(wall[1]), month: Number(wall[2]), day: Number(wall[3]) }
    if (isRealDay(day) && Number(wall[4]) < 24 && Number(wall[5]) < 60) {
      const at = instantOf(day, Number(wall[4]), Number(wall[5]), rule.timeZone)
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

function wholeDay(day: Day, rule: DayRule): Span {
  return { from: startOfDay(day, rule), until: startOfDay(addDays(day, 1), rule) }
}

function isRealDay(day: Day): boolean {
  const same = addDays(day, 0)
  return same.month === day.month && same.day === day.day
}
