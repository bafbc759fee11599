import { expect, test } from 'vitest'
import { pastOf } from '../../../src/evidence/plans/past.ts'
import { planOf, schedule } from '../../../src/evidence/plans/plan-of.ts'
import type { PlanSubject } from '../../../src/evidence/plans/plan-subject.ts'
import { tellPlanned } from '../../../src/evidence/plans/tell-planned.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'

const evidence = gather(
  [0.7, 0.72, 0.75].map((value, index) =>
    makeRun({
      id: `run${index}`.padEnd(8, '0'),
      params: { model: 'a', depth: String(2 ** (index + 1)), seed: '1' },
      metrics: { val_auc: value },
      startedAt: Date.UTC(2026, 2, 2, 10, index),
      endedAt: Date.UTC(2026, 2, 2, 11, index),
    }),
  ),
  [],
  { metrics: { directions: { val_auc: 'higher' }, headline: {}, units: {}, primary: 'val_auc' } },
)

/** When to stop with a depth beyond the edge, of which 0.69 to 0.81 is expected and which must pass 0.75. */
function stopFor(target: PlanSubject['target']): string {
  const subject = {
    ...{ at: Date.UTC(2026, 2, 10), target, budget: null, deadline: null, resources: null },
    atOnce: 1,
  }
  const edge = planOf(evidence, subject).own.filter(({ reason }) => reason === 'edge')
  const [scheduled] = schedule(edge, subject, evidence)
  const past = pastOf(evidence, 'val_auc')
  if (scheduled === undefined || past === null) throw new Error('nothing follows from the runs')
  return tellPlanned(scheduled, past, subject).told.stop
}

test.each([
  ['lies between what must be passed and what is expected at best', 0.76, true],
  ['is no more than what must be passed', 0.74, false],
  ['lies beyond what is expected', 0.9, false],
])('that the target would be reached is said where it %s', (_, value, isSaid) => {
  const told = stopFor({ metric: 'val_auc', value, text: String(value), from: '--target' })
  expect(told.endsWith(' The target is reached from [[this.goal]] on.')).toBe(isSaid)
})

test('without a target an experiment says when to stop, and no more', () => {
  expect(stopFor(null)).toBe(
    'Stop: no more of it if val_auc does not rise above [[this.stop]], which is [[r3]].',
  )
})
