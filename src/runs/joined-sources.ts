import { NarrateError } from '../errors.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import {
  glimpseOf,
  joinRuns,
  type MaybeSame,
  type RunJoins,
  type RunSeen,
  runsAlike,
  type SameRun,
} from './join-runs.ts'
import { mergeRun, mergeSummary, type OtherTelling, prefixesOf } from './merge-runs.ts'
import type { Run, RunKey, RunSummary } from './run.ts'
import type { OpenedSource, RunQuery, RunSource } from './run-source.ts'

/** Sources that tell each run once, and what may be the same run besides. */
export interface JoinedSources<One extends OpenedSource> {
  readonly sources: readonly One[]
  /** The key of the run that a run of this key is told as part of; null where it is told by itself, or is none. */
  primaryOf(key: RunKey): Promise<RunKey | null>
  /** Runs that may be the same as one, each with the reason; they are told apart. */
  maybeSame(run: RunSummary): Promise<readonly MaybeSame[]>
}

/** So many of a source's runs, the newest, are held against those of other sources. */
const MOST_SEEN = 20_000

/**
 * The same sources, with every run that several of them tell given once, by the source of its primary (`joinRuns`): the others' lists
 * leave it out, and a key of theirs can still be read. Nothing is listed before it is asked for.
 */
export function joinSources<One extends OpenedSource>(opened: readonly One[]): JoinedSources<One> {
  if (opened.length < 2) return { sources: opened, primaryOf: async () => null, maybeSame: async () => [] }
  let looked: Promise<Plan> | null = null
  const plan = (): Promise<Plan> => {
    looked ??= lookThrough(opened)
    return looked
  }
  return {
    sources: opened.map((one) => ({ ...one, source: joinedSource(one.source, plan) })),
    primaryOf: async (key) => (await plan()).primaryOf.get(key) ?? null,
    async maybeSame(run) {
      const { joins, seen, primaryOf, sourceOf } = await plan()
      const own = new Set([run.key, ...(run.also ?? []).map(({ key }) => key)])
      const isOther = ({ runs: [left, right] }: MaybeSame): boolean => own.has(left) !== own.has(right)
      const doubted = joins.maybe.filter(isOther).map(
        ({ runs: [left, right], why }): MaybeSame => ({
          runs: [run.key, own.has(left) ? right : left],
          why,
        }),
      )
      const all = [...doubted, ...runsAlike(run, seen).filter(isOther)]
      // What is joined with another run is named by that run's key.
      const named = all
        .map(
          ({ runs: [, other], why }): MaybeSame => ({
            runs: [run.key, primaryOf.get(other) ?? other],
            why,
          }),
        )
        // Two runs of one source are two.
        .filter(({ runs: [, other] }) => !own.has(other) && sourceOf.get(other)?.alias !== run.source)
      return [...new Map(named.toReversed().map((one) => [one.runs[1], one])).values()].toReversed()
    },
  }
}

interface Plan {
  readonly seen: readonly RunSeen[]
  readonly joins: RunJoins
  readonly othersOf: ReadonlyMap<RunKey, readonly SameRun[]>
  readonly primaryOf: ReadonlyMap<RunKey, RunKey>
  readonly sourceOf: ReadonlyMap<RunKey, RunSource>
  /** Whole, those of sources that could only be asked for them once more: their runs lie in no folders. */
  readonly known: ReadonlyMap<RunKey, RunSummary>
  /** Sources that hold more runs than were looked at. */
  readonly cut: ReadonlySet<string>
}

async function lookThrough(opened: readonly OpenedSource[]): Promise<Plan> {
  const seen: RunSeen[] = []
  const sourceOf = new Map<RunKey, RunSource>()
  const known = new Map<RunKey, RunSummary>()
  const cut = new Set<string>()
  for (const { source, experiments } of opened) {
    const hasSiblings = opened.filter((one) => one.source.kind === source.kind).length > 1
    let count = 0
    try {
      for await (const run of source.list({
        order: 'newest',
        includeDeleted: true,
        limit: MOST_SEEN + 1,
        ...(experiments === undefined ? {} : { experiments }),
      })) {
        // What cannot be read is told by the lists that are asked for.
        if (isGap(run)) continue
        count += 1
        if (count > MOST_SEEN) {
          cut.add(source.alias)
          break
        }
        const folders = (await source.folders?.(run.key)) ?? []
        seen.push({ source, run: glimpseOf(run, hasSiblings), folders })
        sourceOf.set(run.key, source)
        if (source.folders === undefined) known.set(run.key, run)
      }
    } catch (error) {
      // It says so itself where it is asked for its runs.
      if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    }
  }
  const joins = joinRuns(seen)
  return {
    seen,
    joins,
    othersOf: new Map(joins.joined.map(({ primary, others }) => [primary, others])),
    primaryOf: new Map(
      joins.joined.flatMap(({ primary, others }) => others.map(({ key }) => [key, primary])),
    ),
    sourceOf,
    known,
    cut,
  }
}

function joinedSource(source: RunSource, plan: () => Promise<Plan>): RunSource {
  return {
    ...source,
    list: (query) => joinedList(query, (asked) => source.list(asked), withSummaries),
    readAll: (query) => joinedList(query, (asked) => source.readAll(asked), withRuns(query)),
    async find(idPrefix) {
      const { primaryOf, sourceOf } = await plan()
      const own = await source.find(idPrefix)
      const keys = new Set(own.filter((key) => !primaryOf.has(key)))
      // A run is found by the ids that it has elsewhere, too.
      const elsewhere = new Set(
        [...primaryOf].flatMap(([key, primary]) =>
          sourceOf.get(primary)?.alias === source.alias ? (sourceOf.get(key) ?? []) : [],
        ),
      )
      for (const other of elsewhere)
        for (const key of await other.find(idPrefix)) {
          const primary = primaryOf.get(key)
          if (primary !== undefined && sourceOf.get(primary)?.alias === source.alias) keys.add(primary)
        }
      return [...keys]
    },
    async read(key, options) {
      const [run, { othersOf }] = [await source.read(key, options), await plan()]
      return othersOf.has(key) ? withRuns(options ?? {})(run) : run
    },
    async *history(key, metric) {
      const { othersOf } = await plan()
      if (othersOf.has(key) && !(await source.read(key)).metrics.has(metric))
        for (const { from, key: other, prefix } of await tellings(key)) {
          if (!metric.startsWith(prefix)) continue
          const name = metric.slice(prefix.length)
          if ((await from.read(other)).metrics.has(name)) return yield* from.history(other, name)
        }
      yield* source.history(key, metric)
    },
  }

  async function* joinedList<Kind extends RunSummary>(
    query: RunQuery,
    list: (query: RunQuery) => AsyncIterable<Kind | Gap>,
    merged: (run: Kind) => Promise<Kind>,
  ): AsyncIterable<Kind | Gap> {
    const { primaryOf, othersOf, sourceOf, cut } = await plan()
    const isPart = [...primaryOf.keys()].some((key) => sourceOf.get(key)?.alias === source.alias)
    const { limit, ...unlimited } = query
    let given = 0
    if (limit === 0) return
    for await (const found of list(isPart || limit === undefined ? unlimited : { ...unlimited, limit })) {
      if (isGap(found)) yield found
      else if (!primaryOf.has(found.key)) {
        yield othersOf.has(found.key) ? await merged(found) : found
        given += 1
        if (given === limit) break
      }
    }
    if (cut.has(source.alias))
      yield gap(
        'runs of the project',
        `before the newest ${MOST_SEEN} of ${source.alias}`,
        'they are not held against the runs of other sources',
      )
  }

  async function tellings(
    key: RunKey,
  ): Promise<readonly (SameRun & { readonly from: RunSource; readonly prefix: string })[]> {
    const { othersOf, sourceOf } = await plan()
    const others = (othersOf.get(key) ?? []).flatMap((one) => {
      const from = sourceOf.get(one.key)
      return from === undefined ? [] : [{ ...one, from, alias: from.alias }]
    })
    const prefixes = prefixesOf(others)
    return others.map((one) => ({ ...one, prefix: prefixes.get(one.key) ?? '' }))
  }

  async function withSummaries(run: RunSummary): Promise<RunSummary> {
    const { known } = await plan()
    const others: OtherTelling<RunSummary>[] = []
    for (const { key, why, prefix, from } of await tellings(run.key)) {
      const other = known.get(key) ?? (await readUnlessGone(from, key))
      if (other !== null) others.push({ run: other, why, prefix })
    }
    return others.length === 0 ? run : mergeSummary(run, others)
  }

  function withRuns({ withHistory = false }: Pick<RunQuery, 'withHistory'>): (run: Run) => Promise<Run> {
    return async (run) => {
      const others: OtherTelling<Run>[] = []
      const unread: Gap[] = []
      for (const { key, why, prefix, from } of await tellings(run.key)) {
        try {
          others.push({ run: await from.read(key, { withHistory }), why, prefix })
        } catch (error) {
          if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
          unread.push(gap(`run ${key}`, from.location, error.message))
        }
      }
      const merged = others.length === 0 ? run : mergeRun(run, others)
      return unread.length === 0 ? merged : { ...merged, gaps: [...merged.gaps, ...unread] }
    }
  }
}

/** Null where a run that was there a moment ago cannot be read: lists tell of it. */
async function readUnlessGone(source: RunSource, key: RunKey): Promise<Run | null> {
  try {
    return await source.read(key)
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    return null
  }
}
