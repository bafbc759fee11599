import { describe, expect, test } from 'vitest'
import type { EvidenceRun } from '../../../src/evidence/evidence.ts'
import { expectedRange } from '../../../src/evidence/plans/expected-range.ts'
import { pastOf } from '../../../src/evidence/plans/past.ts'
import { settleProposal } from '../../../src/evidence/plans/settle-proposal.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'

type Made = readonly [params: Readonly<Record<string, string>>, value: number]

function range(runs: readonly Made[], from: number, set: Readonly<Record<string, string>>, seeds = 1) {
  const evidence = gather(
    runs.map(([params, value], index) =>
      makeRun({
        id: `${index}`.padStart(8, 'a'),
        params,
        metrics: { val_auc: value },
        startedAt: Date.UTC(2026, 2, 2, 10, index),
      }),
    ),
    [],
    { metrics: { directions: { val_auc: 'higher' }, headline: {}, units: {} } },
  )
  const past = pastOf(evidence, 'val_auc')
  const one = evidence.runs[from] as EvidenceRun
  if (past === null) throw new Error('there is a past')
  const found = expectedRange(
    settleProposal({ set: new Map(Object.entries(set)) }, one, evidence.runs),
    seeds,
    past,
  )
  if ('reason' in found) return found
  const round = (value: number): number => Math.round(value * 1e6) / 1e6
  return {
    low: round(found.low),
    high: round(found.high),
    kinds: found.grounds.map(({ kind, count }) => `${kind} ${count}`),
    noise: found.noise === null ? null : round(found.noise),
  }
}

const LINE: readonly Made[] = [
  [{ depth: '2' }, 0.7],
  [{ depth: '4' }, 0.72],
  [{ depth: '8' }, 0.75],
]

describe('the range that is expected', () => {
  test('of a change that was made twice elsewhere reaches from the least to the greatest effect', () => {
    const runs: readonly Made[] = [
      [{ lr: '1', a: '1' }, 0.7],
      [{ lr: '2', a: '1' }, 0.71],
      [{ lr: '1', a: '2' }, 0.6],
      [{ lr: '2', a: '2' }, 0.63],
      [{ lr: '1', a: '3', b: '9' }, 0.8],
    ]
    expect(range(runs, 4, { lr: '2' })).toEqual({
      low: 0.81,
      high: 0.83,
      kinds: ['same change 2'],
      noise: null,
    })
  })

  test('of a change made once reaches from nothing to what it did; the way back counts too', () => {
    const runs: readonly Made[] = [
      [{ lr: '2', a: '1' }, 0.7],
      [{ lr: '1', a: '1' }, 0.68],
      [{ lr: '1', a: '2' }, 0.8],
    ]
    expect(range(runs, 2, { lr: '2' })).toMatchObject({ low: 0.8, high: 0.82, kinds: ['same change 1'] })
  })

  test('between two values lies between them, and half their distance beside', () => {
    expect(range(LINE, 2, { depth: '6' })).toMatchObject({ low: 0.705, high: 0.765, kinds: ['between 1'] })
  })

  test('beyond the edge is the last step in proportion, either way', () => {
    expect(range(LINE, 2, { depth: '16' })).toMatchObject({ low: 0.72, high: 0.78, kinds: ['beyond 1'] })
  })

  test('of two changes is the sum of both', () => {
    const runs: readonly Made[] = [
      [{ lr: '1', a: '1' }, 0.7],
      [{ lr: '2', a: '1' }, 0.71],
      [{ lr: '1', a: '2' }, 0.75],
    ]
    expect(range(runs, 0, { lr: '2', a: '2' })).toMatchObject({ low: 0.7, high: 0.76 })
  })

  test('of a parameter that never varied is none, and says of which', () => {
    expect(range(LINE, 2, { dropout: '0.1' })).toEqual({ unknown: ['dropout'], reason: 'no ground' })
  })

  test('of replicates needs replicates, and is what seeds do around the mean', () => {
    expect(range(LINE, 2, {}, 3)).toEqual({ unknown: [], reason: 'no replicates' })
    const seeded: readonly Made[] = [0.7, 0.71, 0.72].map((value, index) => [
      { lr: '1', seed: `${index}` },
      value,
    ])
    const found = range([...seeded, [{ lr: '2', seed: '0' }, 0.6]], 0, {}, 5)
    // t(0.975; 2) · 0.01 · √(1/5 + 1/3)
    expect(found).toMatchObject({ noise: 0.031422, low: 0.678578, high: 0.741422 })
  })

  test('of the best of many single runs is wider on the worse side', () => {
    const seeded: readonly Made[] = [0.7, 0.71, 0.72].map((value, index) => [
      { lr: '1', seed: `${index}` },
      value,
    ])
    const found = range([...seeded, [{ lr: '2', seed: '0' }, 0.8]], 3, {}, 1)
    if ('reason' in found) throw new Error('there is a range')
    expect(0.8 - found.low).toBeGreaterThan(found.high - 0.8)
  })
})
