import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ExpectedRun } from '../../../support/run-source-contract.ts'

/** The tables as Optuna 5.0.0 makes them, without their keys to each other. */
const TABLES = `
CREATE TABLE studies (study_id INTEGER NOT NULL PRIMARY KEY, study_name VARCHAR(512) NOT NULL);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE TABLE version_info (version_info_id INTEGER NOT NULL PRIMARY KEY, schema_version INTEGER, library_version VARCHAR(256));
CREATE TABLE study_directions (study_direction_id INTEGER NOT NULL PRIMARY KEY, direction VARCHAR(8) NOT NULL, study_id INTEGER NOT NULL,
  objective INTEGER NOT NULL, UNIQUE (study_id, objective));
CREATE TABLE study_user_attributes (study_user_attribute_id INTEGER NOT NULL PRIMARY KEY, study_id INTEGER, "key" VARCHAR(512),
  value_json TEXT, UNIQUE (study_id, "key"));
CREATE TABLE study_system_attributes (study_system_attribute_id INTEGER NOT NULL PRIMARY KEY, study_id INTEGER, "key" VARCHAR(512),
  value_json TEXT, UNIQUE (study_id, "key"));
CREATE TABLE trials (trial_id INTEGER NOT NULL PRIMARY KEY, number INTEGER, study_id INTEGER, state VARCHAR(8) NOT NULL,
  datetime_start DATETIME, datetime_complete DATETIME);
CREATE TABLE trial_user_attributes (trial_user_attribute_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER, "key" VARCHAR(512),
  value_json TEXT, UNIQUE (trial_id, "key"));
CREATE TABLE trial_system_attributes (trial_system_attribute_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER, "key" VARCHAR(512),
  value_json TEXT, UNIQUE (trial_id, "key"));
CREATE TABLE trial_params (param_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT,
  distribution_json TEXT, UNIQUE (trial_id, param_name));
CREATE TABLE trial_values (trial_value_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL, value FLOAT,
  value_type VARCHAR(7) NOT NULL, UNIQUE (trial_id, objective));
CREATE TABLE trial_intermediate_values (trial_intermediate_value_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER NOT NULL,
  step INTEGER NOT NULL, intermediate_value FLOAT, intermediate_value_type VARCHAR(7) NOT NULL, UNIQUE (trial_id, step));
`

export type Value = readonly [value: number | null, type: string]

/** A trial to be written; everything left out is not there. */
export interface WrittenTrial {
  readonly id?: bigint
  readonly number: number | null
  readonly state: string
  readonly start?: string
  readonly end?: string
  readonly params?: Readonly<Record<string, readonly [value: number | null, distribution: string]>>
  readonly values?: readonly Value[]
  readonly steps?: Readonly<Record<number, Value>>
  readonly user?: Readonly<Record<string, string>>
  readonly system?: Readonly<Record<string, string>>
}

export interface WrittenStudy {
  readonly name: string
  readonly directions: readonly string[]
  readonly user?: Readonly<Record<string, string>>
  readonly system?: Readonly<Record<string, string>>
  readonly trials: readonly WrittenTrial[]
}

/** Writes a storage in the schema of Optuna 3 to 5 into a folder, with small pages, and gives its path. */
export function writeStorage(
  folder: string,
  studies: readonly WrittenStudy[],
  version = '5.0.0',
  change: (database: DatabaseSync) => void = () => {},
): string {
  const path = join(folder, 'study.db')
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA page_size = 512; ${TABLES}`)
  const add = (table: string, columns: string, ...values: readonly (string | number | bigint | null)[]) =>
    database
      .prepare(`INSERT INTO ${table} (${columns}) VALUES (${values.map(() => '?').join(', ')})`)
      .run(...values)
  database.exec('BEGIN')
  add('version_info', 'schema_version, library_version', 12, version)
  for (const [index, study] of studies.entries()) {
    const id = index + 1
    add('studies', 'study_id, study_name', id, study.name)
    for (const [objective, direction] of study.directions.entries())
      add('study_directions', 'direction, study_id, objective', direction, id, objective)
    for (const [key, json] of Object.entries(study.user ?? {}))
      add('study_user_attributes', 'study_id, "key", value_json', id, key, json)
    for (const [key, json] of Object.entries(study.system ?? {}))
      add('study_system_attributes', 'study_id, "key", value_json', id, key, json)
    for (const trial of study.trials) addTrial(id, trial)
  }
  database.exec('COMMIT')
  change(database)
  database.close()
  return path

  function addTrial(study: number, trial: WrittenTrial): void {
    const columns = 'trial_id, number, study_id, state, datetime_start, datetime_complete'
    const { state, start = null, end = null } = trial
    const added = add('trials', columns, trial.id ?? null, trial.number, study, state, start, end)
    const id = trial.id ?? added.lastInsertRowid
    for (const [name, [value, distribution]] of Object.entries(trial.params ?? {}))
      add(
        'trial_params',
        'trial_id, param_name, param_value, distribution_json',
        id,
        name,
        value,
        distribution,
      )
    for (const [objective, [value, type]] of (trial.values ?? []).entries())
      add('trial_values', 'trial_id, objective, value, value_type', id, objective, value, type)
    for (const [step, [value, type]] of Object.entries(trial.steps ?? {}))
      add(
        'trial_intermediate_values',
        'trial_id, step, intermediate_value, intermediate_value_type',
        id,
        Number(step),
        value,
        type,
      )
    for (const [key, json] of Object.entries(trial.user ?? {}))
      add('trial_user_attributes', 'trial_id, "key", value_json', id, key, json)
    for (const [key, json] of Object.entries(trial.system ?? {}))
      add('trial_system_attributes', 'trial_id, "key", value_json', id, key, json)
  }
}

export const FLOAT =
  '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}'
export const INT = '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 9}}'
export const CHOICE =
  '{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 0.10, "1"]}}'

/** Two studies of every part the format has: one objective with reports on the way, and two that have names. */
export const storageStudies: readonly WrittenStudy[] = [
  {
    name: 'churn',
    directions: ['MAXIMIZE'],
    user: { note: '"Which rate?"', owner: '"ann"' },
    system: { 'cma:state': '{"a": 1}' },
    trials: [
      {
        number: 0,
        state: 'COMPLETE',
        start: '2026-03-01 10:00:00.250000',
        end: '2026-03-01 10:05:00.000000',
        params: { lr: [0.003, FLOAT], depth: [4, INT], optimiser: [0, CHOICE] },
        values: [[0.81, 'FINITE']],
        steps: { 0: [0.5, 'FINITE'], 2: [0.7, 'FINITE'], 10: [0.81, 'FINITE'] },
        user: { who: '"ann"', folds: '[0.8, 0.82]' },
        system: { 'nsga2:generation': '3', fixed_params: '{"lr": 0.003}' },
      },
      {
        number: 2,
        state: 'PRUNED',
        start: '2026-03-01 11:00:00.000000',
        end: '2026-03-01 11:01:00.000000',
        params: { lr: [1e-5, FLOAT], optimiser: [1, CHOICE] },
        values: [[0.4, 'FINITE']],
        steps: { 0: [null, 'INF_NEG'], 1: [0.4, 'FINITE'] },
      },
      {
        number: 3,
        state: 'FAIL',
        start: '2026-03-02 09:00:00.000000',
        end: '2026-03-02 09:00:01.000000',
        params: { optimiser: [2, CHOICE] },
      },
    ],
  },
  {
    name: 'size/speed',
    directions: ['MINIMIZE', 'MAXIMIZE'],
    system: { 'study:metric_names': '["bytes", "rows per second"]' },
    trials: [
      {
        number: 0,
        state: 'COMPLETE',
        start: '2026-03-03 09:00:00.000000',
        end: '2026-03-03 09:10:00.000000',
        params: { threads: [8, INT] },
        values: [
          [120, 'FINITE'],
          [null, 'INF_POS'],
        ],
      },
      { number: 1, state: 'RUNNING', start: '2026-03-03 10:00:00.000000', params: { threads: [2, INT] } },
    ],
  },
]

const churn = { id: '1', name: 'churn' }
const speed = { id: '2', name: 'size/speed' }
const nothing = { user: null, parent: null, params: {}, tags: {}, metrics: {} }

/** What must be read of `storageStudies`. */
export const storageRuns: readonly ExpectedRun[] = [
  {
    ...nothing,
    key: 'logs:churn/0',
    id: 'churn/0',
    name: 'churn #0',
    experiment: churn,
    status: 'finished',
    startedAt: Date.UTC(2026, 2, 1, 10, 0, 0, 250),
    endedAt: Date.UTC(2026, 2, 1, 10, 5),
    params: { lr: '0.003', depth: '4', optimiser: 'adam' },
    tags: { who: 'ann', folds: '[0.8,0.82]', 'optuna.fixed_params': '{"lr":0.003}' },
    metrics: {
      value: [[null, 0.81]],
      intermediate_value: [
        [0, 0.5],
        [2, 0.7],
        [10, 0.81],
      ],
    },
  },
  {
    ...nothing,
    key: 'logs:churn/2',
    id: 'churn/2',
    name: 'churn #2',
    experiment: churn,
    status: 'killed',
    startedAt: Date.UTC(2026, 2, 1, 11),
    endedAt: Date.UTC(2026, 2, 1, 11, 1),
    params: { lr: '0.00001', optimiser: 'null' },
    tags: { 'optuna.state': 'PRUNED' },
    metrics: {
      value: [[null, 0.4]],
      intermediate_value: [
        [0, Number.NEGATIVE_INFINITY],
        [1, 0.4],
      ],
    },
  },
  {
    ...nothing,
    key: 'logs:churn/3',
    id: 'churn/3',
    name: 'churn #3',
    experiment: churn,
    status: 'failed',
    startedAt: Date.UTC(2026, 2, 2, 9),
    endedAt: Date.UTC(2026, 2, 2, 9, 0, 1),
    params: { optimiser: 'true' },
  },
  {
    ...nothing,
    key: 'logs:size/speed/0',
    id: 'size/speed/0',
    name: 'size/speed #0',
    experiment: speed,
    status: 'finished',
    startedAt: Date.UTC(2026, 2, 3, 9),
    endedAt: Date.UTC(2026, 2, 3, 9, 10),
    params: { threads: '8' },
    metrics: { bytes: [[null, 120]], 'rows per second': [[null, Number.POSITIVE_INFINITY]] },
  },
  {
    ...nothing,
    key: 'logs:size/speed/1',
    id: 'size/speed/1',
    name: 'size/speed #1',
    experiment: speed,
    status: 'running',
    startedAt: Date.UTC(2026, 2, 3, 10),
    endedAt: null,
    params: { threads: '2' },
  },
]
