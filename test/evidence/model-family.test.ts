import { expect, test } from 'vitest'
import { modelFamily } from '../../src/evidence/model-family.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'

test.each<[string, string | null, Partial<RunSketch>]>([
  ['a dummy', 'trivial', { params: { model: 'DummyClassifier' } }],
  ['persistence', 'trivial', { params: { model_type: 'persistence' } }],
  ['naive alone', 'trivial', { params: { model: 'seasonal_naive' } }],
  ['naive Bayes', 'other', { params: { model: 'naive_bayes' } }],
  ['logistic regression, short', 'linear', { params: { model: 'logreg' } }],
  ['logistic regression, as its class', 'linear', { params: { clf: 'LogisticRegression(C=1.0)' } }],
  ['lr where it names a model', 'linear', { params: { model: 'lr' } }],
  ['lr where it is a learning rate', null, { params: { lr: '0.1' } }],
  ['a linear support vector machine', 'linear', { params: { linSVC__estimator: 'LinearSVC()' } }],
  ['boosting', 'other', { params: { model: 'XGBClassifier' } }],
  ['a recurrent net', 'other', { params: { arch: 'LSTMTemporalAttention' } }],
  ['a tag of autologging', 'linear', { tags: { estimator_name: 'Ridge' } }],
  ['a name', 'other', { name: 'rf-500-leaf20' }],
  ['a perceptron', 'linear', { name: 'Perceptron' }],
  ['a perceptron of several layers', 'other', { name: 'multilayer perceptron' }],
  ['a parameter goes before the name', 'other', { params: { model: 'lgbm' }, name: 'like-logreg' }],
  ['a schedule', null, { name: 'linear-warmup' }],
  ['a net that nobody holds against a line', null, { params: { base_model: 'resnet18' } }],
  ['a setting of a model', null, { params: { n_estimators: '100' } }],
])('%s is %s', (_, family, sketch) => {
  expect(modelFamily(makeRun({ id: 'a', ...sketch }))).toBe(family)
})
