import { describe, expect, test } from 'vitest'
import { asksWhetherTried, plainWords, termsOf } from '../../src/search/terms.ts'

const KNOWN = new Set(['focal loss', 'product pairs', 'lsr'])

function words(question: string): readonly string[] {
  return termsOf(question, (phrase) => KNOWN.has(phrase))
    .filter(({ weight }) => weight === 1)
    .map((term) => term.words)
}

describe('termsOf', () => {
  test.each<[string, readonly string[]]>([
    ['why did we try random forest and then abandon it?', ['random forest']],
    ['has anyone tried focal loss?', ['focal loss']],
    ['which run is behind the 0.847 in the decision?', ['0.847']],
    ['did SMOTE help?', ['smote']],
    ['Was LightGBM or XGBoost faster?', ['light gbm', 'xgboost', 'faster']],
    ['did dropout help', ['dropout']],
    ['what about label smoothing rate', ['label smoothing rate']],
    ['is lag-7 a leak?', ['lag', 'leak']],
    ['what is it?', []],
    ['what was done about the cleaned data?', ['cleaned data']],
    ['What was wrong? Who is the author?', []],
    ['was SMOTE tried? With what result?', ['smote']],
    ['', []],
  ])('%s is about %j', (question, expected) => {
    expect(words(question)).toEqual(expected)
  })

  test.each([
    ['random forest', 'rf'],
    ['duplicates', 'dedup'],
    ['cleaned data', 'dedup'],
    ['copies', 'duplicates'],
    ['learning rates', 'lr'],
    ['thresholds', 'cutoff'],
    ['oversampling', 'smote'],
    ['learning rate', 'lr'],
    ['label smoothing rate', 'lsr'],
  ])('%s is written %s, too', (asked, form) => {
    expect(termsOf(asked, (phrase) => KNOWN.has(phrase))[0]?.forms).toContain(form)
  })

  test('what was done with an idea weighs less than the idea', () => {
    const [idea, deed] = termsOf('smote dropped', () => false)
    expect(idea?.weight).toBeGreaterThan(deed?.weight ?? 1)
  })
})

test.each<[string, boolean]>([
  ['has anyone tried focal loss?', true],
  ['did we ever use dropout?', true],
  ['was SMOTE already tested?', true],
  ['Was SMOTE tried? With what result?', true],
  ['why did we try random forest?', false],
  ['what failed?', false],
])('%s asks whether it was tried: %s', (question, expected) => {
  expect(asksWhetherTried(question)).toBe(expected)
})

test('plainWords splits names as people write them', () => {
  expect(plainWords('RandomForest val_auc rf-500 Übergröße')).toEqual([
    'random',
    'forest',
    'val',
    'auc',
    'rf',
    '500',
    'ubergroße',
  ])
})
