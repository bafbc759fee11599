import { describe, expect, test } from 'vitest'
import { metricRules } from '../../src/evidence/metric-rules.ts'
import { chooseRuns } from '../../src/search/choose-runs.ts'
import type { PrintedValue } from '../../src/search/passage.ts'
import { termsOf } from '../../src/search/terms.ts'
import { makeRun } from '../support/make-run.ts'

const RUNS = [
  makeRun({
    id: 'aaaa1111',
    name: 'rf-500',
    params: { model: 'random_forest', lr: '0.1' },
    metrics: { val_auc: 0.8471 },
  }),
  makeRun({
    id: 'bbbb2222',
    name: 'xgb-s1',
    params: { model: 'xgboost', lr: '0.01' },
    metrics: { val_auc: 0.86 },
  }),
  makeRun({
    id: 'cccc3333',
    name: 'xgb-focal',
    status: 'failed',
    params: { model: 'xgboost', objective: 'focal', lr: '1e-1' },
    metrics: { train_focal_loss: Number.NaN },
  }),
  makeRun({
    id: 'dddd4444',
    name: 'fold',
    parent: 'x',
    params: { model: 'lightgbm' },
    metrics: { val_auc: 0.9 },
  }),
]
const RULES = metricRules(
  { primary: 'val_auc', directions: { val_auc: 'higher' }, headline: {}, units: {} },
  [],
  { runs: RUNS, quotes: [] },
)

function ask(question: string, printed: readonly PrintedValue[] = []) {
  const words = RUNS.map(
    ({ name, params, metrics }) =>
      ` ${[name, ...[...params].flat(), ...metrics.keys()].join(' ').replace(/[^a-z0-9]+/g, ' ')} `,
  )
  const terms = termsOf(question, (phrase) => words.some((text) => text.includes(` ${phrase} `)))
  return chooseRuns(question, terms, RUNS, printed, RULES, [])
}

describe('chooseRuns', () => {
  test.each<[string, string, string]>([
    ['what became of xgb-focal?', 'cccc3333', 'named'],
    ['what is aaaa1111?', 'aaaa1111', 'named'],
    ['which run is behind the 0.847?', 'aaaa1111', 'val_auc = 0.8471'],
    ['which run has 84.7 %?', 'aaaa1111', 'val_auc = 0.8471'],
    ['why random forest?', 'aaaa1111', 'its name'],
    ['has anyone tried focal loss?', 'cccc3333', 'a metric of that name'],
    ['what failed?', 'cccc3333', 'failed'],
    ['which run is best?', 'bbbb2222', 'highest val_auc logged'],
    ['runs with val_auc above 0.85', 'bbbb2222', 'val_auc > 0.85'],
    ['lr=0.01', 'bbbb2222', 'lr=0.01'],
  ])('%s finds %s by "%s"', (question, id, why) => {
    const [first] = ask(question).found
    expect(first?.run.id).toBe(id)
    expect(first?.why).toContain(why)
  })

  test('a setting is the same however it is written', () => {
    const found = ask('what did lr=0.1 give?').found.filter(({ why }) =>
      why.some((one) => one.startsWith('lr=')),
    )
    expect(found.map(({ run }) => run.id).sort()).toEqual(['aaaa1111', 'cccc3333'])
  })

  test('what a document prints stands before what else has the value', () => {
    const printed = {
      id: '2026-03-10-decision-ab12',
      of: 'decision',
      date: '2026-03-10',
      place: 'x.md',
      printed: '0.847',
      exact: '0.8471',
      name: 'val_auc',
      run: RUNS[1]?.key ?? '',
    }
    const [first] = ask('which run is behind the 0.847?', [printed]).found
    expect(first?.run.id).toBe('bbbb2222')
    expect(first?.why).toEqual(['val_auc printed as 0.847 in 2026-03-10-decision-ab12'])
  })

  test.each(['was smote tried?', 'what about 0.123?', 'who is Tomas?'])('%s finds nothing', (question) => {
    expect(ask(question).found).toEqual([])
  })

  test('tells which words runs hold, and which none does', () => {
    const { holding, missing } = ask('random forest or smote?')
    expect(holding).toEqual([{ words: 'random forest', runs: 1 }])
    expect(missing).toEqual(['smote'])
  })
})
