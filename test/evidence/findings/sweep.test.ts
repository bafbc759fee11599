import { expect, test } from 'vitest'
import { makeRun } from '../../support/make-run.ts'
import { toldFindings } from '../../support/told-findings.ts'

const runsOf = (settings: readonly Readonly<Record<string, string>>[], parent: string | null = null) =>
  settings.map((params, index) =>
    makeRun({
      id: `run${String(index).padStart(3, '0')}`,
      startedAt: index,
      parent,
      params: { model: 'lgbm', ...params },
    }),
  )
const grid = ['0.1', '0.01'].flatMap((lr) => ['3', '5', '7'].map((depth) => ({ lr, depth })))
const drawn = [0.31, 0.012, 0.09, 0.44, 0.2, 0.17].map((lr, index) => ({
  lr: String(lr),
  dropout: String(0.05 * index + 0.011),
  depth: String(3 + (index % 2)),
}))

test.each([
  ['a grid', runsOf(grid), ['Grid over depth (3 to 7), lr (0.01 to 0.1): 6 settings.']],
  ['a grid with a hole', runsOf(grid.slice(1)), []],
  [
    'a grid over seeds',
    runsOf(grid.flatMap((setting) => ['1', '2'].map((seed) => ({ ...setting, seed })))),
    ['Grid over depth (3 to 7), lr (0.01 to 0.1): 6 settings, 12 runs in all.'],
  ],
  [
    'the same grid on two data sets',
    runsOf(['iris', 'wine'].flatMap((dataset) => grid.map((setting) => ({ ...setting, dataset })))),
    [
      'Grid over depth (3 to 7), lr (0.01 to 0.1), with dataset=iris: 6 settings.',
      'Grid over depth (3 to 7), lr (0.01 to 0.1), with dataset=wine: 6 settings.',
    ],
  ],
  [
    'one parameter at a time',
    runsOf([
      { lr: '0.1', depth: '3', loss: 'log' },
      { lr: '0.2', depth: '3', loss: 'log' },
      { lr: '0.1', depth: '5', loss: 'log' },
      { lr: '0.1', depth: '3', loss: 'focal' },
    ]),
    ['One parameter at a time over depth (3 to 5), loss (log, focal), lr (0.1 to 0.2): 4 settings.'],
  ],
  [
    'a random search under a parent',
    runsOf(drawn, 'mlflow:1/parent'),
    ['Random search under one parent over dropout (0.011 to 0.261), lr (0.012 to 0.44): 6 settings.'],
  ],
  [
    'one number',
    runsOf(['8', '16', '32', '64'].map((latent) => ({ latent }))),
    ['Sweep over latent (8 to 64): 4 settings.'],
  ],
  ['four choices', runsOf(['a', 'b', 'c', 'd'].map((loss) => ({ loss }))), []],
  ['too few', runsOf(['8', '16', '32'].map((latent) => ({ latent }))), []],
])('%s', (_, runs, expected) => {
  expect(toldFindings('sweep', runs)).toEqual(expected)
})
