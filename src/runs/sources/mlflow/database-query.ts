import type { SQLInputValue } from 'node:sqlite'
import type { Database } from '../../files/database.ts'
import { staleBefore } from '../../query-rules.ts'
import type { RunQuery } from '../../run-source.ts'
import { type Schema, textOf } from './database-schema.ts'

/** The ids of the runs that a query wants, in its order. */
export function selectRuns(database: Database, schema: Schema, query: RunQuery): readonly string[] {
  const { run, experiment } = schema
  const conditions = [`typeof(r.run_uuid) = 'text'`]
  const parameters: SQLInputValue[] = []
  const where = (condition: string, ...values: readonly SQLInputValue[]) => {
    conditions.push(`(${condition})`)
    parameters.push(...values)
  }
  if (!query.includeDeleted) where(`${run.stage} <> 'deleted' AND ${experiment.stage} <> 'deleted'`)
  if (query.experiments !== undefined) {
    const asked = JSON.stringify(query.experiments)
    const among = 'IN (SELECT value FROM json_each(?))'
    where(`CAST(r.experiment_id AS TEXT) ${among} OR e.name ${among}`, asked, asked)
  }
  if (query.startedBefore !== undefined) where(`${run.startTime} < ?`, query.startedBefore)
  if (query.users !== undefined)
    where(`${run.toldUser} IN (SELECT value FROM json_each(?))`, JSON.stringify(query.users))
  if (query.statuses !== undefined) {
    const known = query.statuses
      .filter((status) => status !== 'unknown')
      .map((status) => status.toUpperCase())
    const unknown = query.statuses.includes('unknown')
      ? ` OR COALESCE(${run.status}, '') NOT IN ('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED')`
      : ''
    where(`${run.status} IN (SELECT value FROM json_each(?))${unknown}`, JSON.stringify(known))
  }
  if (query.activeSince !== undefined) {
    const open = `${run.status} IN ('RUNNING', 'SCHEDULED') AND ${run.endTime} IS NULL`
    const logged = `SELECT 1 FROM metrics m WHERE m.run_uuid = r.run_uuid AND m.${schema.metrics.timestamp} >= ?`
    const fresh = `${run.startTime} IS NULL OR ${run.startTime} >= ?`
    const hasTime = schema.metrics.timestamp === 'timestamp'
    where(
      `${run.startTime} >= ? OR ${run.endTime} >= ? OR (${open} AND (${fresh}${hasTime ? ` OR EXISTS (${logged})` : ''}))`,
      query.activeSince,
      query.activeSince,
      staleBefore(query.activeSince),
      ...(hasTime ? [query.activeSince] : []),
    )
  }
  const direction = query.order === 'newest' ? 'DESC' : 'ASC'
  const limit = query.limit === undefined ? '' : 'LIMIT ?'
  if (query.limit !== undefined) parameters.push(query.limit)
  return database
    .all(
      `SELECT r.run_uuid FROM runs r LEFT JOIN experiments e ON e.experiment_id = r.experiment_id
        WHERE ${conditions.join(' AND ')}
        ORDER BY ${run.startTime} IS NULL, ${run.startTime} ${direction}, r.run_uuid ${limit}`,
      ...parameters,
    )
    .map(([id]) => textOf(id) ?? '')
}
