import { RUN_STATUSES, type RunStatus } from '../../run.ts'
import type { RunQuery } from '../../run-source.ts'
import { TAG } from './run-record.ts'

/** MLflow's words for the statuses that a server knows. */
const WORDS: Readonly<Record<Exclude<RunStatus, 'unknown'>, string>> = {
  running: 'RUNNING',
  scheduled: 'SCHEDULED',
  finished: 'FINISHED',
  failed: 'FAILED',
  killed: 'KILLED',
}
/** More users than this are not pushed down: each takes a search of its own. */
const MOST_USERS = 3

/**
 * The searches that together give every run which a query wants, as filters of `runs/search`. They know no OR, so that one query may
 * take several; none leaves out a wanted run, and what they give has to be held against the query all the same.
 */
export function filtersOf(query: RunQuery): readonly string[] {
  const { statuses, startedBefore, activeSince, users } = query
  if (statuses?.length === 0 || users?.length === 0 || query.limit === 0) return []
  const always = [
    ...(statuses === undefined || statuses.includes('unknown')
      ? []
      : knownStatuses
          .filter((one) => !statuses.includes(one))
          .map((one) => `attributes.status != '${WORDS[one]}'`)),
    ...(startedBefore === undefined ? [] : [`attributes.start_time < ${Math.ceil(startedBefore)}`]),
  ]
  const times =
    activeSince === undefined
      ? [[]]
      : [
          [`attributes.start_time >= ${Math.floor(activeSince)}`],
          [
            `attributes.start_time < ${Math.floor(activeSince)}`,
            `attributes.end_time >= ${Math.floor(activeSince)}`,
          ],
          // A run that is still open counts as active where it is young, or logged something since.
          ...(['RUNNING', 'SCHEDULED'] as const)
            .filter(
              (word) =>
                statuses === undefined || statuses.some((one) => one !== 'unknown' && WORDS[one] === word),
            )
            .map((word) => [`attributes.status = '${word}'`]),
        ]
  return times.flatMap((time) => usersOf(users).map((user) => [...always, ...time, ...user].join(' AND ')))
}

const knownStatuses = RUN_STATUSES.filter((one) => one !== 'unknown')

/** Who ran it stands in the run's own record, or in a tag only. */
function usersOf(users: readonly string[] | undefined): readonly (readonly string[])[] {
  if (users === undefined || users.length > MOST_USERS || users.some((user) => literal(user) === null))
    return [[]]
  return users.flatMap((user) => [
    [`attributes.user_id = ${literal(user)}`],
    [`tags.\`${TAG.user}\` = ${literal(user)}`],
  ])
}

/** A text as the filter's syntax writes it; null where it holds both kinds of quotation marks, for which there is no way. */
export function literal(text: string): string | null {
  if (!text.includes("'")) return `'${text}'`
  return text.includes('"') ? null : `"${text}"`
}
