import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { Evidence, NewFinding } from '../../../src/evidence/evidence.ts'
import { importance } from '../../../src/evidence/findings/importance.ts'
import type { Run } from '../../../src/runs/run.ts'
import { seededRandom } from '../../../src/statistics/seeded-random.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

type Draw = () => number

/** About normal: the sum of twelve draws (Irwin and Hall). */
function scatter(random: Draw): number {
  return Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6)
}

/** A random sweep: what `drawn` makes of each run. */
function sweepOf(
  count: number,
  seed: number,
  drawn: (random: Draw, index: number) => Partial<RunSketch> & { readonly value: number },
): readonly Run[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => {
    const { value, ...sketch } = drawn(random, index)
    return makeRun({ id: `a${index + 1}`, startedAt: index, metrics: { val_auc: value }, ...sketch })
  })
}

/** Evidence of many runs without the time that all other finders take. */
function evidenceOf(runs: readonly Run[], earlier: readonly Run[] = []): Evidence {
  const one = gather(runs.slice(0, 1))
  const [model] = one.runs
  if (model === undefined) return one
  const addressed = [...runs, ...earlier].map((run, index) => ({ ...model, address: `r${index + 1}`, run }))
  return {
    ...one,
    runs: addressed.slice(0, runs.length),
    earlier: addressed.slice(runs.length),
    findings: [],
  }
}

function told(runs: readonly Run[], earlier: readonly Run[] = []): readonly NewFinding[] {
  const evidence = evidenceOf(runs, earlier)
  const found = importance(evidence)
  const findings = found.map((one, index) => ({
    warns: false,
    scope: 'session' as const,
    values: {},
    texts: {},
    ...one,
    address: `k${index + 1}`,
  }))
  for (const { sentence } of findings)
    expect(whyUnsound(sentence.replaceAll('this.', 'k1.'), { ...evidence, findings })).toBeNull()
  return found
}

const planted = (random: Draw): RunSketch & { readonly value: number } => {
  const [lr, depth, dropout] = [10 ** (-5 + 4 * random()), Math.floor(random() * 8), random()]
  return {
    id: '',
    params: {
      lr: lr.toExponential(3),
      depth: String(depth),
      dropout: dropout.toFixed(3),
      optimizer: random() < 0.5 ? 'adam' : 'sgd',
      seed: String(Math.floor(random() * 1e6)),
      n_jobs: String(1 + Math.floor(random() * 8)),
      folds: '5',
    },
    value: 0.9 * Math.log10(lr) + 0.2 * depth + 0.1 * scatter(random),
  }
}

describe('the importance of parameters', () => {
  const runs = sweepOf(120, 3, (random, index) => ({ ...planted(random), id: `a${index}` }))

  test('recovers what was planted, in order, and tells the rest from nothing', () => {
    const [found, ...more] = told(runs)
    expect(more).toEqual([])
    expect(found?.sentence).toBe(
      'What moved val_auc most over [[this.runs]] comparable runs: lr ([[this.importanceFirst]] ± [[this.sdFirst]]), then depth ([[this.importanceSecond]] ± [[this.sdSecond]]). In brackets: what shuffling it takes from the R² of [[this.explained]] on held-out runs. Not told apart from noise: [[this.others]] of [[this.parameters]] parameters.',
    )
    const value = (name: string): number => found?.values?.[name]?.value ?? Number.NaN
    expect(value('runs')).toBe(120)
    // Seeds, workers and constants are no parameters of a sweep.
    expect([value('others'), value('parameters')]).toEqual([2, 4])
    expect(value('explained')).toBeGreaterThan(0.5)
    expect(value('importanceFirst')).toBeGreaterThan(value('importanceSecond') + value('sdFirst'))
    expect(value('importanceSecond')).toBeGreaterThan(2 * value('sdSecond'))
  })

  test('gives the same finding for the same runs', () => {
    expect(told(runs)).toEqual(told(runs))
  })

  test('takes texts by their levels', () => {
    const found = told(
      sweepOf(60, 5, (random) => {
        const sampler = ['none', 'smote', 'adasyn', 'random'][Math.floor(random() * 4)] ?? ''
        const goodness = { none: 0, smote: 3, adasyn: 1, random: 4 }[sampler] ?? 0
        return { params: { sampler, lr: random().toFixed(4) }, value: goodness + 0.3 * scatter(random) }
      }),
    )
    expect(found[0]?.sentence).toMatch(/comparable runs: sampler \(/)
    expect(found[0]?.sentence).toMatch(/Not told apart from noise: \[\[this\.others\]\] of/)
  })

  test('one diverged run does not decide', () => {
    const diverged = runs.map((run, index) =>
      index === 7
        ? makeRun({
            ...run,
            params: Object.fromEntries(run.params),
            metrics: { val_auc: -1e30 },
            tags: {},
            experiment: 'x',
          })
        : run,
    )
    expect(told(diverged)[0]?.sentence).toMatch(/comparable runs.*: lr \(.*, then depth \(/)
  })

  test('parameters that changed together are one', () => {
    const together = runs.map((run) => ({
      ...run,
      params: new Map([...run.params, ['warmup', String(Number(run.params.get('lr')) * 1000)]]),
    }))
    expect(told(together)[0]?.sentence).toMatch(/comparable runs: lr \(with warmup\) \(/)
  })

  test('the order of two that differ by no more than their spread is not told', () => {
    const found = told(
      sweepOf(80, 11, (random) => {
        const [a, b] = [random(), random()]
        return { params: { alpha: String(a), beta: String(b) }, value: a + b + 0.03 * scatter(random) }
      }),
    )
    expect(found[0]?.sentence).toMatch(/(alpha|beta) \([^)]*\) and, in no certain order, (alpha|beta) \(/)
  })

  test('says that it is the project’s where earlier runs are in it', () => {
    const [found] = told(runs.slice(100), runs.slice(0, 100))
    expect(found?.scope).toBe('project')
    expect(found?.values?.runs?.value).toBe(120)
  })

  test('is silent over a day that added less than a tenth, which leaves the answer as it was', () => {
    expect(told(runs.slice(110), runs.slice(0, 110))).toEqual([])
  })

  test('many runs are sampled, and that is said', () => {
    const [found] = told(sweepOf(10_000, 13, (random, index) => ({ ...planted(random), id: `a${index}` })))
    expect(found?.sentence).toMatch(/held-out runs, of a sample of \[\[this\.sampled\]\] runs\./)
    expect(found?.values?.sampled?.value).toBe(200)
    expect(found?.rests).toHaveLength(100)
  }, 60_000)

  test.each<[string, readonly Run[]]>([
    ['fewer than thirty runs', runs.slice(0, 29)],
    [
      'fewer than ten runs for each parameter',
      sweepOf(40, 2, (random) => {
        const values = Array.from({ length: 5 }, random)
        return {
          params: Object.fromEntries(values.map((value, index) => [`p${index}x`, String(value)])),
          value: values[0] ?? 0,
        }
      }),
    ],
    ['runs that did not finish', runs.map((run) => ({ ...run, status: 'failed' as const }))],
    [
      'a single parameter that varied',
      sweepOf(60, 2, (random) => {
        const lr = random()
        return { params: { lr: String(lr) }, value: lr }
      }),
    ],
    [
      'runs that may not be ranked against each other',
      sweepOf(58, 2, (random, index) => {
        const [lr, depth] = [random(), random()]
        const experiment = index % 2 === 0 ? '1' : '2'
        return { params: { lr: String(lr), depth: String(depth) }, value: lr, experiment }
      }).map((run, index) => ({ ...run, experiment: { id: String(index % 2), name: 'x' } })),
    ],
  ])('is silent over %s', (_, few) => {
    expect(told(few)).toEqual([])
  })

  test('is silent over noise: none of fifty sweeps of thirty runs', () => {
    const rate = Array.from({ length: 50 }, (_, seed) =>
      told(
        sweepOf(30, seed + 1, (random) => ({
          params: Object.fromEntries(['alpha', 'beta', 'gamma'].map((name) => [name, String(random())])),
          value: scatter(random),
        })),
      ),
    ).filter((found) => found.length > 0).length
    expect(rate).toBe(0)
  }, 60_000)
})
