import { describe, expect, test } from 'vitest'
import { metricsAsked } from '../../src/search/metrics-asked.ts'

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
