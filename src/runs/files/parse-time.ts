import { instantOf } from '../../notes/user-day.ts'
import { numberOfText } from './loose-json.ts'

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T _](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i
const EARLIEST = Date.UTC(1990, 0, 1)
const LATEST = Date.UTC(2200, 0, 1)

/**
 * The instant that a time in a log means, in milliseconds since 1970; null where it is none. Read are ISO 8601 (without a zone: a
 * clock in `timeZone`), and seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size: only one
 * of them can lie between 1990 and 2200. A day alone is its first instant.
 */
export function parseTime(text: string, timeZone: string): number | null {
  const written = text.trim()
  const iso = ISO.exec(written)
  if (iso !== null) return timeOfParts(iso, timeZone)
  const number = numberOfText(written)
  if (number === null || !Number.isFinite(number) || number <= 0) return null
  for (const unit of [1000, 1, 1 / 1000, 1 / 1_000_000]) {
    const time = number * unit
    if (time >= EARLIEST && time < LATEST) return Math.round(time)
  }
  return null
}

function timeOfParts(parts: RegExpExecArray, timeZone: string): number | null {
  const [, ...fields] = parts
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
    .slice(0, 6)
    .map((field) => Number(field ?? 0))
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null
  const utc = Date.UTC(year, month - 1, day, hour, minute, second)
  if (new Date(utc).getUTCDate() !== day) return null
  const milliseconds = Math.floor(Number(`0.${fields[6] ?? '0'}`) * 1000)
  const zone = fields[7]
  if (zone === undefined && timeZone === 'UTC') return utc + milliseconds
  if (zone === undefined)
    return instantOf({ year, month, day, hour, minute, second }, timeZone) + milliseconds
  return utc - offsetOf(zone) + milliseconds
}

function offsetOf(zone: string): number {
  const [, sign, hours = 0, minutes = 0] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
