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

/** All settings that differ in the parameter alone and may be ranked with each other: two levels or more in each bucket. */
export function bucketsOf(param: string, cells: readonly PastCell[]): readonly Bucket[] {
  const groups = Map.groupBy(cells, ({ ground, values }) =>
    JSON.stringify([
      ground,
      ...[...values].flatMap(([name, { key }]) => (name === param ? [] : [[name, key]])),
    ]),
  )
  return [...groups.values()]
    .filter((members) => members.length > 1)
    .map((members) => ({
      levels: members.map((cell) => ({ value: cell.values.get(param) ?? null, cell })),
    }))
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
