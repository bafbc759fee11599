import { type Gap, gap } from '../gap.ts'
import type { SameRun } from './join-runs.ts'
import type { Run, RunSummary } from './run.ts'
import { sortedByName } from './sorted-by-name.ts'

/** The same run as another source tells it; `prefix` stands before its names where several of its source are joined with one run. */
export interface OtherTelling<Kind extends RunSummary> {
  readonly run: Kind
  readonly why: string
  readonly prefix: string
}

/** A run with what the others tell of it: what it has itself stays, what it has not comes under the other's names. */
export function mergeSummary<Kind extends RunSummary>(
  primary: Kind,
  others: readonly OtherTelling<RunSummary>[],
): Kind {
  const also = others.map(({ run: { key, source }, why }) => ({ key, source, why }))
  return {
    ...primary,
    params: added(primary.params, others, ({ params }) => params),
    metrics: added(primary.metrics, others, ({ metrics }) => metrics),
    also,
  }
}

/** The same of runs read whole: a gap tells each value that is another one there, and what could not be read there. */
export function mergeRun(primary: Run, others: readonly OtherTelling<Run>[]): Run {
  return {
    ...mergeSummary(primary, others),
    gaps: [
      ...primary.gaps,
      ...others.flatMap((other) => [...differences(primary, other), ...other.run.gaps]),
    ],
    origins: {
      run: primary.origins.run,
      params: added(primary.origins.params, others, ({ origins }) => origins.params),
      metrics: added(primary.origins.metrics, others, ({ origins }) => origins.metrics),
    },
  }
}

/** The prefix of each of the runs joined with one: the last part of its id where its source gives several, nothing otherwise. */
export function prefixesOf(
  others: readonly (SameRun & { readonly alias: string })[],
): ReadonlyMap<string, string> {
  const count = Map.groupBy(others, ({ alias }) => alias)
  return new Map(
    others.map(({ key, alias }) => [
      key,
      (count.get(alias)?.length ?? 0) > 1 ? `${key.slice(key.search(/[^:/]*$/))}/` : '',
    ]),
  )
}

function added<Kind extends RunSummary, Value>(
  own: ReadonlyMap<string, Value>,
  others: readonly OtherTelling<Kind>[],
  of: (run: Kind) => ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const all = new Map(own)
  for (const { run, prefix } of others)
    for (const [name, value] of of(run)) if (!all.has(prefix + name)) all.set(prefix + name, value)
  return sortedByName(all)
}

function differences(primary: Run, { run, prefix }: OtherTelling<Run>): readonly Gap[] {
  const metrics = [...run.metrics].flatMap(([name, there]) => {
    const here = primary.metrics.get(prefix + name)
    if (here === undefined || isSameNumber(here.last, there.last)) return []
    return [
      gap(
        `metric ${prefix}${name}`,
        run.key,
        `it ends with ${there.last}${atStep(there.lastStep)} there, with ${here.last}${atStep(here.lastStep)} in ${primary.source}, which is told here`,
      ),
    ]
  })
  const params = [...run.params].flatMap(([name, there]) => {
    const here = primary.params.get(prefix + name)
    if (here === undefined || isSameText(here, there)) return []
    return [
      gap(
        `parameter ${prefix}${name}`,
        run.key,
        `it is ${JSON.stringify(there)} there, ${JSON.stringify(here)} in ${primary.source}, which is told here`,
      ),
    ]
  })
  return [...metrics, ...params]
}

function atStep(step: number | null): string {
  return step === null ? '' : ` at step ${step}`
}

/** TensorBoard keeps 32 bits of a number where others keep 64. */
function isSameNumber(one: number, other: number): boolean {
  return Object.is(one, other) || one === other || Object.is(Math.fround(one), Math.fround(other))
}

function isSameText(one: string, other: string): boolean {
  if (one.toLowerCase() === other.toLowerCase()) return true
  return (
    one.trim() !== '' &&
    other.trim() !== '' &&
    isSameNumber(Number(one), Number(other)) &&
    !Number.isNaN(Number(one))
  )
}
