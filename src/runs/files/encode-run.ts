import type { Gap } from '../../gap.ts'
import { jsonNumber } from '../../json.ts'
import type { MetricSummary, Origin } from '../run.ts'
import type { KnownRun } from './loaded-run.ts'

/** A run as JSON, with every number as it is (NaN, infinite and -0 too); `decodeRun` gives the same run back. */
export function encodeRun({ run, lastLogged, open }: KnownRun): string {
  const { params, metrics, tags, origins, startedAt, endedAt, ...others } = run
  const places = placesOut()
  return JSON.stringify({
    lastLogged: numberOut(lastLogged),
    open: open === null ? null : { newest: numberOut(open.newest), cut: open.cut },
    startedAt: numberOut(startedAt),
    endedAt: numberOut(endedAt),
    others,
    params: [...params],
    tags: [...tags],
    metrics: [...metrics].map(([name, summary]) => [name, ...encodeSummary(summary)]),
    origins: [
      origins.run,
      [...origins.params].map(([name, origin]) => [name, places.number(origin)]),
      [...origins.metrics].map(([name, origin]) => [name, places.number(origin)]),
      places.all(),
    ],
  })
}

/** The run that `encodeRun` wrote; the text must be one of its own. `same` gives one string for equal ones. */
export function decodeRun(text: string, same: (text: string) => string = (one) => one): KnownRun {
  const read: Encoded = JSON.parse(text)
  const [run, params, metrics, places] = read.origins
  const pairs = (texts: readonly (readonly [string, string])[]): Map<string, string> =>
    new Map(texts.map(([name, value]) => [same(name), same(value)]))
  const placed = (numbers: readonly (readonly [string, number])[]): Map<string, Origin> =>
    new Map(numbers.map(([name, number]) => [same(name), places[number] ?? run]))
  return {
    lastLogged: numberIn(read.lastLogged),
    open: read.open === null ? null : { newest: numberIn(read.open.newest), cut: read.open.cut },
    run: {
      ...read.others,
      startedAt: numberIn(read.startedAt),
      endedAt: numberIn(read.endedAt),
      params: pairs(read.params),
      tags: pairs(read.tags),
      metrics: new Map(read.metrics.map(([name, ...numbers]) => [same(name), decodeSummary(numbers)])),
      origins: { run, params: placed(params), metrics: placed(metrics) },
    },
  }
}

const SUMMARY = ['last', 'lastStep', 'min', 'max', 'minStep', 'maxStep', 'count', 'nonFinite'] as const

export type Written = number | string | null

interface Encoded {
  readonly lastLogged: Written
  readonly open: { readonly newest: Written; readonly cut: readonly Gap[] } | null
  readonly startedAt: Written
  readonly endedAt: Written
  readonly others: Omit<KnownRun['run'], 'params' | 'metrics' | 'tags' | 'origins' | 'startedAt' | 'endedAt'>
  readonly params: readonly (readonly [string, string])[]
  readonly tags: readonly (readonly [string, string])[]
  readonly metrics: readonly (readonly [string, ...Written[]])[]
  /** Those of parameters and metrics by their number among all different ones: nearly always they share a file. */
  readonly origins: readonly [
    Origin,
    readonly (readonly [string, number])[],
    readonly (readonly [string, number])[],
    readonly Origin[],
  ]
}

function placesOut(): { number(origin: Origin): number; all(): readonly Origin[] } {
  const numbers = new Map<string, number>()
  const all: Origin[] = []
  return {
    number(origin) {
      const text = JSON.stringify(origin)
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, all.length)
      all.push(origin)
      return all.length - 1
    },
    all: () => all,
  }
}

/** The numbers of a summary, each as it is. */
export function encodeSummary(summary: MetricSummary): readonly Written[] {
  return SUMMARY.map((field) => numberOut(summary[field]))
}

/** The summary that `encodeSummary` gave the numbers of. */
export function decodeSummary(numbers: readonly Written[]): MetricSummary {
  const [last, lastStep, min, max, minStep, maxStep, count, nonFinite] = numbers.map(numberIn)
  return {
    last: last ?? Number.NaN,
    lastStep: lastStep ?? null,
    min: min ?? null,
    max: max ?? null,
    minStep: minStep ?? null,
    maxStep: maxStep ?? null,
    count: count ?? null,
    nonFinite: nonFinite ?? null,
  }
}

/** A number as JSON can hold it, with NaN, infinite ones and -0; `numberIn` gives it back. */
export function numberOut(value: number | null): Written {
  if (value === null) return null
  return Object.is(value, -0) ? '-0' : jsonNumber(value)
}

export function numberIn(written: Written): number | null {
  return written === null ? null : Number(written)
}
