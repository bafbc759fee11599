import type { SettingValue } from '../setting-value.ts'
import type { PastCell } from './past.ts'

/** Settings that differ in one parameter alone, with what each of its levels gave. */
export interface Bucket {
  readonly levels: readonly Level[]
}

/** One level of a parameter in a bucket; null stands for a parameter that is not set. */
export interface Level {
  readonly value: SettingValue | null
  readonly cell: PastCell
}

/** A change of one parameter alone, seen from the level that it begins at: what it did to the metric. */
export interface Effect {
  readonly from: PastCell
  readonly to: PastCell
  readonly by: number
}

const known = new WeakMap<readonly PastCell[], Map<string, readonly Bucket[]>>()

/**
 * All settings that differ in the parameter alone and may be ranked with each other: two levels or more in each bucket. Of the
 * same list of settings it is worked out once for each parameter.
 */
export function bucketsOf(param: string, cells: readonly PastCell[]): readonly Bucket[] {
  const before = known.get(cells) ?? new Map<string, readonly Bucket[]>()
  known.set(cells, before)
  const buckets = before.get(param) ?? makeBuckets(param, cells)
  before.set(param, buckets)
  return buckets
}

function makeBuckets(param: string, cells: readonly PastCell[]): readonly Bucket[] {
  const groups = Map.groupBy(cells, (cell) => {
    const own = cell.values.get(param)
    const [a, b] = hashOf(cell)
    const [c, d] = own === undefined ? [0, 0] : hashOfText(`${param}=${own.key}`)
    return `${a ^ c} ${b ^ d} ${cell.ground}`
  })
  return [...groups.values()]
    .filter((members) => members.length > 1)
    .map((members) => ({
      levels: members.map((cell) => ({ value: cell.values.get(param) ?? null, cell })),
    }))
}

type Hash = readonly [number, number]

const hashes = new WeakMap<PastCell, Hash>()

/** Two hashes over all that was set: one parameter is taken out by xor. 64 bits do not meet by chance in any project. */
function hashOf(cell: PastCell): Hash {
  const before = hashes.get(cell)
  if (before !== undefined) return before
  let [a, b] = [0, 0]
  for (const [name, { key }] of cell.values) {
    const [c, d] = hashOfText(`${name}=${key}`)
    a ^= c
    b ^= d
  }
  hashes.set(cell, [a, b])
  return [a, b]
}

/** FNV-1a from two starts, spread by the finaliser of MurmurHash3. */
function hashOfText(text: string): Hash {
  let [a, b] = [0x811c9dc5, 0x9e3779b1]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
  }
  return [spread(a), spread(b)]
}

function spread(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}

/** What the change from one level to another did, wherever both were run with all else alike; the way back counts too. */
export function sameChange(
  buckets: readonly Bucket[],
  from: SettingValue | null,
  to: SettingValue | null,
): readonly Effect[] {
  return buckets.flatMap(({ levels }) => {
    const a = levels.find(({ value }) => keyOf(value) === keyOf(from))
    const b = levels.find(({ value }) => keyOf(value) === keyOf(to))
    return a === undefined || b === undefined
      ? []
      : [{ from: a.cell, to: b.cell, by: b.cell.mean - a.cell.mean }]
  })
}

/** What any change of the parameter did: between neighbours where it is a number, between all levels where it is none. */
export function anyChange(buckets: readonly Bucket[]): readonly Effect[] {
  return buckets.flatMap(({ levels }) => {
    const ordered = inOrder(levels)
    const pairs =
      ordered === null
        ? levels.flatMap((a, index) => levels.slice(index + 1).map((b) => [a, b] as const))
        : ordered.flatMap((b, index) => {
            const a = ordered[index - 1]
            return a === undefined ? [] : [[a, b] as const]
          })
    return pairs.map(([a, b]) => ({ from: a.cell, to: b.cell, by: b.cell.mean - a.cell.mean }))
  })
}

/** A level that is a number. */
export interface NumberLevel extends Level {
  readonly value: Extract<SettingValue, { kind: 'number' }>
}

/** Levels by their numbers; null where one is no number. */
export function inOrder(levels: readonly Level[]): readonly NumberLevel[] | null {
  const numbers = levels.flatMap(({ value, cell }) => (value?.kind === 'number' ? [{ value, cell }] : []))
  return numbers.length < levels.length ? null : numbers.sort((a, b) => a.value.value - b.value.value)
}

function keyOf(value: SettingValue | null): string | null {
  return value?.key ?? null
}
