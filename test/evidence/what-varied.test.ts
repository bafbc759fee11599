import { describe, expect, test } from 'vitest'
import { layOut, minimalPairs } from '../../src/evidence/minimal-pairs.ts'
import { replicatesAmong } from '../../src/evidence/replicates.ts'
import { isFoldName, isSeed, isTelling, whatVaried } from '../../src/evidence/what-varied.ts'
import { gather } from '../support/gather.ts'
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

  test('an empty parent of nested runs says nothing of what varied', () => {
    const { factors, constants } = whatVaried([{ address: 'r9', run: makeRun({ id: 'parent' }) }, ...runs])
    expect(whatVaried(runs)).toEqual({ factors, constants })
  })

  test('values that mean the same are one level', () => {
    const { factors, constants } = whatVaried([
      { address: 'r1', run: makeRun({ id: 'a', params: { lr: '0.10', depth: '3' } }) },
      { address: 'r2', run: makeRun({ id: 'b', params: { lr: '1e-1', depth: '4' } }) },
    ])
    expect(constants).toEqual(new Map([['lr', '0.10']]))
    expect(factors.map(({ param }) => param)).toEqual(['depth'])
  })

  test('running text, whole command lines and the run’s own name are no factors; a list of names is', () => {
    const texts = ['The cat was last seen near the old mill', 'A small brown dog ran away from the garden']
    const { factors } = whatVaried(
      texts.map((text, index) => ({
        address: `r${index + 1}`,
        run: makeRun({
          id: `run${index}`,
          name: `try-${index}`,
          params: {
            vect__input: `['${text} on Sunday evening, and nobody has seen it since then.']`,
            'cmd-sys.argv': `train.py --lr ${index}`,
            run: `try-${index}`,
            variables: `['rain_at_the_station', 'flow_${index}', 'temperature_of_the_lake', 'level_at_the_dam']`,
          },
        }),
      })),
    )
    expect(factors.map(({ param }) => param)).toEqual(['variables'])
  })

  test('an instruction that several runs share is a factor however long', () => {
    const prompt = (word: string) =>
      `You are ${word}. Read the report below with care and answer the question of the user in one short sentence.`
    const { factors } = whatVaried(
      ['kind', 'kind', 'strict', 'strict'].map((word, index) => ({
        address: `r${index + 1}`,
        run: makeRun({ id: `run${index}`, params: { prompt: prompt(word) } }),
      })),
    )
    expect(factors.map(({ param, levels }) => [param, levels.length])).toEqual([['prompt', 2]])
  })

  test('runs that differ in the seed alone are replicates', () => {
    expect(replicatesAmong(runs).map((group) => group.map(({ address }) => address))).toEqual([['r1', 'r2']])
  })

  test('a minimal pair differs in one parameter, seeds aside', () => {
    const evidence = gather(runs.map(({ run }, index) => ({ ...run, startedAt: index })))
    expect(
      minimalPairs(layOut(evidence.runs), 0).contrasts.map(({ param, pairs }) => [
        param,
        pairs.map(({ from, to }) => [from, to].map((cell) => cell.runs.map(({ address }) => address))),
      ]),
    ).toEqual([
      ['lr', [[['r3'], ['r4']]]],
      ['model', [[['r1', 'r2'], ['r3']]]],
    ])
  })
})

test.each([
  ['seed', true, false],
  ['random_state', true, false],
  ['cv_fold', true, true],
  ['fold', true, true],
  ['fold_idx', true, true],
  ['n_fold', false, false],
  ['k_fold', false, false],
  ['num_repeat', false, false],
  ['folds', false, false],
  ['trial.number', true, false],
])('%s names a seed: %s, a fold: %s', (name, seed, fold) => {
  expect([isSeed(name), isFoldName(name)]).toEqual([seed, fold])
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
