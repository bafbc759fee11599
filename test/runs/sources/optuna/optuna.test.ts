import type { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { optuna } from '../../../../src/runs/sources/optuna/optuna.ts'
import { paramText } from '../../../../src/runs/sources/optuna/param-text.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { errorOf, plainWorld, runSourceContract, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import {
  CHOICE,
  FLOAT,
  INT,
  storageRuns,
  storageStudies,
  type WrittenStudy,
  writeStorage,
} from './write-storage.ts'

const inTemporaryFolder = async (look: (folder: string) => Promise<void>): Promise<void> =>
  look(await temporaryFolder())

runSourceContract('a storage of Optuna', {
  kind: optuna,
  alias: 'logs',
  write: async (folder) => writeStorage(folder, storageStudies),
  runs: storageRuns,
})

damageSuite('a storage of Optuna', {
  databases: ['study.db'],
  unshown: [
    {
      damage: 'database',
      file: /./,
      detail: /direction|study_system_attributes/,
      wrong: /^value/,
      because:
        'the values are true, under the names that Optuna itself gives where none are set: what its objectives are called, and how many there are, the study alone told (a gap says so)',
    },
  ],
  kind: optuna,
  write: async (folder) => writeStorage(folder, storageStudies),
  async writeNamed(folder, name) {
    const trial = {
      number: 0,
      state: 'COMPLETE',
      start: '2026-03-01 10:00:00.000000',
      params: {
        [name]: [
          0,
          JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices: [name] } }),
        ] as const,
      },
      values: [[0.5, 'FINITE'] as const],
      user: { [name]: JSON.stringify(name) },
    }
    const study: WrittenStudy = {
      name,
      directions: ['MINIMIZE'],
      system: { 'study:metric_names': JSON.stringify([name]) },
      trials: [trial, { ...trial, number: 1, id: 123456789012345678n, state: name }],
    }
    return writeStorage(folder, [study])
  },
  checkNamed(seen, name) {
    expect([...seen.runs.values()].map(({ run }) => run.params.get(name))).toEqual([name, name])
  },
})

it.each([
  [0.003, FLOAT, '0.003'],
  [1e-7, FLOAT, '1e-7'],
  [3, FLOAT, '3'],
  [7370, INT, '7370'],
  [0, CHOICE, 'adam'],
  [1, CHOICE, 'null'],
  [2, CHOICE, 'true'],
  [3, CHOICE, '0.10'],
  [4, CHOICE, '1'],
  [0, '{"name": "CategoricalDistribution", "attributes": {"choices": [[64, 64]]}}', '[64,64]'],
  [0.25, '{"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 1.0}}', '0.25'],
  [0.25, '{"name": "LogUniformDistribution", "attributes": {"low": 0.1, "high": 1.0}}', '0.25'],
  [0.5, '{"name": "DiscreteUniformDistribution", "attributes": {"low": 0.0, "high": 1.0, "q": 0.5}}', '0.5'],
  [5, '{"name": "IntUniformDistribution", "attributes": {"low": 1, "high": 9, "step": 1}}', '5'],
  [5, '{"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 9, "step": 1}}', '5'],
])('reads the parameter stored as %s of %s as %s', (stored, distribution, text) => {
  expect(paramText(stored, distribution)).toEqual({ kind: 'text', text })
})

it.each([
  [5, CHOICE, 'its choice is none of its distribution'],
  [0.5, CHOICE, 'its choice is none of its distribution'],
  [-1, CHOICE, 'its choice is none of its distribution'],
  [2.5, INT, 'a whole number is stored as a fraction'],
  [null, FLOAT, 'it has no value'],
  [1, '{"name": "Float', 'its distribution cannot be read'],
  [1, null, 'its distribution cannot be read'],
  [1, '{"attributes": {}}', 'its distribution has no name'],
  [1, '{"name": "GaussianDistribution", "attributes": {}}', 'its distribution is of no kind that is known'],
])('says why the parameter stored as %s of %s cannot be told', (stored, distribution, why) => {
  expect(paramText(stored, distribution)).toEqual({ kind: 'broken', why })
})

const plain = (over: Partial<WrittenStudy> = {}): WrittenStudy => ({
  name: 'churn',
  directions: ['MINIMIZE'],
  trials: [
    {
      number: 0,
      state: 'COMPLETE',
      start: '2026-07-01 10:00:00.000000',
      end: '2026-07-01 11:00:00.000000',
      values: [[0.5, 'FINITE']],
    },
  ],
  ...over,
})

it.each([
  ['5.0.0', Date.UTC(2026, 6, 1, 10)],
  ['5.1.0.dev0', Date.UTC(2026, 6, 1, 10)],
  ['12.0.0', Date.UTC(2026, 6, 1, 10)],
  ['4.9.1', Date.UTC(2026, 6, 1, 8)],
  ['2.10.1', Date.UTC(2026, 6, 1, 8)],
  ['', Date.UTC(2026, 6, 1, 8)],
])(
  'reads times in a storage made by Optuna %s: UTC since 5.0, before it the clock of the reader',
  (version, start) =>
    inTemporaryFolder(async (folder) => {
      const path = writeStorage(folder, [plain()], version)
      const source = await optuna.open(path, 'logs', { ...plainWorld(folder), timeZone: 'Europe/Oslo' })
      expect((await source.read('logs:churn/0')).startedAt).toBe(start)
      await source.close()
    }),
)

it('gives studies as experiments, with the direction of an only objective and what people wrote', () =>
  inTemporaryFolder(async (folder) => {
    const path = writeStorage(folder, [
      plain({ system: { 'dashboard:note_str:1': '"world"', 'dashboard:note_str:0': '"hello "' } }),
      plain({ name: 'best', directions: ['MAXIMIZE'], system: { 'study:metric_names': '["auc"]' } }),
      plain({ name: 'open', directions: ['NOT_SET'] }),
      plain({ name: 'two', directions: ['MAXIMIZE', 'MINIMIZE'], user: { note: '"both"' } }),
    ])
    const source = await optuna.open(path, 'logs', plainWorld(folder))
    const { values, gaps } = await sorted(source.experiments())
    expect(gaps).toEqual([])
    expect(values.map(({ name, note, primaryMetric }) => [name, note, primaryMetric])).toEqual([
      ['churn', 'hello world', { name: 'value', greaterIsBetter: false }],
      ['best', null, { name: 'auc', greaterIsBetter: true }],
      ['open', null, { name: 'value', greaterIsBetter: null }],
      ['two', 'both', null],
    ])
    await source.close()
  }))

it('tells what was written about a trial in the dashboard as its note', () =>
  inTemporaryFolder(async (folder) => {
    const path = writeStorage(folder, [plain({ system: { 'dashboard:1:note_str:0': '"too slow"' } })])
    const source = await optuna.open(path, 'logs', plainWorld(folder))
    expect((await source.read('logs:churn/0')).note).toBe('too slow')
    await source.close()
  }))

it('leaves a name out that Optuna drew', () =>
  inTemporaryFolder(async (folder) => {
    const name = 'no-name-8f2ad22d-9b4e-4c1f-8c1f-0a2b3c4d5e6f'
    const path = writeStorage(folder, [plain({ name })])
    const source = await optuna.open(`sqlite:///${path}`, 'logs', plainWorld(folder))
    expect((await source.read(`logs:${name}/0`)).name).toBe('trial #0')
    await source.close()
  }))

it.each([
  ['a state', "UPDATE trials SET state = 'DONE'", 'status'],
  ['a time', "UPDATE trials SET datetime_start = 'noon'", 'start time'],
  ['a value', "UPDATE trial_values SET value_type = 'HUGE'", 'metric value'],
  ['a missing number', 'UPDATE trial_values SET value = NULL', 'metric value'],
  [
    'an attribute',
    `INSERT INTO trial_user_attributes (trial_id, "key", value_json) VALUES (1, 'who', '{')`,
    'attribute who',
  ],
  [
    'a parameter',
    "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (1, 'lr', 1.0, '')",
    'parameter lr',
  ],
  ['a table', 'DROP TABLE trial_user_attributes', 'user attributes of trials'],
  ['the values', 'DROP TABLE trial_values', 'values of trials'],
  ['what tells trials apart', 'ALTER TABLE trials RENAME COLUMN number TO place', 'trials'],
  [
    'the type of a value that is no number',
    'ALTER TABLE trial_values RENAME COLUMN value_type TO kind; UPDATE trial_values SET value = NULL',
    'metric value',
  ],
  ['the study of a trial', 'UPDATE trials SET study_id = 7', 'trial 1'],
])('says in a gap that %s cannot be read', (_, statement, what) =>
  inTemporaryFolder(async (folder) => {
    const path = writeStorage(folder, [plain()], '5.0.0', (database) => database.exec(statement))
    const source = await optuna.open(path, 'logs', plainWorld(folder))
    expect((await sorted(source.list({}))).gaps.map((each) => each.what)).toEqual([what])
    await source.close()
  }),
)

/** As storages were before Optuna 2.4: one direction and one value each, intermediate values in the table `trial_values`. */
function makeOld(database: DatabaseSync): void {
  database.exec(`
    DROP TABLE study_directions; DROP TABLE trial_values; DROP TABLE version_info; DROP TABLE trial_intermediate_values;
    ALTER TABLE studies ADD COLUMN direction VARCHAR(8) NOT NULL DEFAULT 'MAXIMIZE';
    ALTER TABLE trials ADD COLUMN value FLOAT;
    UPDATE trials SET value = 0.5, number = NULL;
    CREATE TABLE trial_values (trial_value_id INTEGER PRIMARY KEY, trial_id INTEGER, step INTEGER, value FLOAT);
    INSERT INTO trial_values (trial_id, step, value) VALUES (1, 1, 0.25), (1, 2, 0.5)`)
}

it('reads the schema before 2.4', () =>
  inTemporaryFolder(async (folder) => {
    const [trial] = plain().trials
    if (trial === undefined) throw new Error('no trial')
    const path = writeStorage(folder, [plain({ trials: [trial, trial] })], '1.5.0', makeOld)
    const source = await optuna.open(path, 'logs', plainWorld(folder))
    const { values, gaps } = await sorted(source.list({ withHistory: true }))
    expect(gaps).toEqual([])
    expect(
      values.map(({ id, metrics }) => [id, [...metrics].map(([name, { last }]) => [name, last])]),
    ).toEqual([
      [
        'churn/0',
        [
          ['intermediate_value', 0.5],
          ['value', 0.5],
        ],
      ],
      ['churn/1', [['value', 0.5]]],
    ])
    const { values: experiments } = await sorted(source.experiments())
    expect(experiments[0]?.primaryMetric).toEqual({ name: 'value', greaterIsBetter: true })
    await source.close()
  }))

it('reads infinities and NaN of the schema before 3.0, which has no types', () =>
  inTemporaryFolder(async (folder) => {
    const study = plain({
      trials: [{ number: 0, state: 'PRUNED', steps: { 0: [null, 'NAN'], 1: [0.5, 'FINITE'] } }],
    })
    const path = writeStorage(folder, [study], '2.10.1', (database) =>
      database.exec(`ALTER TABLE trial_intermediate_values DROP COLUMN intermediate_value_type;
        ALTER TABLE trial_values DROP COLUMN value_type; UPDATE trial_intermediate_values SET intermediate_value = 9e999 WHERE step = 1`),
    )
    const source = await optuna.open(path, 'logs', plainWorld(folder))
    const { values } = await sorted(source.history('logs:churn/0', 'intermediate_value'))
    expect(values.map((each) => [each.step, each.value])).toEqual([
      [0, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
    ])
    await source.close()
  }))

it('sees what another program adds meanwhile', () =>
  inTemporaryFolder(async (folder) => {
    const path = writeStorage(folder, [plain()])
    const source = await optuna.open(path, 'logs', plainWorld(folder))
    expect((await sorted(source.list({}))).values).toHaveLength(1)
    const { DatabaseSync: Opened } = await import('node:sqlite')
    const writer = new Opened(path)
    writer.exec("INSERT INTO trials (number, study_id, state) VALUES (1, 1, 'RUNNING')")
    writer.exec("UPDATE trials SET state = 'FAIL' WHERE number = 0")
    writer.close()
    expect((await sorted(source.list({}))).values.map(({ id, status }) => [id, status])).toEqual([
      ['churn/0', 'failed'],
      ['churn/1', 'running'],
    ])
    await source.close()
  }))

it('tells a trial that waits as scheduled, with what was enqueued', () =>
  inTemporaryFolder(async (folder) => {
    const study = plain({
      trials: [{ number: 0, state: 'WAITING', system: { fixed_params: '{"threads": 4}' } }],
    })
    const source = await optuna.open(writeStorage(folder, [study]), 'logs', plainWorld(folder))
    const { status, startedAt, tags, params } = await source.read('logs:churn/0')
    expect([status, startedAt, [...tags], [...params]]).toEqual([
      'scheduled',
      null,
      [['optuna.fixed_params', '{"threads":4}']],
      [],
    ])
    await source.close()
  }))

it('opens no other database', () =>
  inTemporaryFolder(async (folder) => {
    const path = writeStorage(folder, [plain()], '5.0.0', (database) =>
      database.exec('DROP TABLE trial_params'),
    )
    expect(await optuna.recognises(path, plainWorld(folder))).toBe(false)
    expect(await optuna.detect(folder, plainWorld(folder))).toEqual([])
    expect((await errorOf(() => optuna.open(path, 'logs', plainWorld(folder)))).message).toBe(
      `${path} is no storage of Optuna.`,
    )
  }))
