import { describe, expect, test } from 'vitest'
import { foldsAmong, withoutFolds } from '../../../src/evidence/folds.ts'
import type { Run } from '../../../src/runs/run.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'
import { toldFindings } from '../../support/told-findings.ts'

const values = [0.7, 0.8, 0.75]
const children = (more: (fold: number) => Partial<Parameters<typeof makeRun>[0]>): readonly Run[] =>
  values.map((auc, fold) =>
    makeRun({
      id: `child${fold}`,
      parent: 'mlflow:1/parent',
      startedAt: 2 + fold,
      metrics: { val_auc: auc, train_auc: 0.9 },
      ...more(fold),
    }),
  )
const parent = (mean: number) =>
  makeRun({
    id: 'parent',
    startedAt: 1,
    params: { model: 'lgbm' },
    metrics: { cv_auc_mean: mean, cv_auc_sd: 0.05 },
  })
const byParam = children((fold) => ({ params: { model: 'lgbm', fold: String(fold) } }))

describe('cross-validation', () => {
  test.each([
    ['a parameter', byParam],
    ['a tag', children((fold) => ({ params: { model: 'lgbm' }, tags: { cv_fold: String(fold) } }))],
    ['its name', children((fold) => ({ params: { model: 'lgbm' }, name: `cv-fold-${fold}` }))],
  ])('children that %s calls folds are folded into their parent', (_, folds) => {
    expect(toldFindings('cross-validation', [parent(0.75), ...folds])).toEqual([
      'r1 is a cross-validation: val_auc mean 0.75, standard deviation 0.05 over 3 folds, from 0.7 to 0.8. Its own cv_auc_mean agrees.',
    ])
  })

  test('a mean that the folds do not have is told', () => {
    expect(toldFindings('cross-validation', [parent(0.77), ...byParam])).toEqual([
      'r1 is a cross-validation: val_auc mean 0.75, standard deviation 0.05 over 3 folds, from 0.7 to 0.8. Its own cv_auc_mean is 0.77, which is not the mean of these folds.',
    ])
  })

  test('folds compete with nobody and are no replicates', () => {
    const rivals = [0.72, 0.71].map((auc, index) =>
      makeRun({
        id: `rival${index}`,
        startedAt: 10 + index,
        params: { model: 'xgb', depth: String(index) },
        metrics: { val_auc: auc },
      }),
    )
    const runs = [parent(0.75), ...byParam, ...rivals]
    expect(toldFindings('best', runs)).toEqual(['Highest val_auc: 0.72 in r5, then 0.71 in r6.'])
    expect(toldFindings('replicates', runs)).toEqual([])
    const evidence = gather(runs)
    expect(withoutFolds(evidence.runs).map(({ address }) => address)).toEqual(['r1', 'r5', 'r6'])
  })

  test('folds without a parent are found where they share setting and seed', () => {
    const orphans = byParam.map((run) => ({ ...run, parent: null }))
    expect(toldFindings('cross-validation', orphans)).toEqual([
      'r1 to r3 are folds of one setting: val_auc mean 0.75, standard deviation 0.05 over 3 folds, from 0.7 to 0.8.',
    ])
    expect(foldsAmong(gather(orphans.slice(0, 2)).runs)).toEqual([])
  })

  test('children that differ in more than the fold are no cross-validation', () => {
    const search = children((fold) => ({ params: { lr: String(fold), fold: '0' } }))
    expect(toldFindings('cross-validation', [parent(0.75), ...search])).toEqual([])
  })
})
