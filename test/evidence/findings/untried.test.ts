import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { Finding } from '../../../src/evidence/evidence.ts'
import type { GatherRequest } from '../../../src/evidence/gather-evidence.ts'
import { gap } from '../../../src/gap.ts'
import type { Run } from '../../../src/runs/run.ts'
import { seededRandom } from '../../../src/statistics/seeded-random.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

function runsOf(
  count: number,
  sketchOf: (index: number) => Partial<RunSketch>,
  prefix = 'a',
): readonly Run[] {
  return Array.from({ length: count }, (_, index) =>
    makeRun({
      id: `${prefix}${index + 1}`,
      startedAt: index * 10,
      endedAt: index * 10 + 5,
      ...sketchOf(index),
    }),
  )
}

function told(runs: readonly Run[], options: Partial<GatherRequest> = {}): readonly Finding[] {
  const evidence = gather(runs, [], options)
  const found = evidence.findings.filter(({ kind }) => kind === 'untried')
  for (const { sentence } of found) expect(whyUnsound(sentence, evidence)).toBeNull()
  return found
}

function words(found: readonly Finding[]): readonly string[] {
  return found.map(({ sentence }) =>
    sentence.replace(/\bk\d+\./g, 'this.').replace(/\.metric\["val_auc"\]/g, '.auc'),
  )
}

const data = (digest: string) => [{ name: 'caravan', digest, context: 'eval' }]
/** Runs whose values say nothing: every setting twice as good and as bad. */
const flat = (index: number) => ({ metrics: { val_auc: [0.7, 0.72, 0.71, 0.69, 0.73, 0.7][index % 6] ?? 0 } })

describe('a baseline', () => {
  const forests = (index: number): Partial<RunSketch> => ({
    ...flat(index),
    params: { model: index % 2 === 0 ? 'rf' : 'lgbm' },
    dataSets: data('v2'),
  })
  const old = runsOf(
    3,
    (index) => ({
      metrics: { val_auc: 0.7 },
      params: { model: ['dummy', 'logreg', 'rf'][index] ?? '' },
      dataSets: data('v1'),
    }),
    'old',
  )

  test('that ran on other data only is named', () => {
    const found = told(runsOf(6, forests), { earlier: old })
    expect(words(found)).toEqual([
      'No linear or trivial baseline among the [[this.runs]] finished runs on the present data: [[r7]] and [[r8]] ran on other data.',
    ])
    expect(found[0]?.values.runs?.value).toBe(6)
    expect(found[0]?.rests).toEqual(['r7', 'r8'])
    expect(found[0]?.scope).toBe('project')
  })

  test('is missed among all runs of the project: how many of them are told here is said', () => {
    const found = told(runsOf(2, forests, 'new'), { earlier: [...old, ...runsOf(4, forests, 'early')] })
    expect(words(found)).toEqual([
      "No linear or trivial baseline among the project's [[this.runs]] finished runs on the present data ([[this.here]] told here): [[r4]] and [[r6]] ran on other data.",
    ])
    expect([found[0]?.values.runs?.value, found[0]?.values.here?.value]).toEqual([6, 2])
  })

  test('that failed on the present data is still missing', () => {
    const failed = makeRun({ id: 'b', status: 'failed', params: { model: 'logreg' }, dataSets: data('v2') })
    expect(told([...runsOf(6, forests), failed], { earlier: old })).toHaveLength(1)
  })

  test('that stands beside the others is not missed', () => {
    const linear = makeRun({
      id: 'b',
      metrics: { val_auc: 0.6 },
      params: { model: 'logreg' },
      dataSets: data('v2'),
    })
    expect(told([...runsOf(6, forests), linear], { earlier: old })).toEqual([])
  })

  test('that no run is at all is missed', () => {
    const found = told(runsOf(6, forests))
    expect(words(found)).toEqual([
      'No run is a simple baseline (a constant, the last value, a linear model), by its name and parameters: what the [[this.runs]] finished runs gain over one is not logged.',
    ])
  })

  test('may be among runs that could not be read: nothing is said then', () => {
    expect(told(runsOf(6, forests), { gaps: [gap('run a7', 'a7/meta.yaml', 'it is damaged')] })).toEqual([])
  })

  test.each<[string, readonly Run[]]>([
    [
      'the models are not known by name',
      runsOf(6, (index) => ({ ...forests(index), params: { model: 'resnet18' } })),
    ],
    [
      'most models are not known by name',
      runsOf(6, (index) => ({ ...forests(index), params: { model: index < 2 ? 'rf' : 'net-v2' } })),
    ],
    ['there are few runs', runsOf(4, forests)],
  ])('is not missed where %s', (_, runs) => {
    expect(told(runs)).toEqual([])
  })
})

describe('the edge of a range', () => {
  const sweep = (values: readonly number[], param = 'lr', settings = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]) =>
    runsOf(values.length, (index) => ({
      metrics: { val_auc: values[index] ?? 0 },
      params: { [param]: String(settings[index]) },
    }))

  test('where the best run lies and the trend leads is told', () => {
    const found = told(sweep([0.6, 0.65, 0.7, 0.72, 0.75, 0.8]))
    expect(words(found)).toEqual([
      'The best val_auc lies at the largest lr tried, [[r6.param["lr"]]] ([[r6.auc]] in [[r6]]), and gets better towards it (rank correlation [[this.trend]] over [[this.runs]] runs): larger values were not tried.',
    ])
    expect(found[0]?.values.trend?.value).toBeCloseTo(1, 12)
  })

  test('may be the lower one', () => {
    const [found] = told(sweep([0.8, 0.75, 0.72, 0.7, 0.65, 0.6]))
    expect(found?.sentence).toMatch(
      /^The best val_auc lies at the smallest lr tried, .*: smaller values were not tried\.$/,
    )
  })

  test.each<[string, readonly Run[]]>([
    ['the best lies inside', sweep([0.6, 0.65, 0.7, 0.8, 0.75, 0.7])],
    ['the second-best lies far from the edge', sweep([0.75, 0.6, 0.61, 0.62, 0.63, 0.8])],
    ['nothing leads there', sweep([0.7, 0.61, 0.72, 0.6, 0.73, 0.74])],
    ['three values were tried', sweep([0.6, 0.7, 0.8])],
    [
      'the edge is one of its own accord',
      sweep([0.8, 0.75, 0.72, 0.7, 0.65, 0.6], 'dropout', [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
    ],
    ['it is a seed', sweep([0.6, 0.65, 0.7, 0.72, 0.75, 0.8], 'seed', [1, 2, 3, 4, 5, 6])],
    ['it is a number of workers', sweep([0.6, 0.65, 0.7, 0.72, 0.75, 0.8], 'n_jobs', [1, 2, 3, 4, 5, 6])],
    [
      'the values are words',
      runsOf(6, (index) => ({ metrics: { val_auc: index }, params: { lr: `level ${index}` } })),
    ],
  ])('is not told where %s', (_, runs) => {
    expect(told(runs)).toEqual([])
  })

  // Counted over 200 seeds each with four parameters of no effect: 0 to 7 of 200 for 8 to 400 runs.
  test('is told of noise in at most one of twenty sweeps', () => {
    const rate = Array.from({ length: 100 }, (_, seed) => {
      const random = seededRandom(seed + 1)
      return told(
        runsOf(12, () => ({
          metrics: { val_auc: random() },
          params: { alpha: String(random()), beta: String(Math.floor(random() * 5)) },
        })),
      )
    }).filter((found) => found.some(({ sentence }) => sentence.includes('lies at'))).length
    expect(rate).toBeLessThanOrEqual(5)
  })
})

describe('a cell of a grid', () => {
  const cells = ['none', 'smote', 'adasyn'].flatMap((sampler) =>
    ['4', '8', '16'].map((depth) => ({ sampler, depth })),
  )
  const gridOf = (missing: readonly number[], repeats = 1) => {
    const filled = cells.filter((_, index) => !missing.includes(index))
    return runsOf(filled.length * repeats, (index) => ({
      ...flat(index),
      params: { ...(filled[index % filled.length] ?? {}), seed: String(index) },
    }))
  }

  test('that was not run is named', () => {
    const found = told(gridOf([4]))
    expect(words(found)).toEqual([
      'Never run in the grid of sampler and depth: sampler=[[r4.param["sampler"]]] with depth=[[r2.param["depth"]]]; the other [[this.cells]] cells were.',
    ])
    expect(found[0]?.values.cells?.value).toBe(8)
  })

  test('is found where the values of the others were written otherwise', () => {
    const [first, ...others] = gridOf([4])
    if (first === undefined) throw new Error('eight runs')
    const written = { ...first, params: new Map([...first.params, ['depth', '4.0']]) }
    expect(words(told([written, ...others]))).toEqual([expect.stringMatching(/^Never run in the grid/)])
  })

  test('that failed was tried', () => {
    const failed = makeRun({ id: 'b', status: 'failed', params: cells[4] ?? {} })
    expect(told([...gridOf([4]), failed])).toEqual([])
  })

  test.each<[string, readonly Run[]]>([
    ['a grid is whole', gridOf([])],
    ['many cells are empty', gridOf([0, 4, 8])],
    ['a level was tried once only', gridOf([4, 5])],
    [
      'runs fall on cells as chance has it',
      runsOf(24, (index) => ({
        ...flat(index),
        params:
          cells[[0, 0, 0, 0, 1, 2, 2, 2, 3, 5, 5, 6, 6, 6, 6, 6, 7, 8, 8, 0, 2, 6, 0, 6][index] ?? 0] ?? {},
      })),
    ],
    [
      'another parameter takes a new value in each run',
      gridOf([4], 3).map((run, index) => ({
        ...run,
        params: new Map([...run.params, ['lr', String(0.01 + index / 7)]]),
      })),
    ],
  ])('is not missed where %s', (_, runs) => {
    expect(told(runs).filter(({ sentence }) => sentence.startsWith('Never run'))).toEqual([])
  })
})
