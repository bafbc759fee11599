import { describe, expect, test } from 'vitest'
import { comparableAs, comparableFor, movesWithThreshold } from '../../src/evidence/comparable-as.ts'
import { type Break, protocolTimeline } from '../../src/evidence/protocol-timeline.ts'
import type { Experiment, Run } from '../../src/runs/run.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'
import { seededRandom } from '../support/seeded-random.ts'

/** Runs an hour apart, in the order given. */
function series(sketches: readonly Omit<RunSketch, 'id'>[]): readonly Run[] {
  return sketches.map((sketch, index) =>
    makeRun({
      id: `run${String(index).padStart(3, '0')}`,
      metrics: { val_auc: 0.7 + index / 1000, val_f1: 0.2 },
      startedAt: Date.UTC(2026, 2, 2, index),
      ...sketch,
    }),
  )
}

function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value)
}

function told(breaks: readonly Break[]): readonly unknown[] {
  return breaks.map(({ what, name, from, to, at, runsBefore, runsAfter }) => [
    what,
    name,
    from,
    to,
    at.slice(at.indexOf('run') + 3),
    runsBefore,
    runsAfter,
  ])
}

const data = (digest: string, name = 'caravan', context: string | null = 'eval') => ({
  dataSets: [{ name, digest, context }],
})
const param = (name: string, value: string) => ({ params: { [name]: value } })

describe('a break of the protocol', () => {
  test('is another digest of the same data set from one run on', () => {
    expect(told(protocolTimeline(series([...times(8, data('aa')), ...times(5, data('bb'))])))).toEqual([
      ['evaluation data', 'caravan', 'aa', 'bb', '008', 8, 5],
    ])
  })

  test('may have only just begun, where it is the data that changed', () => {
    expect(told(protocolTimeline(series([...times(4, data('aa')), data('bb')])))).toHaveLength(1)
  })

  test('is not undone by one control on the old data', () => {
    const runs = series([
      ...times(8, data('aa')),
      ...times(4, data('bb')),
      data('aa'),
      ...times(5, data('bb')),
    ])
    expect(told(protocolTimeline(runs))).toEqual([['evaluation data', 'caravan', 'aa', 'bb', '008', 8, 10]])
  })

  test('may come twice', () => {
    const runs = series([...times(4, data('aa')), ...times(4, data('bb')), ...times(4, data('cc'))])
    expect(told(protocolTimeline(runs))).toEqual([
      ['evaluation data', 'caravan', 'aa', 'bb', '004', 4, 4],
      ['evaluation data', 'caravan', 'bb', 'cc', '008', 4, 4],
    ])
  })

  test('is told the same whatever the order of the runs', () => {
    const runs = series([...times(8, data('aa')), ...times(5, data('bb'))])
    expect(protocolTimeline([...runs].reverse())).toEqual(protocolTimeline(runs))
  })

  test('is a change of the metric that runs or their experiments name as primary', () => {
    const experiment: Experiment = {
      id: '1',
      name: 'forecast',
      note: null,
      primaryMetric: { name: 'val_auc', greaterIsBetter: true },
      origin: { source: 'mlflow', file: '1/meta.yaml' },
    }
    const runs = series([...times(5, {}), ...times(3, { tags: { primary_metric: 'val_f1' } })])
    expect(told(protocolTimeline(runs, [experiment]))).toEqual([
      ['primary metric', 'primary metric', 'val_auc', 'val_f1', '005', 5, 3],
    ])
  })

  test.each([
    ['n_val', '300', '250', 'split'],
    ['test_size', '0.2', '0.3', 'split'],
    ['cv_folds', '5', '10', 'split'],
    ['threshold', '0.5', 'tuned_on_val', 'threshold'],
    ['average', 'micro', 'macro', 'threshold'],
    ['epochs', '10', '50', 'budget'],
  ])('is a change of %s from %s to %s for good', (name, from, to, what) => {
    const runs = series([...times(4, param(name, from)), ...times(4, param(name, to))])
    expect(told(protocolTimeline(runs))).toEqual([[what, name, from, to, '004', 4, 4]])
  })

  test('is a constant that was logged as a metric', () => {
    const rows = (count: number) => ({ metrics: { val_auc: 0.7, n_test: count } })
    expect(told(protocolTimeline(series([...times(4, rows(900)), ...times(4, rows(800))])))).toEqual([
      ['split', 'n_test', '900', '800', '004', 4, 4],
    ])
  })

  test('is a threshold that nobody logged before, where it is no default', () => {
    const now = (value: string) =>
      series([...times(4, param('lr', '0.1')), ...times(3, param('threshold', value))])
    expect(told(protocolTimeline(now('tuned_on_val')))).toEqual([
      ['threshold', 'threshold', null, 'tuned_on_val', '004', 4, 3],
    ])
    expect(protocolTimeline(now('0.5'))).toEqual([])
  })
})

describe('the counts of a break', () => {
  const budget = (epochs: string) => ({ params: { epochs } })

  test('are those of the experiment whose budget changed, which is named', () => {
    const runs = series([
      ...times(5, budget('10')),
      ...times(7, { params: { lr: '0.1' } }),
      ...times(4, budget('50')),
    ]).map((run) => ({
      ...run,
      experiment: run.params.has('lr') ? { id: '2', name: 'other' } : { id: '1', name: 'tuning' },
    }))
    expect(protocolTimeline(runs)).toMatchObject([
      { what: 'budget', at: runs[12]?.key, among: 'tuning', runsBefore: 5, runsAfter: 4 },
    ])
  })

  test('are those of the model whose budget changed, which is named', () => {
    const trained = (model: string, epochs: string) => ({ params: { model, epochs } })
    const runs = series([
      ...times(4, trained('unet', '10')),
      ...times(6, trained('gru', '10')),
      ...times(5, trained('unet', '50')),
      ...times(6, trained('gru', '10')),
    ])
    expect(protocolTimeline(runs)).toMatchObject([
      { what: 'budget', at: runs[10]?.key, among: 'unet', runsBefore: 4, runsAfter: 5 },
    ])
  })

  test('are those of all runs where all are of one experiment', () => {
    const runs = series([...times(4, budget('10')), ...times(5, budget('50'))])
    expect(protocolTimeline(runs)).toMatchObject([{ among: null, runsBefore: 4, runsAfter: 5 }])
  })
})

describe('no break of the protocol', () => {
  test.each([
    ['a factor that was searched back and forth', ['10', '50', '10', '50', '10', '50', '10', '50']],
    ['a factor that was searched in order', ['10', '20', '30', '40', '50', '60', '70', '80']],
    ['one run that stands out', ['10', '10', '10', '10', '99', '10', '10', '10']],
    ['one last run that stands out', ['10', '10', '10', '10', '10', '10', '10', '99']],
    ['what never changed', times(8, '10')],
  ])('is %s', (_, values) => {
    for (const name of ['epochs', 'n_val', 'threshold'])
      expect(protocolTimeline(series(values.map((value) => param(name, value))))).toEqual([])
  })

  test('is a budget that came with another recipe, or with another model', () => {
    const recipe = (epochs: string, lr: string) => ({ params: { epochs, lr } })
    expect(
      protocolTimeline(series([...times(4, recipe('10', '0.1')), ...times(4, recipe('50', '0.01'))])),
    ).toEqual([])
    const model = (n_estimators: string, model: string) => ({ params: { n_estimators, model } })
    expect(
      protocolTimeline(series([...times(4, model('500', 'rf')), ...times(4, model('200', 'lgbm'))])),
    ).toEqual([])
  })

  test('is a nameless data set of another experiment, or one that measures other things', () => {
    const other = { experiment: 'other' }
    const nameless = series([
      ...times(4, data('aa', 'dataset')),
      ...times(4, { ...data('bb', 'dataset'), ...other }),
    ])
    expect(
      protocolTimeline(
        nameless.map((run, index) => (index < 4 ? run : { ...run, experiment: { id: '2', name: 'other' } })),
      ),
    ).toEqual([])
    const apart = series([...times(4, data('aa')), ...times(4, { ...data('bb'), metrics: { bleu: 3 } })])
    expect(protocolTimeline(apart)).toEqual([])
  })

  test('is a run that was deleted, or has no start', () => {
    const gone = series([...times(4, data('aa')), ...times(4, { ...data('bb'), deleted: true })])
    expect(protocolTimeline(gone)).toEqual([])
    const undated = series([...times(4, data('aa')), ...times(4, { ...data('bb'), startedAt: null })])
    expect(protocolTimeline(undated)).toEqual([])
  })

  test('shows in settings drawn at random, but once in hundreds of searches', () => {
    const random = seededRandom(3)
    const found = times(200, 0).filter(() => {
      const runs = series(
        times(20, 0).map(() => ({
          params: {
            epochs: random.pick(['10', '50']),
            threshold: random.pick(['0.3', '0.5']),
            n_folds: random.pick(['3', '5']),
            model: random.pick(['a', 'b']),
          },
        })),
      )
      return protocolTimeline(runs).length > 0
    })
    expect(found.length).toBeLessThanOrEqual(1)
  })
})

describe('what may be ranked together', () => {
  const runs = series([...times(4, param('lr', '0.1')), ...times(4, param('threshold', 'tuned_on_val'))])
  const breaks = protocolTimeline(runs)
  const sides = (metric: string, waivers: Parameters<typeof comparableAs>[2] = []) =>
    comparableAs(runs, breaks, waivers).map((one) => comparableFor(one, metric))

  test('is parted by a change of the threshold for metrics that move with it, and for these only', () => {
    expect(sides('val_f1')).toEqual([
      ...times(4, 'threshold=not logged'),
      ...times(4, 'threshold=tuned_on_val'),
    ])
    expect(sides('val_auc')).toEqual(times(8, ''))
  })

  test('is what the lead metric says where none is named', () => {
    expect(new Set(comparableAs(runs, breaks, [], 'val_f1').map((one) => one.comparableAs)).size).toBe(2)
    expect(new Set(comparableAs(runs, breaks, [], 'val_auc').map((one) => one.comparableAs)).size).toBe(1)
  })

  test('is one where narrate.yaml waives the break, and only that break', () => {
    expect(new Set(sides('val_f1', [{ across: 'threshold', because: 'the same cut in effect' }])).size).toBe(
      1,
    )
    expect(new Set(sides('val_f1', [{ across: 'split', because: 'x' }])).size).toBe(2)
  })

  test('a run that did not log a split stands on the side of its time', () => {
    const split = series([
      ...times(4, param('n_val', '300')),
      param('lr', '0.1'),
      ...times(4, param('n_val', '250')),
      {},
    ])
    const texts = comparableAs(split, protocolTimeline(split)).map((one) => one.comparableAs)
    expect(texts).toEqual([...times(5, 'n_val=300'), ...times(5, 'n_val=250')])
  })

  test('other data is waived with its digests', () => {
    const changed = series([...times(4, data('aa')), ...times(4, data('bb'))])
    const waived = comparableAs(changed, protocolTimeline(changed), [
      { across: 'evaluation data', because: 'x' },
    ])
    expect(new Set(waived.map((one) => one.comparableAs))).toEqual(new Set(['']))
  })

  test.each([
    ['val_f1', true],
    ['accuracy', true],
    ['test/precision', true],
    ['captured_profit', true],
    ['val_auc', false],
    ['valLoss', false],
    ['rmse', false],
    ['fit_seconds', false],
  ])('%s moves with the threshold: %s', (metric, moves) => {
    expect(movesWithThreshold(metric)).toBe(moves)
  })
})

test('ten thousand runs are read in one pass', () => {
  const random = seededRandom(5)
  const runs = series(
    times(10_000, 0).map((_, index) => ({
      ...data(index < 6000 ? 'aa' : 'bb'),
      params: { lr: String(random.next()), epochs: String(random.whole(1, 50)), threshold: '0.5' },
    })),
  )
  expect(told(protocolTimeline(runs))).toEqual([
    ['evaluation data', 'caravan', 'aa', 'bb', '6000', 6000, 4000],
  ])
})
