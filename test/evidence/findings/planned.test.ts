import { describe, expect, test } from 'vitest'
import { gather } from '../../support/gather.ts'
import { told } from '../../support/gather-logged.ts'
import { makeRun } from '../../support/make-run.ts'

const AT = Date.UTC(2026, 2, 2, 9)
const PLANNED = {
  plan: '2026-03-02-next-3f2a',
  id: 'p2',
  at: AT,
  metric: 'val_auc',
  params: new Map([['lr', '0.1']]),
  low: 0.8,
  high: 0.83,
}

function findings(runs: readonly Parameters<typeof makeRun>[0][], planned = [PLANNED]): readonly string[] {
  return told(gather(runs.map(makeRun), [], { planned }), 'planned')
}

describe('what came out of a planned experiment', () => {
  const run = { id: 'aaaa1111', params: { lr: '1e-1', seed: '3' }, startedAt: AT + 1000 }

  test.each([
    [0.82, 'within the expected'],
    [0.79, 'below the expected'],
    [0.84, 'above the expected'],
  ])('%d is %s', (value, words) => {
    expect(findings([{ ...run, metrics: { val_auc: value } }])).toEqual([
      `r1 ran p2 of the plan 2026-03-02-next-3f2a: val_auc is ${value}, ${words} 0.8 to 0.83.`,
    ])
  })

  test('is the mean of its runs', () => {
    const two = [0.82, 0.84].map((value, index) => ({
      ...run,
      id: `aaaa111${index}`,
      metrics: { val_auc: value },
    }))
    expect(findings(two)).toEqual([
      'r1 and r2 ran p2 of the plan 2026-03-02-next-3f2a: their mean val_auc is 0.83, within the expected 0.8 to 0.83.',
    ])
  })

  test('is not told of runs before the plan, of other settings, of failed runs', () => {
    const metrics = { val_auc: 0.82 }
    expect(findings([{ ...run, metrics, startedAt: AT - 1 }])).toEqual([])
    expect(findings([{ ...run, metrics, params: { lr: '0.2' } }])).toEqual([])
    expect(findings([{ ...run, metrics, params: { lr: '0.1', depth: '2' } }])).toEqual([])
    expect(findings([{ ...run, metrics, status: 'failed' }])).toEqual([])
  })

  test('answers the newest plan of several with the same experiment', () => {
    const older = { ...PLANNED, plan: 'older', at: AT - 5000, low: 0.1, high: 0.2 }
    expect(findings([{ ...run, metrics: { val_auc: 0.82 } }], [older, PLANNED])).toHaveLength(1)
  })
})
