import { beforeAll, describe, expect, it } from 'vitest'
import { GERMAN } from '../../../src/claims/languages/de/german.ts'
import { readHistories } from '../../bench/faithfulness/histories.ts'
import {
  GERMAN_HONEST,
  GERMAN_HONEST_LAST,
  GERMAN_HONEST_LATER,
  GERMAN_LIES,
  GERMAN_LIES_LAST,
  GERMAN_LIES_LATER,
} from '../../bench/faithfulness/languages/german.ts'
import { type JudgedSentence, judgeSentences } from '../../bench/faithfulness/languages/measure.ts'
import { makeWorld } from '../../support/make-world.ts'

let honest: readonly JudgedSentence[]
let lies: readonly JudgedSentence[]

beforeAll(async () => {
  const { world } = makeWorld({ cwd: '/' })
  const grounds = await readHistories({ planted: 0, stores: null, world })
  const judge = (set: typeof GERMAN_LIES) => judgeSentences(GERMAN, grounds, set)
  const asLies = (set: typeof GERMAN_HONEST): typeof GERMAN_LIES =>
    Object.fromEntries(
      Object.entries(set).map(([history, list]) => [history, list.map((one) => ['honest', ...one] as const)]),
    )
  honest = [
    ...judge(asLies(GERMAN_HONEST)),
    ...judge(asLies(GERMAN_HONEST_LATER)),
    ...judge(asLies(GERMAN_HONEST_LAST)),
  ]
  lies = [...judge(GERMAN_LIES), ...judge(GERMAN_LIES_LATER), ...judge(GERMAN_LIES_LAST)]
}, 120_000)

describe('the German bench', () => {
  it('prints no lie', () => {
    expect(lies.filter(({ isPrinted }) => isPrinted).map(({ text }) => text)).toEqual([])
    expect(lies.length).toBeGreaterThan(225)
  })

  it('refuses no more honest statements than before', () => {
    expect(honest.filter(({ isPrinted }) => isPrinted).length / honest.length).toBeGreaterThanOrEqual(0.85)
  })

  it('gives a reason that can be mended for each that is refused', () => {
    for (const { verdict } of [...honest, ...lies])
      if (verdict.kind !== 'supported') expect(verdict.reason).toMatch(/\.$|leave it out\.|"\.$/)
  })
})
