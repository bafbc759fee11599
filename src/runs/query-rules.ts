import { type Gap, gap, isGap } from '../gap.ts'
import { quoted } from './quoted.ts'
import type { RunSummary } from './run.ts'
import type { RunQuery } from './run-source.ts'

const WEEK = 7 * 24 * 60 * 60 * 1000

/**
 * A crashed process leaves its run open for ever: a run that started before this time counts as active only where it
 * logged something since.
 */
export function staleBefore(activeSince: number): number {
  return activeSince - WEEK
}

/** What is asked of a run only where nothing else decides; its reading may cost. */
export interface AskedLate {
  user(): string | null
  /** The time of its newest point, in milliseconds. */
  lastLogged(): number | null
}

/** Whether a query wants a run, its experiment aside. */
export function isWanted(
  run: Pick<RunSummary, 'status' | 'deleted' | 'startedAt' | 'endedAt'>,
  query: RunQuery,
  late: AskedLate,
): boolean {
  if (run.deleted && !query.includeDeleted) return false
  if (query.statuses !== undefined && !query.statuses.includes(run.status)) return false
  if (query.startedBefore !== undefined && !(run.startedAt !== null && run.startedAt < query.startedBefore))
    return false
  if (query.activeSince !== undefined && !isActive(run, query.activeSince, late)) return false
  if (query.users === undefined) return true
  const user = late.user()
  return user !== null && query.users.includes(user)
}

function isActive(
  { startedAt, endedAt, status }: Pick<RunSummary, 'status' | 'startedAt' | 'endedAt'>,
  since: number,
  late: AskedLate,
): boolean {
  if ((startedAt ?? Number.NEGATIVE_INFINITY) >= since || (endedAt ?? Number.NEGATIVE_INFINITY) >= since)
    return true
  if (endedAt !== null || (status !== 'running' && status !== 'scheduled')) return false
  if (startedAt === null || startedAt >= staleBefore(since)) return true
  const lastLogged = late.lastLogged()
  return lastLogged !== null && lastLogged >= since
}

/** What runs are ordered by. */
type Dated = Pick<RunSummary, 'id' | 'startedAt'>

/** Order by start; runs without one come last, runs of one start in order of their ids. */
export function byStart(order: 'newest' | 'oldest'): (left: Dated, right: Dated) => number {
  const sign = order === 'newest' ? -1 : 1
  return (left, right) => {
    const [a, b] = [left.startedAt, right.startedAt]
    if (a === b) return left.id < right.id ? -1 : 1
    if (a === null) return 1
    return b === null ? -1 : sign * (a - b)
  }
}

/** Runs that come in the order of their start; where several started at once, in the order of their ids. */
export async function* tiesById<Found extends object>(
  runs: AsyncIterable<Found | Gap>,
  dated: (found: Found) => Dated,
): AsyncIterable<Found | Gap> {
  const byId = (a: Found, b: Found): number => (dated(a).id < dated(b).id ? -1 : 1)
  let tied: Found[] = []
  for await (const run of runs) {
    if (isGap(run)) {
      yield run
      continue
    }
    const [first] = tied
    if (first !== undefined && dated(first).startedAt !== dated(run).startedAt) {
      yield* tied.sort(byId)
      tied = []
    }
    tied.push(run)
  }
  yield* tied.sort(byId)
}

/** A gap for each experiment that was asked for and is not there, or deleted and not asked for. */
export function missingExperiments(
  query: RunQuery,
  experiments: readonly { readonly id: string; readonly name: string; readonly deleted: boolean }[],
  location: string,
): readonly Gap[] {
  return (query.experiments ?? []).flatMap((asked) => {
    const named = experiments.filter(({ id, name }) => id === asked || name === asked)
    if (named.some(({ deleted }) => !deleted || query.includeDeleted)) return []
    const there = experiments.filter(({ deleted }) => !deleted).map(({ name }) => quoted(name))
    const why =
      named.length > 0 ? 'it is deleted' : `there is none of this id or name; there are: ${list(there)}`
    return [gap(`experiment ${quoted(asked)}`, location, why)]
  })
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  return names.length <= 10
    ? names.join(', ')
    : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`
}
