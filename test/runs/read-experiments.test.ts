import { expect, test } from 'vitest'
import { gap, isGap } from '../../src/gap.ts'
import { readExperiments } from '../../src/runs/read-experiments.ts'
import type { Experiment, Run, RunSummary } from '../../src/runs/run.ts'
import type { RunSource } from '../../src/runs/run-source.ts'
import { fakeSource } from '../support/fake-source.ts'

const { signal } = new AbortController()
const torn = gap('experiment 2', '/logs/fake/2/meta.yaml', 'it ends in mid-line')

function sourceOf(alias: string, run: string, experiments: readonly Run['experiment'][]): RunSource {
  const described = experiments.map(
    (one): Experiment => ({
      ...one,
      note: null,
      primaryMetric: null,
      origin: { source: alias, file: one.id },
    }),
  )
  const log = { runs: experiments.slice(0, 1).map((experiment) => ({ id: run, experiment })) }
  return {
    ...fakeSource(log, alias),
    async *experiments(query) {
      yield torn
      yield* query?.includeDeleted === true ? described : described.slice(1)
    },
  }
}

async function runsOf(source: RunSource): Promise<readonly RunSummary[]> {
  const runs: RunSummary[] = []
  for await (const found of source.list({ includeDeleted: true })) if (!isGap(found)) runs.push(found)
  return runs
}

const here = sourceOf('here', 'a', [
  { id: '1', name: 'churn' },
  { id: '2', name: 'churn/old' },
])
const there = sourceOf('there', 'b', [
  { id: '2', name: 'price' },
  { id: '1', name: 'price/old' },
])

test('the experiments of the runs are read, a deleted one too, and what could not be read is a gap', async () => {
  const { experiments, gaps } = await readExperiments([{ source: here }], await runsOf(here), signal)
  expect(experiments.map(({ name }) => name)).toEqual(['churn'])
  expect(gaps).toEqual([torn])
})

test('an experiment of another source with the same id is none of them', async () => {
  const runs = [...(await runsOf(here)), ...(await runsOf(there))]
  const { experiments } = await readExperiments([{ source: here }, { source: there }], runs, signal)
  expect(experiments.map(({ name }) => name)).toEqual(['churn', 'price'])
})

test('a source without any of the runs is not asked', async () => {
  const { experiments, gaps } = await readExperiments([{ source: there }], await runsOf(here), signal)
  expect({ experiments, gaps }).toEqual({ experiments: [], gaps: [] })
})
