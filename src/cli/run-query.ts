import { NarrateError } from '../errors.ts'
import type { UserDay } from '../notes/in-span.ts'
import type { Filter } from '../runs/filter/filter.ts'
import { parseFilter } from '../runs/filter/parse-filter.ts'
import { RUN_STATUSES, type RunStatus } from '../runs/run.ts'
import type { RunQuery } from '../runs/run-source.ts'
import type { World } from '../world.ts'
import type { GlobalOptions } from './options.ts'
import { parseSpan } from './parse-span.ts'

/** Which runs a command of `narrate runs` is about. */
export interface QueryOptions extends GlobalOptions {
  readonly filter?: readonly string[]
  readonly experiment?: readonly string[]
  readonly status?: readonly string[]
  readonly user?: readonly string[]
  readonly limit?: string
  readonly deleted?: boolean
}

const LARGEST_LIMIT = 1_000_000_000

/** The query that options name, newest first. Throws `NarrateError('usage')` for what is no status, limit or time. */
export function readRunQuery(options: QueryOptions, world: World, rule: UserDay): RunQuery {
  const spanned = options.since !== undefined || options.until !== undefined
  const span = parseSpan(options, world.now(), rule, { from: 0, until: world.now() + 1 })
  return {
    order: 'newest',
    ...(options.experiment === undefined ? {} : { experiments: options.experiment }),
    ...(options.status === undefined ? {} : { statuses: options.status.map(readStatus) }),
    ...(options.user === undefined ? {} : { users: options.user }),
    ...(options.deleted === true ? { includeDeleted: true } : {}),
    ...(spanned ? { activeSince: span.from, startedBefore: span.until } : {}),
    ...(options.limit === undefined ? {} : { limit: readLimit(options.limit) }),
  }
}

/** The filter that `--filter` names; several must all hold. Without one every run passes. */
export function readFilter(options: QueryOptions): Filter {
  const filters = (options.filter ?? []).map(parseFilter)
  return {
    text: filters.map(({ text }) => text).join(' AND '),
    conditions: filters.flatMap(({ conditions }) => conditions),
  }
}

function readStatus(text: string): RunStatus {
  const status = RUN_STATUSES.find((known) => known === text.toLowerCase())
  if (status !== undefined) return status
  throw new NarrateError('usage', `"${text}" is no status.`, {
    hint: `It is one of ${RUN_STATUSES.join(', ')}.`,
  })
}

function readLimit(text: string): number {
  const limit = Number(text)
  if (Number.isSafeInteger(limit) && limit > 0 && limit <= LARGEST_LIMIT) return limit
  throw new NarrateError('usage', `--limit ${text} is no whole number between 1 and a billion.`)
}
