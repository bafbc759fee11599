import { expect, it } from 'vitest'
import { isNamedByItsId, shortId } from '../../src/runs/run.ts'

it.each([
  ['a1b2c3d4e5f60718293a4b5c6d7e8f90', 'a1b2c3d4'],
  ['7c9e6679-7425-40de-944b-e07fc1f90ae7', '7c9e6679'],
  ['3fa2c1d09b12aabb', '3fa2c1d0'],
  ['gejk8tvm', 'gejk8tvm'],
  ['0042-churn/experiments/exp-001-baseline', 'exp-001-baseline'],
  ['mipro-medium#2', 'mipro-medium#2'],
  ['deadbeefcafe', 'deadbeefcafe'],
  ['n'.repeat(100), 'n'.repeat(48)],
])('a run %s is called %s', (id, short) => {
  expect(shortId(id)).toBe(short)
})

it.each([
  ['a1b2c3d4e5f60718293a4b5c6d7e8f90', 'a1b2c3d4', true],
  ['a1b2c3d4e5f60718293a4b5c6d7e8f90', 'baseline', false],
  ['0042-churn/exp-001', 'exp-001', true],
  ['0042-churn/exp-001', 'baseline', false],
])('whether %s says what the name %s says: %s', (id, name, says) => {
  expect(isNamedByItsId({ id, name })).toBe(says)
})
