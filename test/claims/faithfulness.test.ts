import { beforeAll, describe, expect, it } from 'vitest'
import { FAMILIES } from '../bench/faithfulness/case.ts'
import { narrateChecker } from '../bench/faithfulness/checker.ts'
import { readHistories } from '../bench/faithfulness/histories.ts'
import { judgeCases, type Outcome, type Totals, totalsOf } from '../bench/faithfulness/measure.ts'
import { tellCases } from '../bench/faithfulness/tell-cases.ts'
import { makeWorld } from '../support/make-world.ts'

/** Shares of lies caught, in per cent, below which a change made the checker worse. Raise them with it. */
const FLOORS: Readonly<Record<(typeof FAMILIES)[number], number>> = {
  numeric: 99,
  relational: 98,
  cause: 92,
  notes: 96,
  runs: 95,
  work: 92,
  digits: 95,
}
const MOST_FALSE_ALARMS = 1.5

let outcomes: readonly Outcome[]
let totals: Totals

beforeAll(async () => {
  const { world } = makeWorld({ cwd: '/' })
  const grounds = await readHistories({ planted: 2, stores: null, world })
  outcomes = await judgeCases(
    tellCases(grounds, { seed: 11, liesPerKind: 10, honestPerForm: 10 }),
    grounds,
    narrateChecker,
  )
  totals = totalsOf(outcomes)
}, 120_000)

describe('a small draw of the faithfulness bench', () => {
  it.each(FAMILIES)('catches as many lies as before: %s', (family) => {
    const { lies, caught } = totals.families.get(family) ?? { lies: 0, caught: 0 }
    expect(lies).toBeGreaterThanOrEqual(20)
    expect((100 * caught) / lies).toBeGreaterThanOrEqual(FLOORS[family])
  })

  it('refuses no more honest statements than before', () => {
    const { told, refused } = totals.honest
    expect(told).toBeGreaterThan(400)
    expect((100 * refused) / told).toBeLessThanOrEqual(MOST_FALSE_ALARMS)
  })

  it('prints no digit out of no slot', () => {
    expect(
      outcomes.filter(({ leak }) => leak !== null).map(({ told, leak }) => [told.statement.text, leak]),
    ).toEqual([])
  })
})

describe('a draw', () => {
  it('is the same with the same seed, and another with another', async () => {
    const { world } = makeWorld({ cwd: '/' })
    const grounds = await readHistories({ planted: 0, stores: null, world })
    const draw = (seed: number) => tellCases(grounds, { seed, liesPerKind: 2, honestPerForm: 2 })
    expect(draw(1)).toEqual(draw(1))
    expect(draw(2)).not.toEqual(draw(1))
  })
})
