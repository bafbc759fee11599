import type { SQLOutputValue } from 'node:sqlite'
import { type Gap, gap } from '../../../gap.ts'
import type { Database } from '../../files/database.ts'
import { TAG } from './run-record.ts'

/**
 * What this database has. MLflow's schema grew for years (`mlflow/store/db_migrations`), so that tables and columns are
 * looked for, and an expression stands in for each that is missing; the revision in `alembic_version` is not asked.
 */
export interface Schema {
  /** Expressions over `runs r`. */
  readonly run: {
    readonly name: string
    readonly user: string
    readonly status: string
    readonly startTime: string
    readonly endTime: string
    readonly stage: string
    readonly sourceName: string
    readonly sourceVersion: string
    readonly artifactUri: string
    /** The user as a summary tells it: the column, else the tag. */
    readonly toldUser: string
  }
  readonly experiment: { readonly stage: string }
  /** Expressions over `metrics` and `latest_metrics`. */
  readonly metrics: { readonly step: string; readonly timestamp: string; readonly isNan: string }
  readonly latest: { readonly step: string; readonly timestamp: string; readonly isNan: string } | null
  readonly params: boolean
  readonly tags: boolean
  readonly experimentTags: boolean
  readonly dataSets: boolean
  readonly inputTags: boolean
  /** What joins `registered_model_aliases a` to `model_versions v`; null where there is no registry, empty where it has no aliases. */
  readonly registry: { readonly aliasOf: string } | null
  /**
   * How many runs are read at once. Few, so that the rows of a page are dead before they would be kept for longer (measured over 100 000 runs: 300 MB
   * instead of 430 with 500 a page, in a little less time); without indexes each page reads whole tables, so there are fewer.
   */
  readonly pageSize: number
  /** Statement for one series of one run: step, time, value and is_nan; parameters are the run's id and the metric's name. */
  readonly history: string
  /** Tables that every version has and this database has not, and those without a column that every version has. */
  readonly gaps: readonly Gap[]
}

/** What tells a point beside its value. */
const POINT = ['step', 'timestamp', 'is_nan']

/** Whether the tables are there by which MLflow's databases are known. */
export function hasTables(database: Database): boolean {
  const tables = [
    ['experiments', 'experiment_id', 'name'],
    ['runs', 'run_uuid', 'experiment_id'],
    ['metrics', 'run_uuid', 'key', 'value'],
  ] as const
  return tables.every(([table, ...columns]) => {
    const there = database.columns(table)
    return columns.every((column) => there.has(column))
  })
}

/** Looks which tables and columns there are. */
export function probeSchema(database: Database, file: string): Schema {
  const runs = database.columns('runs')
  const experiments = database.columns('experiments')
  const metrics = database.columns('metrics')
  const latest = database.columns('latest_metrics')
  const unknown: Gap[] = []
  /** Whether a table has what is read of it; one that is there and has it not is of a schema that is not known. */
  const has = (table: string, what: string, ...wanted: readonly string[]): boolean => {
    const there = database.columns(table)
    const missing = wanted.filter((name) => !there.has(name))
    if (there.size > 0 && missing.length > 0)
      unknown.push(
        gap(
          what,
          `${file} ${table}`,
          `the table has no column ${missing.join(', ')}: its schema is not known`,
        ),
      )
    return missing.length === 0
  }
  const values = ['run_uuid', 'key', 'value']
  const tables = {
    params: has('params', 'parameters', ...values),
    tags: has('tags', 'tags', ...values),
    experimentTags: has('experiment_tags', 'what is said of experiments', 'experiment_id', 'key', 'value'),
    dataSets:
      has('datasets', 'data sets', 'dataset_uuid', 'name', 'digest') &&
      has(
        'inputs',
        'data sets',
        'input_uuid',
        'source_id',
        'source_type',
        'destination_id',
        'destination_type',
      ),
    inputTags: has('input_tags', 'what data sets were used for', 'input_uuid', 'name', 'value'),
  }
  const versions = database.columns('model_versions')
  const aliases = database.columns('registered_model_aliases')
  const hasVersions = has('model_versions', 'registered models', 'name', 'version', 'run_id', 'current_stage')
  const hasLatest = has('latest_metrics', 'the last values of metrics', ...values, ...POINT)
  // Steps and NaN are older than the table of last values: a database that has it has lost what its metrics lack.
  const isOld = latest.size === 0
  has('metrics', 'histories of metrics', ...(isOld ? ['timestamp'] : POINT))
  const aliasOf = !has('registered_model_aliases', 'aliases of registered models', 'alias', 'name', 'version')
    ? ''
    : `a.name = v.name AND a.version = v.version${
        aliases.has('workspace') && versions.has('workspace') ? ' AND a.workspace = v.workspace' : ''
      }`
  const column = (name: string) => (runs.has(name) ? `r.${name}` : 'NULL')
  const recorded = `NULLIF(NULLIF(${column('user_id')}, ''), 'unknown')`
  const tagged = `(SELECT value FROM tags t WHERE t.run_uuid = r.run_uuid AND t.key = '${TAG.user}')`
  const missing = [
    ['params', 'parameters', tables.params],
    ['tags', 'tags', tables.tags],
  ] as const
  const indexed = ['params', 'tags', hasLatest ? 'latest_metrics' : 'metrics'].every(
    (table) => database.indexOn(table, ['run_uuid']) !== null,
  )
  return {
    run: {
      name: column('name'),
      user: column('user_id'),
      status: column('status'),
      startTime: column('start_time'),
      endTime: column('end_time'),
      stage: runs.has('lifecycle_stage') ? `COALESCE(r.lifecycle_stage, 'active')` : `'active'`,
      sourceName: column('source_name'),
      sourceVersion: column('source_version'),
      artifactUri: column('artifact_uri'),
      toldUser: tables.tags ? `COALESCE(${recorded}, NULLIF(${tagged}, ''))` : recorded,
    },
    experiment: {
      stage: experiments.has('lifecycle_stage') ? `COALESCE(e.lifecycle_stage, 'active')` : `'active'`,
    },
    metrics: metricColumns(metrics, isOld),
    latest: hasLatest ? metricColumns(latest, false) : null,
    ...tables,
    registry: hasVersions ? { aliasOf } : null,
    pageSize: indexed ? 50 : 5000,
    history: historyStatement(
      metricColumns(metrics, isOld),
      database.indexOn('metrics', ['run_uuid', 'key']),
    ),
    gaps: [
      ...missing
        .filter(([table, , there]) => !there && database.columns(table).size === 0)
        .map(([table, what]) => gap(what, file, `the database has no table ${table}`)),
      ...unknown,
    ],
  }
}

/** A text of a row; null for anything else. */
export function textOf(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

/** A number of a row, whole ones included; null for anything else. */
export function numberOf(value: SQLOutputValue | undefined): number | null {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null
}

/** The inner map under a key, made where there is none. */
export function entryOf<Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = maps.get(key)
  if (known !== undefined) return known
  const made = new Map<string, Value>()
  maps.set(key, made)
  return made
}

// Left alone, SQLite takes the primary key's index, since it covers the statement: all series of that name, of all runs,
// a hundred times slower. So the right index is named, or that one is kept out by the plus.
function historyStatement({ step, timestamp, isNan }: Schema['metrics'], index: string | null): string {
  const indexed = index === null ? '' : `INDEXED BY "${index.replaceAll('"', '""')}"`
  const key = index === null ? '+key' : 'key'
  return `SELECT ${step}, ${timestamp}, value, ${isNan} FROM metrics ${indexed} WHERE run_uuid = ? AND ${key} = ? ORDER BY 1, 2, 3`
}

// Before 2019 a metric had no step, and a NaN could not be stored. What is not known is NULL, and no point can be told by it.
function metricColumns(
  columns: ReadonlySet<string>,
  isOld: boolean,
): {
  readonly step: string
  readonly timestamp: string
  readonly isNan: string
} {
  const missing = isOld ? '0' : 'NULL'
  return {
    step: columns.has('step') ? 'step' : missing,
    timestamp: columns.has('timestamp') ? 'timestamp' : 'NULL',
    isNan: columns.has('is_nan') ? 'is_nan' : missing,
  }
}
