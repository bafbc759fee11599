import { describe, expect, test } from 'vitest'
import { type Asked, findTried, unknownNames } from '../../src/evidence/find-tried.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'

const rules = { ignore: ['trainer.*'], tolerance: 0.01 }

const sketches: readonly RunSketch[] = [
  { id: 'a', params: { lr: '0.1', depth: '6', model: 'lgbm', seed: '1', out_dir: '/x' }, startedAt: 1 },
  { id: 'b', params: { lr: '0.1', depth: '6', model: 'lgbm', seed: '2', out_dir: '/y' }, startedAt: 2 },
  { id: 'c', params: { lr: '0.01', depth: '9', model: 'lgbm', seed: '1' }, startedAt: 3 },
  { id: 'd', params: { lr: '0.001', depth: '3', model: 'xgb', seed: '1' }, startedAt: 4, status: 'failed' },
  { id: 'e', params: { lr: '0.1', depth: '12', model: 'xgb', seed: '1' }, startedAt: 5, deleted: true },
]
const runs = sketches.map(makeRun)

function asked(
  params: Record<string, string>,
  scope: Asked['scope'] = 'given',
  typed = Object.keys(params),
): Asked {
  return { params: new Map(Object.entries(params)), typed: new Set(typed), scope }
}

/** The answer, and the ids of each setting that gave it. */
function answer(question: Asked): readonly [string, ...(readonly string[])[]] {
  const found = findTried(question, runs, rules)
  const match = found.answer === 'no' ? 'none' : found.answer
  return [
    found.answer,
    ...found.settings.filter((one) => one.match === match).map((one) => one.runs.map(({ id }) => id)),
  ]
}

describe('what was given', () => {
  test.each<[Record<string, string>, string, ...string[][]]>([
    [{ lr: '0.1', depth: '6' }, 'exact', ['b', 'a']],
    [{ lr: '1e-1' }, 'exact', ['b', 'a'], ['e']],
    [{ lr: '0.1', seed: '2' }, 'exact', ['b']],
    [{ model: 'xgb', depth: '3' }, 'exact', ['d']],
    [{ depth: '12' }, 'exact', ['e']],
    [{ lr: '0.1005', depth: '6' }, 'near', ['b', 'a']],
    [{ lr: '0.1', dropout: 'None' }, 'exact', ['b', 'a'], ['e']],
  ])('%j is %s', (params, ...expected) => {
    expect(answer(asked(params))).toEqual(expected)
  })

  test('that was not tried comes with the nearest first, by how far numbers are off', () => {
    const found = findTried(asked({ lr: '0.05', depth: '6' }), runs, rules)
    expect(found.answer).toBe('no')
    expect(found.settings.map((one) => one.runs.map(({ id }) => id))).toEqual([
      ['b', 'a'],
      ['c'],
      ['e'],
      ['d'],
    ])
    const [first] = found.settings
    // lr lies between 0.001 and 0.1: over two decades, so by its logarithm; the two parameters weigh alike.
    expect(first?.distance).toBeCloseTo(Math.log(2) / Math.log(100) / 2, 12)
    expect(first?.differs).toEqual([{ name: 'lr', asked: '0.05', logged: '0.1', isNear: false }])
  })
})

describe('a whole setting', () => {
  test.each<[string, Asked, string]>([
    [
      'of a run, seed and paths aside',
      asked({ lr: '0.1', depth: '6', model: 'lgbm', seed: '9', out_dir: '/z' }, 'run', []),
      'exact',
    ],
    [
      'of a run with a seed that was typed',
      asked({ lr: '0.1', depth: '6', model: 'lgbm', seed: '9' }, 'run', ['seed']),
      'no',
    ],
    ['of a run that lacks a parameter others have', asked({ lr: '0.1', depth: '6' }, 'run', []), 'no'],
    [
      'of a file, with its seed',
      asked({ lr: '0.1', depth: '6', model: 'lgbm', seed: '9' }, 'file', []),
      'no',
    ],
    ['of a file without a seed', asked({ lr: '0.1', depth: '6', model: 'lgbm' }, 'file', []), 'exact'],
    ['of a file that leaves out what varied', asked({ lr: '0.1', depth: '6' }, 'file', []), 'no'],
  ])('%s', (_, question, expected) => {
    expect(findTried(question, runs, rules).answer).toBe(expected)
  })

  test('of a file may leave out what every run logs alike', () => {
    const alike = runs.map((run) => ({ ...run, params: new Map([...run.params, ['loss', 'log']]) }))
    const question = asked({ lr: '0.1', depth: '6', model: 'lgbm' }, 'file', [])
    expect(findTried(question, alike, rules).answer).toBe('exact')
    expect(findTried({ ...question, scope: 'run' }, alike, rules).answer).toBe('no')
  })
})

test('names that no run logs are found, but not those that are left out anyway', () => {
  const question = asked({ lrr: '1', lr: '1', 'trainer.gpus': '2', save_dir: '/x' }, 'file', ['lrr'])
  expect(unknownNames(question, runs, rules)).toEqual(['lrr'])
  expect(unknownNames(asked({ 'trainer.gpus': '2' }), runs, rules)).toEqual(['trainer.gpus'])
})
