import { describe, expect, test } from 'vitest'
import { compareSetting, nearPairs, type Setting, settingOf } from '../../src/evidence/setting-of.ts'
import { settingValue } from '../../src/evidence/setting-value.ts'
import { makeRun } from '../support/make-run.ts'
import { seededRandom } from '../support/seeded-random.ts'

describe('a value means the same', () => {
  test.each([
    ['lr', '0.10', '1e-1'],
    ['lr', '1.0', '1'],
    ['shuffle', 'True', 'true'],
    ['layers', '[64, 32]', '[64,32]'],
    ['layers', '(64, 32)', '[64, 32]'],
    ['layers', '(64,)', '[64]'],
    ['columns', "['age', 'income']", '["age","income"]'],
    ['columns', '[age, income]', "['age','income']"],
    ['optimizer', "'adam'", 'adam'],
    ['kwargs', "{'a': None, 'b': 1.0}", '{"a":null,"b":1}'],
    ['train_file', '/home/ines/train.csv', 'data/train.csv'],
  ])('of %s as %s and as %s', (name, one, other) => {
    expect(settingValue(name, one)).toEqual(settingValue(name, other))
  })

  test.each([
    ['lr', '0.1', '0.10000001'],
    ['layers', '[64, 32]', '[32, 64]'],
    ['columns', "['age income']", "['age', 'income']"],
    ['optimizer', 'adam', 'Adam'],
    ['max_features', '1', '1.0'],
    ['train_file', 'data/v1.csv', 'data/v2.csv'],
    ['seed', '01a', '1'],
  ])('but not of %s as %s and as %s', (name, one, other) => {
    expect(settingValue(name, one).key).not.toBe(settingValue(name, other).key)
  })
})

test.each([
  'output_dir',
  'checkpoint_path',
  'trainer.num_workers',
  'clf__n_jobs',
  'mlflow_run_id',
  'experiment_name',
  'log_every_n_steps',
  'timestamp',
  'hostname',
])('%s says nothing of what was tried', (name) => {
  const rules = { ignore: [], tolerance: 0.01 }
  const run = (value: string) => settingOf(makeRun({ id: 'a', params: { lr: '1', [name]: value } }), rules)
  expect(run('x')?.key).toBe(run('y')?.key)
})

test.each([
  'target_log',
  'train_end_date',
  'data_path',
  'optimizer',
  'dropout',
  'num_layers',
  'log_transform',
])('%s does', (name) => {
  const rules = { ignore: [], tolerance: 0.01 }
  const run = (value: string) => settingOf(makeRun({ id: 'a', params: { lr: '1', [name]: value } }), rules)
  expect(run('true')?.key).not.toBe(run('false')?.key)
})

test('the next seed is another one, the next learning rate a near one', () => {
  const compare = (name: string, a: string, b: string) =>
    compareSetting(name, settingValue(name, a), settingValue(name, b), 0.01)
  expect(compare('seed', '1000', '1001')).toBe('different')
  expect(compare('epochs', '1000', '1001')).toBe('near')
  expect(compare('test_year', '2025', '2026')).toBe('different')
})

test('near pairs are those that comparing all with all finds', () => {
  const { next: random } = seededRandom(7)
  const rules = { ignore: [], tolerance: 0.02 }
  const settings = Array.from({ length: 300 }, (_, index): Setting => {
    const params = {
      lr: String(0.1 * (1 + 0.2 * random())),
      decay: String(-0.5 * (1 + 0.1 * random())),
      momentum: random() < 0.5 ? '0' : String(0.9 + 0.01 * random()),
      model: random() < 0.5 ? 'rf' : 'xgb',
    }
    const made = settingOf(makeRun({ id: `r${index}`, params }), rules)
    if (made === null) throw new Error('it has parameters')
    return made
  })
  const numbers = (setting: Setting) =>
    [...setting.values.values()].map((value) => (value.kind === 'number' ? value.value : value.key))
  const expected: [number, number][] = []
  settings.forEach((one, a) => {
    settings.forEach((other, b) => {
      const isNear = numbers(one).every((value, place) => {
        const its = numbers(other)[place]
        return typeof value === 'number' && typeof its === 'number'
          ? Math.abs(value - its) <= 0.02 * Math.max(Math.abs(value), Math.abs(its))
          : value === its
      })
      if (a < b && isNear) expected.push([a, b])
    })
  })
  expect(expected.length).toBeGreaterThan(100)
  expect(nearPairs(settings, 0.02)).toEqual(expected)
})
