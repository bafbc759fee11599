import type { JsonObject, JsonValue } from '../json.ts'

/**
 * A record as the text of its file: JSON with what it holds on lines of their own three levels deep, so that a run of the
 * evidence is one line and a change of it shows as one. Digests do not depend on it.
 */
export function recordText(record: JsonObject): string {
  return `${laidOut(record, 0)}\n`
}

const DEEPEST = 3

function laidOut(value: JsonValue, depth: number): string {
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return JSON.stringify(value)
  const isList = Array.isArray(value)
  const members = isList
    ? value.map((one: JsonValue) => laidOut(one, depth + 1))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${laidOut(one, depth + 1)}`)
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  if (members.length === 0) return `${open}${close}`
  const indent = '  '.repeat(depth + 1)
  return `${open}\n${indent}${members.join(`,\n${indent}`)}\n${'  '.repeat(depth)}${close}`
}
