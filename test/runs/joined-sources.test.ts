import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isGap } from '../../src/gap.ts'
import { joinSources } from '../../src/runs/joined-sources.ts'
import type { Run } from '../../src/runs/run.ts'
import type { RunSource, RunSourceKind } from '../../src/runs/run-source.ts'
import { folders } from '../../src/runs/sources/folders/folders.ts'
import { ledger } from '../../src/runs/sources/ledger/ledger.ts'
import { mlflow } from '../../src/runs/sources/mlflow/mlflow.ts'
import { tensorboard } from '../../src/runs/sources/tensorboard/tensorboard.ts'
import { wandb } from '../../src/runs/sources/wandb/wandb.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { wandbLog } from '../support/wandb-log.ts'
import { event, fileVersion, simpleValue, writeEvents } from '../support/write-events.ts'
import { type LoggedRun, writeFileStore } from './sources/mlflow/write-store.ts'

const ID = '3fa2c1d4e5f60718293a4b5c6d7e8f90'
const KEY = `mlflow:1/${ID}`
const START = Date.parse('2026-11-20T09:00:00Z')

async function open(cwd: string, given: readonly (readonly [RunSourceKind, string, string])[]) {
  const { world } = makeWorld({ cwd })
  const sources: RunSource[] = []
  for (const [kind, at, alias] of given) sources.push(await kind.open(join(cwd, at), alias, world))
  return joinSources(sources.map((source) => ({ source })))
}

async function runsOf(sources: readonly { readonly source: RunSource }[]): Promise<readonly Run[]> {
  const runs: Run[] = []
  for (const { source } of sources)
    for await (const found of source.readAll({})) if (!isGap(found)) runs.push(found)
  return runs
}

function mlflowRun(more: Partial<LoggedRun> = {}): LoggedRun {
  return {
    id: ID,
    experiment: '1',
    name: 'lgbm',
    status: 'FINISHED',
    start: START,
    end: START + 60_000,
    params: { lr: '0.1' },
    metrics: { val_loss: [[START, 0.31, 3]] },
    ...more,
  }
}

function writeStore(cwd: string, ...runs: readonly LoggedRun[]): void {
  writeFileStore(join(cwd, 'mlruns'), { experiments: [{ id: '1', name: 'churn' }], runs })
}

async function writeBoard(
  cwd: string,
  folder: string,
  values: Readonly<Record<string, number>>,
): Promise<void> {
  const time = START / 1000
  await writeEvents(join(cwd, folder), 'events.out.tfevents.1.host', [
    fileVersion(time),
    ...[1, 2, 3].map((step) =>
      event({
        time: time + step,
        step,
        values: Object.entries(values).map(([tag, value]) => simpleValue(tag, value)),
      }),
    ),
  ])
}

it('event files below the artifact folder of an MLflow run are that run, with the values that it has not', async () => {
  const cwd = await temporaryFolder()
  writeStore(cwd, mlflowRun())
  await writeBoard(cwd, `mlruns/1/${ID}/artifacts/board`, { val_loss: 0.31, grad_norm: 2 })
  const { sources } = await open(cwd, [
    [tensorboard, `mlruns/1/${ID}/artifacts/board`, 'tensorboard'],
    [mlflow, 'mlruns', 'mlflow'],
  ])
  const runs = await runsOf(sources)
  expect(runs.map(({ key, also }) => ({ key, also }))).toEqual([
    {
      key: KEY,
      also: [{ key: 'tensorboard:.', source: 'tensorboard', why: "its folder is called by this run's id" }],
    },
  ])
  const [run] = runs
  expect([...(run?.metrics ?? [])].map(([name, { last }]) => [name, last])).toEqual([
    ['grad_norm', 2],
    ['val_loss', 0.31],
  ])
  expect(run?.gaps).toEqual([])
  expect(run?.origins.metrics.get('grad_norm')?.source).toBe('tensorboard')
  const series: number[] = []
  for await (const point of sources[1]?.source.history(KEY, 'grad_norm') ?? [])
    if ('step' in point) series.push(point.step ?? -1)
  expect(series).toEqual([1, 2, 3])
})

it('another value of the same metric, and of the same parameter, is a gap', async () => {
  const cwd = await temporaryFolder({
    'log.jsonl': `{"run_id": "${ID}", "lr": 0.2, "val_loss": 0.29, "f1": 0.5}\n`,
  })
  writeStore(cwd, mlflowRun())
  const { sources } = await open(cwd, [
    [mlflow, 'mlruns', 'mlflow'],
    [ledger, 'log.jsonl', 'ledger'],
  ])
  const [run, ...more] = await runsOf(sources)
  expect(more).toEqual([])
  expect(run?.key).toBe(KEY)
  expect(run?.metrics.get('f1')?.last).toBe(0.5)
  expect(run?.metrics.get('val_loss')?.last).toBe(0.31)
  expect(run?.gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
    'metric val_loss: it ends with 0.29 there, with 0.31 at step 3 in mlflow, which is told here',
    'parameter lr: it is "0.2" there, "0.1" in mlflow, which is told here',
  ])
})

it.each([
  ['mlflow_run_id', ID, 'the tag mlflow_run_id names it'],
  ['mlflow.run_url', `http://host/#/experiments/1/runs/${ID}`, 'the tag mlflow.run_url names it'],
])('an MLflow id under the name %s joins', async (name, value, why) => {
  const cwd = await temporaryFolder({
    'exps/exp-001/params.json': '{"depth": 3}',
    'exps/exp-001/metrics.json': '{"auc": 0.5}',
    'exps/exp-001/metadata.yaml': `tags: {"${name}": "${value}"}\n`,
  })
  writeStore(cwd, mlflowRun())
  const { sources } = await open(cwd, [
    [folders, 'exps', 'folders'],
    [mlflow, 'mlruns', 'mlflow'],
  ])
  const runs = await runsOf(sources)
  expect(runs.map(({ key, also }) => [key, also?.map((one) => one.why.replace('parameter', 'tag'))])).toEqual(
    [[KEY, [expect.stringContaining(why.replace(/^the tag /, ''))]]],
  )
})

it.each([
  ['an id of another run', { parent_run_id: ID }],
  ['a short id under a name that no log is named for', { run_id: '42' }],
])('%s is no evidence', async (_, params) => {
  const cwd = await temporaryFolder({
    'exps/exp-001/params.json': JSON.stringify(params),
    'exps/exp-001/metrics.json': '{"auc": 0.5}',
  })
  writeStore(cwd, mlflowRun(), mlflowRun({ id: '42' }))
  const { sources } = await open(cwd, [
    [mlflow, 'mlruns', 'mlflow'],
    [folders, 'exps', 'folders'],
  ])
  const runs = await runsOf(sources)
  expect(runs.filter(({ also }) => also !== undefined)).toEqual([])
  expect(runs.map(({ key }) => key)).toContain('folders:exp-001')
})

it('two runs that name the same run are not believed, and are told as doubtful', async () => {
  const row = (label: string) => JSON.stringify({ label, mlflow_run_id: ID, auc: 0.5 })
  const cwd = await temporaryFolder({ 'log.jsonl': `${row('a')}\n${row('b')}\n` })
  writeStore(cwd, mlflowRun())
  const joined = await open(cwd, [
    [mlflow, 'mlruns', 'mlflow'],
    [ledger, 'log.jsonl', 'ledger'],
  ])
  const runs = await runsOf(joined.sources)
  expect(runs.map(({ key }) => key)).toEqual([KEY, 'ledger:a', 'ledger:b'])
  const [run] = runs
  if (run === undefined) throw new Error('no run')
  expect((await joined.maybeSame(run)).map(({ runs: [, key] }) => key).toSorted()).toEqual([
    'ledger:a',
    'ledger:b',
  ])
})

it('what lies in the directory of a W&B run is that run; several get the name of their folder before their own', async () => {
  const cwd = await temporaryFolder()
  const directory = 'wandb/run-20261120_090000-abcd1234'
  await mkdir(join(cwd, directory, 'files'), { recursive: true })
  await writeFile(
    join(cwd, directory, 'run-abcd1234.wandb'),
    wandbLog([
      { kind: 'run', id: 'abcd1234', name: 'sweep', config: { lr: '0.1' }, start: START },
      { kind: 'history', step: 1, values: { loss: '0.5' } },
      { kind: 'exit', code: 0, runtime: 10 },
    ]),
  )
  for (const fold of ['fold_1', 'fold_2', 'fold_3'])
    await writeBoard(cwd, `${directory}/files/${fold}`, { loss: 0.25, [fold]: 1 })
  const { sources } = await open(cwd, [
    [wandb, 'wandb', 'wandb'],
    [tensorboard, `${directory}/files`, 'tensorboard'],
  ])
  const runs = await runsOf(sources)
  expect(runs.map(({ key }) => key)).toEqual(['wandb:abcd1234'])
  expect([...(runs[0]?.metrics.keys() ?? [])]).toEqual([
    'fold_1/fold_1',
    'fold_1/loss',
    'fold_2/fold_2',
    'fold_2/loss',
    'fold_3/fold_3',
    'fold_3/loss',
    'loss',
  ])
  expect(await sources[1]?.source.find('fold_2')).toEqual([])
  expect(await sources[0]?.source.find('fold_2')).toEqual(['wandb:abcd1234'])
})

it('event files below the folder of an experiment are its run; the same name alone is said and no more', async () => {
  const cwd = await temporaryFolder({
    'exps/exp-001/params.json': '{"lr": 0.1}',
    'exps/exp-001/metrics.json': '{"auc": 0.5}',
    'exps/exp-002/params.json': '{"lr": 0.2}',
    'exps/exp-002/metrics.json': '{"auc": 0.6}',
  })
  await writeBoard(cwd, 'exps/exp-001/logs', { loss: 0.25 })
  writeStore(cwd, mlflowRun({ name: 'exp-002' }))
  const joined = await open(cwd, [
    [mlflow, 'mlruns', 'mlflow'],
    [tensorboard, 'exps', 'tensorboard'],
    [folders, 'exps', 'folders'],
  ])
  const runs = await runsOf(joined.sources)
  expect(runs.map(({ key, also }) => [key, also?.map((one) => `${one.key} ${one.why}`)])).toEqual([
    [KEY, undefined],
    ['folders:exp-001', ['tensorboard:exp-001 it lies in the same folder']],
    ['folders:exp-002', undefined],
  ])
  const [run] = runs
  if (run === undefined) throw new Error('no run')
  expect(await joined.maybeSame(run)).toEqual([
    { runs: [KEY, 'folders:exp-001'], why: 'started in the same second' },
    { runs: [KEY, 'folders:exp-002'], why: 'the same name' },
  ])
})
