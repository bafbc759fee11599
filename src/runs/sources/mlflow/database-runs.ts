import { type Gap, gap } from '../../../gap.ts'
import type { Database, Row } from '../../files/database.ts'
import { quoted } from '../../quoted.ts'
import { LAST_ALONE, type MetricSummary } from '../../run.ts'
import { badPoints, pointOf } from './database-points.ts'
import { entryOf, numberOf, type Schema, textOf } from './database-schema.ts'
import { isPlainName, lostParent, runKey } from './run-key.ts'
import { type RunRecord, SUMMARY_TAGS, statusOf, TAG } from './run-record.ts'
import { type SeriesSummary, summariseSeries } from './series.ts'

/** What one page of runs holds, in the order of the ids; maps are by run id. */
export interface Page {
  readonly records: readonly RunRecord[]
  readonly gaps: ReadonlyMap<string, readonly Gap[]>
  readonly artifactUris: ReadonlyMap<string, string>
  /** The row that each metric's last value was read from. */
  readonly metricRows: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/**
 * Reads the runs of some ids with a handful of statements. Of MLflow's own tags only those of a summary are read, unless
 * all are wanted. Points are read only with `withHistory`, or where there is no table of latest values, and are not kept. `same` gives one string for
 * equal ones.
 */
export function readPage(
  database: Database,
  schema: Schema,
  alias: string,
  file: string,
  ids: readonly string[],
  options: { readonly withHistory: boolean; readonly allTags: boolean },
  same: (text: string) => string,
): Page {
  const asked = JSON.stringify(ids)
  const gaps = new Map<string, Gap[]>()
  const tell = (id: string, gap: Gap) => {
    const told = gaps.get(id)
    if (told === undefined) gaps.set(id, [gap])
    else told.push(gap)
  }
  const params = schema.params ? readValues('params', 'parameter', '', []) : NO_VALUES
  const systemTags = SUMMARY_TAGS.map(() => '?').join(', ')
  const tags = !schema.tags
    ? NO_VALUES
    : options.allTags
      ? readValues('tags', 'tag', '', [])
      : readValues(
          'tags',
          'tag',
          `AND (substr(key, 1, 7) <> 'mlflow.' OR key IN (${systemTags}))`,
          SUMMARY_TAGS,
        )
  const { metrics, metricRows } =
    schema.latest === null || options.withHistory ? readSeries() : readLatest(schema.latest)
  const parents = readParents(database, tags)
  const { run, experiment } = schema
  const found = database.all(
    `SELECT r.run_uuid, CAST(r.experiment_id AS TEXT), e.name, ${run.name}, ${run.user}, ${run.status}, ${run.startTime},
            ${run.endTime}, ${run.sourceName}, ${run.sourceVersion}, ${run.artifactUri},
            ${run.stage} = 'deleted' OR COALESCE(${experiment.stage}, 'active') = 'deleted'
       FROM runs r LEFT JOIN experiments e ON e.experiment_id = r.experiment_id
      WHERE r.run_uuid IN (SELECT value FROM json_each(?))`,
    asked,
  )
  const rows = new Map(found.map((row) => [textOf(row[0]) ?? '', row]))
  const artifactUris = new Map<string, string>()
  const records = ids.flatMap((id) => {
    const row = rows.get(id)
    if (row === undefined) return []
    artifactUris.set(id, textOf(row[10]) ?? '')
    return [recordOf(id, row)]
  })
  return { records, gaps, artifactUris, metricRows }

  function recordOf(id: string, row: Row): RunRecord {
    const [
      ,
      experimentColumn,
      experimentName,
      name,
      user,
      status,
      startTime,
      endTime,
      sourceName,
      sourceVersion,
    ] = row
    const experimentId = textOf(experimentColumn) ?? ''
    const where = `${file} runs(run_uuid=${id})`
    const what = `run ${quoted(id)}`
    if (experimentName === null) tell(id, gap(`experiment of ${what}`, where, 'there is no such experiment'))
    const parsed = statusOf(textOf(status) ?? '')
    if (parsed === null) tell(id, gap(`status of ${what}`, where, 'it is none that MLflow knows'))
    const parent = tags.get(id)?.get(TAG.parent)
    const ownTags = tags.get(id) ?? NO_TEXTS
    const parentKey =
      parent && isPlainName(parent) ? runKey(alias, parents.get(parent) ?? experimentId, parent) : null
    if (parent && parentKey !== null && !parents.has(parent)) tell(id, lostParent(id, parent, where))
    return {
      key: runKey(alias, experimentId, id),
      id,
      source: alias,
      experiment: { id: experimentId, name: textOf(experimentName) ?? experimentId },
      name: textOf(name),
      user: textOf(user),
      status: parsed ?? 'unknown',
      deleted: numberOf(row[11]) === 1,
      startedAt: timeOf(startTime, id, `start time of ${what}`, where),
      endedAt: timeOf(endTime, id, `end time of ${what}`, where),
      parent: parentKey,
      sourceName: textOf(sourceName),
      sourceVersion: textOf(sourceVersion),
      params: params.get(id) ?? NO_TEXTS,
      metrics: metrics.get(id) ?? NO_METRICS,
      tags: ownTags,
    }
  }

  function timeOf(value: Row[number] | undefined, id: string, what: string, where: string): number | null {
    if (value === null || value === undefined) return null
    const time = numberOf(value)
    if (time !== null && Math.abs(time) <= 8.64e15) return time
    tell(id, gap(what, where, 'it is no time in milliseconds'))
    return null
  }

  function readValues(
    table: 'params' | 'tags',
    what: string,
    condition: string,
    parameters: readonly string[],
  ): Map<string, Map<string, string>> {
    const values = new Map<string, Map<string, string>>()
    for (const [run, key, value] of database.all(
      `SELECT run_uuid, key, value FROM ${table} WHERE run_uuid IN (SELECT value FROM json_each(?)) ${condition}`,
      asked,
      ...parameters,
    )) {
      const id = textOf(run) ?? ''
      const name = textOf(key)
      // A tag without text is what MLflow makes of None.
      const text = value === null && table === 'tags' ? '' : textOf(value)
      if (name !== null && text !== null) entryOf(values, id).set(same(name), same(text))
      else
        tell(
          id,
          gap(`${what} ${quoted(name ?? '')}`, `${file} ${table}(run_uuid=${id})`, 'its value is no text'),
        )
    }
    return values
  }

  function readLatest(latest: NonNullable<Schema['latest']>): PageMetrics {
    const metrics = new Map<string, Map<string, MetricSummary>>()
    const metricRows = new Map<string, Map<string, string>>()
    for (const [run, key, ...point] of database.all(
      `SELECT run_uuid, key, ${latest.step}, ${latest.timestamp}, value, ${latest.isNan} FROM latest_metrics
        WHERE run_uuid IN (SELECT value FROM json_each(?))`,
      asked,
    )) {
      const id = textOf(run) ?? ''
      const name = same(textOf(key) ?? '')
      const parsed = pointOf(point)
      if (parsed === null) {
        tell(id, badPoints(name, id, `${file} latest_metrics`, 1))
        continue
      }
      entryOf(metrics, id).set(name, { ...LAST_ALONE, last: parsed.value, lastStep: parsed.step })
      // Where each value stands is told of runs that are read whole; lists do without.
      if (options.allTags) entryOf(metricRows, id).set(name, `latest_metrics(run_uuid=${id}, key=${name})`)
    }
    return { metrics, metricRows }
  }

  function readSeries(): PageMetrics {
    const series = new Map<string, Map<string, SeriesSummary>>()
    const bad = new Map<string, Map<string, number>>()
    const { step, timestamp, isNan } = schema.metrics
    database.each(
      `SELECT run_uuid, key, ${step}, ${timestamp}, value, ${isNan} FROM metrics
        WHERE run_uuid IN (SELECT value FROM json_each(?))`,
      [asked],
      ([run, key, ...point]) => {
        const id = textOf(run) ?? ''
        const name = textOf(key) ?? ''
        const parsed = pointOf(point)
        if (parsed === null) {
          const counts = entryOf(bad, id)
          counts.set(name, (counts.get(name) ?? 0) + 1)
          return
        }
        const ofRun = entryOf(series, id)
        let summary = ofRun.get(name)
        if (summary === undefined) {
          summary = summariseSeries()
          ofRun.set(name, summary)
        }
        summary.add(parsed.step, parsed.time, parsed.value, 0)
      },
    )
    for (const [id, counts] of bad)
      for (const [name, count] of counts) tell(id, badPoints(name, id, `${file} metrics`, count))
    const metrics = new Map<string, Map<string, MetricSummary>>()
    const metricRows = new Map<string, Map<string, string>>()
    for (const [id, ofRun] of series)
      for (const [name, summary] of ofRun) {
        const finished = summary.finish()
        if (finished === null) continue
        entryOf(metrics, id).set(name, finished.summary)
        entryOf(metricRows, id).set(
          name,
          `metrics(run_uuid=${id}, key=${name}, step=${finished.summary.lastStep})`,
        )
      }
    return { metrics, metricRows }
  }
}

interface PageMetrics {
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, MetricSummary>>
  readonly metricRows: ReadonlyMap<string, ReadonlyMap<string, string>>
}

const NO_TEXTS: ReadonlyMap<string, string> = new Map()
const NO_VALUES: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map()
const NO_METRICS: ReadonlyMap<string, MetricSummary> = new Map()
// A parent is told by its run id alone: which experiment it lies in is asked for all runs of the page at once.
function readParents(
  database: Database,
  tags: ReadonlyMap<string, ReadonlyMap<string, string>>,
): ReadonlyMap<string, string> {
  const parents = new Set(
    [...tags.values()].map((own) => own.get(TAG.parent)).filter((id) => id !== undefined),
  )
  if (parents.size === 0) return new Map()
  return new Map(
    database
      .all(
        `SELECT run_uuid, CAST(experiment_id AS TEXT) FROM runs WHERE run_uuid IN (SELECT value FROM json_each(?))`,
        JSON.stringify([...parents]),
      )
      .map(([id, experiment]) => [textOf(id) ?? '', textOf(experiment) ?? '']),
  )
}
