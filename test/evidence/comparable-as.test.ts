import { expect, test } from 'vitest'
import { comparableAs } from '../../src/evidence/comparable-as.ts'
import { makeRun } from '../support/make-run.ts'

test.each([
  ['dataset', false],
  ['z_dataset', false],
  ['data.dataset_name', false],
  ['split', false],
  ['target', false],
  ['train_dataset', true],
  ['randomforest__min_samples_split', true],
  ['lr', true],
])('runs of another %s may be ranked together: %s', (param, mayBe) => {
  const runs = ['1', '2'].map((value) => makeRun({ id: value, params: { [param]: value } }))
  const [a, b] = comparableAs(runs)
  expect(a?.comparableAs === b?.comparableAs).toBe(mayBe)
})

test('an empty parent of nested runs sets no run apart', () => {
  const [parent, child] = comparableAs([
    makeRun({ id: 'parent' }),
    makeRun({ id: 'child', params: { dataset: 'cifar' }, metrics: { acc: 0.5 }, parent: 'mlflow:1/parent' }),
  ])
  expect([parent?.comparableAs, child?.comparableAs]).toEqual(['', ''])
})
