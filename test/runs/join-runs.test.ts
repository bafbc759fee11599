import { expect, it } from 'vitest'
import { glimpseOf, joinRuns, type RunSeen } from '../../src/runs/join-runs.ts'
import type { RunSummary } from '../../src/runs/run.ts'

const ID = '3fa2c1d4e5f60718293a4b5c6d7e8f90'

const SOURCES = {
  mlflow: { kind: 'mlflow', alias: 'mlflow', idsAreUnique: true },
  second: { kind: 'mlflow', alias: 'second', idsAreUnique: true },
  wandb: { kind: 'wandb', alias: 'wandb', idsAreUnique: false, ownsFolders: true },
  folders: { kind: 'folders', alias: 'folders', idsAreUnique: false, ownsFolders: true },
  tensorboard: { kind: 'tensorboard', alias: 'tensorboard', idsAreUnique: false },
  ledger: { kind: 'ledger', alias: 'ledger', idsAreUnique: false },
} as const

function seen(
  source: keyof typeof SOURCES,
  id: string,
  folders: readonly string[] = [],
  tags: Readonly<Record<string, string>> = {},
): RunSeen {
  const run: RunSummary = {
    key: `${source}:${id}`,
    id,
    source,
    experiment: { id: '1', name: 'churn' },
    name: id,
    user: null,
    url: null,
    status: 'finished',
    deleted: false,
    startedAt: null,
    endedAt: null,
    parent: null,
    params: new Map(),
    metrics: new Map(),
    tags: new Map(Object.entries(tags)),
  }
  return { source: SOURCES[source], run: glimpseOf(run, true), folders }
}

function joined(...runs: readonly RunSeen[]): readonly string[] {
  return joinRuns(runs)
    .joined.flatMap(({ primary, others }) => others.map(({ key }) => `${primary} = ${key}`))
    .toSorted()
}

it.each<readonly [string, readonly RunSeen[], readonly string[]]>([
  [
    'the same folder',
    [seen('tensorboard', 'a', ['/p/a']), seen('folders', 'a', ['/p/a'])],
    ['folders:a = tensorboard:a'],
  ],
  [
    'a folder below that of a run',
    [seen('wandb', 'w1', ['/p/wandb/run-1-w1']), seen('tensorboard', 'x', ['/p/wandb/run-1-w1/files/x'])],
    ['wandb:w1 = tensorboard:x'],
  ],
  [
    'a folder that begins alike',
    [seen('wandb', 'w1', ['/p/run-1']), seen('tensorboard', 'x', ['/p/run-10'])],
    [],
  ],
  [
    'a folder below that of event files, which is anybody’s',
    [seen('tensorboard', '.', ['/p']), seen('folders', 'a', ['/p/a'])],
    [],
  ],
  [
    'a chain: TensorBoard in W&B, whose run names an MLflow run',
    [
      seen('tensorboard', 'x', ['/p/w/files']),
      seen('wandb', 'w1', ['/p/w'], { mlflow_run_id: ID }),
      seen('mlflow', ID),
    ],
    [`mlflow:${ID} = tensorboard:x`, `mlflow:${ID} = wandb:w1`],
  ],
  [
    'two sessions in one folder, of which one may be the run',
    [
      seen('folders', 'a', ['/p/a']),
      seen('tensorboard', 'a', ['/p/a']),
      seen('tensorboard', 'a#2', ['/p/a']),
    ],
    [],
  ],
  ['the same drawn id', [seen('ledger', ID), seen('mlflow', ID)], [`mlflow:${ID} = ledger:${ID}`]],
  ['the same short id', [seen('ledger', 'exp-1'), seen('folders', 'exp-1')], []],
  ['one store that was migrated', [seen('mlflow', ID), seen('second', ID)], []],
  [
    'a short id under the name of its log',
    [seen('wandb', 'abcd1234'), seen('ledger', 'row', [], { 'wandb.run_id': 'abcd1234' })],
    ['wandb:abcd1234 = ledger:row'],
  ],
  [
    'a short id under the name of another log',
    [seen('wandb', 'abcd1234'), seen('ledger', 'row', [], { 'mlflow.run_id': 'abcd1234' })],
    [],
  ],
  [
    'an id that is said to be of a parent',
    [seen('mlflow', ID), seen('ledger', 'row', [], { parent_run_id: ID, resume_run_id: ID })],
    [],
  ],
  [
    'a log folder that two runs name',
    [
      seen('tensorboard', 'x', ['/p/runs/x']),
      seen('mlflow', ID, [], { log_dir: 'runs/x' }),
      seen('mlflow', ID.replace('3', '4'), [], { log_dir: 'runs/x' }),
    ],
    [],
  ],
])('%s', (_, runs, expected) => {
  expect(joined(...runs)).toEqual(expected)
  // Which run keeps its key is no matter of the order of finding where one knows more.
  expect(joined(...runs.toReversed())).toEqual(expected)
})
