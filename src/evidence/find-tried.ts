import type { RunSummary } from '../runs/run.ts'
import {
  asksForMeasurement,
  compareSetting,
  ignoredBy,
  isAside,
  type RepeatRules,
  type Settled,
  settingOf,
} from './setting-of.ts'
import { isNone, type SettingValue, settingValue } from './setting-value.ts'
import { isSeed } from './what-varied.ts'

/** A setting that somebody asks after. */
export interface Asked {
  readonly params: ReadonlyMap<string, string>
  /** Names that count whatever they are: those that were typed. Of the others seeds and bookkeeping are left out. */
  readonly typed: ReadonlySet<string>
  /**
   * `given`: runs that have these values, whatever else they have. `run`: `params` is all that a run had. `file`: it is all
   * that a file holds, and what the file leaves out counts as alike where every run logs one and the same value.
   */
  readonly scope: 'given' | 'run' | 'file'
}

/** How a run's value of a parameter differs from the one asked for; null stands for a parameter that is not set. */
export interface SettingDifference {
  readonly name: string
  readonly asked: string | null
  readonly logged: string | null
  /** Both are numbers within the tolerance. */
  readonly isNear: boolean
}

/** What is looked at of a run: a list of runs holds all of it. */
export type TriedOf = Settled & Pick<RunSummary, 'key' | 'status' | 'deleted' | 'startedAt'>

/** Runs of one setting, replicates folded, or that miss what was asked for by the same: the newest finished one first. */
export interface TriedSetting<Of extends TriedOf = RunSummary> {
  readonly runs: readonly [Of, ...Of[]]
  readonly match: 'exact' | 'near' | 'none'
  /** 0: nothing differs. 1: everything does. */
  readonly distance: number
  readonly differs: readonly SettingDifference[]
}

/** Whether a setting was tried, and the settings nearest to it, nearest first. */
export interface Tried<Of extends TriedOf = RunSummary> {
  /** `near`: no run has exactly this, but some differ in numbers within the tolerance only. They count as tried. */
  readonly answer: 'exact' | 'near' | 'no'
  readonly settings: readonly TriedSetting<Of>[]
}

/** Names of parameters asked for that no run logs. */
export function unknownNames(
  asked: Asked,
  runs: readonly Pick<RunSummary, 'params'>[],
  rules: RepeatRules,
): readonly string[] {
  const isIgnored = ignoredBy(rules.ignore)
  const known = new Set(runs.flatMap(({ params }) => [...params.keys()]))
  return [...asked.params]
    .filter(
      ([name, text]) =>
        !known.has(name) && (asked.typed.has(name) || !(isIgnored(name) || isAside(name, text))),
    )
    .map(([name]) => name)
}

/**
 * Holds a setting against all runs, deleted and failed ones too.
 *
 * The distance of a run is the share of the compared parameters that differ, where a number that differs counts by how far
 * it is off: by its part of the range that the project has seen, on a logarithmic scale where all values are positive
 * and reach over a decade. Words that differ, and parameters that only one side has, count whole.
 */
export function findTried<Of extends TriedOf>(
  asked: Asked,
  runs: readonly Of[],
  rules: RepeatRules,
): Tried<Of> {
  const names = comparedNames(asked, runs, rules)
  const ranges = new Map(names.map((name) => [name, rangeOf(name, asked, runs)]))
  const placed = runs.map((run) => {
    const differs: SettingDifference[] = []
    let distance = 0
    for (const name of names) {
      const [want, have] = [valueIn(asked.params, name), valueIn(run.params, name)]
      const relation =
        want === null || have === null
          ? want === have
            ? 'same'
            : 'different'
          : compareSetting(name, want, have, rules.tolerance)
      if (relation === 'same') continue
      differs.push({
        name,
        asked: want === null ? null : (asked.params.get(name) ?? null),
        logged: have === null ? null : (run.params.get(name) ?? null),
        isNear: relation === 'near',
      })
      distance += distanceOf(want, have, ranges.get(name) ?? null)
    }
    const match = differs.length === 0 ? 'exact' : differs.every(({ isNear }) => isNear) ? 'near' : 'none'
    return { run, differs, match, distance: names.length === 0 ? 0 : distance / names.length } as const
  })
  // Replicates are one setting; so are runs that miss what was asked for by the same, whatever else they have.
  const folded = Map.groupBy(placed, ({ run, differs, match }) =>
    JSON.stringify([
      match === 'none' && asked.scope === 'given' ? '' : (settingOf(run, rules)?.seedless ?? run.key),
      differs,
    ]),
  )
  const settings = [...folded.values()].flatMap((members): TriedSetting<Of>[] => {
    const [first, ...rest] = members.toSorted((a, b) => byStanding(a.run, b.run))
    return first === undefined
      ? []
      : [
          {
            runs: [first.run, ...rest.map(({ run }) => run)],
            match: first.match,
            distance: first.distance,
            differs: first.differs,
          },
        ]
  })
  settings.sort(
    (a, b) => RANK[a.match] - RANK[b.match] || a.distance - b.distance || byStanding(a.runs[0], b.runs[0]),
  )
  const best = settings[0]?.match ?? 'none'
  return { answer: best === 'none' ? 'no' : best, settings }
}

const RANK = { exact: 0, near: 1, none: 2 } as const

function comparedNames(
  asked: Asked,
  runs: readonly Pick<RunSummary, 'params'>[],
  rules: RepeatRules,
): readonly string[] {
  const typed = [...asked.params.keys()].filter((name) => asked.typed.has(name))
  if (asked.scope === 'given') return typed
  const isIgnored = ignoredBy(rules.ignore)
  const logged = new Map<string, { readonly keys: Set<string>; count: number }>()
  for (const { params } of runs) {
    for (const [name, text] of params) {
      const known = logged.get(name) ?? { keys: new Set(), count: 0 }
      known.keys.add(settingValue(name, text).key)
      known.count += 1
      logged.set(name, known)
    }
  }
  const names = new Set([...asked.params.keys(), ...logged.keys()])
  return [...names]
    .filter((name) => {
      if (asked.typed.has(name)) return true
      const own = asked.params.get(name)
      if (isIgnored(name) || isAside(name, own ?? '') || asksForMeasurement(name)) return false
      if (isSeed(name)) return asked.scope === 'file' && own !== undefined
      const { keys, count } = logged.get(name) ?? { keys: new Set(), count: 0 }
      return own !== undefined || asked.scope === 'run' || keys.size > 1 || count < runs.length
    })
    .sort()
}

interface Range {
  readonly low: number
  readonly high: number
}

function rangeOf(name: string, asked: Asked, runs: readonly Pick<RunSummary, 'params'>[]): Range | null {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const params of [asked.params, ...runs.map((run) => run.params)]) {
    const value = valueIn(params, name)
    if (value?.kind !== 'number') continue
    low = Math.min(low, value.value)
    high = Math.max(high, value.value)
  }
  return high > low ? { low, high } : null
}

function distanceOf(a: SettingValue | null, b: SettingValue | null, range: Range | null): number {
  if (a?.kind !== 'number' || b?.kind !== 'number' || range === null) return 1
  const isLogarithmic = range.low > 0 && range.high / range.low >= 10
  const scale = (value: number): number => (isLogarithmic ? Math.log(value) : value)
  return Math.abs(scale(a.value) - scale(b.value)) / (scale(range.high) - scale(range.low))
}

function valueIn(params: ReadonlyMap<string, string>, name: string): SettingValue | null {
  const text = params.get(name)
  if (text === undefined) return null
  const value = settingValue(name, text)
  return isNone(value) ? null : value
}

/** Finished runs that are still there before others, newer before older. */
function byStanding(a: TriedOf, b: TriedOf): number {
  const standing = (run: TriedOf): number =>
    (run.deleted ? 2 : 0) + (run.status === 'finished' || run.status === 'running' ? 0 : 1)
  return standing(a) - standing(b) || (b.startedAt ?? 0) - (a.startedAt ?? 0) || (a.key < b.key ? -1 : 1)
}
