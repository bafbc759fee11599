import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../src/claims/why-unsound.ts'
import type { Evidence, Finding } from '../../src/evidence/evidence.ts'
import type { Run } from '../../src/runs/run.ts'
import { gather } from '../support/gather.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'
import { seededRandom } from '../support/seeded-random.ts'

const HOUR = 3_600_000
const data = [{ name: 'churn', digest: 'd1', context: null }]
const base = { lr: '0.1', depth: '6', model: 'lgbm', seed: '1' }

function repeatsOf(evidence: Evidence): readonly Finding[] {
  const found = evidence.findings.filter(({ kind }) => kind === 'repeat')
  for (const { sentence } of found) expect(whyUnsound(sentence, evidence)).toBeNull()
  return found
}

function sentences(runs: readonly Run[], lines: readonly string[] = [], earlier: readonly Run[] = []) {
  return repeatsOf(gather(runs, lines, { earlier })).map(({ sentence }) => sentence)
}

/** Two runs an hour apart; the second is the first but for what is said of it. */
function pair(second: Partial<RunSketch>, first: Partial<RunSketch> = {}): readonly Run[] {
  const at = Date.UTC(2026, 2, 2, 8)
  const sketch = { params: base, metrics: { val_auc: 0.81, fit_seconds: 3 }, dataSets: data }
  return [
    makeRun({ id: 'aaaa1111', name: 'first', startedAt: at, endedAt: at + HOUR / 2, ...sketch, ...first }),
    makeRun({
      id: 'bbbb2222',
      name: 'second',
      startedAt: at + HOUR,
      endedAt: at + 1.5 * HOUR,
      ...sketch,
      ...second,
    }),
  ]
}

const PLAIN = '[[r2]] repeats [[r1]]: same settings, same data, same values. Spent on it: [[k0.spent]].'

function said(sentence: string | undefined): string | undefined {
  return sentence?.replace(/\bk\d+\./g, 'k0.')
}

describe('repeats', () => {
  test.each<[string, Partial<RunSketch>]>([
    ['every parameter written alike', {}],
    ['a number written otherwise', { params: { ...base, lr: '1e-1' } }],
    ['a path and a worker count that differ', { params: { ...base, output_dir: '/tmp/b', n_jobs: '4' } }],
    ['an option that says none where the other is silent', { params: { ...base, sampling: 'None' } }],
    ['a time that differs and nothing else', { metrics: { val_auc: 0.81, fit_seconds: 4 } }],
  ])('are told with %s', (_, second) => {
    expect(said(sentences(pair(second))[0])).toBe(PLAIN)
  })

  test.each<[string, Partial<RunSketch>, Partial<RunSketch>]>([
    ['another seed: that is a replicate', { params: { ...base, seed: '2' } }, {}],
    ['another setting', { params: { ...base, depth: '7' } }, {}],
    [
      'the next of two large seeds',
      { params: { ...base, seed: '1001' } },
      { params: { ...base, seed: '1000' } },
    ],
    [
      'the year after',
      { params: { ...base, test_year: '2026' } },
      { params: { ...base, test_year: '2025' } },
    ],
    ['one setting more', { params: { ...base, dropout: '0.1' } }, {}],
    ['other data', { dataSets: [{ name: 'churn', digest: 'd2', context: null }] }, {}],
    [
      'another data file',
      { params: { ...base, train_file: 'b/v2.csv' } },
      { params: { ...base, train_file: 'a/v1.csv' } },
    ],
    [
      'another date that the data is cut at',
      { params: { ...base, train_end_date: '2026-02-01' } },
      { params: { ...base, train_end_date: '2026-01-01' } },
    ],
    ['no parameters at all', { params: {} }, { params: {} }],
    ['nothing but a seed', { params: { seed: '1' } }, { params: { seed: '1' } }],
    ['a first run that failed: that is a second try', {}, { status: 'failed' }],
    ['a parent where the other has none', { parent: 'mlflow:1/pppp0000' }, {}],
    ['one parent for both', { parent: 'mlflow:1/pppp0000' }, { parent: 'mlflow:1/pppp0000' }],
    [
      '1.0 for all features and 1 for one',
      { params: { ...base, max_features: '1.0' } },
      { params: { ...base, max_features: '1' } },
    ],
    [
      'other values where one run does not say a setting',
      { params: { ...base, sampling: 'None' }, metrics: { val_auc: 0.9 } },
      {},
    ],
  ])('are none with %s', (_, second, first) => {
    expect(sentences(pair(second, first))).toEqual([])
  })

  test('of children are told where their parents differ', () => {
    const found = sentences(pair({ parent: 'mlflow:1/qqqq0000' }, { parent: 'mlflow:1/pppp0000' }))
    expect(said(found[0])).toBe(PLAIN)
  })

  test('leave out what narrate.yaml says to ignore', () => {
    const runs = pair({ params: { ...base, 'trainer.batch_prefetch': '8' } })
    expect(sentences(runs)).toEqual([])
    const rules = {
      repeats: { ignore: ['trainer.*'], tolerance: 0.01 },
      waivers: [],
      costs: { currency: 'USD' },
      production: [],
    }
    expect(repeatsOf(gather(runs, [], { rules }))).toHaveLength(1)
  })

  test('that measure something more are told as such', () => {
    const [found] = sentences(
      pair({ metrics: { val_auc: 0.81, test_auc: 0.8 }, params: { ...base, evaluate_test: 'True' } }),
    )
    expect(said(found)).toBe(
      '[[r2]] has the settings, data and values of [[r1]]; it also logged test_auc. Spent on it: [[k0.spent]].',
    )
  })

  test('whose values differ under one seed hint at chance or at what is not logged', () => {
    const [found] = sentences(pair({ metrics: { val_auc: 0.83 } }))
    expect(said(found)).toBe(
      '[[r2]] logs the settings and data of [[r1]], yet its val_auc differs by [[abs(delta(r1.metric["val_auc"].last, r2.metric["val_auc"].last))]]: training is not deterministic, or what differs is not logged. Spent on it: [[k0.spent]].',
    )
  })

  test('whose values and commits differ leave the code as the reason', () => {
    const code = { commit: 'c1', dirty: null, branch: null, entryPoint: null }
    const [found] = sentences(pair({ metrics: { val_auc: 0.83 }, code: { ...code, commit: 'c2' } }, { code }))
    expect(found).toContain('the commits differ')
  })

  test('are held against earlier runs of the project, and the one that started first is the original', () => {
    const [first, second] = pair({})
    if (first === undefined || second === undefined) throw new Error('two runs')
    const [found] = repeatsOf(gather([second], [], { earlier: [first] }))
    expect(found?.sentence).toContain('[[r1]] repeats [[r2]]')
    expect(found).toMatchObject({ scope: 'project', rests: ['r1', 'r2'] })
    expect(found?.values.spent).toMatchObject({ value: 1800, unit: 's' })
    expect(repeatsOf(gather([first], [], { earlier: [second] }))).toEqual([])
  })

  test('that are still running are told before their values can be', () => {
    const [found] = sentences(pair({ status: 'running', endedAt: null, metrics: { val_auc: 0.6 } }))
    expect(found).toBe('[[r2]] is running with the settings and data of [[r1]], which has finished.')
  })

  test('are found where the original was deleted since', () => {
    const [first, second] = pair({})
    if (first === undefined || second === undefined) throw new Error('two runs')
    const [found] = sentences([second], [], [{ ...first, deleted: true }])
    expect(found).toContain('[[r1]] repeats [[r2]]')
  })

  test('are told against the note that speaks of a fresh seed', () => {
    const [found] = sentences(pair({ name: 'second-check' }), [
      'the second check w/ a fresh seed: 0.83, so it wobbles',
    ])
    expect(said(found)).toBe(
      '[[quote(n1, "the second check w/ a fresh seed")]]: [[r2]] has seed [[r2.param["seed"]]], as [[r1]] had, and repeats it: same settings, same data, same values. Spent on it: [[k0.spent]].',
    )
  })

  test('leave the note alone where a run it may mean did get a fresh seed', () => {
    const [first, second] = pair({ name: 'second-check' })
    const fresh = makeRun({
      id: 'cccc3333',
      name: 'second-check-b',
      params: { ...base, seed: '9' },
      metrics: { val_auc: 0.83 },
      dataSets: data,
      startedAt: Date.UTC(2026, 2, 2, 12),
    })
    if (first === undefined || second === undefined) throw new Error('two runs')
    const found = sentences([first, second, fresh], ['the second check w/ a fresh seed: it wobbles'])
    expect(found.join(' ')).not.toContain('quote')
  })

  test('nearly are told with the numbers that are near', () => {
    const [found] = sentences(pair({ params: { ...base, lr: '0.1005' }, metrics: { val_auc: 0.83 } }))
    expect(said(found)).toBe(
      'Nearly a repeat, within the tolerance for numbers: [[r2]] and [[r1]] (lr [[r2.param["lr"]]] against [[r1.param["lr"]]]). Spent on it: [[k0.spent]].',
    )
  })

  test('nearly are none in a sweep of fine steps', () => {
    const runs = Array.from({ length: 6 }, (_, index) =>
      makeRun({
        id: `a${index}00`,
        params: { ...base, threshold: String(0.5 + index * 0.004) },
        metrics: { val_auc: 0.8 + index / 100 },
        startedAt: index,
      }),
    )
    expect(sentences(runs)).toEqual([])
  })

  test('are at most three findings, however many there are', () => {
    const runs = Array.from({ length: 60 }, (_, index) =>
      makeRun({
        id: `a${index}00`,
        params: { ...base, depth: String(index % 20) },
        metrics: { val_auc: 0.8 + (index % 20) / 100 },
        startedAt: index * HOUR,
        endedAt: index * HOUR + 1000,
      }),
    )
    const [found, ...more] = repeatsOf(gather(runs))
    expect(more).toEqual([])
    expect(found?.values.more?.value).toBe(36)
    expect(found?.rests).toHaveLength(60)
  })
})

describe('in two hundred planted histories', () => {
  /** What is planted: a run's address tells from its rests whether it was found. */
  function history(seed: number) {
    const { next: random } = seededRandom(seed)
    const pick = <T>(values: readonly [T, ...T[]]): T =>
      values[Math.floor(random() * values.length)] ?? values[0]
    const settings = (): Record<string, string> => ({
      model: pick(['lgbm', 'xgb', 'rf']),
      lr: String(
        pick([0.001, 0.003, 0.01, 0.03, 0.1]) * (random() < 0.5 ? 1 : Number((1 + random()).toFixed(3))),
      ),
      depth: String(2 + Math.floor(random() * 9)),
      subsample: (0.5 + 0.05 * Math.floor(random() * 10)).toFixed(2),
      features: pick(["['age', 'income']", "['age']", "['age', 'income', 'region']"]),
      balanced: pick(['True', 'False']),
      seed: String(1 + Math.floor(random() * 3)),
    })
    const known = new Set<string>()
    const plain: Record<string, string>[] = []
    while (plain.length < 20) {
      const next = settings()
      const key = JSON.stringify([next.model, next.depth, next.subsample, next.features, next.balanced])
      if (known.has(key)) continue
      known.add(key)
      plain.push(next)
    }
    const rewritten = (params: Record<string, string>): Record<string, string> => ({
      ...params,
      lr: Number(params.lr).toExponential(),
      features: (params.features ?? '').replaceAll(' ', '').replaceAll("'", '"'),
      balanced: (params.balanced ?? '').toLowerCase(),
    })
    const [a, b, c, d] = plain
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('twenty')
    const nudged = { ...b, lr: String(Number(b.lr) * (1 + 0.008 * (random() - 0.5) || 1.001)) }
    const planted = [
      { kind: 'exact', params: random() < 0.5 ? a : rewritten(a), of: 0 },
      { kind: 'near', params: nudged, of: 1 },
      { kind: 'replicate', params: { ...c, seed: '77' }, of: 2 },
      { kind: 'other', params: { ...d, depth: String(Number(d.depth) + 20) }, of: 3 },
    ]
    const isNoisy = random() < 0.5
    const runs = [...plain.map((params) => ({ params, of: null })), ...planted].map(
      ({ params, of }, index) => {
        const value = 0.7 + ((of === null || planted[0]?.params !== params ? index : of) * 7) / 1000
        return makeRun({
          id: `run${String(index).padStart(4, '0')}`,
          name: `run-${index}`,
          params: { ...params, output_dir: `/runs/${index}`, run_id: String(index) },
          metrics: { val_auc: isNoisy && of !== null ? value + 0.0001 : value },
          startedAt: index * HOUR,
          endedAt: index * HOUR + HOUR / 3,
        })
      },
    )
    return {
      runs,
      planted: planted.map((one, at) => ({ ...one, address: `r${21 + at}`, original: `r${one.of + 1}` })),
    }
  }

  test('exact repeats are found, near ones are, and nothing else is called one', () => {
    const count = { exact: 0, near: 0, false: 0 }
    for (let seed = 1; seed <= 200; seed += 1) {
      const { runs, planted } = history(seed)
      const found = repeatsOf(gather(runs))
      const rests = found.map((one) => one.rests)
      for (const { kind, address, original } of planted) {
        const isFound = rests.some((list) => list.includes(address) && list.includes(original))
        if (isFound && (kind === 'exact' || kind === 'near')) count[kind] += 1
      }
      const right = new Set(planted.slice(0, 2).flatMap((one) => [one.address, one.original]))
      count.false += rests.flat().filter((address) => !right.has(address)).length
    }
    expect(count.exact).toBeGreaterThanOrEqual(198)
    expect(count.near).toBeGreaterThanOrEqual(190)
    expect(count.false).toBe(0)
  })
})

test('ten thousand runs of one sweep are held against each other without comparing all pairs', () => {
  const { next: random } = seededRandom(5)
  const runs = Array.from({ length: 10_000 }, (_, index) =>
    makeRun({
      id: `x${index}`,
      params: {
        lr: String(10 ** (-5 + 4 * random())),
        decay: String(10 ** (-6 + 4 * random())),
        width: String(16 * Math.ceil(64 * random())),
        seed: '1',
      },
      metrics: { val_auc: random() },
      startedAt: index,
    }),
  )
  const last = runs.at(-1)
  if (last === undefined) throw new Error('no runs')
  const again = makeRun({
    id: 'again',
    params: Object.fromEntries(last.params),
    metrics: { val_auc: last.metrics.get('val_auc')?.last ?? 0 },
    startedAt: 20_000,
  })
  const [found] = repeatsOf(gather([again], [], { earlier: runs }))
  expect(found?.sentence).toContain('[[r1]] repeats')
})
