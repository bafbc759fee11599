import { staleBefore } from '../../query-rules.ts'
import type { RunQuery } from '../../run-source.ts'
import type { ExperimentFolder } from './experiment-folder.ts'
import { readRunFiles, readTag } from './run-files.ts'
import type { RunFolder } from './run-folder.ts'
import { TAG, userOf } from './run-record.ts'

/** Whether a query wants the runs of an experiment. */
export function isChosen(experiment: ExperimentFolder, query: RunQuery): boolean {
  if (experiment.deleted && !query.includeDeleted) return false
  const { experiments } = query
  return (
    experiments === undefined || experiments.includes(experiment.id) || experiments.includes(experiment.name)
  )
}

/**
 * Whether a query wants a run. What `meta.yaml` tells decides first; other files are only read where nothing else can tell.
 */
export function passes(run: RunFolder, query: RunQuery): boolean {
  const { meta } = run
  if (meta.deleted && !query.includeDeleted) return false
  if (query.statuses !== undefined && !query.statuses.includes(meta.status)) return false
  if (query.startedBefore !== undefined && !(meta.startedAt !== null && meta.startedAt < query.startedBefore))
    return false
  if (query.activeSince !== undefined && !isActive(run, query.activeSince)) return false
  if (query.users === undefined) return true
  const user = userOf(meta.user, undefined) ?? readTag(run.path, TAG.user)
  return user !== null && query.users.includes(user)
}

function isActive(run: RunFolder, since: number): boolean {
  const { startedAt, endedAt, status } = run.meta
  if ((startedAt ?? Number.NEGATIVE_INFINITY) >= since || (endedAt ?? Number.NEGATIVE_INFINITY) >= since)
    return true
  if (endedAt !== null || (status !== 'running' && status !== 'scheduled')) return false
  if (startedAt === null || startedAt >= staleBefore(since)) return true
  const { lastLogged } = readRunFiles(run.path, run.where, '', [])
  return lastLogged !== null && lastLogged >= since
}

/** Order by start; runs without one come last, runs of one start in order of their ids. */
export function byStart(order: 'newest' | 'oldest'): (left: RunFolder, right: RunFolder) => number {
  const sign = order === 'newest' ? -1 : 1
  return (left, right) => {
    const [a, b] = [left.meta.startedAt, right.meta.startedAt]
    if (a !== b) {
      if (a === null) return 1
      if (b === null) return -1
      return sign * (a - b)
    }
    return left.id < right.id ? -1 : 1
  }
}
