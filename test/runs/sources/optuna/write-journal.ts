import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExpectedRun } from '../../../support/run-source-contract.ts'
import {
  storageRuns,
  storageStudies,
  type Value,
  type WrittenStudy,
  type WrittenTrial,
} from './write-storage.ts'

const STATES = ['RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING']
const DIRECTIONS = ['NOT_SET', 'MINIMIZE', 'MAXIMIZE']
const WORKER = '"worker_id":"3f6e0b6a-6f5e-4d53-9a55-0d9b62f4f5d5-140135"'

/** A line as `JournalFileBackend` writes one: fields as JSON, in the order of Optuna's own. */
export function operation(code: number, fields: Readonly<Record<string, string | number>>): string {
  const others = Object.entries(fields).map(([name, json]) => `,${JSON.stringify(name)}:${json}`)
  return `{"op_code":${code},${WORKER}${others.join('')}}`
}

/** The lines that make these studies, one trial after the other. */
export function linesOf(studies: readonly WrittenStudy[]): readonly string[] {
  let trials = 0
  return studies.flatMap((study, id) => [
    operation(0, {
      study_name: JSON.stringify(study.name),
      directions: `[${study.directions.map((each) => DIRECTIONS.indexOf(each)).join(',')}]`,
    }),
    ...attributes(2, 'study_id', id, 'user_attr', study.user),
    ...attributes(3, 'study_id', id, 'system_attr', study.system),
    ...study.trials.flatMap((trial) => {
      trials += 1
      return linesOfTrial(trial, id, trials - 1)
    }),
  ])
}

function linesOfTrial(trial: WrittenTrial, study: number, id: number): readonly string[] {
  const { state, params = {}, values = [], steps = {}, start, end } = trial
  const code = STATES.indexOf(state)
  return [
    operation(4, { study_id: study, datetime_start: timeOf(start) }),
    ...attributes(9, 'trial_id', id, 'system_attr', trial.system),
    ...Object.entries(params).map(([name, [stored, distribution]]) =>
      operation(5, {
        trial_id: id,
        param_name: JSON.stringify(name),
        param_value_internal: String(stored),
        distribution: JSON.stringify(distribution),
      }),
    ),
    ...attributes(8, 'trial_id', id, 'user_attr', trial.user),
    ...Object.entries(steps).map(([step, value]) =>
      operation(7, { trial_id: id, step, intermediate_value: numberOf(value) }),
    ),
    ...(state === 'RUNNING'
      ? []
      : [
          operation(6, {
            trial_id: id,
            state: code === -1 ? JSON.stringify(state) : code,
            values: values.length === 0 ? 'null' : `[${values.map(numberOf).join(',')}]`,
            ...(end === undefined ? {} : { datetime_complete: timeOf(end) }),
          }),
        ]),
  ]
}

function attributes(
  code: number,
  owner: string,
  id: number,
  field: string,
  written: Readonly<Record<string, string>> = {},
): readonly string[] {
  return Object.entries(written).map(([key, json]) =>
    operation(code, { [owner]: id, [field]: `{${JSON.stringify(key)}:${json}}` }),
  )
}

function timeOf(time: string | undefined): string {
  return time === undefined ? 'null' : JSON.stringify(`${time.replace(' ', 'T')}+00:00`)
}

function numberOf([value, type]: Value): string {
  return type === 'INF_POS' ? 'Infinity' : type === 'INF_NEG' ? '-Infinity' : String(value ?? 'NaN')
}

/** Writes the studies as Optuna's file backend does, and gives the journal's path. */
export function writeJournal(folder: string, studies: readonly WrittenStudy[]): string {
  const path = join(folder, 'journal.log')
  writeFileSync(
    path,
    linesOf(studies)
      .map((line) => `${line}\n`)
      .join(''),
  )
  return path
}

/** The studies of a storage after one of a single trial. */
export const journalStudies: readonly WrittenStudy[] = [
  {
    name: 'first try',
    directions: ['MINIMIZE'],
    trials: [
      {
        number: 0,
        state: 'COMPLETE',
        start: '2026-02-01 10:00:00.000000',
        end: '2026-02-01 10:30:00.000000',
        values: [[0.125, 'FINITE']],
      },
    ],
  },
  ...storageStudies,
]

/** Trials of a journal are numbered one after the other. */
const NUMBERS: Readonly<Record<string, string>> = { 'churn/2': 'churn/1', 'churn/3': 'churn/2' }

/** What must be read of a journal of `journalStudies`. */
export const journalRuns: readonly ExpectedRun[] = [
  {
    key: 'logs:first try/0',
    id: 'first try/0',
    name: 'first try #0',
    experiment: { id: '0', name: 'first try' },
    user: null,
    status: 'finished',
    startedAt: Date.UTC(2026, 1, 1, 10),
    endedAt: Date.UTC(2026, 1, 1, 10, 30),
    parent: null,
    params: {},
    tags: {},
    metrics: { value: [[null, 0.125]] },
  },
  ...storageRuns.map((run) => {
    const id = NUMBERS[run.id] ?? run.id
    return { ...run, id, key: `logs:${id}`, name: run.name.replace(/\d+$/, id.slice(-1)) }
  }),
]
