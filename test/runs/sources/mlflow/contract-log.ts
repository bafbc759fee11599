import type { ExpectedRun } from '../../../support/run-source-contract.ts'
import type { LoggedRun, LoggedStore } from './write-store.ts'

const BIG_ID = '123456789012345678'
const DAY = 86_400_000
const START = 1_763_600_000_000

const SECOND_ARTIFACTS = {
  'traceback.txt': 'Traceback (most recent call last):\nValueError: no ægg\n',
  'plots/deep/roc.txt': 'a plot',
  'empty.log': '',
}

const first: LoggedRun = {
  id: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
  experiment: '1',
  name: 'baseline-lr',
  user: 'ana',
  start: START,
  end: START + 60_000,
  params: { lr: '0.003', model: 'lgbm', notes: 'two\nlines', __proto__x: '1', 'opt/name': 'adam' },
  tags: { team: 'risk', 'mlflow.user': 'ana', 'mlflow.source.name': 'train.py' },
  metrics: {
    loss: [
      [START + 1, 0.9, 0],
      [START + 2, 0.5, 1],
      [START + 3, Number.NaN, 2],
      [START + 4, 0.25, 3],
      [START + 5, 0.25, 4],
      [START + 6, 0.75, 5],
    ],
    'val/auc': [[START + 7, 0.8125, 5]],
  },
}

const second: LoggedRun = {
  id: 'b1b2c3d4e5f60718293a4b5c6d7e8f91',
  experiment: BIG_ID,
  name: 'fold 2',
  user: 'ben',
  status: 'FAILED',
  start: START + DAY,
  end: START + DAY + 5000,
  params: { lr: '1e-05' },
  tags: { 'mlflow.parentRunId': first.id },
  artifacts: SECOND_ARTIFACTS,
  metrics: {
    loss: [
      [START + DAY, Number.POSITIVE_INFINITY, -1],
      [START + DAY + 1, Number.NEGATIVE_INFINITY, 0],
    ],
    diverged: [[START + DAY, Number.NaN, 0]],
  },
}

const third: LoggedRun = {
  id: 'c1b2c3d4e5f60718293a4b5c6d7e8f92',
  experiment: '1',
  user: 'ana',
  status: 'RUNNING',
  start: START + 2 * DAY,
  end: null,
  tags: { 'mlflow.runName': 'named by its tag' },
}

const deletedRun: LoggedRun = { ...first, id: 'd1b2c3d4e5f60718293a4b5c6d7e8f93', deleted: true }
const ofDeletedExperiment: LoggedRun = { ...first, id: 'e1b2c3d4e5f60718293a4b5c6d7e8f94', experiment: '3' }

/** The log that both stores are tried on: what is deleted is there and not listed. */
export const contractLog: LoggedStore = {
  experiments: [
    { id: '1', name: 'churn' },
    { id: BIG_ID, name: "sales/forecast v2: it's new" },
    { id: '3', name: 'given up', deleted: true },
  ],
  runs: [second, ofDeletedExperiment, third, first, deletedRun],
}

/** What must be read of it. */
export const contractRuns: readonly ExpectedRun[] = [
  {
    key: `logs:1/${first.id}`,
    id: first.id,
    name: 'baseline-lr',
    experiment: { id: '1', name: 'churn' },
    user: 'ana',
    status: 'finished',
    startedAt: START,
    endedAt: START + 60_000,
    parent: null,
    params: first.params ?? {},
    tags: { team: 'risk' },
    metrics: {
      loss: [
        [0, 0.9],
        [1, 0.5],
        [2, Number.NaN],
        [3, 0.25],
        [4, 0.25],
        [5, 0.75],
      ],
      'val/auc': [[5, 0.8125]],
    },
  },
  {
    key: `logs:${BIG_ID}/${second.id}`,
    id: second.id,
    name: 'fold 2',
    experiment: { id: BIG_ID, name: "sales/forecast v2: it's new" },
    user: 'ben',
    status: 'failed',
    startedAt: START + DAY,
    endedAt: START + DAY + 5000,
    parent: `logs:1/${first.id}`,
    params: { lr: '1e-05' },
    tags: {},
    artifacts: SECOND_ARTIFACTS,
    metrics: {
      loss: [
        [-1, Number.POSITIVE_INFINITY],
        [0, Number.NEGATIVE_INFINITY],
      ],
      diverged: [[0, Number.NaN]],
    },
  },
  {
    key: `logs:1/${third.id}`,
    id: third.id,
    name: 'named by its tag',
    experiment: { id: '1', name: 'churn' },
    user: 'ana',
    status: 'running',
    startedAt: START + 2 * DAY,
    endedAt: null,
    parent: null,
    params: {},
    tags: {},
    metrics: {},
  },
]
