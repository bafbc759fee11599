import type { Run, RunSummary } from '../runs/run.ts'
import type { FindingRules } from './evidence.ts'
import { remember } from './remember.ts'
import { isInput, isNone, type SettingValue, settingValue } from './setting-value.ts'
import { isBookkeeping, isSeed, isTelling } from './what-varied.ts'

/** What was tried in a run: its parameters without those that say nothing of it, and its data. */
export interface Setting {
  /** The same text for runs of the same parameters, seed and data, whatever the notation. */
  readonly key: string
  /** That without seeds and folds: the same for replicates. */
  readonly seedless: string
  /** That without the data: what was set, and nothing else. */
  readonly tried: string
  /**
   * That with what `key` forgives: parameters that say "none" where others are silent, and those that only ask for a
   * measurement on top. Runs of one `key` and two `strict` are the same only as far as their values agree.
   */
  readonly strict: string
  /** The digests of its data sets; empty where none is logged. */
  readonly data: readonly string[]
  /** By name, in order; those that say "none" are not in it. */
  readonly values: ReadonlyMap<string, SettingValue>
}

/** Rules of narrate.yaml on what counts as the same run again. */
export type RepeatRules = FindingRules['repeats']

/** What is looked at of a run; a list of runs that carries no data sets will do. */
export type Settled = Pick<RunSummary, 'id' | 'name' | 'params'> & { readonly dataSets?: Run['dataSets'] }

/** Beside `isBookkeeping`: parameters that change where and how a run works and what it leaves behind, not what it fits. */
const ASIDE =
  /^(n_?jobs|n_?threads?|num_threads|thread_count|n_?workers|workers|pid|port|master_port|job_?id|slurm_.+|local_rank|exp(eriment)?(_?name)?|project(_?name)?|entity|comment|notes?|description|tags?|user(_?name)?|git_.+|commit(_hash)?|wandb_.+|mlflow_.+|tensorboard_.+|print_.+|plots?|plot_.+|save|save_.+|log_(every|interval|freq|steps?|model|artifacts?|dir).*|report_to|upload_.+|exist_ok|overwrite_.+|silent|quiet|progress_.+)$/i
/** Parameters that ask for one more measurement once the model is fitted. */
const MEASURES = /^(eval(uate)?|run|do|compute|measure)_(on_)?(test|hold_?out|final)(_set)?$/i
/** Parameters that may repeat the run's name, unless they name a model, a method or data. */
const LABEL = /(^|[_./-])(run|id|name|title|label|job)$/i
const NAMES_DATA = /data|corpus|train|test|val|target|feature/i

/** What ends like bookkeeping and is none: the dates that data are cut at, and whether a logarithm is taken. */
const CUT_AT = /(start|begin|end|from|until|since|cut_?off|split|train|test|val|data|forecast)[._-]?date$/i
const TAKES_LOGARITHM = /(^|[_./-])log$/i

/** Whole numbers that name something rather than measure it: the next one is no near one. */
const NAMES_SOMETHING =
  /(^|[._/-])(year|month|week|day|hour|date|quarter|start|end|from|since|until|version|rev|idx|index|id|class|label|target|layers?|lags?|horizon|window|station|store|region|zone|channel|code|part|stage|phase|step|round|level|rank|bits)s?$/i

/**
 * What was tried in a run, as a value to compare: paths, times, hosts, workers and the like are left out, and what
 * `rules.ignore` names (`*` stands for anything); notation is put aside. The code's commit is no part of it. Null for a
 * run of which nothing is left: two runs that log no parameters are not known to be the same.
 */
export function settingOf(run: Settled, rules: RepeatRules): Setting | null {
  const isIgnored = ignoredBy(rules.ignore)
  const values = new Map<string, SettingValue>()
  const silent: string[] = []
  for (const [name, text] of [...run.params].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (isIgnored(name) || saysNothing(name, text, run)) continue
    const value = settingValue(name, text)
    if (isNone(value) || asksForMeasurement(name)) silent.push(`${name}=${value.key}`)
    else values.set(name, value)
  }
  const entries = [...values].map(([name, { key }]) => [name, key] as const)
  const tried = entries.filter(([name]) => !isSeed(name))
  if (tried.length === 0) return null
  const data = [...new Set((run.dataSets ?? []).map(({ digest }) => digest))].sort()
  const key = JSON.stringify([data, entries])
  return {
    key,
    seedless: JSON.stringify([data, tried]),
    tried: JSON.stringify(tried),
    strict: JSON.stringify([key, silent]),
    data,
    values,
  }
}

const NOTHING_IGNORED: RepeatRules = { ignore: [], tolerance: 0 }

/**
 * What was set in a run in one text, whatever the notation; seeds, folds, data and what says nothing aside. Null where
 * nothing but those was logged: then nobody knows. What narrate.yaml leaves out of repeats still counts here.
 */
export const triedIn = remember((run: Settled): string | null => {
  return settingOf(run, NOTHING_IGNORED)?.tried ?? null
})

/** What a parameter says of what was tried; null where it is a seed, a label, bookkeeping, a request or set to nothing. */
export function triedValue(name: string, text: string, run: Settled): SettingValue | null {
  if (isSeed(name) || asksForMeasurement(name) || saysNothing(name, text, run)) return null
  const value = settingValue(name, text)
  return isNone(value) ? null : value
}

/** Whether a project's own list leaves a parameter out: names, in which `*` stands for anything. */
export function ignoredBy(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map((pattern) => {
    const escaped = pattern.split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${escaped.join('.*')}$`, 'i')
  })
  return (name) => tests.some((test) => test.test(name))
}

/** Whether a parameter tells nothing of what was tried. */
export function isAside(name: string, text: string): boolean {
  const { isOutside, takesLogarithm } = kindOf(name)
  return isOutside && !(takesLogarithm && /^\s*(true|false)\s*$/i.test(text))
}

/** Whether a parameter only asks for one more measurement: `evaluate_test`. */
export function asksForMeasurement(name: string): boolean {
  return kindOf(name).measures
}

interface Kind {
  readonly isOutside: boolean
  readonly takesLogarithm: boolean
  readonly measures: boolean
  readonly isLabel: boolean
}

/** Parameters' names are few and asked for in every run. */
const kinds = new Map<string, Kind>()

function kindOf(name: string): Kind {
  const known = kinds.get(name)
  if (known !== undefined) return known
  const last = lastPart(name)
  const isKept = isSeed(name) || isInput(name) || CUT_AT.test(name)
  const isLoud = ASIDE.test(last)
  const kind = {
    isOutside: isLoud || (isBookkeeping(name) && !isKept),
    takesLogarithm: !isLoud && TAKES_LOGARITHM.test(name),
    measures: MEASURES.test(last),
    isLabel: LABEL.test(name) && !isTelling(name) && !NAMES_DATA.test(name),
  }
  kinds.set(name, kind)
  return kind
}

/** How two values of one parameter stand to each other; `near` where they are numbers within the tolerance. */
export function compareSetting(
  name: string,
  a: SettingValue,
  b: SettingValue,
  tolerance: number,
): 'same' | 'near' | 'different' {
  if (a.key === b.key) return 'same'
  if (a.kind !== 'number' || b.kind !== 'number' || isSeed(name)) return 'different'
  if (Number.isInteger(a.value) && Number.isInteger(b.value) && NAMES_SOMETHING.test(name)) return 'different'
  const larger = Math.max(Math.abs(a.value), Math.abs(b.value))
  return Math.abs(a.value - b.value) <= tolerance * larger * (1 + 1e-9) ? 'near' : 'different'
}

/**
 * Pairs of settings that differ in nothing but numbers within the tolerance, as indices, the first of each before the
 * second. Settings of one key should be handed in once.
 *
 * Near-linear: settings fall apart by everything that is no positive or negative number; within such a class each is
 * placed on a line, at the sum of the logarithms of its numbers, each weighted by a weight made of its parameter's name
 * (so that 0.1 × 32 does not fall on 0.2 × 16). Two numbers within the tolerance are at most `-ln(1 - tolerance)` apart
 * there, so near settings lie within that times the sum of the weights: only these neighbours are compared in full.
 */
export function nearPairs(
  settings: readonly Setting[],
  tolerance: number,
): readonly (readonly [number, number])[] {
  if (tolerance <= 0) return []
  const placed = settings.map((setting, index) => ({ setting, index, ...placeOf(setting) }))
  const pairs: (readonly [number, number])[] = []
  const step = -Math.log(1 - tolerance) * (1 + 1e-6)
  for (const members of Map.groupBy(placed, ({ kind }) => kind).values()) {
    const sorted = members.toSorted((a, b) => a.at - b.at || a.index - b.index)
    for (const [index, one] of sorted.entries()) {
      const reach = one.at + step * one.weight + 1e-9
      const end = Math.min(sorted.length, index + 1 + MOST_NEIGHBOURS)
      for (let next = index + 1; next < end; next += 1) {
        const other = sorted[next]
        if (other === undefined || other.at > reach) break
        if (isNear(one.setting, other.setting, tolerance))
          pairs.push(one.index < other.index ? [one.index, other.index] : [other.index, one.index])
      }
    }
  }
  return pairs.sort(([a, b], [c, d]) => a - c || b - d)
}

/** A line so crowded that more lie within reach belongs to a sweep, not to repeats. */
const MOST_NEIGHBOURS = 300

function isNear(a: Setting, b: Setting, tolerance: number): boolean {
  for (const [name, value] of a.values) {
    const other = b.values.get(name)
    if (other === undefined || compareSetting(name, value, other, tolerance) === 'different') return false
  }
  return a.values.size === b.values.size
}

function placeOf(setting: Setting): { readonly kind: string; readonly at: number; readonly weight: number } {
  let at = 0
  let weight = 0
  const kinds: string[] = [...setting.data]
  for (const [name, value] of setting.values) {
    if (value.kind === 'text' || value.value === 0 || isSeed(name)) {
      kinds.push(`${name}=${value.key}`)
      continue
    }
    const own = weightOf(name)
    at += own * Math.log(Math.abs(value.value))
    weight += own
    kinds.push(`${name}${value.value < 0 ? '-' : '+'}`)
  }
  return { kind: JSON.stringify(kinds), at, weight }
}

/** A number between 1 and 2 that a name always has (FNV-1a). */
function weightOf(name: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < name.length; index += 1)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0
  return 1 + hash / 2 ** 32
}

function saysNothing(name: string, text: string, run: Settled): boolean {
  const isOwnName = kindOf(name).isLabel && text.trim() === run.name
  // Secrets that were masked look alike and are not.
  return isAside(name, text) || isOwnName || text.includes('[masked') || (text !== '' && text === run.id)
}

/** The name without what it stands under: `trainer.log_every` and `clf__n_jobs` are `log_every` and `n_jobs`. */
function lastPart(name: string): string {
  return name.split(/[./]|__/).at(-1) ?? name
}
