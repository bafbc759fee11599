import { cutText } from './cut-text.ts'

const LONGEST_NAME = 200
const UNPRINTABLE = /[\p{Cc}\p{Co}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu

/**
 * A name or a label as a sentence of ours may hold it: on one line, at most 200 characters, without control characters and
 * without the doubled brackets that begin and end a slot. Any ordinary name stays as it is.
 */
export function plainName(text: string): string {
  const line = text
    .replace(UNPRINTABLE, ' ')
    .replace(/\[(?=\[)/g, '[ ')
    .replace(/\](?=\])/g, '] ')
  return cutText(line === text ? text : line.replace(/\s+/g, ' ').trim(), LONGEST_NAME)
}

/** A map whose names are plain. */
export function plainNames<Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const isPlain = [...map.keys()].every((name) => plainName(name) === name)
  return isPlain ? map : new Map([...map].map(([name, value]) => [plainName(name), value]))
}
