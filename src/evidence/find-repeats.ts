import { isDone } from '../runs/run.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'
import { isResource } from './is-resource.ts'
import { nearPairs, type Setting, settingOf } from './setting-of.ts'

/** As many earlier runs of one setting a run is held against, the first ones. */
const MOST_HELD_AGAINST = 20
/** So many values of one number within the tolerance of each other are a fine sweep, not slips of the pen. */
const SWEEP = 4

export interface SettledRun {
  readonly one: EvidenceRun
  readonly setting: Setting
}

/** A run that did again what another had done. */
export interface Repeat {
  readonly run: SettledRun
  readonly original: SettledRun
  /** Metrics that both logged, time and memory aside, with other last values. */
  readonly differing: readonly string[]
  /** Metrics that only the repeat logged. */
  readonly added: readonly string[]
}

/** What did again what was done before. */
export interface FoundRepeats {
  /** The runs that can be compared by their settings, deleted ones too, in order of their start. */
  readonly settled: readonly SettledRun[]
  /** Of one setting to the letter, told runs only; their values may have come out otherwise. */
  readonly exact: readonly Repeat[]
  /** Of numbers within the tolerance, told runs only. */
  readonly near: readonly Repeat[]
}

/**
 * The runs told here that repeat an earlier run of the project, whether told, not told or deleted; the original is the one
 * that started first. Only finished runs are originals, so that the rerun of a failed one is no repeat; runs without
 * parameters are none, and children are held against children of other parents.
 */
export function findRepeats(evidence: EvidenceWithoutFindings): FoundRepeats {
  const told = new Set(evidence.runs.map(({ address }) => address))
  const settled = [...evidence.runs, ...evidence.earlier, ...evidence.deleted]
    .filter(({ run }) => isDone(run) || run.status === 'running')
    .flatMap((one) => {
      const setting = settingOf(one.run, evidence.rules.repeats)
      return setting === null ? [] : [{ one, setting }]
    })
    .sort((a, b) => startOf(a) - startOf(b))
  const groups = [
    ...Map.groupBy(settled, ({ one, setting }) => `${one.run.parent === null} ${setting.key}`).values(),
  ]
  return {
    settled,
    exact: withoutChildrenOfRepeats(groups.flatMap((members) => repeatsIn(members, told))),
    near: nearAmong(groups, told, evidence.rules.repeats.tolerance),
  }
}

/** The repeats in runs of one setting, oldest first; each is held against one whose values it shares, else the first. */
function repeatsIn(members: readonly SettledRun[], told: ReadonlySet<string>): readonly Repeat[] {
  if (members.length < 2) return []
  const finished = members.filter(({ one }) => isDone(one.run))
  return members.flatMap((member, index) => {
    if (index === 0 || !told.has(member.one.address)) return []
    const before = finished
      .slice(0, MOST_HELD_AGAINST)
      .filter(
        ({ one }) =>
          one !== member.one &&
          startOf({ one }) <= startOf(member) &&
          (one.run.parent === null || one.run.parent !== member.one.run.parent),
      )
      .map((original) => repeatOf(member, original))
    const [first] = before
    const repeat = before.find(({ differing }) => differing.length === 0) ?? first
    if (repeat === undefined || !isBelievable(repeat)) return []
    return [repeat]
  })
}

function repeatOf(run: SettledRun, original: SettledRun): Repeat {
  const [own, its] = [run.one.run.metrics, original.one.run.metrics]
  const names = [...own.keys()].filter((name) => !isResource(name))
  return {
    run,
    original,
    // What is still running has not come out yet.
    differing:
      run.one.run.status === 'running'
        ? []
        : names.filter((name) => {
            const other = its.get(name)
            return other !== undefined && !isSameValue(own.get(name)?.last, other.last)
          }),
    added: names.filter((name) => !its.has(name)),
  }
}

function isSameValue(a: number | undefined, b: number): boolean {
  if (a === undefined) return false
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}

/**
 * Values that agree prove a repeat. Where none can be held against each other, or they do not agree, both must come
 * from one place: the same experiment and entry point, and parameters that agree to the letter.
 */
function isBelievable({ run, original, differing }: Repeat): boolean {
  const [a, b] = [run.one.run, original.one.run]
  const shared = [...a.metrics.keys()].some((name) => b.metrics.has(name) && !isResource(name))
  if (isDone(a) && !shared) return false
  if (isDone(a) && differing.length === 0) return true
  return (
    run.setting.strict === original.setting.strict &&
    a.source === b.source &&
    a.experiment.id === b.experiment.id &&
    a.code.entryPoint === b.code.entryPoint
  )
}

/** Folds that repeat the folds of a run that is told as a repeat itself say nothing new. */
function withoutChildrenOfRepeats(found: readonly Repeat[]): readonly Repeat[] {
  const keys = new Set(found.map(({ run }) => run.one.run.key))
  return found.filter(({ run }) => run.one.run.parent === null || !keys.has(run.one.run.parent))
}

/** Finished runs whose numbers all lie within the tolerance of an earlier run's, without being the same. */
function nearAmong(
  groups: readonly (readonly SettledRun[])[],
  told: ReadonlySet<string>,
  tolerance: number,
): readonly Repeat[] {
  return [false, true].flatMap((isChild) => {
    const firsts = groups.flatMap((members) => {
      const first = members.find(({ one }) => isDone(one.run))
      return first === undefined || (first.one.run.parent !== null) !== isChild ? [] : [first]
    })
    const settings = firsts.map(({ setting }) => setting)
    return clustersOf(nearPairs(settings, tolerance), settings).flatMap((cluster) => {
      const [original, ...others] = cluster
        .flatMap((index) => firsts[index] ?? [])
        .sort((a, b) => startOf(a) - startOf(b))
      if (original === undefined) return []
      return others.flatMap((run) =>
        told.has(run.one.address) &&
        (!isChild || run.one.run.parent !== original.one.run.parent) &&
        [...run.one.run.metrics.keys()].some((name) => original.one.run.metrics.has(name))
          ? [repeatOf(run, original)]
          : [],
      )
    })
  })
}

/** Settings that near pairs tie together; those of which one number takes many values are a sweep and left out. */
function clustersOf(
  pairs: readonly (readonly [number, number])[],
  settings: readonly Setting[],
): readonly (readonly number[])[] {
  const parents = new Map<number, number>()
  const rootOf = (index: number): number => {
    let root = index
    for (let above = parents.get(root); above !== undefined; above = parents.get(root)) root = above
    return root
  }
  for (const [a, b] of pairs) {
    const [low, high] = [Math.min(rootOf(a), rootOf(b)), Math.max(rootOf(a), rootOf(b))]
    if (low !== high) parents.set(high, low)
  }
  const tied = new Set(pairs.flat())
  const clusters = Map.groupBy(
    [...tied].sort((a, b) => a - b),
    rootOf,
  )
  return [...clusters.values()].filter((members) => {
    const names = [...(settings[members[0] ?? 0]?.values.keys() ?? [])]
    return names.every(
      (name) => new Set(members.map((index) => settings[index]?.values.get(name)?.key)).size < SWEEP,
    )
  })
}

/** Milliseconds since 1970; behind all others where no start is logged. */
export function startOf({ one }: { readonly one: EvidenceRun }): number {
  return one.run.startedAt ?? Number.MAX_SAFE_INTEGER
}
