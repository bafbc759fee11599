import { type Gap, isGap } from '../gap.ts'
import type { Filter } from './filter/filter.ts'
import { narrowQuery } from './filter/filter-query.ts'
import { matches } from './filter/matches.ts'
import { identityOf } from './identity.ts'
import type { Run, RunSummary } from './run.ts'
import type { OpenedSource, RunQuery, RunSource } from './run-source.ts'

/** A run of a list, with the source that can read it. */
export interface ListedRun<Kind extends RunSummary = RunSummary> {
  readonly kind: 'listed'
  readonly source: RunSource
  readonly run: Kind
}

/**
 * The runs of several sources as one list, newest first, without holding them: each source gives its own newest first,
 * and they are merged as they come. A filter is handed down where a source can apply it, and held against the rest as
 * they pass; a run that stands in two sources under one id comes once; a limit holds for the whole of what passes. A filter that `needsWholeRuns` asks for `listWholeRuns`.
 */
export function listRuns(
  opened: readonly OpenedSource[],
  query: RunQuery,
  filter?: Filter,
): AsyncGenerator<ListedRun | Gap> {
  return merged(opened, query, filter, (source, narrowed) => source.list(narrowed))
}

/** The same with every run read whole. */
export function listWholeRuns(
  opened: readonly OpenedSource[],
  query: RunQuery,
  filter?: Filter,
): AsyncGenerator<ListedRun<Run> | Gap> {
  return merged(opened, query, filter, (source, narrowed) => source.readAll(narrowed))
}

async function* merged<Kind extends RunSummary>(
  opened: readonly OpenedSource[],
  query: RunQuery,
  filter: Filter | undefined,
  open: (source: RunSource, query: RunQuery) => AsyncIterable<Kind | Gap>,
): AsyncGenerator<ListedRun<Kind> | Gap> {
  const { limit, ...unlimited } = filter === undefined ? query : narrowQuery(query, filter)
  const isFiltered = filter !== undefined && filter.conditions.length > 0
  const cursors = opened.map(({ source, experiments }): Cursor<Kind> => {
    const wanted = query.experiments ?? experiments
    const narrowed = {
      ...unlimited,
      order: 'newest' as const,
      // No source gives more: a copy that is left out stands for a run of another source, which counts.
      ...(limit === undefined || isFiltered ? {} : { limit }),
      ...(wanted === undefined ? {} : { experiments: wanted }),
    }
    return { source, stream: open(source, narrowed)[Symbol.asyncIterator](), head: null }
  })
  // A store that was migrated holds the same runs as the one it came from.
  const aliases = new Map<string, string>()
  const isFirst = (source: RunSource, run: RunSummary): boolean => {
    if (opened.length === 1) return true
    const id = identityOf(source, run.id)
    const before = aliases.get(id)
    if (before === undefined) aliases.set(id, source.alias)
    return before === undefined || before === source.alias
  }
  let given = 0
  try {
    for (const cursor of cursors) yield* advance(cursor)
    while (limit === undefined || given < limit) {
      const next = cursors.reduce<Cursor<Kind> | null>(
        (best, cursor) =>
          cursor.head !== null && (best?.head == null || startOf(cursor.head) > startOf(best.head))
            ? cursor
            : best,
        null,
      )
      if (next === null || next.head === null) return
      if ((!isFiltered || matches(filter, next.head)) && isFirst(next.source, next.head)) {
        yield { kind: 'listed', source: next.source, run: next.head }
        given += 1
      }
      yield* advance(next)
    }
  } finally {
    for (const cursor of cursors) await cursor.stream.return?.()
  }
}

interface Cursor<Kind> {
  readonly source: RunSource
  readonly stream: AsyncIterator<Kind | Gap>
  head: Kind | null
}

async function* advance<Kind extends RunSummary>(cursor: Cursor<Kind>): AsyncGenerator<Gap> {
  for (;;) {
    const { done, value } = await cursor.stream.next()
    if (done === true) {
      cursor.head = null
      return
    }
    if (!isGap(value)) {
      cursor.head = value
      return
    }
    yield value
  }
}

function startOf(run: RunSummary): number {
  return run.startedAt ?? -Infinity
}
