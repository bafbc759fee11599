import { describe, expect, test } from 'vitest'
import { resolveName } from '../../../src/evidence/plans/resolve-name.ts'
import { resolveValue } from '../../../src/evidence/plans/resolve-value.ts'

describe('the parameter that a name stands for', () => {
  const own = new Set([
    'learning_rate',
    'n_estimators',
    'num_leaves',
    'min_samples_leaf',
    'sampling_ratio',
    'features',
  ])
  const all = new Set([...own, 'k_neighbors', 'trainer.max_epochs', 'clf__norm', 'tfidf__norm'])

  test.each([
    ['learning_rate', 'learning_rate'],
    ['lr', 'learning_rate'],
    ['LearningRate', 'learning_rate'],
    ['n_trees', 'n_estimators'],
    ['leaves', 'num_leaves'],
    ['min leaf', 'min_samples_leaf'],
    ['ratio', 'sampling_ratio'],
    ['feature_set', 'features'],
    ['neighbours', 'k_neighbors'],
    ['epochs', 'trainer.max_epochs'],
  ])('%s is %s', (typed, name) => {
    expect(resolveName(typed, own, all)).toEqual({ kind: 'known', name })
  })

  test('is a slip of the pen away, in the log or in the proposal', () => {
    const logged = new Set(['weigth_decay', 'lambda_l1', 'min_child'])
    expect(resolveName('weight_decay', logged, logged)).toEqual({ kind: 'known', name: 'weigth_decay' })
    expect(resolveName('min_chilld', logged, logged)).toEqual({ kind: 'known', name: 'min_child' })
    expect(resolveName('lambda_l3', logged, logged)).toEqual({ kind: 'new' })
    expect(resolveName('max_child', logged, logged)).toEqual({ kind: 'new' })
  })

  test('is not known where several fit, and new where none does', () => {
    expect(resolveName('norm', own, all)).toEqual({ kind: 'unclear', names: ['clf__norm', 'tfidf__norm'] })
    expect(resolveName('dropout', own, all)).toEqual({ kind: 'new' })
    expect(resolveName('rate', new Set(['drop_path_rate', 'learning_rate']), all).kind).toBe('unclear')
  })
})

describe('the value that a text stands for', () => {
  test.each([
    ['lr', '1e-2', ['0.01'], '0.01'],
    ['lr', '1×10⁻³', ['0.001'], '0.001'],
    ['lr', '10^-3', ['0.01'], '0.001'],
    ['lr', '.005', ['0.01'], '0.005'],
    ['ratio', '15%', ['0.3', '0.15'], '0.15'],
    ['ratio', '15 per cent', ['0.3'], '0.15'],
    ['ratio', '15%', ['30', '15'], '15'],
    ['ratio', '0,3', ['0.15'], '0.3'],
    ['max_time_s', '4 h', ['7200'], '14400'],
    ['max_time_s', '90 min', ['7200'], '5400'],
    ['context', '8 Ki', ['4096'], '8192'],
    ['max_steps', '100k', ['50000'], '100000'],
    ['max_steps', '100,000', ['50000'], '100000'],
    ['depth', 'two', ['3'], '2'],
    ['depth', '2 levels', ['3'], '2'],
    ['fp16', 'off', ['True'], 'False'],
    ['fp16', 'no', ['1'], '0'],
    ['sampling', 'off', ['smote', 'none'], 'none'],
    ['sampling', 'SMOTE', ['none', 'smote'], 'smote'],
    ['sampling', 'random oversampling', ['smote', 'random'], 'random'],
    ['model', 'XGB', ['lightgbm', 'xgboost'], 'xgboost'],
    ['model', 'LGBMClassifier', ['lightgbm', 'xgboost'], 'lightgbm'],
    ['inputs', 'income, age', ["['age', 'income']"], "['age', 'income']"],
    ['hidden', '[256, 128]', ['[128, 256]'], '[256, 128]'],
    ['optimizer', 'adam', ['adamw'], 'adam'],
    ['features', 'all', ['all+pairs'], 'all'],
    ['context', '8k', ['8192'], '8000'],
  ])('of %s, %s beside %j is %s', (name, typed, logged, value) => {
    expect(resolveValue(name, typed, logged)).toBe(value)
  })
})
