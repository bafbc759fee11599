import { appendFile, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFolders } from '../runs/sources/folders/write-folders.ts'
import { writeRunDirectories } from '../runs/sources/gepa/write-run-directory.ts'
import { writeJsonLedger, writeTable } from '../runs/sources/ledger/write-ledgers.ts'
import { writeDatabase, writeFileStore } from '../runs/sources/mlflow/write-store.ts'
import { writeStorage } from '../runs/sources/optuna/write-storage.ts'
import { rows, writeWandb } from '../runs/sources/wandb/write-runs.ts'
import { event, fileVersion, simpleValue, writeEvents } from './write-events.ts'
import { write } from './write-files.ts'

const START = Date.parse('2026-11-20T09:00:00Z')
const ID = '3fa2c1d4e5f60718293a4b5c6d7e8f90'

const store = (id: string) => ({
  experiments: [{ id: '1', name: 'churn' }],
  runs: [
    {
      id,
      experiment: '1',
      name: 'lgbm',
      status: 'FINISHED' as const,
      start: START,
      end: START + 60_000,
      params: { lr: '0.1' },
      metrics: { val_loss: [[START, 0.31, 3]] as const },
    },
  ],
})

/** The main file of each store, by its kind, relative to the project: what breaks where it is spoilt. */
export const MAIN_FILES: readonly (readonly [string, string])[] = [
  ['mlflow', `mlruns/1/${ID}/meta.yaml`],
  ['mlflow', 'tracked/mlflow.db'],
  ['wandb', 'wandb/offline-run-20261120_090000-abc/run-abc.wandb'],
  ['tensorboard', 'runs/lgbm/events.out.tfevents.1795165200.host'],
  ['trainer', 'output/checkpoint-10/trainer_state.json'],
  ['optuna', 'study.db'],
  ['gepa', 'optimised/prompts/run_log.json'],
  ['folders', '.specweave/increments/0042-churn/experiments/exp-001-baseline/metrics.json'],
  ['ledger', 'prompts/experiments.jsonl'],
  ['ledger', 'results.tsv'],
]

/** Writes one small store of every kind of run log into a project. */
export async function writeEveryKind(root: string): Promise<void> {
  writeFileStore(join(root, 'mlruns'), store(ID))
  writeDatabase(join(root, 'tracked', 'mlflow.db'), store(ID.replace('3', '4')))
  await writeWandb(root, {
    'offline-run-20261120_090000-abc/run-abc.wandb': [
      { kind: 'run', id: 'abc', project: 'churn', start: START, config: { lr: '0.1' } },
      ...rows(START, { loss: [3, 2, 1] }),
      { kind: 'exit', code: 0, runtime: 60 },
    ],
  })
  await writeEvents(join(root, 'runs', 'lgbm'), 'events.out.tfevents.1795165200.host', [
    fileVersion(START / 1000),
    ...[1, 2, 3].map((step) =>
      event({ time: START / 1000 + step, step, values: [simpleValue('loss', 1 / step)] }),
    ),
  ])
  await write(root, {
    'output/checkpoint-10/trainer_state.json': JSON.stringify({
      epoch: 1,
      global_step: 10,
      max_steps: 10,
      log_history: [{ epoch: 1, step: 10, loss: 0.5 }],
    }),
  })
  writeStorage(root, [
    {
      name: 'churn',
      directions: ['MINIMIZE'],
      trials: [],
    },
  ])
  await writeRunDirectories(root)
  await writeFolders(root)
  await writeJsonLedger(root)
  await writeTable(root)
}

/** Spoils the main file of every store: half of it is gone, and what is left ends in what no format has. */
export async function breakEveryKind(root: string): Promise<void> {
  for (const [, file] of MAIN_FILES) {
    const path = join(root, file)
    await truncate(path, Math.floor((await stat(path)).size / 2))
    await appendFile(path, Buffer.from([0xff, 0x00, 0xfe, 0x7b]))
  }
}

/** Takes every main file away and leaves the folders, or an empty file where the file is the store. */
export async function emptyEveryKind(root: string): Promise<void> {
  for (const name of await readdir(root)) await rm(join(root, name), { recursive: true })
  for (const folder of [
    'mlruns/.trash',
    'mlruns/0',
    'wandb',
    'runs/lgbm',
    'output/checkpoint-10',
    'optimised',
  ])
    await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'runs/lgbm/events.out.tfevents.1795165200.host'), '')
  await mkdir(join(root, 'tracked'), { recursive: true })
  for (const file of ['tracked/mlflow.db', 'study.db', 'experiments.jsonl', 'results.tsv'])
    await writeFile(join(root, file), '')
}
