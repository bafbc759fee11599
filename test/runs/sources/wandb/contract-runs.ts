import type { ExpectedRun } from '../../../support/run-source-contract.ts'
import type { WandbEntry } from '../../../support/wandb-log.ts'
import { rows, type WandbFiles } from './write-runs.ts'

const DAY = Date.UTC(2026, 10, 20)
const HOUR = 60 * 60 * 1000

function at(hour: number, second = 0): number {
  return DAY + hour * HOUR + second * 1000
}

/** The name of a run's directory, by a clock in UTC. */
function directory(kind: 'run' | 'offline-run', hour: number, id: string): string {
  return `${kind}-20261120_${String(hour).padStart(2, '0')}0000-${id}`
}

const environment = (hour: number, username: string): WandbEntry => ({
  kind: 'environment',
  start: at(hour),
  python: 'CPython 3.12.7',
  args: ['--lr', '0.1'],
  program: '/home/x/shop/train.py',
  codePath: 'train.py',
  commit: 'c0ffee0123456789c0ffee0123456789c0ffee01',
  host: 'box',
  username,
  gpu: 'NVIDIA A100',
  gpuCount: 2,
})

const OWN_TAGS = {
  command: 'train.py --lr 0.1',
  gpu: '2 × NVIDIA A100',
  host: 'box',
  python_version: '3.12.7',
}
const OLD_CONFIG = `wandb_version: 1

_wandb:
  desc: null
  value:
    cli_version: 0.8.30
    python_version: 3.6.9
gamma:
  desc: null
  value: 0.99
`
const OLD_METADATA = JSON.stringify({
  startedAt: '2026-11-20T05:00:00.000000',
  heartbeatAt: '2026-11-20T05:00:09.000000',
  state: 'killed',
  exitcode: 255,
  project: 'river',
  username: 'cleo',
  program: 'main.py',
  host: 'old box',
  args: [],
})
const NEW_METADATA = JSON.stringify({
  startedAt: '2026-11-20T13:00:00.000000Z',
  username: 'ada',
  host: 'box',
  program: '/home/x/shop/train.py',
  codePath: 'train.py',
  args: ['--lr', '0.1'],
})

/**
 * A `wandb` folder of every shape: an offline run of the newest kind, a failed one, a resumed one of two directories, one of 2020 without a log, one
 * of which only text files are left, and one that has said nothing for hours.
 */
export const CONTRACT_FILES: WandbFiles = {
  settings: '[default]\nproject = shop\n',
  [`${directory('offline-run', 9, 'aa11bb22')}/run-aa11bb22.wandb`]: [
    {
      kind: 'run',
      id: 'aa11bb22',
      project: 'shop',
      name: 'first try',
      start: at(9),
      host: 'box',
      config: { lr: '0.1', net: '{"depth": 3, "act": "relu"}' },
    },
    environment(9, 'ada'),
    { kind: 'stats', time: at(9, 1) },
    ...rows(at(9), { loss: [1, 0.5, 0.25], 'val/acc': [0.1, 0.2], 'deep>y': [7] }),
    { kind: 'summary', update: { '>loss': '0.25', best: '0.75' } },
    {
      kind: 'run',
      id: 'aa11bb22',
      project: 'shop',
      name: 'renamed',
      notes: 'worth a look',
      tags: ['baseline'],
      group: 'g1',
      jobType: 'train',
      sweep: 's1',
      start: at(9),
      host: 'box',
      config: { lr: '0.1', net: '{"depth": 3, "act": "relu"}', added: '5' },
    },
    { kind: 'exit', runtime: 4 },
  ],
  [`${directory('offline-run', 9, 'aa11bb22')}/files/requirements.txt`]: 'torch==2.9.0\n',
  [`${directory('offline-run', 9, 'aa11bb22')}/files/output.log`]: 'done\n',
  [`${directory('run', 10, 'bb22cc33')}/run-bb22cc33.wandb`]: [
    {
      kind: 'run',
      id: 'bb22cc33',
      project: 'shop',
      name: 'second',
      start: at(10),
      config: { lr: '0.1', seed: '7' },
    },
    environment(10, 'bob'),
    ...rows(at(10), { loss: [1, 2, 'NaN', 4] }),
    { kind: 'output', line: 'ValueError: no\n', time: at(10, 2) },
    { kind: 'exit', code: 1, runtime: 3 },
  ],
  [`${directory('run', 11, 'cc33dd44')}/run-cc33dd44.wandb`]: [
    { kind: 'run', id: 'cc33dd44', project: 'river', name: 'resumed', start: at(11), config: { lr: '0.2' } },
    environment(11, 'ada'),
    ...rows(at(11), { loss: [3, 2] }),
    { kind: 'exit', code: 255, runtime: 1 },
  ],
  [`${directory('run', 12, 'cc33dd44')}/run-cc33dd44.wandb`]: [
    { kind: 'run', id: 'cc33dd44', project: 'river', start: at(12), resumed: true, config: { lr: '0.2' } },
    environment(12, 'ada'),
    ...rows(at(12), { loss: [1, 0.5] }, 2),
    { kind: 'exit', runtime: 2 },
  ],
  'run-20261120_050000-dd44ee55/config.yaml': OLD_CONFIG,
  'run-20261120_050000-dd44ee55/wandb-metadata.json': OLD_METADATA,
  'run-20261120_050000-dd44ee55/wandb-history.jsonl': `${[
    { _step: 0, _runtime: 1, _timestamp: at(5, 1) / 1000, reward: -3, images: { _type: 'image', width: 9 } },
    { _step: 1, _runtime: 2, _timestamp: at(5, 2) / 1000, reward: -2.5, lr: { actor: 0.125 } },
  ]
    .map((row) => JSON.stringify(row))
    .join('\n')}\n`,
  [`${directory('run', 13, 'ee55ff66')}/run-ee55ff66.wandb`]: [
    { kind: 'run', id: 'ee55ff66', project: 'shop', name: 'silent', start: at(13), config: { lr: '0.3' } },
    ...rows(at(13), { loss: [0.5] }),
  ],
  [`${directory('run', 13, 'ee55ff66')}/files/wandb-metadata.json`]: NEW_METADATA,
}

/** The same runs as every source must tell them. */
export const CONTRACT_RUNS: readonly ExpectedRun[] = [
  {
    key: 'wandb:dd44ee55',
    id: 'dd44ee55',
    name: 'dd44ee55',
    experiment: { id: 'river', name: 'river' },
    user: 'cleo',
    status: 'killed',
    startedAt: at(5),
    endedAt: at(5, 9),
    parent: null,
    params: { gamma: '0.99' },
    tags: { host: 'old box', exit_code: '255' },
    metrics: {
      reward: [
        [0, -3],
        [1, -2.5],
      ],
      'lr.actor': [[1, 0.125]],
    },
  },
  {
    key: 'wandb:aa11bb22',
    id: 'aa11bb22',
    name: 'renamed',
    experiment: { id: 'shop', name: 'shop' },
    user: 'ada',
    status: 'finished',
    startedAt: at(9),
    endedAt: at(9, 4),
    parent: null,
    params: { lr: '0.1', 'net.depth': '3', 'net.act': 'relu', added: '5' },
    tags: { ...OWN_TAGS, baseline: 'true', group: 'g1', job_type: 'train', sweep: 's1' },
    metrics: {
      loss: [
        [0, 1],
        [1, 0.5],
        [2, 0.25],
      ],
      'val/acc': [
        [0, 0.1],
        [1, 0.2],
      ],
      'deep.y': [[0, 7]],
      best: [[null, 0.75]],
    },
    artifacts: {
      'output.log': 'done\n',
      'requirements.txt': 'torch==2.9.0\n',
    },
  },
  {
    key: 'wandb:bb22cc33',
    id: 'bb22cc33',
    name: 'second',
    experiment: { id: 'shop', name: 'shop' },
    user: 'bob',
    status: 'failed',
    startedAt: at(10),
    endedAt: at(10, 3),
    parent: null,
    params: { lr: '0.1', seed: '7' },
    tags: { ...OWN_TAGS, exit_code: '1' },
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
    key: 'wandb:cc33dd44',
    id: 'cc33dd44',
    name: 'resumed',
    experiment: { id: 'river', name: 'river' },
    user: 'ada',
    status: 'finished',
    startedAt: at(11),
    endedAt: at(12, 1),
    parent: null,
    params: { lr: '0.2' },
    tags: OWN_TAGS,
    metrics: {
      loss: [
        [0, 3],
        [1, 2],
        [2, 1],
        [3, 0.5],
      ],
    },
  },
  {
    key: 'wandb:ee55ff66',
    id: 'ee55ff66',
    name: 'silent',
    experiment: { id: 'shop', name: 'shop' },
    user: 'ada',
    status: 'unknown',
    startedAt: at(13),
    endedAt: null,
    parent: null,
    params: { lr: '0.3' },
    tags: { command: 'train.py --lr 0.1', host: 'box' },
    metrics: { loss: [[0, 0.5]] },
  },
]
