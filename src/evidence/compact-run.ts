import type { JsonObject, JsonValue } from '../json.ts'

/**
 * A frozen run in the few characters that it is kept in: a summary and a curve as lists in a fixed order, what a curve
 * shares with its summary once, origins that differ only in the name as one pattern, and without what is empty. `expandRun`
 * gives the same run back; a run that was never compact it leaves as it is.
 */
export function compactRun(run: JsonObject): JsonObject {
  const { metrics = null } = run
  const kept = Object.entries(run).flatMap(([name, value]): readonly (readonly [string, JsonValue])[] => {
    if (isSame(value, EMPTY[name])) return []
    if (!isObject(value)) return [[name, value]]
    if (name === 'code') return [[name, withoutNulls(value)]]
    if (name === 'metrics') return [[name, mapped(value, (one) => listed(one, SUMMARY))]]
    if (name === 'origins') return [[name, compactOrigins(value, run)]]
    if (name === 'curves' && isObject(metrics))
      return [[name, mapped(value, (one, metric) => compactCurve(one, metrics[metric]))]]
    return [[name, value]]
  })
  return Object.fromEntries(kept)
}

/** A frozen run with all its fields, whether it was kept compact, in part or not at all. */
export function expandRun(run: JsonObject): JsonObject {
  const { origins, metrics, curves, code } = run
  if (!isObject(metrics)) return run
  const summaries = mapped(metrics, (one) => named(one, SUMMARY))
  return {
    ...EMPTY,
    ...run,
    ...(isObject(code) ? { code: { ...NO_CODE, ...code } } : {}),
    metrics: summaries,
    ...(origins === undefined ? {} : { origins: expandOrigins(origins, run) }),
    ...(isObject(curves) ? { curves: mapped(curves, (one, name) => expandCurve(one, summaries[name])) } : {}),
  }
}

const EMPTY: JsonObject = {
  url: null,
  deleted: false,
  parent: null,
  tags: {},
  note: null,
  dataSets: [],
  artifacts: null,
  gaps: [],
  points: {},
  curves: {},
  logTail: null,
}
const NO_CODE = { commit: null, dirty: null, branch: null, entryPoint: null }
const SUMMARY = ['last', 'lastStep', 'min', 'max', 'minStep', 'maxStep', 'count', 'nonFinite']
const POINT = ['step', 'value']
const FLAT = ['step', 'share', 'bestBefore', 'bestSince']
const SHAPE = ['lateFrom', 'flatFrom', 'worsenedBy', 'diverged']
const LEVEL = ['level', 'point']
const TRAINING = ['metric', 'atLowest', 'atHighest', 'last', 'endLevel']
/** What the summary of the metric tells as well, in other words. */
const SHARED = ['count', 'nonFinite', 'last', 'lowest', 'highest']
const OWN = ['first', 'nonFiniteFrom', 'endsNonFinite', 'steps', 'endLevel', 'training', 'shape']
const CURVE = [...SHARED, ...OWN]

/** The fields that are lists in their turn. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  last: POINT,
  lowest: POINT,
  highest: POINT,
  first: POINT,
  lateFrom: POINT,
  point: POINT,
  flatFrom: FLAT,
  lower: SHAPE,
  higher: SHAPE,
  shape: ['lower', 'higher'],
  atLowest: LEVEL,
  atHighest: LEVEL,
  training: TRAINING,
}

/** Null in place of what the summary shares, where that is all the same; the other fields in their order. */
function compactCurve(curve: JsonValue, summary: JsonValue | undefined): JsonValue {
  if (!isObject(curve) || !isExactly(curve, CURVE)) return curve
  const shared = ofSummary(summary)
  const isShared = SHARED.every((name) => isSame(curve[name], shared[name]))
  const first = isShared ? null : SHARED.map((name) => deepListed(curve[name] ?? null, name))
  return [first, ...OWN.map((name) => deepListed(curve[name] ?? null, name))]
}

function expandCurve(curve: JsonValue, summary: JsonValue | undefined): JsonValue {
  if (!Array.isArray(curve)) return curve
  const [told, ...own] = curve as readonly JsonValue[]
  const shared = Array.isArray(told)
    ? Object.fromEntries(SHARED.map((name, at) => [name, deepNamed(told[at] ?? null, name)]))
    : ofSummary(summary)
  return { ...shared, ...Object.fromEntries(OWN.map((name, at) => [name, deepNamed(own[at] ?? null, name)])) }
}

function deepListed(value: JsonValue, of: string): JsonValue {
  const fields = INNER[of]
  if (fields === undefined || !isObject(value) || !isExactly(value, fields)) return value
  return fields.map((name) => deepListed(value[name] ?? null, name))
}

function deepNamed(value: JsonValue, of: string): JsonValue {
  const fields = INNER[of]
  if (fields === undefined || !Array.isArray(value)) return value
  return Object.fromEntries(fields.map((name, at) => [name, deepNamed(value[at] ?? null, name)]))
}

/** What a summary tells of a curve, as the curve would. */
function ofSummary(summary: JsonValue | undefined): JsonObject {
  if (!isObject(summary)) return {}
  const point = (step: string, value: string): JsonObject => ({
    step: summary[step] ?? null,
    value: summary[value] ?? null,
  })
  return {
    count: summary.count ?? null,
    nonFinite: summary.nonFinite ?? null,
    last: point('lastStep', 'last'),
    lowest: point('minStep', 'min'),
    highest: point('maxStep', 'max'),
  }
}

const ORIGINS = ['run', 'params', 'metrics']

/** A list of patterns where each of them has one, so that no text is taken for a pattern; else as they are. */
function compactOrigins(origins: JsonObject, run: JsonObject): JsonValue {
  if (!isExactly(origins, ORIGINS)) return origins
  const patterns = ORIGINS.map((of) =>
    of === 'run'
      ? patternOf({ '': origins.run ?? null }, [''], run)
      : patternOf(origins[of], namesOf(run[of]), run),
  )
  return patterns.every((one) => one !== null) ? patterns : origins
}

function expandOrigins(origins: JsonValue, run: JsonObject): JsonValue {
  if (!Array.isArray(origins)) return origins
  const told = ORIGINS.map((of, at): readonly [string, JsonValue] => {
    const pattern = String(origins[at])
    const texts = namesOf(run[of]).map((name) => [name, filled(pattern, name, run)] as const)
    return [of, of === 'run' ? filled(pattern, '', run) : Object.fromEntries(texts)]
  })
  return Object.fromEntries(told)
}

/** The one text that gives all of them when a name, the run's id and a metric's last step are put in; null where there is none. */
function patternOf(texts: JsonValue | undefined, names: readonly string[], run: JsonObject): string | null {
  if (!isObject(texts) || names.length !== Object.keys(texts).length) return null
  const [first] = names
  if (first === undefined) return ''
  const text = texts[first]
  if (typeof text !== 'string' || text.includes('{')) return null
  const id = typeof run.id === 'string' && run.id !== '' ? run.id : null
  const step = stepOf(first, run)
  const general = (id === null ? text : text.replaceAll(id, '{i}')).replace(`step=${step})`, 'step={s})')
  const at = first === '' ? -1 : general.lastIndexOf(first)
  const pattern = at < 0 ? general : `${general.slice(0, at)}{n}${general.slice(at + first.length)}`
  return names.every((name) => texts[name] === filled(pattern, name, run)) ? pattern : null
}

function filled(pattern: string, name: string, run: JsonObject): string {
  return pattern.replace(/\{([nis])\}/g, (_, what) =>
    what === 'n' ? name : what === 'i' ? String(run.id) : String(stepOf(name, run)),
  )
}

function stepOf(metric: string, { metrics }: JsonObject): JsonValue {
  const summary = isObject(metrics) ? named(metrics[metric] ?? null, SUMMARY) : null
  return isObject(summary) ? (summary.lastStep ?? null) : null
}

function namesOf(value: JsonValue | undefined): readonly string[] {
  return isObject(value) ? Object.keys(value) : []
}

/** An object of just these fields as the list of their values; anything else as it is. */
function listed(value: JsonValue, fields: readonly string[]): JsonValue {
  return isObject(value) && isExactly(value, fields) ? fields.map((name) => value[name] ?? null) : value
}

function named(value: JsonValue, fields: readonly string[]): JsonValue {
  return Array.isArray(value)
    ? Object.fromEntries(fields.map((name, at) => [name, value[at] ?? null]))
    : value
}

function isExactly(value: JsonObject, fields: readonly string[]): boolean {
  return Object.keys(value).length === fields.length && fields.every((name) => name in value)
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null))
}

function mapped(value: JsonObject, turn: (one: JsonValue, name: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, turn(one, name)]))
}

function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
