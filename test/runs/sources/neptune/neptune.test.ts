import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { neptune } from '../../../../src/runs/sources/neptune/neptune.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything, type SeenRun } from '../../../support/read-everything.ts'
import { type ExpectedRun, plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/neptune', import.meta.url))
const PROJECT = 'my-org_churn-00aaf44ee8aa9d4e'
const UNFINISHED = 'CHURN-4-7fb022caeaa0b1a7_part_0.parquet.tmp'
const START = Date.UTC(2026, 0, 15, 9, 30)

/** The export that Neptune's own exporter wrote. */
async function writeExport(folder: string): Promise<string> {
  await cp(join(FIXTURE, 'exports'), join(folder, 'exports'), { recursive: true })
  return join(folder, 'exports/data')
}

const experiment = { id: 'my-org/churn', name: 'churn' }
const whole = Array.from({ length: 25 }, (_, step) => [step / 10, step * 0.01] as const)
const runs: readonly ExpectedRun[] = [
  {
    key: 'logs:my-org/churn/CHURN-1',
    id: 'my-org/churn/CHURN-1',
    name: 'baseline',
    experiment,
    user: 'ana',
    status: 'finished',
    startedAt: START,
    endedAt: START + 300_000,
    parent: null,
    params: {
      'data/version': 'v2',
      'parameters/amsgrad': 'true',
      'parameters/classes': 'a, b',
      'parameters/layers': '[64, 64]',
      'parameters/lr': '0.001',
      'parameters/seed': '4611686018427387905',
      'parameters/since': '2026-01-15T09:30:00.000Z',
    },
    tags: { 'first try': 'true', keep: 'true' },
    metrics: {
      'test/acc': [[null, 0.875]],
      'test/nan': [[null, Number.NaN]],
      'train/loss': [
        [0, 1],
        [1, 0.5],
        [1.5, 0.25],
        [3, Number.NaN],
        [4, Number.POSITIVE_INFINITY],
      ],
      'val/acc': whole,
    },
    artifacts: { 'model/weights': 'weights', 'source_code/diff': 'diff --git' },
  },
  {
    key: 'logs:my-org/churn/CHURN-2',
    id: 'my-org/churn/CHURN-2',
    name: 'diverged',
    experiment,
    user: 'ana',
    status: 'failed',
    startedAt: START + 1_800_000,
    endedAt: START + 2_100_000,
    parent: null,
    params: { 'parameters/lr': '0.1' },
    tags: {},
    metrics: {
      'train/loss': [
        [0, 2],
        [1, 4],
        [2, 8],
        [3, 16],
      ],
    },
  },
  {
    key: 'logs:my-org/churn/my run/ü',
    id: 'my-org/churn/my run/ü',
    name: 'odd id',
    experiment,
    user: 'ana',
    status: 'running',
    startedAt: START + 3_600_000,
    endedAt: null,
    parent: null,
    params: {},
    tags: { forked_from: 'CHURN-1' },
    metrics: { 'train/loss': Array.from({ length: 40 }, (_, index) => [1e9 + index, index / 3] as const) },
  },
]

runSourceContract('an export of Neptune', { kind: neptune, alias: 'logs', write: writeExport, runs })

damageSuite('an export of Neptune', {
  kind: neptune,
  write: writeExport,
  mostCuts: 40,
  flips: 150,
})

/** A row as the exporter's own reader gave it. */
interface ReadBack {
  readonly run_id: string
  readonly attribute_path: string
  readonly attribute_type: string
  readonly step?: string
  readonly timestamp?: number
  readonly float_value?: number | string
  readonly int_value?: string
  readonly string_value?: string
  readonly bool_value?: boolean
}

describe('an export of Neptune', () => {
  const look = (path: string) => readEverything(neptune, path, plainWorld('/'))

  it('is read as the reader of its own exporter reads it, value for value', async () => {
    const { runs: seen } = await look(join(FIXTURE, 'exports/data'))
    const rows: readonly ReadBack[] = (await readFile(join(FIXTURE, 'read-back.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const found = (run: string): SeenRun => {
      const one = seen.get(`logs:my-org/churn/${run}`)
      if (one === undefined) throw new Error(`no run ${run}`)
      return one
    }
    const own = /^(?:sys|monitoring|source_code)\//
    const series = rows.filter(
      (row) => row.attribute_type === 'float_series' && !own.test(row.attribute_path),
    )
    expect(series).toHaveLength(74)
    for (const row of series) {
      const points = found(row.run_id).points.get(row.attribute_path) ?? []
      const point = points.find(({ step }) => step === Number(row.step))
      const value = row.float_value === 'inf' ? Number.POSITIVE_INFINITY : Number(row.float_value)
      expect([point?.value, point?.time]).toEqual([value, row.timestamp])
    }
    const single = rows.filter(
      (row) =>
        ['string', 'int', 'bool', 'float'].includes(row.attribute_type) && !own.test(row.attribute_path),
    )
    expect(single).toHaveLength(8)
    for (const row of single) {
      const { run, points } = found(row.run_id)
      const value = row.string_value ?? row.int_value ?? row.bool_value ?? row.float_value
      const told = run.params.get(row.attribute_path) ?? String(points.get(row.attribute_path)?.[0]?.value)
      expect(told).toBe(value === 'nan' ? 'NaN' : String(value))
    }
  })

  it('names a run that was not exported to its end', async () => {
    const data = await writeExport(await temporaryFolder())
    // The exporter renames its files when a run is done.
    await cp(join(data, PROJECT, 'CHURN-2-edf53981505da3f3_part_0.parquet'), join(data, PROJECT, UNFINISHED))
    const { gaps } = await look(data)
    expect(gaps[0]).toEqual({
      kind: 'gap',
      what: 'run CHURN-4',
      where: `${PROJECT}/${UNFINISHED}`,
      why: 'its export was not finished: the first part is missing',
    })
  })

  it('without its first part is none, and tells which other part is missing', async () => {
    const folder = await temporaryFolder()
    const data = join(await writeExport(folder), PROJECT)
    await rm(join(data, 'CHURN-2-edf53981505da3f3_part_1.parquet'))
    await rm(join(data, 'CHURN-1-bf943bacfb4650e0_part_0.parquet'))
    const { runs: seen, gaps } = await look(dirname(data))
    expect([...seen.keys()]).toEqual(['logs:my-org/churn/CHURN-2', 'logs:my-org/churn/my run/ü'])
    expect(
      seen
        .get('logs:my-org/churn/CHURN-2')
        ?.points.get('train/loss')
        ?.map(({ step }) => step),
    ).toEqual([2, 3])
    expect(gaps[0]?.what).toBe("the run's part 1")
  })

  it('says that the artifacts are elsewhere where the files were not brought along', async () => {
    const folder = await temporaryFolder()
    const data = await writeExport(folder)
    await rename(join(folder, 'exports/files'), join(folder, 'aside'))
    const { runs: seen, gaps } = await look(data)
    expect(seen.get('logs:my-org/churn/CHURN-1')?.run.artifacts).toBe(null)
    expect(new Set(gaps.map(({ why }) => why))).toEqual(new Set(['the artifacts are elsewhere']))
  })

  it('is not seen in Parquet of another make', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'train_part_0.parquet'), 'PAR1 nothing of the kind PAR1')
    expect(await neptune.recognises(folder, plainWorld('/'))).toBe(false)
    expect(await neptune.detect(folder, plainWorld('/'))).toEqual([])
  })
})
