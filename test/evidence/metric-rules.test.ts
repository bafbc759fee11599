import { describe, expect, test } from 'vitest'
import { knownDirection, metricRules } from '../../src/evidence/metric-rules.ts'
import type { Run } from '../../src/runs/run.ts'
import { makeRun } from '../support/make-run.ts'

const PLAIN = { directions: {}, headline: {}, units: {} }
const origin = { source: 'mlflow', file: 'meta.yaml' }

describe('knownDirection', () => {
  test.each([
    ['val_loss', 'lower'],
    ['loss', 'lower'],
    ['auc_loss', 'lower'],
    ['test/RMSE', 'lower'],
    ['roc-auc', 'higher'],
    ['metrics/mAP50(B)', 'higher'],
    ['valF1', 'higher'],
    ['NotRelevant/Other_recall', 'higher'],
    ['log_loss', 'lower'],
    ['l2.valid', 'lower'],
    ['epoch', null],
    ['val_auc_boot_sd', null],
    ['cv_auc_std', null],
    ['score', null],
    ['n_trees', null],
  ])('%s is better %s', (name, direction) => {
    expect(knownDirection(name)).toBe(direction)
  })
})

describe('metricRules', () => {
  test('what all experiments state of themselves is primary, else what narrate.yaml says; its directions come first', () => {
    const settings = { ...PLAIN, primary: 'val_f1', directions: { val_loss: 'higher' as const } }
    const stating = {
      id: '1',
      name: 'a',
      note: null,
      primaryMetric: { name: 'val_loss', greaterIsBetter: false },
      origin,
    }
    const rules = metricRules(settings, [stating])
    expect([rules.primary, rules.primaryFrom, rules.direction('val_loss')]).toEqual([
      'val_loss',
      'experiment a in the tracker',
      'higher',
    ])
    const mixed = metricRules(settings, [stating, { ...stating, id: '2', primaryMetric: null }])
    expect([mixed.primary, mixed.primaryFrom]).toEqual(['val_f1', 'narrate.yaml'])
  })

  test("the tracker's primary metric counts where all experiments agree on it", () => {
    const experiment = (id: string, name: string) => ({
      id,
      name: id,
      note: null,
      primaryMetric: { name, greaterIsBetter: true },
      origin,
    })
    expect(metricRules(PLAIN, [experiment('1', 'score')]).primary).toBe('score')
    expect(metricRules(PLAIN, [experiment('1', 'score')]).direction('score')).toBe('higher')
    expect(metricRules(PLAIN, [experiment('1', 'score'), experiment('2', 'other')]).primary).toBeNull()
  })

  test('the last value stands for a series unless the settings name another', () => {
    const rules = metricRules({ ...PLAIN, headline: { val_auc: 'max' }, units: { size: 'MB' } }, [])
    expect([
      rules.headline('val_auc'),
      rules.headline('loss'),
      rules.unit('size'),
      rules.unit('latency_ms'),
    ]).toEqual(['max', 'last', 'MB', 'ms'])
  })
})

describe('the primary metric', () => {
  const settings = { ...PLAIN, primary: 'val_auc' }
  const ran = (id: string, primary_metric?: string, experiment = '1') => ({
    ...makeRun({ id, ...(primary_metric === undefined ? {} : { tags: { primary_metric } }) }),
    experiment: { id: experiment, name: experiment },
  })
  const stating = (id: string, name: string) => ({
    id,
    name: id,
    note: null,
    primaryMetric: { name, greaterIsBetter: true },
    origin,
  })
  const primary = (
    given: Parameters<typeof metricRules>[0],
    runs: readonly Run[],
    experiments: Parameters<typeof metricRules>[1] = [],
  ) => {
    const rules = metricRules(given, experiments, { runs, quotes: [] })
    return [rules.primary, rules.primaryFrom]
  }

  test('is what half of the runs or more say of themselves, the newest of them', () => {
    const runs = [ran('a'), ran('b', 'val_auc'), ran('c', 'val_f1'), ran('d', 'val_f1')]
    expect(primary(settings, runs)).toEqual(['val_f1', 'the tags of the runs'])
    expect(primary(settings, [ran('a'), ran('b'), ran('c', 'val_f1')])).toEqual(['val_auc', 'narrate.yaml'])
  })

  test('is the newest word where experiments changed it once and for good, and nobody says otherwise', () => {
    const experiments = [stating('1', 'val_auc'), stating('2', 'val_f1')]
    const changed = [ran('a'), ran('b'), ran('c', undefined, '2')]
    expect(primary(PLAIN, changed, experiments)[0]).toBe('val_f1')
    expect(primary(settings, changed, experiments)[0]).toBe('val_auc')
    const backAndForth = [ran('a'), ran('b', undefined, '2'), ran('c')]
    expect(primary(PLAIN, backAndForth, experiments)).toEqual([null, null])
  })
})
