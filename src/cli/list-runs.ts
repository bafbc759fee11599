import { type Gap, isGap } from '../gap.ts'
import type { RunSummary } from '../runs/run.ts'
import type { RunQuery, RunSource } from '../runs/run-source.ts'
import type { OpenedSource } from './open-sources.ts'

/** A run of a list, with the source that can read it. */
export interface ListedRun {
  readonly kind: 'listed'
  readonly source: RunSource
  readonly run: RunSummary
}

/**
 * The runs of several sources as one list, newest first, without holding them: each source gives its own newest first,
 * and they are merged as they come. A limit holds for the whole.
 */
export async function* listRuns(
  opened: readonly OpenedSource[],
  query: RunQuery,
): AsyncGenerator<ListedRun | Gap> {
  const cursors = opened.map(({ source, experiments }) => {
    const wanted = query.experiments ?? experiments
    const narrowed = {
      ...query,
      order: 'newest' as const,
      ...(wanted === undefined ? {} : { experiments: wanted }),
    }
    return { source, stream: source.list(narrowed)[Symbol.asyncIterator](), head: null as RunSummary | null }
  })
  let given = 0
  try {
    for (const cursor of cursors) yield* advance(cursor)
    while (query.limit === undefined || given < query.limit) {
      const next = cursors.reduce<(typeof cursors)[number] | null>(
        (best, cursor) =>
          cursor.head !== null && (best?.head == null || startOf(cursor.head) > startOf(best.head))
            ? cursor
            : best,
        null,
      )
      if (next === null || next.head === null) return
      yield { kind: 'listed', source: next.source, run: next.head }
      given += 1
      yield* advance(next)
    }
  } finally {
    for (const cursor of cursors) await cursor.stream.return?.()
  }
}

async function* advance(cursor: {
  readonly stream: AsyncIterator<RunSummary | Gap>
  head: RunSummary | null
}): AsyncGenerator<Gap> {
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
