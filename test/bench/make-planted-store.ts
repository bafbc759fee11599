import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import type { Run } from '../../src/runs/run.ts'
import {
  type LoggedPoint,
  type LoggedRun,
  writeDatabase,
  writeFileStore,
} from '../runs/sources/mlflow/write-store.ts'
import { plantCurves, TELLING_SHAPES } from '../support/planted-curves.ts'
import { plantHistory } from '../support/planted-history.ts'
import { type Random, seededRandom } from '../support/seeded-random.ts'

const START = Date.UTC(2024, 0, 8)
const HOUR = 3_600_000
const POINTS = 100
const BATCH = 250

const EXPERIMENTS = Array.from({ length: 5 }, (_, index) => ({
  id: String(index + 1),
  name: `experiment ${index + 1}`,
}))

/**
 * Makes a store of many runs out of planted histories of one sort of project, one behind the other: their parameters,
 * errors and repeats as they are, one data set for all, and five metrics of a hundred points each.
 *
 *     node make-planted-store.ts files|database RUNS FOLDER
 */
function main(kind: string, count: number, folder: string): void {
  mkdirSync(folder, { recursive: true })
  const runs = logged(count)
  if (kind === 'files') {
    writeFileStore(join(folder, 'store'), { experiments: EXPERIMENTS, runs: [] })
    for (const batch of batches(runs)) writeFileStore(join(folder, 'store'), { experiments: [], runs: batch })
  } else fillDatabase(join(folder, 'store'), runs)
  writeFileSync(join(folder, 'made'), '')
}

function* logged(count: number): Generator<LoggedRun> {
  const random = seededRandom(count)
  let made = 0
  let shift = 0
  for (let seed = 0; made < count; seed += 1) {
    const history = plantHistory(seed)
    const [first] = history.runs
    if (first?.experiment.name !== 'churn') continue
    for (const run of history.runs) {
      if (made === count) break
      yield toLogged(run, shift - (first.startedAt ?? 0), made, random)
      made += 1
    }
    shift += 4 * 24 * HOUR
  }
}

function toLogged(run: Run, shift: number, index: number, random: Random): LoggedRun {
  const start = START + (run.startedAt ?? 0) + shift
  const plain = (name: string): string => name.replace(/^(model\.|hparams\/)/, '')
  const commit = run.code.commit
  return {
    id: run.id,
    experiment: EXPERIMENTS[index % EXPERIMENTS.length]?.id ?? '1',
    name: run.name,
    user: 'ines',
    status: run.status === 'failed' ? 'FAILED' : 'FINISHED',
    start,
    end: START + (run.endedAt ?? 0) + shift,
    params: Object.fromEntries([...run.params].map(([name, text]) => [plain(name), text])),
    tags: {
      ...Object.fromEntries(run.tags),
      ...(commit === null ? {} : { 'mlflow.source.git.commit': commit }),
    },
    metrics: metricsOf(run, start, random),
    dataSets: [{ name: 'churn', digest: '1f3870be', context: 'eval' }],
  }
}

function metricsOf(run: Run, start: number, random: Random): Record<string, readonly LoggedPoint[]> {
  const shape = random.chance(0.9) ? 'healthy' : random.pick(TELLING_SHAPES)
  const { train, val } = plantCurves(shape, random, POINTS)
  const last = run.metrics.get('val_auc')?.last ?? 0.5
  const second = run.metrics.get('val_f1')?.last ?? 0.4
  const series = {
    train_logloss: train,
    val_logloss: val,
    val_auc: val.map((loss, step) => (step === POINTS - 1 ? last : last - 0.05 * (loss - (val.at(-1) ?? 0)))),
    val_f1: val.map((_, step) => (second * (step + 1)) / POINTS),
    epoch_seconds: val.map(() => 3 + random.next()),
  }
  return Object.fromEntries(
    Object.entries(series).map(([name, values]) => [
      name,
      values.map((value, step) => [start + step * 1000, value, step] as const),
    ]),
  )
}

function* batches(runs: Iterable<LoggedRun>): Generator<readonly LoggedRun[]> {
  let batch: LoggedRun[] = []
  for (const run of runs) {
    batch.push(run)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  yield batch
}

/** The tables are made by the tests' own writer; so many rows go in faster with statements prepared once. */
function fillDatabase(path: string, runs: Iterable<LoggedRun>): void {
  writeDatabase(path, { experiments: EXPERIMENTS, runs: [] })
  const database = new DatabaseSync(path)
  database.exec('PRAGMA synchronous = off; BEGIN')
  const into = (table: string, columns: string) =>
    database.prepare(
      `INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${columns
        .split(', ')
        .map(() => '?')
        .join(', ')})`,
    )
  const run = into(
    'runs',
    'run_uuid, name, source_type, source_name, user_id, status, start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id',
  )
  const param = into('params', 'key, value, run_uuid')
  const tag = into('tags', 'key, value, run_uuid')
  const metric = into('metrics', 'key, value, timestamp, run_uuid, step, is_nan')
  const latest = into('latest_metrics', 'key, value, timestamp, run_uuid, step, is_nan')
  const dataSet = into(
    'datasets',
    'dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source',
  )
  const input = into('inputs', 'input_uuid, source_type, source_id, destination_type, destination_id')
  const context = into('input_tags', 'input_uuid, name, value')
  for (const one of runs) {
    const { id, experiment } = one
    run.run(
      id,
      one.name ?? '',
      'UNKNOWN',
      '',
      one.user ?? '',
      one.status ?? 'FINISHED',
      one.start ?? null,
      one.end ?? null,
      '',
      'active',
      `artifacts/${id}`,
      Number(experiment),
    )
    for (const [name, text] of Object.entries(one.params ?? {})) param.run(name, text, id)
    for (const [name, text] of Object.entries(one.tags ?? {})) tag.run(name, text, id)
    for (const [name, points] of Object.entries(one.metrics ?? {})) {
      for (const [time, value, step] of points) metric.run(name, value, time, id, step, 0)
      const last = points.at(-1)
      if (last !== undefined) latest.run(name, last[1], last[0], id, last[2], 0)
    }
    for (const { name, digest, context: use } of one.dataSets ?? []) {
      dataSet.run(`${digest}-${experiment}`, Number(experiment), name, digest, 'local', '{}')
      input.run(`i-${id}`, 'DATASET', `${digest}-${experiment}`, 'RUN', id)
      context.run(`i-${id}`, 'mlflow.data.context', use ?? '')
    }
  }
  database.exec('COMMIT')
  database.close()
}

main(process.argv[2] ?? '', Number(process.argv[3]), process.argv[4] ?? '')
