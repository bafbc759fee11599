import { copyFile, mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { type Random, seededRandom } from '../support/seeded-random.ts'
import { type WandbEntry, wandbLog } from '../support/wandb-log.ts'
import { event, fileVersion, sessionStart, simpleValue } from '../support/write-events.ts'

/** A run as every layout below writes it. Times are milliseconds since 1970. */
interface MadeRun {
  readonly number: number
  readonly id: string
  readonly name: string
  readonly experiment: number
  readonly start: number
  /** Null while it goes on. */
  readonly end: number | null
  readonly status: 'FINISHED' | 'FAILED' | 'RUNNING'
  readonly user: string
  readonly params: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, readonly number[]>>
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SPAN = 730 * DAY
const SINCE_YESTERDAY = 12
const EXPERIMENTS = 12
const POINTS = 20

/** Runs of two years, oldest first; the last twelve started within the last day, and three of them go on. */
function* makeRuns(count: number, now: number): Generator<MadeRun> {
  const random = seededRandom(count)
  const old = count - SINCE_YESTERDAY
  for (let number = 0; number < count; number += 1) {
    const isNew = number >= old
    const start = isNew
      ? now - DAY + ((number - old) * 20 * HOUR) / SINCE_YESTERDAY
      : now - SPAN + (number * (SPAN - 2 * DAY)) / old
    const isOpen = number >= count - 3
    const status = isOpen ? 'RUNNING' : number % 17 === 0 ? 'FAILED' : 'FINISHED'
    yield {
      number,
      id: random.hex(32),
      name: `run-${number}`,
      experiment: isNew ? number % 2 : random.whole(0, EXPERIMENTS - 1),
      start: Math.floor(start),
      end: isOpen ? null : Math.floor(start + random.whole(60_000, HOUR)),
      status,
      user: random.pick(['ines', 'tom', 'yusuf']),
      params: paramsOf(random),
      metrics: metricsOf(random),
    }
  }
}

function paramsOf(random: Random): MadeRun['params'] {
  return {
    lr: random.pick(['0.3', '0.1', '0.03', '0.01', '0.003', '1e-05']),
    depth: String(random.whole(2, 12)),
    seed: String(random.whole(0, 4)),
    model: random.pick(['forest', 'boosting', 'mlp', 'linear']),
    features: random.pick(['lags', 'lags+weather', 'all']),
    batch_size: random.pick(['32', '64', '128']),
    dropout: random.next().toFixed(2),
    weight_decay: random.pick(['0', '0.01', '0.1']),
    optimizer: random.pick(['adam', 'sgd']),
    epochs: String(random.whole(5, 50)),
  }
}

function metricsOf(random: Random): MadeRun['metrics'] {
  const from = random.between(0.5, 0.8)
  const curve = (towards: number): readonly number[] =>
    Array.from(
      { length: POINTS },
      (_, step) => towards + (from - towards) / (1 + step) + random.normal() / 200,
    )
  return {
    train_loss: curve(0.1),
    val_loss: curve(0.3),
    val_auc: curve(0.9),
    val_f1: curve(0.8),
    seconds: curve(20),
  }
}

/** Fills the tables of an empty database that MLflow itself made. */
function fillDatabase(path: string, runs: Iterable<MadeRun>): void {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN')
  const experiment = database.prepare(
    "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time) VALUES (?, ?, ?, 'active', 0, 0)",
  )
  for (let number = 0; number < EXPERIMENTS; number += 1)
    experiment.run(number + 1, `experiment ${number}`, `mlruns/${number + 1}`)
  const run = database.prepare(
    `INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version,
       lifecycle_stage, artifact_uri, experiment_id) VALUES (?, ?, 'UNKNOWN', '', '', ?, ?, ?, ?, '', 'active', ?, ?)`,
  )
  const param = database.prepare('INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)')
  const tag = database.prepare('INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)')
  const point = database.prepare(
    'INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)',
  )
  const latest = database.prepare(
    'INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)',
  )
  for (const { id, name, user, status, start, end, experiment: of, params, metrics } of runs) {
    run.run(id, name, user, status, start, end, `mlruns/${of + 1}/${id}/artifacts`, of + 1)
    for (const [key, value] of Object.entries(params)) param.run(key, value, id)
    for (const [key, value] of [
      ['mlflow.user', user],
      ['mlflow.runName', name],
      ['stage', 'search'],
    ] as const)
      tag.run(key, value, id)
    for (const [key, values] of Object.entries(metrics)) {
      // A whole history is the rule in small stores; ten million rows would make this one a test of the disk.
      for (const [step, value] of values.entries())
        if (step % 5 === 4) point.run(key, value, start + 1000 * step, id, step)
      const last = values.length - 1
      latest.run(key, values[last] ?? 0, start + 1000 * last, id, last)
    }
  }
  database.exec('COMMIT')
  database.close()
}

/** Writes files, dated as a run that wrote them would have. */
async function put(
  folder: string,
  run: MadeRun,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const seconds = (run.end ?? run.start + HOUR) / 1000
  const folders = new Set<string>()
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    if (!folders.has(dirname(path))) await mkdir(dirname(path), { recursive: true })
    folders.add(dirname(path))
    await writeFile(path, content)
    await utimes(path, seconds, seconds)
  }
  for (const each of folders) await utimes(each, seconds, seconds)
}

/** MLflow's file store, as MLflow 2 and 3 lay it out. */
async function writeMlflow(root: string, runs: Iterable<MadeRun>): Promise<void> {
  for (let number = 0; number < EXPERIMENTS; number += 1) {
    await mkdir(join(root, String(number + 1)), { recursive: true })
    await writeFile(
      join(root, String(number + 1), 'meta.yaml'),
      `artifact_location: ./${number + 1}\ncreation_time: 0\nexperiment_id: '${number + 1}'\nlast_update_time: 0\nlifecycle_stage: active\nname: experiment ${number}\n`,
    )
  }
  const statuses = { RUNNING: 1, FINISHED: 3, FAILED: 4 }
  for (const run of runs) {
    const { id, experiment, start, end, params, metrics, user } = run
    const of = String(experiment + 1)
    const below = (folder: string, values: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(values).map(([name, text]) => [`${folder}/${name}`, text]))
    await put(join(root, of, id), run, {
      'meta.yaml': `artifact_uri: ./${of}/${id}/artifacts\nend_time: ${end}\nentry_point_name: ''\nexperiment_id: '${of}'\nlifecycle_stage: active\nrun_id: ${id}\nrun_name: ${run.name}\nsource_name: ''\nsource_type: 4\nsource_version: ''\nstart_time: ${start}\nstatus: ${statuses[run.status]}\ntags: []\nuser_id: ${user}\n`,
      ...below('params', params),
      ...below('tags', { 'mlflow.user': user, 'mlflow.runName': run.name, stage: 'search' }),
      ...below(
        'metrics',
        Object.fromEntries(
          Object.entries(metrics).map(([name, values]) => [
            name,
            values.map((value, step) => `${start + 1000 * step} ${value} ${step}\n`).join(''),
          ]),
        ),
      ),
    })
    await mkdir(join(root, of, id, 'artifacts'))
  }
}

/** How each layout of a run's own folder is written below a project. */
const LAYOUTS: Readonly<Record<string, (root: string, run: MadeRun) => Promise<void>>> = {
  folders: (root, run) =>
    put(join(root, '.specweave', 'increments', `0${run.experiment}-search`, 'experiments', run.name), run, {
      'params.json': JSON.stringify(run.params),
      'metrics.json': JSON.stringify(run.metrics),
      'metadata.yaml': `status: ${run.status === 'RUNNING' ? 'running' : run.status === 'FAILED' ? 'failed' : 'completed'}\nauthor: ${run.user}\nstarted_at: ${iso(run.start)}\n${run.end === null ? '' : `ended_at: ${iso(run.end)}\n`}`,
    }),
  tensorboard: (root, run) => {
    const seconds = run.start / 1000
    return put(join(root, 'tensorboard', run.name), run, {
      [`events.out.tfevents.${Math.floor(seconds)}.box.1.0`]: Buffer.concat([
        fileVersion(seconds),
        event({ time: seconds, values: [sessionStart(run.params, seconds)] }),
        ...Object.entries(run.metrics).flatMap(([name, values]) =>
          values.map((value, step) =>
            event({ time: seconds + step, step, values: [simpleValue(name, value)] }),
          ),
        ),
      ]),
    })
  },
  wandb: (root, run) => {
    const stamp = iso(run.start).replace(/[-:]/g, '').replace('T', '_').slice(0, 15)
    const id = run.id.slice(0, 8)
    const names = Object.keys(run.metrics)
    const entries: WandbEntry[] = [
      {
        kind: 'run',
        id,
        project: `search-${run.experiment}`,
        name: run.name,
        start: run.start,
        config: Object.fromEntries(
          Object.entries(run.params).map(([name, text]) => [name, JSON.stringify(text)]),
        ),
      },
      ...Array.from(
        { length: POINTS },
        (_, step): WandbEntry => ({
          kind: 'history',
          step,
          values: {
            '>_step': String(step),
            '>_timestamp': String(run.start / 1000 + step),
            ...Object.fromEntries(names.map((name) => [name, String(run.metrics[name]?.[step] ?? 0)])),
          },
        }),
      ),
      ...(run.end === null ? [] : [{ kind: 'exit', code: run.status === 'FAILED' ? 1 : 0 } as const]),
    ]
    return put(join(root, 'wandb', `offline-run-${stamp}-${id}`), run, {
      [`run-${id}.wandb`]: wandbLog(entries),
      'files/requirements.txt': 'torch==2.9.0\n',
      'files/output.log': 'done\n',
    })
  },
  lightning: (root, run) => {
    const names = Object.keys(run.metrics)
    return put(join(root, 'lightning_logs', `version_${run.number}`), run, {
      'metrics.csv': [
        `epoch,step,${names.join(',')}`,
        ...Array.from({ length: POINTS }, (_, step) =>
          [step, step * 10, ...names.map((name) => run.metrics[name]?.[step] ?? '')].join(','),
        ),
        '',
      ].join('\n'),
      'hparams.yaml': Object.entries(run.params)
        .map(([name, text]) => `${name}: ${text}\n`)
        .join(''),
    })
  },
  trainer: (root, run) =>
    put(join(root, 'outputs', run.name), run, {
      'trainer_state.json': JSON.stringify({
        epoch: 1,
        global_step: POINTS,
        log_history: Array.from({ length: POINTS }, (_, step) => ({
          step,
          epoch: step / POINTS,
          ...Object.fromEntries(
            Object.entries(run.metrics).map(([name, values]) => [name, values[step] ?? 0]),
          ),
        })),
        trial_params: run.params,
      }),
    }),
}

function iso(time: number): string {
  return new Date(time).toISOString()
}

/** A share of each: what a folder of a laboratory's disk holds after years. */
const MIXTURE: readonly [string, number][] = [
  ['folders', 0.25],
  ['tensorboard', 0.2],
  ['wandb', 0.2],
  ['lightning', 0.1],
  ['trainer', 0.075],
  ['ledger', 0.025],
  ['mlflow', 0.15],
]

async function writeMixture(root: string, runs: readonly MadeRun[]): Promise<void> {
  // Every layout gets runs of all years: every so-many-th run is one of it.
  const shares = MIXTURE.flatMap(([name, share]) => Array.from({ length: share * 40 }, () => name))
  const kinds = Map.groupBy(runs, ({ number }) => shares[(number * 7) % shares.length])
  for (const [name, own] of kinds) for (const run of own) await LAYOUTS[name ?? '']?.(root, run)
  await writeMlflow(join(root, 'mlruns'), kinds.get('mlflow') ?? [])
  const lines = (kinds.get('ledger') ?? []).map((run) =>
    JSON.stringify({
      id: run.id,
      name: run.name,
      status: run.status === 'FAILED' ? 'failed' : 'completed',
      timestamp: iso(run.start),
      user: run.user,
      params: run.params,
      metrics: Object.fromEntries(
        Object.entries(run.metrics).map(([name, values]) => [name, values.at(-1) ?? 0]),
      ),
    }),
  )
  await writeFile(join(root, 'experiments.jsonl'), `${lines.join('\n')}\n`)
}

/** Where the logs of a project lie, their aliases and their kinds. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  database: ['mlflow.db mlflow mlflow'],
  mlflow: ['mlruns mlflow mlflow'],
  folders: ['.specweave/increments folders folders'],
  mixture: [
    '.specweave/increments folders folders',
    'tensorboard tensorboard tensorboard',
    'wandb wandb wandb',
    'lightning_logs lightning trainer',
    'outputs trainer trainer',
    'experiments.jsonl ledger ledger',
    'mlruns mlflow mlflow',
  ],
}

/**
 * Makes a project of many runs to measure narrate on: `node make-scale.ts KIND RUNS FOLDER [EMPTY]`. KIND is `database` (MLflow in SQLite; EMPTY is a
 * database of MLflow without runs), `mlflow` (its file store), `folders` (experiment folders) or `mixture` (seven kinds of logs). The file
 * `since` holds the day of yesterday, as it was then.
 */
async function main(kind: string, count: number, folder: string, empty: string): Promise<void> {
  const now = Date.now()
  await mkdir(folder, { recursive: true })
  const sources = (SOURCES[kind] ?? []).map((source) => source.split(' '))
  await writeFile(
    join(folder, 'narrate.yaml'),
    `project: scale\nusers: all\ncommits: false\nsources:\n${sources.map(([at, alias, kind]) => `  - at: ${at}\n    as: ${alias}\n    kind: ${kind}\n`).join('')}`,
  )
  const runs = makeRuns(count, now)
  if (kind === 'database') {
    await copyFile(empty, join(folder, 'mlflow.db'))
    fillDatabase(join(folder, 'mlflow.db'), runs)
  } else if (kind === 'mlflow') await writeMlflow(join(folder, 'mlruns'), runs)
  else if (kind === 'folders') for (const run of runs) await LAYOUTS.folders?.(folder, run)
  else await writeMixture(folder, [...runs])
  await writeFile(join(folder, 'since'), iso(now - DAY).slice(0, 10))
}

const [kind = '', count = '', folder = '', empty = ''] = process.argv.slice(2)
await main(kind, Number(count), folder, empty)
