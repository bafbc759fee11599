import { staleBefore } from '../query-rules.ts'
import type { RunSummary } from '../run.ts'
import type { RunQuery } from '../run-source.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { KnownRun } from './loaded-run.ts'

/** What a list is chosen and ordered by: all that is kept of a run while the others are looked at. */
export interface RunHead
  extends Pick<RunSummary, 'id' | 'experiment' | 'user' | 'status' | 'deleted' | 'startedAt' | 'endedAt'> {
  readonly lastLogged: number | null
  /** When its files were first and last written. */
  readonly oldest: number | null
  readonly newest: number | null
}

/** The head of a run that was read. */
export function headOf({ run, lastLogged }: KnownRun, { oldest, newest }: Fingerprint): RunHead {
  const { id, experiment, user, status, deleted, startedAt, endedAt } = run
  return { id, experiment, user, status, deleted, startedAt, endedAt, lastLogged, oldest, newest }
}

/**
 * Whether a query wants a run. A log without any time of its own is dated by its files: it started before they were last written, and
 * was active when they were.
 */
export function matches(head: RunHead, query: RunQuery): boolean {
  if (head.deleted && !query.includeDeleted) return false
  if (query.statuses !== undefined && !query.statuses.includes(head.status)) return false
  if (query.users !== undefined && (head.user === null || !query.users.includes(head.user))) return false
  if (!isOfExperiment(head.experiment, query)) return false
  if (query.startedBefore !== undefined) {
    const before = head.startedAt ?? head.endedAt ?? head.lastLogged ?? head.oldest
    if (before === null || before >= query.startedBefore) return false
  }
  return query.activeSince === undefined || isActive(head, query.activeSince)
}

/** Whether a query wants the runs of an experiment. */
export function isOfExperiment(
  { id, name }: { readonly id: string; readonly name: string },
  { experiments }: RunQuery,
): boolean {
  return experiments === undefined || experiments.includes(id) || experiments.includes(name)
}

function isActive(head: RunHead, since: number): boolean {
  const { startedAt, endedAt, status, lastLogged, newest } = head
  const times = [startedAt, endedAt, lastLogged].filter((time) => time !== null)
  if (times.some((time) => time >= since)) return true
  if (times.length === 0 && newest !== null && newest >= since) return true
  if (endedAt !== null || (status !== 'running' && status !== 'scheduled')) return false
  return startedAt === null ? times.length === 0 : startedAt >= staleBefore(since)
}

/**
 * Heads, in the order in which their places are listed, by start. Those without one come last, and those of one start keep the order of the
 * listing: it is the one they were written in.
 */
export function inOrder(heads: readonly RunHead[], order: 'newest' | 'oldest'): readonly RunHead[] {
  const sign = order === 'newest' ? -1 : 1
  const listed = order === 'newest' ? heads.toReversed() : heads
  return listed.toSorted((left, right) => {
    if (left.startedAt === right.startedAt) return 0
    if (left.startedAt === null) return 1
    if (right.startedAt === null) return -1
    return sign * (left.startedAt - right.startedAt)
  })
}
