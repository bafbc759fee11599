import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import { plainWorld, sorted } from '../../../support/run-source-contract.ts'

const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'mlflow')

async function open(name: string) {
  return await mlflow.open(name, name, plainWorld(FIXTURES))
}

it('reads a store of MLflow 1.30 with metric names like paths, and says what is no experiment', async () => {
  const source = await open('lost-pet')
  const { values, gaps } = await sorted(source.list({}))
  expect(gaps).toEqual([
    {
      kind: 'gap',
      what: 'experiment 7c72dfa07b5c436d88d9632a7f9fcbe9',
      where: 'mlruns/7c72dfa07b5c436d88d9632a7f9fcbe9/meta.yaml',
      why: 'there is no meta.yaml: these are files without metadata, and no experiment',
    },
  ])
  expect(values.map((run) => [run.name, run.status, run.user, run.params.size, run.metrics.size])).toEqual([
    ['blushing-croc-817', 'finished', 'Dmitry', 14, 28],
  ])
  const run = await source.read('lost-pet:2/d4c2033155d44026b2f031fa1c846f32')
  expect(run).toMatchObject({
    experiment: { id: '2', name: 'Lost/Found message classifier of VK messages' },
    startedAt: Date.parse('2022-11-02T07:32:07.524Z'),
    endedAt: Date.parse('2022-11-02T07:32:13.836Z'),
    artifacts: 4,
    gaps: [],
    note: null,
  })
  expect(run.metrics.get('NotRelevant/Other_recall')).toMatchObject({
    last: 0.14285714285714285,
    lastStep: 0,
    count: 1,
  })
  expect(run.origins.metrics.get('NotRelevant/Other_recall')).toEqual({
    source: 'lost-pet',
    file: 'mlruns/2/d4c2033155d44026b2f031fa1c846f32/metrics/NotRelevant/Other_recall',
    line: 1,
  })
})

it('reads its deleted experiment and its deleted run only where asked', async () => {
  const source = await open('lost-pet')
  expect((await sorted(source.experiments())).values.map(({ id }) => id)).toEqual(['2'])
  const { values } = await sorted(source.list({ includeDeleted: true, experiments: ['1'] }))
  expect(values.map(({ name, status }) => [name, status])).toEqual([['sneaky-ape-532', 'failed']])
  const { values: all } = await sorted(source.list({ includeDeleted: true, order: 'newest' }))
  expect(all.map(({ name, status, params, metrics }) => [name, status, params.size, metrics.size])).toEqual([
    ['blushing-croc-817', 'finished', 14, 28],
    ['carefree-flea-442', 'failed', 0, 0],
    ['sneaky-ape-532', 'failed', 15, 10],
  ])
  expect(await source.find('8b87')).toEqual(['lost-pet:1/8b87135955c44abab918270a6f03c2a2'])
})

it('reads a store with experiment ids beyond the whole numbers of JavaScript', async () => {
  const source = await open('stock-quant')
  const { values, gaps } = await sorted(source.list({}))
  expect(gaps).toEqual([])
  expect(values.map(({ key, status, metrics }) => [key, status, metrics.size])).toEqual([
    ['stock-quant:259453113964109221/3164e19ac5b94fa89f4c28c6a505f804', 'failed', 0],
    ['stock-quant:127694301877723077/76af9459b30348b3a1e256ece1127280', 'finished', 2],
  ])
  const [, run] = values
  expect(run?.metrics.get('l2.train')).toMatchObject({
    last: 0.9495195918668536,
    lastStep: 299,
    max: 0.9966334634874326,
    maxStep: 0,
    count: 300,
    nonFinite: 0,
  })
  const { values: points } = await sorted(source.history(run?.key ?? '', 'l2.valid'))
  expect(points).toHaveLength(300)
  expect(points[299]).toEqual({
    step: 299,
    value: 0.9833131288491375,
    time: 1_779_751_276_333,
    origin: {
      source: 'stock-quant',
      file: 'mlruns/127694301877723077/76af9459b30348b3a1e256ece1127280/metrics/l2.valid',
      line: 300,
    },
  })
  expect((await source.read(run?.key ?? '')).code).toMatchObject({
    commit: 'd7bd0b9d9ab667ed59df0c5bcb6ff95dbd59b175',
    dirty: null,
  })
})
