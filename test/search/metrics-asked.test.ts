import { describe, expect, test } from 'vitest'
import { metricsAsked, withCounterparts } from '../../src/search/metrics-asked.ts'

const LOGGED = ['f1', 'test_f1', 'val_f1', 'loss', 'valLoss', 'accuracy', 'm']

describe('metricsAsked', () => {
  test.each<[string, readonly string[]]>([
    ['test_f1', ['test_f1']],
    ['What is the TEST_F1 of the two candidates?', ['test_f1']],
    ['what is the test f1?', ['test_f1']],
    ['test_f1 against val_f1', ['test_f1', 'val_f1']],
    ['what is the f1?', ['f1']],
    ['what is the accuracy?', ['accuracy']],
    ['did valLoss fall?', ['valLoss']],
    ['was focal loss tried?', []],
    ['my_test_f1_mean', []],
    ['test_f1.5', []],
    ['who is m?', []],
    ['', []],
  ])('%s names %j', (question, expected) => {
    expect([...metricsAsked(question, LOGGED).metrics].sort()).toEqual([...expected].sort())
  })

  test('gives the question without them', () => {
    expect(metricsAsked('the test_f1 of xgb', LOGGED).rest.replace(/\s+/g, ' ')).toBe('the of xgb')
  })
})

describe('what is looked for in passages', () => {
  test.each<[string, readonly string[]]>([
    ['has anyone tried focal loss?', ['focal loss']],
    ['how did val_focal_loss go?', ['val focal loss']],
    ['what is the test f1?', ['test f1']],
  ])('%s looks for %j', (question, expected) => {
    const { terms } = metricsAsked(question, [...LOGGED, 'train_focal_loss', 'val_focal_loss'])
    expect(terms.map(({ forms }) => forms[0])).toEqual(expected)
  })
})

describe('metrics by other words', () => {
  const logged = [
    'train_loss',
    'valid_loss',
    'valid_loss_F1',
    'valid_loss_Accuracy_seq',
    'train_loss_F1',
    'test_loss',
  ]

  test.each<[string, readonly string[]]>([
    ['lowest val_loss', ['valid_loss']],
    ['the validation loss and the test loss', ['valid_loss', 'test_loss']],
    [
      'valid_loss_F1, valid_loss_Accuracy_seq and val_loss',
      ['valid_loss_F1', 'valid_loss_Accuracy_seq', 'valid_loss'],
    ],
    ['what is the F1 of latent128?', ['valid_loss_F1']],
    ['best F1', ['valid_loss_F1']],
    ['training losses', ['train_loss']],
    ['focal loss', []],
    ['Accuracy_seq', ['valid_loss_Accuracy_seq']],
    ['validation F1', ['valid_loss_F1']],
  ])('%s names %j, in its order', (question, expected) => {
    expect(metricsAsked(question, logged).metrics).toEqual(expected)
  })

  test('a question of overfitting is about both sides', () => {
    expect(withCounterparts('overfitting train_loss', ['train_loss'], logged)).toEqual([
      'train_loss',
      'valid_loss',
    ])
    expect(withCounterparts('does it overfit?', [], logged)).toEqual(['train_loss', 'valid_loss'])
    expect(withCounterparts('lowest train_loss', ['train_loss'], logged)).toEqual(['train_loss'])
  })
})

test('a loss that is logged beside its own name is the loss', () => {
  const logged = ['valid_loss_loss', 'valid_loss_ce_loss', 'valid_loss_F1', 'train_loss']
  expect(metricsAsked('lowest val_loss', logged).metrics).toEqual(['valid_loss_loss'])
  expect(withCounterparts('does it overfit?', ['train_loss'], logged)).toEqual([
    'train_loss',
    'valid_loss_loss',
  ])
})
