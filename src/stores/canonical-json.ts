import { createHash } from 'node:crypto'
import type { JsonValue } from '../json.ts'

/**
 * The one text of a JSON value: keys sorted by code unit, no spaces, strings and keys in NFC, numbers as ECMAScript
 * prints them (RFC 8785, with NFC added). Two files that differ only in layout, key order or Unicode form give the
 * same text. A number that is not finite is a mistake of ours and throws a `RangeError`.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value.normalize('NFC'))
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} has no canonical JSON.`)
    return JSON.stringify(value)
  }
  if (value === null || typeof value === 'boolean') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value).map(([name, member]) => ({
    name: name.normalize('NFC'),
    text: canonicalJson(member),
  }))
  // Two names may become one in NFC; the value then decides, so that the order never depends on how they were typed.
  members.sort((left, right) => compare(left.name, right.name) || compare(left.text, right.text))
  return `{${members.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(',')}}`
}

/** SHA-256 of a value's canonical JSON, 64 hex digits. */
export function digestOf(value: JsonValue): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
