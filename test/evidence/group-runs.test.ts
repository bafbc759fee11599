import { expect, test } from 'vitest'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

test('families are told by parent, tag and name, once each', () => {
  const runs = [
    makeRun({ id: 'parent', startedAt: 0, name: 'search' }),
    ...[1, 2, 3].map((seed) =>
      makeRun({
        id: `lgbm${seed}`,
        startedAt: seed,
        name: `lgbm-s${seed}`,
        parent: seed < 3 ? 'mlflow:1/parent' : null,
      }),
    ),
    ...[4, 5].map((seed) =>
      makeRun({
        id: `xgb${seed}`,
        startedAt: seed,
        name: `xgb-s${seed}`,
        tags: { candidate: 'yes', why: `reason ${seed}` },
      }),
    ),
  ]
  expect(
    gather(runs)
      .groups.filter(({ kind }) => kind === 'family')
      .map(({ label, runs: members }) => [label, members]),
  ).toEqual([
    ['children of r1', ['r2', 'r3']],
    ['candidate=yes', ['r5', 'r6']],
    ['runs named lgbm s', ['r2', 'r3', 'r4']],
  ])
})

test('a tag that thousands share in hundreds of ways makes no hundreds of groups', () => {
  const runs = Array.from({ length: 600 }, (_, index) =>
    makeRun({ id: `run${index}`, startedAt: index, name: 'same', tags: { ticket: `T-${index % 200}` } }),
  )
  expect(gather(runs).groups.filter(({ kind }) => kind === 'family')).toHaveLength(8)
})

test('folds are no replicates, seeds are', () => {
  const runs = ['1', '2'].flatMap((seed) =>
    ['0', '1', '2'].map((fold, index) =>
      makeRun({
        id: `run${seed}${fold}`,
        startedAt: Number(seed) * 10 + index,
        params: { model: 'lgbm', seed, fold },
        metrics: { val_auc: 0.5 },
      }),
    ),
  )
  expect(
    gather(runs)
      .groups.filter(({ kind }) => kind === 'replicates')
      .map(({ runs: members }) => members),
  ).toEqual([
    ['r1', 'r4'],
    ['r2', 'r5'],
    ['r3', 'r6'],
  ])
})
