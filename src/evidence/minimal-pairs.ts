import type { Run } from '../runs/run.ts'
import type { EvidenceRun, Factor } from './evidence.ts'
import { parseNumber } from './fact-at.ts'
import { foldOf } from './folds.ts'
import { onePerSeed } from './replicates.ts'
import { dataOf, isSameGround } from './same-ground.ts'
import { seedOf } from './seed-of.ts'
import { compareSetting, triedIn, triedValue } from './setting-of.ts'
import { settingValue } from './setting-value.ts'
import { isBookkeeping, isTelling, saysNothing } from './what-varied.ts'

/** More levels than these are compared with their neighbours alone. */
const MOST_LEVELS = 6
const MOST_LEVELS_OF_CHOICE = 12
const MOST_GROUNDS = 20
const MOST_PAIRS_OF_CHOICE = 16
/** So many values within the tolerance of each other were meant. */
const FINE_SWEEP = 4

/** Runs of one setting on one code and data: one for each seed. */
export interface Cell {
  readonly runs: readonly EvidenceRun[]
}

/** Two settings that differ in one axis alone: from the lower or earlier level to the higher or later one. */
export interface SettingPair {
  readonly from: Cell
  readonly to: Cell
}

/** All pairs between two levels of one axis. */
export interface Contrast {
  /** The parameter that leads: the most telling of those that change. */
  readonly param: string
  /** The parameters that change together with it over all the runs. */
  readonly together: readonly string[]
  /** Parameters that only one of the two levels has at all: a model's own settings. */
  readonly own: readonly string[]
  readonly pairs: readonly SettingPair[]
}

/** Settings that differ in one numeric parameter alone, in three or more steps, in the order of its values. */
export interface Line {
  readonly param: string
  readonly together: readonly string[]
  readonly cells: readonly Cell[]
}

/** Two settings that differ in a parameter and in one thing more. */
export interface NearPair extends SettingPair {
  readonly param: string
  /** What changed too: a parameter, or "the code" or "the data". */
  readonly confound: string
}

interface Axis {
  readonly param: string
  readonly together: readonly string[]
  /** Whether it may be what a pair is about; running text and paths only tell settings apart. */
  readonly isTold: boolean
  /** For each setting, which of the axis' levels it has; the texts of the levels, null where not logged. */
  readonly levels: Int32Array
  readonly values: readonly (string | null)[]
  /** For each level, whether all, some or none of the axis' parameters are logged there. */
  readonly logged: readonly ('all' | 'some' | 'none')[]
}

/** The settings of some runs, laid out by what varied between them. */
export interface Layout {
  readonly cells: readonly Cell[]
  readonly axes: readonly Axis[]
  /** Two hashes for each cell over all axes; one axis is taken out by xor. */
  readonly hashes: readonly (readonly [number, number])[]
}

/**
 * Lays out runs by their settings. Parameters that divide the runs in the same way, over at least twice as many settings
 * as they have levels, are one axis, named by the most telling of them; one that says the same of all runs is none.
 */
export function layOut(runs: readonly EvidenceRun[]): Layout {
  const told = runs.filter(({ run }) => run.params.size > 0)
  const axesOfRuns = axesOf(told)
  const byPlace = new Map<string, number[]>()
  told.forEach(({ run }, index) => {
    const place = JSON.stringify([
      ...axesOfRuns.map(({ levels }) => levels[index] ?? 0),
      run.code.commit,
      dataOf(run),
      foldOf(run),
    ])
    const known = byPlace.get(place)
    if (known === undefined) byPlace.set(place, [index])
    else known.push(index)
  })
  const places = [...byPlace.values()]
  const cells = places.map((indices) => ({
    runs: onePerSeed(indices.flatMap((index) => told[index] ?? [])),
  }))
  const firsts = places.map((indices) => indices[0] ?? 0)
  const axes = axesOfRuns.map((axis) => ({
    ...axis,
    levels: Int32Array.from(firsts, (index) => axis.levels[index] ?? 0),
  }))
  const hashes = cells.map((_, cell): [number, number] => [
    axes.reduce((hash, axis, index) => hash ^ mix(index, axis.levels[cell] ?? 0, 1), 0),
    axes.reduce((hash, axis, index) => hash ^ mix(index, axis.levels[cell] ?? 0, 2), 0),
  ])
  return { cells, axes, hashes }
}

/**
 * The pairs and lines of settings that differ in one axis alone, on the same code and data as far as these are known.
 * Numbers within the tolerance are nearly a repeat and no pair; a line steps over them.
 */
export function minimalPairs(
  layout: Layout,
  tolerance: number,
): {
  readonly contrasts: readonly Contrast[]
  readonly lines: readonly Line[]
} {
  const contrasts = new Map<string, { contrast: Omit<Contrast, 'pairs'>; pairs: SettingPair[] }>()
  const lines: Line[] = []
  const add = (axis: Axis, own: readonly string[], from: number, to: number): void => {
    const [a, b] = [layout.cells[from], layout.cells[to]]
    if (a === undefined || b === undefined || (own.length === 0 && isNearly(axis, a, b, tolerance))) return
    const key = JSON.stringify([axis.param, axis.levels[from], axis.levels[to], own])
    const known = contrasts.get(key) ?? {
      contrast: { param: axis.param, together: axis.together, own },
      pairs: [],
    }
    known.pairs.push({ from: a, to: b })
    contrasts.set(key, known)
  }
  layout.axes.forEach((axis, index) => {
    if (!axis.isTold) return
    for (const bucket of bucketsWithout(layout, [index])) {
      const ordered = inOrder(axis, bucket, layout)
      const numeric = isNumeric(axis, bucket)
      const levels = [...Map.groupBy(ordered, (cell) => axis.levels[cell])]
      if (levels.length < 2) continue
      if (levels.length > 2 && numeric) {
        const line = apartBy(
          tolerance,
          axis,
          alongOneGround(
            levels.map(([, cells]) => cells),
            layout,
          ),
        )
        if (line.length > 2) {
          lines.push({ param: axis.param, together: axis.together, cells: line })
          continue
        }
      }
      levels.forEach(([, cells], at) => {
        const others = levels.length > MOST_LEVELS ? levels.slice(at + 1, at + 2) : levels.slice(at + 1)
        for (const [, more] of others) {
          for (const [a, b] of pairedByGround(cells, more, layout)) add(axis, [], a, b)
        }
      })
    }
    if (isTelling(axis.param)) choices(layout, axis, index, add)
  })
  return { contrasts: [...contrasts.values()].map(({ contrast, pairs }) => ({ ...contrast, pairs })), lines }
}

/** A pair of settings that differ in the parameter and in one thing more, the latest one; null where there is none. */
export function nearestPair(layout: Layout, param: string, tolerance: number): NearPair | null {
  const index = layout.axes.findIndex((axis) => axis.param === param || axis.together.includes(param))
  const axis = layout.axes[index]
  if (axis === undefined) return null
  const found: { readonly near: NearPair; readonly at: number }[] = []
  const consider = (bucket: readonly number[], confound: (a: number, b: number) => string | null): void => {
    const ordered = inOrder(axis, bucket, layout)
    for (let place = 1; place < ordered.length; place++) {
      const [a, b] = [ordered[place - 1] ?? 0, ordered[place] ?? 0]
      const [from, to] = [layout.cells[a], layout.cells[b]]
      if (axis.levels[a] === axis.levels[b] || from === undefined || to === undefined) continue
      if (isNearly(axis, from, to, tolerance)) continue
      const why = confound(a, b)
      if (why === null) continue
      const at = Math.min(startOf(from), startOf(to))
      found.push({ near: { from, to, param: axis.param, confound: why }, at })
    }
  }
  for (const bucket of bucketsWithout(layout, [index]))
    consider(bucket, (a, b) => {
      const [one, other] = [layout.cells[a]?.runs[0]?.run, layout.cells[b]?.runs[0]?.run]
      if (one === undefined || other === undefined || isSameGround(one, other)) return null
      return one.code.commit !== other.code.commit ? 'the code' : 'the data'
    })
  layout.axes.forEach((other, place) => {
    if (place === index) return
    for (const bucket of bucketsWithout(layout, [index, place]))
      consider(bucket, (a, b) =>
        other.levels[a] !== other.levels[b] && isSameGroundOf(a, b, layout) ? other.param : null,
      )
  })
  return found.sort((a, b) => b.at - a.at)[0]?.near ?? null
}

/** Settings run again with all the same, on other data or on other code; the runs of each share the seed. */
export function sameSettingPairs(
  runs: readonly EvidenceRun[],
  differ: (a: Run, b: Run) => boolean,
): readonly (readonly [EvidenceRun, EvidenceRun])[] {
  const groups = Map.groupBy(
    runs.filter(({ run }) => triedIn(run) !== null),
    ({ run }) => JSON.stringify([triedIn(run), seedOf(run), foldOf(run)]),
  )
  return [...groups.values()].flatMap(([first, ...more]): (readonly [EvidenceRun, EvidenceRun])[] => {
    const other = first === undefined ? undefined : more.find((one) => differ(first.run, one.run))
    return first === undefined || other === undefined ? [] : [[first, other]]
  })
}

/**
 * A choice (a model, a method) that brings settings of its own: those that every run of the one level logged and none of
 * the other. All that both have must be equal.
 */
function choices(
  layout: Layout,
  axis: Axis,
  index: number,
  add: (axis: Axis, own: readonly string[], from: number, to: number) => void,
): void {
  if (axis.values.length > MOST_LEVELS_OF_CHOICE || axis.values.includes(null)) return
  const byLevel = Map.groupBy(layout.cells.keys(), (cell) => axis.levels[cell] ?? 0)
  const levels = [...byLevel.keys()]
  const loggedAt = layout.axes.map(
    (other) =>
      new Map(
        levels.map((level) => {
          const [first, ...more] = new Set(
            (byLevel.get(level) ?? []).map((cell) => other.logged[other.levels[cell] ?? 0]),
          )
          return [level, more.length > 0 ? 'some' : (first ?? 'some')] as const
        }),
      ),
  )
  levels.forEach((from, at) => {
    for (const to of levels.slice(at + 1)) {
      const own = layout.axes.flatMap((_, place) => {
        const [a, b] = [loggedAt[place]?.get(from), loggedAt[place]?.get(to)]
        return place !== index && ((a === 'all' && b === 'none') || (a === 'none' && b === 'all'))
          ? [place]
          : []
      })
      if (own.length === 0) continue
      const cells = [...(byLevel.get(from) ?? []), ...(byLevel.get(to) ?? [])]
      const names = own.flatMap((place) => {
        const { param, together } = layout.axes[place] ?? axis
        return [param, ...together]
      })
      let count = 0
      for (const bucket of bucketsWithout(layout, [index, ...own], cells)) {
        const here = bucket.filter((cell) => axis.levels[cell] === from)
        const there = bucket.filter((cell) => axis.levels[cell] === to)
        for (const a of here)
          for (const b of there)
            if (count < MOST_PAIRS_OF_CHOICE && isSameGroundOf(a, b, layout)) {
              add(axis, names, a, b)
              count++
            }
      }
    }
  })
}

/** Cells that agree in every axis but these; only where there are two or more. */
function bucketsWithout(
  layout: Layout,
  without: readonly number[],
  cells: Iterable<number> = layout.cells.keys(),
): readonly (readonly number[])[] {
  const buckets = new Map<number, number[]>()
  for (const cell of cells) {
    let [a, b] = layout.hashes[cell] ?? [0, 0]
    for (const index of without) {
      const level = layout.axes[index]?.levels[cell] ?? 0
      a ^= mix(index, level, 1)
      b ^= mix(index, level, 2)
    }
    // 53 bits of the two hashes: as many as a number keeps whole.
    const key = (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff)
    const known = buckets.get(key)
    if (known === undefined) buckets.set(key, [cell])
    else known.push(cell)
  }
  const left = new Set(without)
  return [...buckets.values()]
    .filter((bucket) => bucket.length > 1)
    .flatMap((bucket) => apartWhereHashesMet(layout, bucket, left))
}

/** Two settings may share a hash by chance: their levels decide. */
function apartWhereHashesMet(
  layout: Layout,
  bucket: readonly number[],
  without: ReadonlySet<number>,
): readonly (readonly number[])[] {
  const [first = 0] = bucket
  const agrees = (cell: number): boolean =>
    layout.axes.every(({ levels }, index) => without.has(index) || levels[cell] === levels[first])
  if (bucket.every(agrees)) return [bucket]
  const rest = bucket.filter((cell) => !agrees(cell))
  return [bucket.filter(agrees), ...apartWhereHashesMet(layout, rest, without)].filter(
    ({ length }) => length > 1,
  )
}

/** A mixture of axis and level that is spread over 32 bits (the finaliser of MurmurHash3). */
function mix(axis: number, level: number, salt: number): number {
  let hash = Math.imul(axis + 1, 0x9e3779b1) ^ Math.imul(level + 1, 0x85ebca77) ^ Math.imul(salt, 0xc2b2ae3d)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function axesOf(runs: readonly EvidenceRun[]): readonly Axis[] {
  const params = new Set<string>()
  for (const { run } of runs)
    for (const [name, text] of run.params) if (triedValue(name, text, run) !== null) params.add(name)
  const settings = new Set(runs.map(({ run }) => triedIn(run))).size
  const byDivision = new Map<string, { param: string; levels: Int32Array; values: (string | null)[] }[]>()
  for (const param of [...params].sort()) {
    const known = new Map<string | null, number>()
    const values: (string | null)[] = []
    const levels = Int32Array.from(runs, ({ run }) => {
      const text = run.params.get(param)
      const meaning = text === undefined ? null : (triedValue(param, text, run)?.key ?? null)
      const level = known.get(meaning)
      if (level !== undefined) return level
      known.set(meaning, values.length)
      values.push(meaning === null ? null : (text ?? null))
      return values.length - 1
    })
    if (values.length < 2) continue
    // Values that are nearly all different change with everything: only levels that recur can go together.
    const recurs = values.length * 2 <= settings
    const division = recurs ? levels.join(' ') : `=${param}`
    const same = byDivision.get(division)
    if (same === undefined) byDivision.set(division, [{ param, levels, values }])
    else same.push({ param, levels, values })
  }
  return [...byDivision.values()].flatMap((members) => {
    const told = members.filter(({ param }) => {
      const carrying = runs.filter(({ run }) => run.params.has(param))
      return !isBookkeeping(param) && !saysNothing(param, carrying)
    })
    const lead = told.find(({ param }) => isTelling(param)) ?? told[0] ?? members[0]
    if (lead === undefined) return []
    return [
      {
        param: lead.param,
        together: told.filter((one) => one !== lead).map(({ param }) => param),
        isTold: told.length > 0 && !isDrawn(told),
        levels: lead.levels,
        values: lead.values,
        logged: lead.values.map((_, level) => {
          const missing = members.filter(({ values }) => values[level] === null).length
          return missing === 0 ? 'all' : missing === members.length ? 'none' : 'some'
        }),
      },
    ]
  })
}

/**
 * Whether numbers that change together were drawn at random, as a search does: three levels or more, over which they do not
 * rise or fall with each other. Which of them did it, nobody can tell.
 */
function isDrawn(members: readonly { readonly values: readonly (string | null)[] }[]): boolean {
  const numbers = members
    .map(({ values }) => values.map((value) => (value === null ? null : parseNumber(value))))
    .filter((values): values is number[] => values.every((value) => value !== null))
  const [first, ...others] = numbers
  if (first === undefined || first.length < 3) return false
  const order = [...first.keys()].sort((a, b) => (first[a] ?? 0) - (first[b] ?? 0))
  return others.some((values) => {
    const steps = order
      .slice(1)
      .map((level, place) => (values[level] ?? 0) - (values[order[place] ?? 0] ?? 0))
    return steps.some((step) => step > 0) && steps.some((step) => step < 0)
  })
}

/** Cells from low to high where all levels are numbers, else in the order in which their levels were first run. */
function inOrder(axis: Axis, cells: readonly number[], layout: Layout): readonly number[] {
  if (isNumeric(axis, cells)) {
    const number = (cell: number): number => Number(axis.values[axis.levels[cell] ?? 0])
    return [...cells].sort((a, b) => number(a) - number(b))
  }
  const start = new Map<number, number>()
  for (const cell of cells) {
    const level = axis.levels[cell] ?? 0
    const at = startOf(layout.cells[cell])
    start.set(level, Math.min(start.get(level) ?? at, at))
  }
  const levelStart = (cell: number): number => start.get(axis.levels[cell] ?? 0) ?? 0
  return [...cells].sort((a, b) => levelStart(a) - levelStart(b))
}

function isNumeric(axis: Axis, cells: readonly number[]): boolean {
  return cells.every((cell) => {
    const value = axis.values[axis.levels[cell] ?? 0] ?? null
    const number = value === null ? null : parseNumber(value)
    return number !== null && Number.isFinite(number)
  })
}

/** One cell for each level, all on one code and data: those that the most levels share. */
function alongOneGround(levels: readonly (readonly number[])[], layout: Layout): readonly Cell[] {
  const [first] = levels
    .flatMap((cells) => cells.slice(0, 3))
    .slice(0, 12)
    .map((anchor) =>
      levels.flatMap((cells) => cells.find((cell) => isSameGroundOf(anchor, cell, layout)) ?? []),
    )
    .sort((a, b) => b.length - a.length)
  return (first ?? []).flatMap((cell) => layout.cells[cell] ?? [])
}

/** Whether two settings differ in this axis by no more than numbers within the tolerance. */
function isNearly(
  { param, together }: Pick<Axis, 'param' | 'together'>,
  a: Cell,
  b: Cell,
  tolerance: number,
): boolean {
  const [one, other] = [a.runs[0]?.run.params, b.runs[0]?.run.params]
  return [param, ...together].every((name) => {
    const [left, right] = [one?.get(name), other?.get(name)]
    if (left === undefined || right === undefined) return left === right
    return (
      compareSetting(name, settingValue(name, left), settingValue(name, right), tolerance) !== 'different'
    )
  })
}

/** A line without the values within the tolerance of the one before, unless they are all of that kind: a fine sweep. */
function apartBy(tolerance: number, axis: Axis, line: readonly Cell[]): readonly Cell[] {
  const kept: Cell[] = []
  for (const cell of line) {
    const last = kept.at(-1)
    if (last === undefined || !isNearly(axis, last, cell, tolerance)) kept.push(cell)
  }
  return kept.length < 2 && line.length >= FINE_SWEEP ? line : kept
}

/** Cells of two levels, each with the first of the other level on the same code and data. */
function pairedByGround(
  here: readonly number[],
  there: readonly number[],
  layout: Layout,
): readonly (readonly [number, number])[] {
  const taken = new Set<number>()
  return here.slice(0, MOST_GROUNDS).flatMap((a): (readonly [number, number])[] => {
    const b = there.slice(0, MOST_GROUNDS).find((cell) => !taken.has(cell) && isSameGroundOf(a, cell, layout))
    if (b === undefined) return []
    taken.add(b)
    return [[a, b]]
  })
}

function isSameGroundOf(a: number, b: number, layout: Layout): boolean {
  const [one, other] = [layout.cells[a]?.runs[0]?.run, layout.cells[b]?.runs[0]?.run]
  return one !== undefined && other !== undefined && isSameGround(one, other) && foldOf(one) === foldOf(other)
}

function startOf(cell: Cell | undefined): number {
  return cell?.runs[0]?.run.startedAt ?? Number.POSITIVE_INFINITY
}

/** Whether a factor's levels are compared by some pair: then its spread need not be told. */
export function isCompared(factor: Factor, contrasts: readonly Contrast[], lines: readonly Line[]): boolean {
  return [...contrasts, ...lines].some(
    ({ param, together }) => param === factor.param || together.includes(factor.param),
  )
}
