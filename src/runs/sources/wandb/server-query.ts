import type { RunStatus } from '../../run.ts'
import type { RunQuery } from '../../run-source.ts'

/** W&B's words for how a run stands. A crashed one is silent: nobody knows how it ended. */
const STATES: ReadonlyMap<string, RunStatus> = new Map([
  ['running', 'running'],
  ['preempting', 'running'],
  ['pending', 'scheduled'],
  ['finished', 'finished'],
  ['failed', 'failed'],
  ['crashed', 'failed'],
  ['killed', 'killed'],
  ['preempted', 'killed'],
])

const OPEN_STATES = ['running', 'preempting', 'pending']

/** The status that a state stands for; null for a word that is none of W&B's. */
export function statusOfState(state: string): RunStatus | null {
  return STATES.get(state) ?? null
}

/** One search of a project's runs. */
export interface ServerSearch {
  /** MongoDB-like, as JSON. */
  readonly filters: string
  readonly order: '+created_at' | '-created_at' | '-heartbeat_at'
  /** Where no run after one that was silent since this time is wanted (ms). */
  readonly until: number | null
}

/**
 * The searches that together give every run which a query wants. None leaves out a wanted run, and what they give has to be held against
 * the query all the same. That runs can be filtered by the time they were last heard of is written nowhere: for those that ended since a
 * time, the newest of that order are read until one is older.
 */
export function searchesOf(query: RunQuery): readonly ServerSearch[] {
  const { statuses, startedBefore, activeSince, users } = query
  if (statuses?.length === 0 || users?.length === 0 || query.limit === 0) return []
  const states = statuses === undefined || statuses.includes('unknown') ? null : statesOf(statuses)
  const always = [
    ...(states === null ? [] : [{ state: { $in: states } }]),
    ...(users === undefined ? [] : [{ username: { $in: [...users] } }]),
    ...(startedBefore === undefined ? [] : [{ createdAt: { $lte: secondAt(startedBefore, 'after') } }]),
  ]
  const order = query.order === 'newest' ? '-created_at' : '+created_at'
  if (activeSince === undefined) return [{ filters: all(always), order, until: null }]
  const open = states === null ? OPEN_STATES : OPEN_STATES.filter((one) => states.includes(one))
  return [
    {
      filters: all([...always, { createdAt: { $gte: secondAt(activeSince, 'before') } }]),
      order,
      until: null,
    },
    { filters: all(always), order: '-heartbeat_at', until: activeSince },
    ...(open.length === 0
      ? []
      : [{ filters: all([...always, { state: { $in: open } }]), order, until: null } as const]),
  ]
}

/** The search for runs whose id begins so. */
export function searchOfPrefix(prefix: string): ServerSearch {
  const pattern = `^${prefix.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}`
  return { filters: JSON.stringify({ name: { $regex: pattern } }), order: '+created_at', until: null }
}

function statesOf(statuses: readonly RunStatus[]): readonly string[] {
  return [...STATES].filter(([, status]) => statuses.includes(status)).map(([state]) => state)
}

function all(conditions: readonly object[]): string {
  if (conditions.length === 0) return '{}'
  return JSON.stringify(conditions.length === 1 ? conditions[0] : { $and: conditions })
}

/** Servers keep seconds; a filter is as wide as that. */
function secondAt(time: number, side: 'before' | 'after'): string {
  const second = side === 'before' ? Math.floor(time / 1000) : Math.ceil(time / 1000)
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z')
}
