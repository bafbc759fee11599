import { describe, expect, test } from 'vitest'
import { isTelling, minimalPairsAmong, replicatesAmong, whatVaried } from '../../src/evidence/what-varied.ts'
import { makeRun } from '../support/make-run.ts'

const runs = [
  { address: 'r1', run: makeRun({ id: 'a1', params: { model: 'lgbm', lr: '0.1', seed: '1', data: 'v1' } }) },
  { address: 'r2', run: makeRun({ id: 'a2', params: { model: 'lgbm', lr: '0.1', seed: '2', data: 'v1' } }) },
  { address: 'r3', run: makeRun({ id: 'a3', params: { model: 'xgb', lr: '0.1', seed: '1', data: 'v1' } }) },
  { address: 'r4', run: makeRun({ id: 'a4', params: { model: 'xgb', lr: '0.3', data: 'v1' } }) },
]

describe('whatVaried', () => {
  test('tells what varied, a missing parameter being a level of its own, and what all share', () => {
    const { factors, constants } = whatVaried(runs)
    expect(constants).toEqual(new Map([['data', 'v1']]))
    expect(
      factors.map(({ param, levels }) => [param, levels.map(({ value, runs: members }) => [value, members])]),
    ).toEqual([
      [
        'lr',
        [
          ['0.1', ['r1', 'r2', 'r3']],
          ['0.3', ['r4']],
        ],
      ],
      [
        'model',
        [
          ['lgbm', ['r1', 'r2']],
          ['xgb', ['r3', 'r4']],
        ],
      ],
      [
        'seed',
        [
          ['1', ['r1', 'r3']],
          ['2', ['r2']],
          [null, ['r4']],
        ],
      ],
    ])
  })

  test('runs that differ in the seed alone are replicates', () => {
    expect(replicatesAmong(runs)).toEqual([['r1', 'r2']])
  })

  test('a minimal pair differs in one parameter, seeds aside', () => {
    expect(minimalPairsAmong(runs, whatVaried(runs).factors)).toEqual([
      { a: 'r1', b: 'r3', param: 'model' },
      { a: 'r2', b: 'r3', param: 'model' },
      { a: 'r3', b: 'r4', param: 'lr' },
    ])
  })
})

test.each([
  ['model', true],
  ['model_name', true],
  ['variables', true],
  ['feature_set', true],
  ['n_estimators', false],
  ['model_path', false],
  ['lr', false],
])('%s is what a comparison is usually about: %s', (param, telling) => {
  expect(isTelling(param)).toBe(telling)
})
