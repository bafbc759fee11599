import { isLooseMap, isLooseNumber, type LooseJson, parseLooseJson } from '../../files/loose-json.ts'
import type { LogItem } from './decode-record.ts'

/** What a value of a history or a summary is: a number, a short text, or neither (null, a list, a picture, a table). */
export type LoggedValue =
  | { readonly kind: 'number'; readonly value: number; readonly isRounded: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' }

const NONE: LoggedValue = { kind: 'none' }
const NOT_FINITE = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/**
 * Calls `take` with each leaf of a row's items: names of nested values are joined with dots, as W&B shows them. Media (a value with
 * `_type`) is left out, whether it stands whole in one item or was split into several. `broken` is called for a value that is no JSON.
 */
export function eachValue<Item extends LogItem>(
  items: readonly Item[],
  take: (name: string, value: LoggedValue, item: Item) => void,
  broken: (name: string) => void,
): void {
  const media: string[] = []
  for (const { path } of items)
    if (path.length > 1 && path.at(-1) === '_type') media.push(`${path.slice(0, -1).join('.')}.`)
  for (const item of items) {
    const { path, json } = item
    const name = path.length === 1 ? (path[0] ?? '') : path.join('.')
    if (media.length > 0 && media.some((prefix) => name.startsWith(prefix))) continue
    const number = plainNumber(json)
    if (number !== null)
      take(name, { kind: 'number', value: number, isRounded: isRounded(json, number) }, item)
    else {
      const parsed = parseLooseJson(json)
      if (parsed.kind === 'broken') broken(name)
      else eachLeaf(name, parsed.value, (leaf, value) => take(leaf, value, item))
    }
  }
}

/** Calls `take` with each leaf of one value that was read of a file. */
export function eachLeaf(
  name: string,
  value: LooseJson,
  take: (name: string, value: LoggedValue) => void,
): void {
  if (!isLooseMap(value)) take(name, loggedValue(value))
  else if (!value.has('_type'))
    for (const [key, inner] of value) eachLeaf(name === '' ? key : `${name}.${key}`, inner, take)
}

function loggedValue(value: LooseJson): LoggedValue {
  if (isLooseNumber(value))
    return { kind: 'number', value: value.value, isRounded: isRounded(value.source, value.value) }
  if (typeof value !== 'string') return NONE
  const notFinite = NOT_FINITE.get(value)
  return notFinite === undefined
    ? { kind: 'text', text: value }
    : { kind: 'number', value: notFinite, isRounded: false }
}

/** Whether the name is one of W&B's own: the step, the time since the start, the time of day. */
export function isOwnName(name: string): boolean {
  return name.startsWith('_') && (OWN.has(name) || name.startsWith('_wandb.'))
}

const OWN = new Set(['_step', '_runtime', '_timestamp', '_wandb'])

/** Most values are plain numbers, which need no parser. */
function plainNumber(json: string): number | null {
  const first = json.charCodeAt(0)
  if ((first < 48 || first > 57) && first !== 45) return NOT_FINITE.get(json) ?? null
  const value = Number(json)
  return Number.isNaN(value) ? null : value
}

/** Whether an integer has more digits than a number keeps. */
function isRounded(json: string, value: number): boolean {
  return (
    json.length > 15 && !Number.isSafeInteger(value) && /^-?\d+$/.test(json) && BigInt(json) !== BigInt(value)
  )
}
