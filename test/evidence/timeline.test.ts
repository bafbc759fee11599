import { expect, test } from 'vitest'
import { timelineOf } from '../../src/evidence/timeline.ts'
import { gather } from '../support/gather.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'
import { toldFindings } from '../support/told-findings.ts'

const hour = 3_600_000
const runsOf = (...sketches: readonly Partial<RunSketch>[]) =>
  sketches.map((sketch, index) =>
    makeRun({ id: `run${index}`, startedAt: index * hour, endedAt: index * hour + 60_000, ...sketch }),
  )

test.each([
  [
    'experiments',
    runsOf({ experiment: 'a' }, { experiment: 'a' }, { experiment: 'b' }, { experiment: 'a' }).map(
      (run, index) => ({
        ...run,
        experiment: { id: index === 2 ? '2' : '1', name: index === 2 ? 'b' : 'a' },
      }),
    ),
    [
      ['a', 2],
      ['b', 1],
      ['a', 1],
    ],
  ],
  [
    'models in one experiment',
    runsOf({ params: { model: 'lgbm' } }, { params: { model: 'lgbm' } }, { params: { model: 'xgb' } }),
    [
      ['lgbm', 2],
      ['xgb', 1],
    ],
  ],
  [
    'names without their numbers',
    runsOf({ name: 'lgbm-s1' }, { name: 'lgbm-s2' }, { name: 'xgb-s1' }),
    [
      ['lgbm s', 2],
      ['xgb s', 1],
    ],
  ],
  ['nothing that tells', runsOf({ name: 'bold-lark-123' }, { name: 'sad-cat-4' }), [[null, 2]]],
])('blocks are told by %s', (_, runs, expected) => {
  const blocks = timelineOf(gather(runs).runs)
  expect(blocks.map(({ label, runs: members }) => [label, members.length])).toEqual(expected)
  expect(blocks[0]?.from).toBe(0)
  expect(blocks.at(-1)?.until).toBe((runs.length - 1) * hour + 60_000)
})

test('a session of a few parts is told in its order', () => {
  const runs = ['lgbm', 'lgbm', 'lgbm', 'xgb'].map((model, index) =>
    makeRun({
      id: `run${index}`,
      startedAt: Date.UTC(2026, 2, 2, 9 + index),
      params: { model, lr: String(index) },
    }),
  )
  expect(toldFindings('variation', runs)).toContain(
    'In order: 3 runs of lgbm from 2026-03-02 09:00, then 1 run of xgb from 2026-03-02 12:00.',
  )
  expect(toldFindings('variation', runs.slice(2)).join()).not.toContain('In order')
})
