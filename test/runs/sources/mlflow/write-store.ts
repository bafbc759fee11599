import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A point as it is logged: time, value, step. */
export type LoggedPoint = readonly [time: number, value: number, step: number]

/** A run to be written as MLflow writes it. */
export interface LoggedRun {
  readonly id: string
  readonly experiment: string
  readonly name?: string
  readonly user?: string
  readonly status?: 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED'
  readonly start?: number | null
  readonly end?: number | null
  readonly deleted?: boolean
  readonly params?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
  readonly metrics?: Readonly<Record<string, readonly LoggedPoint[]>>
  /** Texts by path. */
  readonly artifacts?: Readonly<Record<string, string>>
  readonly dataSets?: readonly { readonly name: string; readonly digest: string; readonly context?: string }[]
}

export interface LoggedExperiment {
  readonly id: string
  readonly name: string
  readonly deleted?: boolean
  readonly tags?: Readonly<Record<string, string>>
}

/** A version of a registered model, as MLflow's registry keeps it. */
export interface LoggedVersion {
  readonly model: string
  readonly version: number
  readonly run: string | null
  readonly stage?: string
  readonly aliases?: readonly string[]
}

export interface LoggedStore {
  readonly registry?: readonly LoggedVersion[]
  readonly experiments: readonly LoggedExperiment[]
  readonly runs: readonly LoggedRun[]
}

const STATUSES = { RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 } as const

/** Writes a file store as MLflow 2 and 3 do; layout: the format notes, and stores of real MLflow. */
export function writeFileStore(root: string, store: LoggedStore): void {
  for (const { id, name, deleted = false, tags = {} } of store.experiments) {
    const folder = join(root, ...(deleted ? ['.trash'] : []), id)
    writeText(
      join(folder, 'meta.yaml'),
      yaml({
        artifact_location: `file:///somewhere/mlruns/${id}`,
        creation_time: '1700000000000',
        experiment_id: `'${id}'`,
        last_update_time: '1700000000000',
        lifecycle_stage: deleted ? 'deleted' : 'active',
        name: `'${name.replaceAll("'", "''")}'`,
      }),
    )
    for (const [key, value] of Object.entries(tags)) writeText(join(folder, 'tags', key), value)
  }
  writeRegistry(root, store.registry ?? [])
  for (const run of store.runs) {
    const deleted = store.experiments.find(({ id }) => id === run.experiment)?.deleted === true
    const experiment = join(root, ...(deleted ? ['.trash'] : []), run.experiment)
    const folder = join(experiment, run.id)
    writeText(join(folder, 'meta.yaml'), runMeta(run))
    for (const [key, value] of Object.entries(run.params ?? {})) writeText(join(folder, 'params', key), value)
    for (const [key, value] of Object.entries(run.tags ?? {})) writeText(join(folder, 'tags', key), value)
    for (const [key, points] of Object.entries(run.metrics ?? {})) {
      const lines = points.map(([time, value, step]) => `${time} ${python(value)} ${step}\n`)
      writeText(join(folder, 'metrics', key), lines.join(''))
    }
    for (const [key, text] of Object.entries(run.artifacts ?? {}))
      writeText(join(folder, 'artifacts', key), text)
    for (const [index, { name, digest, context }] of (run.dataSets ?? []).entries()) {
      const id = `d${index}${run.id}`.slice(0, 32)
      const tags = context === undefined ? ' {}' : `\n  mlflow.data.context: ${context}`
      writeText(
        join(folder, 'inputs', `i${index}`, 'meta.yaml'),
        `destination_id: ${id}\ndestination_type: RUN\nsource_id: ${id}\nsource_type: DATASET\ntags:${tags}\n`,
      )
      writeText(
        join(experiment, 'datasets', id, 'meta.yaml'),
        yaml({
          digest: `'${digest}'`,
          name,
          profile: `'{"num_rows": 3}'`,
          schema: 'null',
          source: `'{}'`,
          source_type: 'local',
        }),
      )
    }
  }
}

function writeRegistry(root: string, registry: readonly LoggedVersion[]): void {
  for (const { model, version, run, stage = 'None', aliases = [] } of registry) {
    const folder = join(root, 'models', model)
    writeText(
      join(folder, 'meta.yaml'),
      `${aliases.length === 0 ? '' : `aliases:\n${aliases.map((alias) => `  ${alias}: '${version}'\n`).join('')}`}name: ${model}\n`,
    )
    for (const alias of aliases) writeText(join(folder, 'aliases', alias), String(version))
    writeText(
      join(folder, `version-${version}`, 'meta.yaml'),
      yaml({
        aliases: '[]',
        creation_timestamp: '1700000000000',
        current_stage: stage,
        description: 'null',
        name: model,
        run_id: run ?? "''",
        source: 'runs:/somewhere/model',
        status: 'READY',
        version: String(version),
      }),
    )
  }
}

/** A run's `meta.yaml`. */
export function runMeta(run: LoggedRun): string {
  return yaml({
    artifact_uri: `file:///somewhere/mlruns/${run.experiment}/${run.id}/artifacts`,
    end_time: String(run.end ?? null),
    entry_point_name: `''`,
    experiment_id: `'${run.experiment}'`,
    lifecycle_stage: run.deleted ? 'deleted' : 'active',
    run_id: run.id,
    ...(run.name === undefined ? {} : { run_name: run.name }),
    run_uuid: run.id,
    source_name: `''`,
    source_type: '4',
    source_version: `''`,
    start_time: String(run.start === undefined ? 1_700_000_000_000 : run.start),
    status: String(STATUSES[run.status ?? 'FINISHED']),
    tags: '[]',
    user_id: run.user ?? 'unknown',
  })
}

/** Writes a text, making the folders above it. */
export function writeText(path: string, text: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** The tables that are read, as MLflow 3 makes them (`tests/db/schemas/sqlite.sql`), shortened to their columns. */
const NEWEST = `
  CREATE TABLE experiments (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256),
    lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT, workspace VARCHAR(63) DEFAULT 'default' NOT NULL);
  CREATE TABLE experiment_tags ("key" VARCHAR(250) NOT NULL, value VARCHAR(5000), experiment_id INTEGER NOT NULL,
    PRIMARY KEY ("key", experiment_id));
  CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500),
    entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT,
    source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER, deleted_time BIGINT);
  CREATE TABLE metrics ("key" VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan));
  CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
  CREATE TABLE latest_metrics ("key" VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL,
    is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY ("key", run_uuid));
  CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
  CREATE TABLE params ("key" VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY ("key", run_uuid));
  CREATE INDEX index_params_run_uuid ON params (run_uuid);
  CREATE TABLE tags ("key" VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY ("key", run_uuid));
  CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
  CREATE TABLE datasets (dataset_uuid VARCHAR(36) NOT NULL, experiment_id INTEGER NOT NULL, name VARCHAR(500) NOT NULL,
    digest VARCHAR(36) NOT NULL, dataset_source_type VARCHAR(36) NOT NULL, dataset_source TEXT NOT NULL, dataset_schema TEXT,
    dataset_profile TEXT, PRIMARY KEY (experiment_id, name, digest));
  CREATE TABLE inputs (input_uuid VARCHAR(36) NOT NULL, source_type VARCHAR(36) NOT NULL, source_id VARCHAR(36) NOT NULL,
    destination_type VARCHAR(36) NOT NULL, destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL,
    PRIMARY KEY (source_type, source_id, destination_type, destination_id));
  CREATE TABLE input_tags (input_uuid VARCHAR(36) NOT NULL, name VARCHAR(255) NOT NULL, value VARCHAR(500) NOT NULL,
    PRIMARY KEY (input_uuid, name));
  CREATE TABLE model_versions (name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, creation_time BIGINT, last_updated_time BIGINT,
    description VARCHAR(5000), user_id VARCHAR(256), current_stage VARCHAR(20), source VARCHAR(500), run_id VARCHAR(32),
    status VARCHAR(20), status_message VARCHAR(500), run_link VARCHAR(500), storage_location VARCHAR(500),
    workspace VARCHAR(63) DEFAULT 'default' NOT NULL, PRIMARY KEY (workspace, name, version));
  CREATE TABLE registered_model_aliases (alias VARCHAR(256) NOT NULL, version INTEGER NOT NULL, name VARCHAR(256) NOT NULL,
    workspace VARCHAR(63) DEFAULT 'default' NOT NULL, PRIMARY KEY (workspace, name, alias));
  CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);`

/** The tables of MLflow 1.0: no steps, no NaN, no table of latest values, no tags of experiments, no data sets, no indexes. */
const OLDEST = `
  CREATE TABLE experiments (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256),
    lifecycle_stage VARCHAR(32));
  CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500),
    entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(20), start_time BIGINT, end_time BIGINT,
    source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER);
  CREATE TABLE metrics ("key" VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY ("key", timestamp, run_uuid, value));
  CREATE TABLE params ("key" VARCHAR(250) NOT NULL, value VARCHAR(250) NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY ("key", run_uuid));
  CREATE TABLE tags ("key" VARCHAR(250) NOT NULL, value VARCHAR(250), run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY ("key", run_uuid));`

/** Writes a SQLite store of the newest or the oldest schema. */
export function writeDatabase(
  path: string,
  store: LoggedStore,
  schema: 'newest' | 'oldest' = 'newest',
): void {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path)
  const newest = schema === 'newest'
  // Small pages keep the file small: it is cut at every byte.
  database.exec(`PRAGMA page_size = 512; ${newest ? NEWEST : OLDEST}`)
  if (newest) database.prepare('INSERT INTO alembic_version VALUES (?)').run('a revision from the future')
  const insert = (table: string, values: Readonly<Record<string, string | number | bigint | null>>): void => {
    const columns = Object.keys(values)
    database
      .prepare(`INSERT OR REPLACE INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')})
        VALUES (${columns.map(() => '?').join(', ')})`)
      .run(...Object.values(values))
  }
  database.exec('BEGIN')
  for (const { id, name, deleted, tags = {} } of store.experiments) {
    insert('experiments', {
      experiment_id: BigInt(id),
      name,
      lifecycle_stage: deleted ? 'deleted' : 'active',
    })
    if (newest)
      for (const [key, value] of Object.entries(tags))
        insert('experiment_tags', { key, value, experiment_id: BigInt(id) })
  }
  for (const { model, version, run, stage = 'None', aliases = [] } of newest ? (store.registry ?? []) : []) {
    insert('model_versions', { name: model, version, current_stage: stage, run_id: run, status: 'READY' })
    for (const alias of aliases) insert('registered_model_aliases', { alias, version, name: model })
  }
  for (const run of store.runs) {
    insert('runs', {
      run_uuid: run.id,
      name: run.name ?? '',
      source_type: 'UNKNOWN',
      source_name: '',
      user_id: run.user ?? 'unknown',
      status: run.status ?? 'FINISHED',
      start_time: run.start === undefined ? 1_700_000_000_000 : run.start,
      end_time: run.end ?? null,
      source_version: '',
      lifecycle_stage: run.deleted ? 'deleted' : 'active',
      artifact_uri: `/somewhere/mlruns/${run.experiment}/${run.id}/artifacts`,
      experiment_id: BigInt(run.experiment),
    })
    for (const [key, text] of Object.entries(run.artifacts ?? {}))
      writeText(join(dirname(path), 'mlruns', run.experiment, run.id, 'artifacts', key), text)
    for (const [key, value] of Object.entries(run.params ?? {}))
      insert('params', { key, value, run_uuid: run.id })
    for (const [key, value] of Object.entries(run.tags ?? {}))
      insert('tags', { key, value, run_uuid: run.id })
    for (const [key, points] of Object.entries(run.metrics ?? {}))
      for (const point of points) {
        const row = metricRow(run.id, key, point)
        if (newest) insert('metrics', row)
        else insert('metrics', { key, value: row.value, timestamp: row.timestamp, run_uuid: run.id })
      }
    for (const [key, points] of Object.entries(newest ? (run.metrics ?? {}) : {})) {
      const rows = points.map((point) => metricRow(run.id, key, point))
      const last = rows
        .toSorted((a, b) => a.step - b.step || a.timestamp - b.timestamp || a.value - b.value)
        .at(-1)
      if (last !== undefined) insert('latest_metrics', last)
    }
    for (const [index, { name, digest, context }] of (run.dataSets ?? []).entries()) {
      const [dataSet, input] = [`d${index}-${run.id}`, `i${index}-${run.id}`]
      insert('datasets', {
        dataset_uuid: dataSet,
        experiment_id: BigInt(run.experiment),
        name,
        digest,
        dataset_source_type: 'local',
        dataset_source: '{}',
      })
      insert('inputs', {
        input_uuid: input,
        source_type: 'DATASET',
        source_id: dataSet,
        destination_type: 'RUN',
        destination_id: run.id,
      })
      if (context !== undefined)
        insert('input_tags', { input_uuid: input, name: 'mlflow.data.context', value: context })
    }
  }
  database.exec('COMMIT')
  database.close()
}

function metricRow(run: string, key: string, [timestamp, value, step]: LoggedPoint) {
  const isNan = Number.isNaN(value) ? 1 : 0
  const stored = isNan ? 0 : Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value))
  return { key, value: stored, timestamp, run_uuid: run, step, is_nan: isNan }
}

function yaml(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}

function python(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return String(value)
}
