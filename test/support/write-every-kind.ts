import { appendFile, copyFile, cp, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { archiveOf, metric, param } from '../runs/sources/comet/write-archives.ts'
import { writeFolders } from '../runs/sources/folders/write-folders.ts'
import { writeRunDirectories } from '../runs/sources/gepa/write-run-directory.ts'
import { writeJsonLedger, writeTable } from '../runs/sources/ledger/write-ledgers.ts'
import { writeDatabase, writeFileStore } from '../runs/sources/mlflow/write-store.ts'
import { writeStorage } from '../runs/sources/optuna/write-storage.ts'
import { rows, writeWandb } from '../runs/sources/wandb/write-runs.ts'
import { event, fileVersion, simpleValue, writeEvents } from './write-events.ts'
import { write } from './write-files.ts'

const NEPTUNE = fileURLToPath(new URL('../fixtures/neptune/exports', import.meta.url))
const NEPTUNE_PROJECT = 'my-org_churn-00aaf44ee8aa9d4e'
const NEPTUNE_PART = `data/${NEPTUNE_PROJECT}/CHURN-1-bf943bacfb4650e0_part_0.parquet`
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
  ['ledger', 'exports/of the team.csv'],
  ['comet', `offline/${'686a483a'.repeat(4)}.zip`],
  ['neptune', `exports/${NEPTUNE_PART}`],
  ['weave', 'exports/weave_calls.jsonl'],
  ['langwatch', 'exports/langwatch-steps.jsonl'],
  ['dvc', 'exports/dvc-experiments.json'],
]

/** A log of what a training printed: it is never read by a guess, and so is of no kind that is found. */
export const CONSOLE_LOG = 'printed/train.log'

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
      trials: [
        {
          number: 0,
          state: 'COMPLETE',
          start: '2026-11-20 09:00:00.000000',
          end: '2026-11-20 09:01:00.000000',
          values: [[0.25, 'FINITE']],
        },
      ],
    },
  ])
  await writeRunDirectories(root)
  await writeFolders(root)
  await writeJsonLedger(root)
  await writeTable(root)
  await writeExports(join(root, 'exports'))
  const archive = archiveOf('686a483a'.repeat(4), `${param('lr', 0.1)}${metric('loss', 0.5, 1)}`)
  await mkdir(join(root, 'offline'))
  await writeFile(join(root, 'offline', `${'686a483a'.repeat(4)}.zip`), archive)
  await write(root, {
    [CONSOLE_LOG]: [1, 2, 3, 4].map((step) => `step:${step}/4 loss:${1 / step}\n`).join(''),
  })
}

/** What trackers and tools export: W&B's table with a chart, Neptune's runs, Weave's calls, what LangWatch was sent, DVC's experiments. */
async function writeExports(folder: string): Promise<void> {
  const call = (id: string, op: string, parent: string | null, output: object) => ({
    id,
    project_id: 'lab/qa',
    op_name: `weave:///lab/qa/op/${op}:abc`,
    trace_id: 't',
    parent_id: parent,
    started_at: '2026-11-20T09:00:00Z',
    ended_at: '2026-11-20T09:01:00Z',
    inputs: { self: 'weave:///lab/qa/object/eval:1', model: 'weave:///lab/qa/object/short:1' },
    output,
    summary: {},
    attributes: {},
  })
  const step = (index: number) => ({
    run_id: 'wise-owl',
    experiment_slug: 'qa',
    index: String(index),
    score: 50 * index,
    label: 'score',
    optimizer: { name: 'COPRO', parameters: { breadth: 3 } },
    predictors: [],
    examples: [],
    llm_calls: [],
    timestamps: { created_at: START + index },
  })
  const commit = (rev: string, name: string | null) => ({
    rev,
    name,
    data: {
      rev,
      timestamp: name === null ? null : '2026-11-20T09:00:00',
      params: { 'params.yaml': { data: { lr: 0.1 } } },
      metrics: { 'metrics.json': { data: { loss: 0.5 } } },
      deps: {},
      outs: {},
      meta: {},
    },
    error: null,
    experiments: null,
  })
  await write(folder, {
    'of the team.csv': [
      '"Name","State","Created","lr","loss"',
      ...['first', 'second', 'third'].map(
        (name) => `"${name}","finished","2026-11-20T09:00:00.000Z","0.1","0.25"`,
      ),
      '',
    ].join('\n'),
    'a chart.csv':
      '"Step","first - loss","first - loss__MIN","first - loss__MAX"\n"0","0.5","0.5","0.5"\n"1","0.25","0.25","0.25"\n',
    'weave_calls.jsonl': [
      call('c0', 'Evaluation.predict_and_score', 'e1', { scores: { exact: 1 } }),
      call('e1', 'Evaluation.evaluate', null, { exact: { true_count: 2, true_fraction: 0.75 } }),
      call('c1', 'Evaluation.predict_and_score', 'e1', { scores: { exact: 1 } }),
    ]
      .map((each) => `${JSON.stringify(each)}\n`)
      .join(''),
    'langwatch-steps.jsonl': `${JSON.stringify([step(1)])}\n${JSON.stringify([step(2)])}\n`,
    'dvc-experiments.json': JSON.stringify([commit('workspace', null), commit('a1'.repeat(20), 'main')]),
  })
  await cp(join(NEPTUNE, 'files'), join(folder, 'files'), { recursive: true })
  await mkdir(join(folder, 'data', NEPTUNE_PROJECT), { recursive: true })
  await copyFile(join(NEPTUNE, NEPTUNE_PART), join(folder, NEPTUNE_PART))
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
  const files = [
    'tracked/mlflow.db',
    'study.db',
    'experiments.jsonl',
    'results.tsv',
    'wandb_export.csv',
    `${'686a483a'.repeat(4)}.zip`,
    'weave_calls.jsonl',
    'langwatch-steps.jsonl',
    'dvc-experiments.json',
    'train.log',
  ]
  for (const file of files) await writeFile(join(root, file), '')
}
