import { describe, expect, test } from 'vitest'
import { planOf, schedule } from '../../../src/evidence/plans/plan-of.ts'
import type { PlanSubject } from '../../../src/evidence/plans/plan-subject.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

const SUBJECT: PlanSubject = {
  at: Date.UTC(2026, 2, 10),
  target: null,
  budget: null,
  deadline: null,
  resources: null,
  atOnce: 1,
}

type Made = readonly [params: Readonly<Record<string, string>>, value: number, more?: Partial<RunSketch>]

function evidenceOf(runs: readonly Made[]) {
  return gather(
    runs.map(([params, value, more], index) =>
      makeRun({
        id: `run${index}`.padEnd(8, '0'),
        params,
        metrics: { val_auc: value },
        startedAt: Date.UTC(2026, 2, 2, 10, index),
        endedAt: Date.UTC(2026, 2, 2, 11, index),
        ...more,
      }),
    ),
    [],
    { metrics: { directions: { val_auc: 'higher' }, headline: {}, units: {}, primary: 'val_auc' } },
  )
}

function proposed(runs: readonly Made[]): readonly string[] {
  return planOf(evidenceOf(runs), SUBJECT).own.map(
    ({ reason, settled, runs: count }) =>
      `${reason}: ${settled.from.run.id.slice(0, 4)} ${settled.changes.map(({ param, to }) => `${param}=${to}`).join(' ')} (${count})`,
  )
}

describe('what follows from the runs alone', () => {
  test('is more seeds of the best, then the next value beyond the edge where it lies', () => {
    expect(
      proposed([
        [{ model: 'a', depth: '2', seed: '1' }, 0.7],
        [{ model: 'a', depth: '4', seed: '1' }, 0.72],
        [{ model: 'a', depth: '8', seed: '1' }, 0.75],
      ]),
    ).toEqual(['few seeds: run2  (2)', 'edge: run2 depth=16 (1)'])
  })

  test('lies between the best and its better neighbour where the best is inside', () => {
    expect(
      proposed([
        [{ depth: '2', seed: '1' }, 0.7],
        [{ depth: '8', seed: '1' }, 0.75],
        [{ depth: '20', seed: '1' }, 0.74],
      ]),
    ).toContain('between: run1 depth=14 (1)')
  })

  test('is never a setting that has run', () => {
    const told = proposed([
      [{ depth: '2', lr: '1' }, 0.7],
      [{ depth: '4', lr: '1' }, 0.75],
      [{ depth: '8', lr: '1' }, 0.6, { status: 'failed' }],
    ])
    expect(told.join()).not.toContain('depth=8')
  })

  test('brings to the best what helped with another setting, but nothing of another model', () => {
    const runs: readonly Made[] = [
      [{ model: 'a', drop: '0', leaves: '7' }, 0.6],
      [{ model: 'a', drop: '1', leaves: '7' }, 0.65],
      [{ model: 'a', drop: '0', leaves: '4' }, 0.64],
      [{ model: 'b', drop: '0' }, 0.8],
    ]
    const told = proposed(runs)
    expect(told).toContain('helped elsewhere: run3 drop=1 (1)')
    expect(told.join()).not.toContain('leaves')
  })

  test('takes a failed setting up once more where nobody logged why it failed', () => {
    const broken: Made = [{ depth: '9', lr: '7' }, 0.1, { status: 'failed', metrics: {} }]
    expect(proposed([[{ depth: '2', lr: '1' }, 0.7], broken])).toContain('failed once: run1  (1)')
    const known: Made = [
      broken[0],
      0.1,
      { status: 'failed', metrics: {}, tags: { exception: 'MemoryError: no' } },
    ]
    expect(proposed([[{ depth: '2', lr: '1' }, 0.7], known]).join()).not.toContain('failed once')
  })

  test('is nothing where no finished run has the metric', () => {
    expect(proposed([[{ depth: '2' }, 0.7, { status: 'failed' }]])).toEqual([])
  })
})

describe('a schedule', () => {
  test('adds up time and budget in the order of the plan, as many runs at once as may go', () => {
    const evidence = evidenceOf([
      [{ depth: '2', seed: '1' }, 0.7],
      [{ depth: '4', seed: '1' }, 0.72],
    ])
    const subject: PlanSubject = {
      ...SUBJECT,
      atOnce: 2,
      budget: { amount: 2.5, unit: 'hours', currency: null, text: '2.5 h', from: '--budget' },
      deadline: { until: SUBJECT.at + 1.5 * 3_600_000, text: 'soon', from: '--deadline' },
    }
    const told = schedule(planOf(evidence, subject).own, subject, evidence)
    expect(
      told.map(({ amount, doneAfter, spent, isInBudget, isInTime }) => ({
        amount,
        doneAfter,
        spent,
        isInBudget,
        isInTime,
      })),
    ).toEqual([
      { amount: 2, doneAfter: 3600, spent: 2, isInBudget: true, isInTime: true },
      { amount: 1, doneAfter: 7200, spent: 3, isInBudget: false, isInTime: false },
    ])
  })
})
