import type { ExpectedRun } from '../../../support/run-source-contract.ts'
import type { ServedRun } from './serve-project.ts'

const DAY = Date.UTC(2026, 10, 20)
const HOUR = 60 * 60 * 1000

/** A project of four runs, in which every metric stands in every row: their last steps are known without a history. */
export const SERVED_RUNS: readonly ServedRun[] = [
  {
    id: 'aa11bb22',
    name: 'first try',
    user: 'ada',
    created: DAY + 9 * HOUR,
    heard: DAY + 9 * HOUR + 4000,
    config: { lr: 0.1, net: { depth: 3, act: 'relu' }, _wandb: { cli_version: '0.30.0' } },
    summary: { best: 0.75, verdict: 'good', _wandb: { runtime: 4 } },
    rows: [1, 0.5, 0.25].map((loss, step) => ({
      _step: step,
      _timestamp: (DAY + 9 * HOUR) / 1000 + step,
      _runtime: step,
      loss,
      'val/acc': step / 10,
    })),
    tags: ['baseline'],
    fields: {
      notes: 'worth a look',
      group: 'g1',
      jobType: 'train',
      sweepName: 's1',
      commit: 'c0ffee0123456789c0ffee0123456789c0ffee01',
      host: 'box',
      runInfo: {
        program: 'train.py',
        args: ['--lr', '0.1'],
        python: '3.12.7',
        gpu: 'NVIDIA A100',
        gpuCount: 2,
      },
    },
    files: { 'output.log': 'line one\nline two\n', 'media/note.txt': 'hello', 'wandb-summary.json': '{}' },
  },
  {
    id: 'bb22cc33',
    name: 'second',
    user: 'bob',
    state: 'crashed',
    created: DAY + 10 * HOUR,
    heard: DAY + 10 * HOUR + 3000,
    config: { lr: 0.1, seed: 7 },
    rows: [1, 2, 'NaN', 4].map((loss, step) => ({ _step: step, loss })),
  },
  {
    id: 'cc33dd44',
    user: 'ada',
    state: 'killed',
    created: DAY + 11 * HOUR,
    heard: DAY + 12 * HOUR,
    config: { lr: 0.2 },
    rows: [3, 'Infinity'].map((loss, step) => ({ _step: 10 * step, loss })),
  },
  {
    id: 'dd44ee55',
    name: 'still going',
    user: 'ben',
    state: 'running',
    created: DAY + 13 * HOUR,
    heard: DAY + 17 * HOUR,
    rows: [{ _step: 0, loss: 0.5 }],
  },
]

const EXPERIMENT = { id: 'shop', name: 'shop' }

/** The same runs as the source must tell them. */
export const EXPECTED_RUNS: readonly ExpectedRun[] = [
  {
    key: 'logs:aa11bb22',
    id: 'aa11bb22',
    name: 'first try',
    experiment: EXPERIMENT,
    user: 'ada',
    status: 'finished',
    startedAt: DAY + 9 * HOUR,
    endedAt: DAY + 9 * HOUR + 4000,
    parent: null,
    params: { lr: '0.1', 'net.depth': '3', 'net.act': 'relu' },
    tags: {
      baseline: 'true',
      command: 'train.py --lr 0.1',
      gpu: '2 × NVIDIA A100',
      group: 'g1',
      host: 'box',
      job_type: 'train',
      python_version: '3.12.7',
      sweep: 's1',
      verdict: 'good',
    },
    metrics: {
      loss: [
        [0, 1],
        [1, 0.5],
        [2, 0.25],
      ],
      'val/acc': [
        [0, 0],
        [1, 0.1],
        [2, 0.2],
      ],
      best: [[null, 0.75]],
    },
    artifacts: {
      'output.log': 'line one\nline two\n',
      'media/note.txt': 'hello',
      'wandb-summary.json': '{}',
    },
  },
  {
    key: 'logs:bb22cc33',
    id: 'bb22cc33',
    name: 'second',
    experiment: EXPERIMENT,
    user: 'bob',
    status: 'failed',
    startedAt: DAY + 10 * HOUR,
    endedAt: DAY + 10 * HOUR + 3000,
    parent: null,
    params: { lr: '0.1', seed: '7' },
    tags: {},
    metrics: {
      loss: [
        [0, 1],
        [1, 2],
        [2, Number.NaN],
        [3, 4],
      ],
    },
  },
  {
    key: 'logs:cc33dd44',
    id: 'cc33dd44',
    name: 'cc33dd44',
    experiment: EXPERIMENT,
    user: 'ada',
    status: 'killed',
    startedAt: DAY + 11 * HOUR,
    endedAt: DAY + 12 * HOUR,
    parent: null,
    params: { lr: '0.2' },
    tags: {},
    metrics: {
      loss: [
        [0, 3],
        [10, Number.POSITIVE_INFINITY],
      ],
    },
  },
  {
    key: 'logs:dd44ee55',
    id: 'dd44ee55',
    name: 'still going',
    experiment: EXPERIMENT,
    user: 'ben',
    status: 'running',
    startedAt: DAY + 13 * HOUR,
    endedAt: null,
    parent: null,
    params: {},
    tags: {},
    metrics: { loss: [[0, 0.5]] },
  },
]
