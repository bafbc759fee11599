import { describe, expect, test } from 'vitest'
import { gather } from '../../support/gather.ts'
import { told } from '../../support/gather-logged.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

/** A run from one hour of the day to another. */
function run(id: string, from: number, until: number | null, sketch: Partial<RunSketch> = {}) {
  return makeRun({
    id,
    startedAt: from * 3_600_000,
    endedAt: until === null ? null : until * 3_600_000,
    ...sketch,
  })
}

const rules = (costs: object) => ({
  rules: {
    repeats: { ignore: [], tolerance: 0.01 },
    waivers: [],
    costs: { currency: 'EUR', ...costs },
    production: [],
  },
})

describe('costs', () => {
  test.each<[string, ReturnType<typeof run>[], object, readonly string[]]>([
    ['runs of seconds', [run('a', 0, 0.05), run('b', 1, 1.05)], {}, []],
    ['one after the other', [run('a', 0, 1), run('b', 1, 3)], {}, ['2 runs took 3 h of run time.']],
    [
      'at a time',
      [run('a', 0, 2), run('b', 0, 2)],
      {},
      ['2 runs took 4 h of run time, within 2 h on the clock.'],
    ],
    [
      'children in their parent',
      [run('p', 0, 2), run('a', 0, 1, { parent: 'mlflow:1/p' }), run('b', 1, 2, { parent: 'mlflow:1/p' })],
      {},
      ['3 runs took 2 h of run time.'],
    ],
    [
      'a run without an end',
      [run('a', 0, 1), run('b', 1, null)],
      {},
      ['1 run took 1 h of run time. Not counted, since no end is logged: r2.'],
    ],
    [
      'a rate',
      [run('a', 0, 2)],
      { perHour: 1.5 },
      ['1 run took 2 h of run time; at the given rate of 1.5 EUR per hour that is 3 EUR.'],
    ],
    [
      'GPUs and their rate',
      [run('a', 0, 2, { params: { n_gpus: '4' } }), run('b', 2, 3)],
      { perHour: 9, perGpuHour: 2 },
      [
        '2 runs took 3 h of run time, 8 GPU hours known for 1 of them; at the given rate of 2 EUR per GPU hour that is 16 EUR.',
      ],
    ],
    [
      'money that was logged, whatever the rate',
      [run('a', 0, 2, { metrics: { cost_usd: 4 } })],
      { perHour: 9 },
      ['1 run took 2 h of run time; 1 of them logged costs of 4 USD.'],
    ],
  ])('%s', (_, runs, costs, expected) => {
    expect(told(gather(runs, [], rules(costs)), 'cost')).toEqual(expected)
  })

  test('what the leading metric gained, over the best before the session', () => {
    const auc = (value: number) => ({ metrics: { val_auc: value } })
    const session = [run('a', 10, 11, auc(0.8)), run('b', 11, 14, auc(0.84))]
    expect(told(gather(session), 'cost')).toEqual([
      '2 runs took 4 h of run time. The best val_auc gained 0.04 over the first run, r1: 0.01 per hour of run time.',
    ])
    const evidence = gather(session, [], { earlier: [run('x', 1, 2, auc(0.82)), run('y', 2, 3, auc(0.7))] })
    expect(told(evidence, 'cost')).toEqual([
      '2 runs took 4 h of run time. The best val_auc gained 0.02 over the best before, r3: 0.005 per hour of run time.',
    ])
    expect(evidence.findings.find(({ kind }) => kind === 'cost')?.scope).toBe('project')
  })

  test('what was gained for a GPU hour and for money, where these are known', () => {
    const on = (value: number) => ({ metrics: { val_auc: value }, params: { n_gpus: '4' } })
    const session = [run('a', 10, 11, on(0.8)), run('b', 11, 14, on(0.84))]
    expect(told(gather(session, [], rules({ perGpuHour: 0.5 })), 'cost')[0]).toMatch(
      /0\.01 per hour of run time, 0\.0025 per GPU hour and 0\.005 for each EUR spent\.$/,
    )
    expect(told(gather(session), 'cost')[0]).toMatch(/0\.01 per hour of run time and 0\.0025 per GPU hour\.$/)
  })

  test('what a decision cost: the runs that the selection chose among, and no others', () => {
    const runs = [
      ...[1, 2, 3].map((depth, index) =>
        run(`a${depth}`, index, index + 1, {
          params: { depth: String(depth) },
          metrics: { val_auc: 0.7 + depth / 100 },
        }),
      ),
      run('other', 5, 9, { params: { depth: '9' } }),
    ]
    expect(told(gather(runs, [], rules({ perHour: 2 })), 'cost')).toContain(
      'The choice among 3 settings by val_auc cost 3 h of run time and 6 EUR (the 3 finished runs it was made from).',
    )
    expect(told(gather(runs.slice(1)), 'cost').join()).not.toContain('The choice')
  })

  test('no gain of a cross-validation over its own folds', () => {
    const auc = (value: number) => ({ metrics: { val_auc: value }, params: { lr: '0.1' } })
    const parent = run('cv', 10, 12, { ...auc(0.8), name: 'cv-parent' })
    const folds = [0.78, 0.8, 0.82].map((value, fold) =>
      run(`f${fold}`, 10 + fold / 2, 10.5 + fold / 2, {
        ...auc(value),
        params: { lr: '0.1', fold: String(fold) },
        parent: 'mlflow:1/cv',
      }),
    )
    expect(told(gather([parent, ...folds]), 'cost')).toEqual(['4 runs took 2 h of run time.'])
    expect(told(gather([parent, ...folds, run('next', 13, 15, auc(0.81))]), 'cost')[0]).toBe(
      '5 runs took 4 h of run time. The best val_auc gained 0.01 over the first run, r1: 0.0025 per hour of run time.',
    )
  })

  test('no gain of a search long enough to have a course, which progress tells', () => {
    const long = Array.from({ length: 12 }, (_, index) =>
      run(`a${index}`, index, index + 1, { metrics: { val_auc: 0.7 + index / 100 } }),
    )
    expect(told(gather(long), 'cost')).toEqual(['12 runs took 12 h of run time.'])
  })

  test('how the time divides between models', () => {
    const model = (name: string) => ({ params: { model: name } })
    const runs = [
      run('a', 0, 1, model('forest')),
      run('b', 1, 4, model('net')),
      run('c', 4, 5, model('net')),
      run('d', 5, 5.5, model('line')),
      run('e', 6, 6.25, model('tree')),
    ]
    expect(told(gather(runs), 'cost').at(-1)).toBe(
      'Run time by model: net 4 h (2 runs), forest 1 h (1 run), line 30 min (1 run), the rest 15 min.',
    )
  })

  test('counts what was measured of each kind, and says how many runs were not', () => {
    const model = (name: string) => ({ params: { model: name } })
    const runs = [
      run('a', 0, 2, model('net')),
      run('b', 2, 4, model('net')),
      run('c', 4, null, model('net')),
      run('d', 4, 5, model('line')),
    ]
    expect(told(gather(runs), 'cost').at(-1)).toBe(
      'Run time by model: net 4 h (2 runs, 1 more not measured), line 1 h (1 run).',
    )
  })
})
