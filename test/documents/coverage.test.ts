import { describe, expect, test } from 'vitest'
import { belowMinimum, type CoverageParts, coverageOf } from '../../src/documents/coverage.ts'
import type { Break } from '../../src/evidence/protocol-timeline.ts'
import { makeRun } from '../support/make-run.ts'

const TOLD = makeRun({ id: 'a1', startedAt: 1000 })
const UNTOLD = makeRun({ id: 'b1', startedAt: 3000, experiment: 'other' })
const FAILED = makeRun({ id: 'c1', startedAt: 2000, status: 'failed' })
const KILLED = makeRun({ id: 'd1', startedAt: 2500, status: 'killed' })
const OPEN = makeRun({ id: 'e1', startedAt: 4000, status: 'running', endedAt: null })

const CHANGE: Break = {
  what: 'split',
  name: 'n_val',
  field: 'param',
  from: '10',
  to: '20',
  last: TOLD.key,
  at: FAILED.key,
  among: null,
  runsBefore: 1,
  runsAfter: 3,
}
const EXPLANATION = { by: 'note', place: 'notes.md', line: 3, text: 'because' } as const

const PARTS: CoverageParts = {
  runs: [TOLD, UNTOLD, FAILED, KILLED, OPEN],
  told: new Map([
    [TOLD.key, ['2026-03-02-a']],
    [OPEN.key, ['2026-03-02-a']],
  ]),
  explained: new Map([[KILLED.key, EXPLANATION]]),
  changes: [
    { change: CHANGE, reason: null },
    { change: CHANGE, reason: EXPLANATION },
  ],
}

describe('coverageOf', () => {
  test('counts what ended, failed and changed, and for how much of it something stands', () => {
    const { whole, open } = coverageOf(PARTS)
    expect(whole.runs).toEqual({ count: 4, covered: 1, percent: 25 })
    expect(whole.failures).toEqual({ count: 2, covered: 1, percent: 50 })
    expect(whole.changes).toEqual({ count: 2, covered: 1, percent: 50 })
    expect(open).toBe(1)
  })

  test('names what is missing, the newest first', () => {
    const { untold, unexplained } = coverageOf(PARTS)
    expect(untold.map(({ id }) => id)).toEqual(['b1', 'd1', 'c1'])
    expect(unexplained.map(({ id }) => id)).toEqual(['c1'])
  })

  test('never rounds up to a whole: one untold run of a thousand is 99 %', () => {
    const runs = Array.from({ length: 1000 }, (_, index) => makeRun({ id: `r${index}` }))
    const told = new Map(runs.slice(1).map(({ key }) => [key, ['x']]))
    expect(coverageOf({ ...PARTS, runs, told, changes: [] }).whole.runs.percent).toBe(99)
  })

  test.each<[number, readonly string[]]>([
    [25, []],
    [25.1, ['runs']],
    [51, ['runs', 'failures', 'changes']],
  ])('below %d per cent are %j', (least, names) => {
    expect(belowMinimum(coverageOf(PARTS), least)).toEqual(names)
  })

  test('what there is none of is never below', () => {
    const nothing = coverageOf({ runs: [], told: new Map(), explained: new Map(), changes: [] })
    expect(belowMinimum(nothing, 100)).toEqual([])
    expect(nothing.whole.runs.percent).toBeNull()
  })
})
