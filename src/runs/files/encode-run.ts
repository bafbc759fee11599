import type { Gap } from '../../gap.ts'
import { type JsonValue, jsonNumber } from '../../json.ts'
import type { MetricSummary, Origin } from '../run.ts'
import type { KnownRun } from './loaded-run.ts'

/** A run as JSON, with every number as it is (NaN, infinite and -0 too); `decodeRun` gives the same run back. */
export function encodeRun({ run, lastLogged, open }: KnownRun): string {
  const { params, metrics, tags, origins, startedAt, endedAt, ...others } = run
  return JSON.stringify({
    lastLogged: numberOut(lastLogged),
    open: open === null ? null : { newest: numberOut(open.newest), cut: open.cut },
    startedAt: numberOut(startedAt),
    endedAt: numberOut(endedAt),
    others,
    params: [...params],
    tags: [...tags],
    metrics: [...metrics].map(([name, summary]) => [
      name,
      ...SUMMARY.map((field) => numberOut(summary[field])),
    ]),
    origins: [origins.run, [...origins.params], [...origins.metrics]],
  })
}

/** The run that `encodeRun` wrote; the text must be one of its own. */
export function decodeRun(text: string): KnownRun {
  const read: Encoded = JSON.parse(text)
  const [run, params, metrics] = read.origins
  return {
    lastLogged: numberIn(read.lastLogged),
    open: read.open === null ? null : { newest: numberIn(read.open.newest), cut: read.open.cut },
    run: {
      ...read.others,
      startedAt: numberIn(read.startedAt),
      endedAt: numberIn(read.endedAt),
      params: new Map(read.params),
      tags: new Map(read.tags),
      metrics: new Map(read.metrics.map(([name, ...numbers]) => [name, summaryIn(numbers)])),
      origins: { run, params: new Map(params), metrics: new Map(metrics) },
    },
  }
}

const SUMMARY = ['last', 'lastStep', 'min', 'max', 'minStep', 'maxStep', 'count', 'nonFinite'] as const

type Written = number | string | null

interface Encoded {
  readonly lastLogged: Written
  readonly open: { readonly newest: Written; readonly cut: readonly Gap[] } | null
  readonly startedAt: Written
  readonly endedAt: Written
  readonly others: Omit<KnownRun['run'], 'params' | 'metrics' | 'tags' | 'origins' | 'startedAt' | 'endedAt'>
  readonly params: readonly (readonly [string, string])[]
  readonly tags: readonly (readonly [string, string])[]
  readonly metrics: readonly (readonly [string, ...Written[]])[]
  readonly origins: readonly [
    Origin,
    readonly (readonly [string, Origin])[],
    readonly (readonly [string, Origin])[],
  ]
}

function summaryIn(numbers: readonly Written[]): MetricSummary {
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

function numberOut(value: number | null): JsonValue {
  if (value === null) return null
  return Object.is(value, -0) ? '-0' : jsonNumber(value)
}

function numberIn(written: Written): number | null {
  return written === null ? null : Number(written)
}
