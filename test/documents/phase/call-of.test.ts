import { describe, expect, test } from 'vitest'
import { approachesOf } from '../../../src/documents/phase/approaches.ts'
import { callOf } from '../../../src/documents/phase/call-of.ts'
import { type MadeRun, makeEvidence } from '../../support/make-evidence.ts'

const START = Date.parse('2026-11-01T08:00:00Z')

/** Runs an hour apart, of the models named, with their values. */
function call(
  runs: readonly (readonly [model: string, value: number, seed?: number])[],
  target: number | null = null,
) {
  const made = runs.map(
    ([model, value, seed], index): MadeRun => ({
      name: `${model}-${index}`,
      started: START + index * 3_600_000,
      seconds: 600,
      params: { model, ...(seed === undefined ? { depth: index } : { depth: 0, seed }) },
      metrics: { val_auc: value },
    }),
  )
  const evidence = {
    ...makeEvidence({ runs: made, directions: { val_auc: 'higher' }, primary: 'val_auc' }),
    lead: { metric: 'val_auc', assumed: false },
  }
  return callOf(evidence, approachesOf(evidence), {
    asked: [],
    target:
      target === null ? null : { metric: 'val_auc', value: target, text: String(target), from: '--target' },
  })
}

describe('what the numbers of a phase alone come to', () => {
  test('fewer than six runs that may be ranked call nothing', () => {
    expect(
      call([
        ['a', 0.5],
        ['a', 0.6],
        ['b', 0.7],
      ]).word,
    ).toBe('undecided')
  })

  test('a last third that moves the best goes on', () => {
    const runs = [0.5, 0.55, 0.6, 0.62, 0.7, 0.75].map((value) => ['a', value] as const)
    expect(call(runs).word).toBe('continue')
  })

  test('a best that rests pivots where another approach is open', () => {
    const { sentence, word } = call([
      ['a', 0.5],
      ['a', 0.8],
      ['a', 0.7],
      ['b', 0.6],
      ['b', 0.61],
      ['a', 0.7],
      ['a', 0.7],
    ])
    expect(word).toBe('pivot')
    expect(sentence).toContain('brought no new best val_auc')
  })

  test('and stops where none is', () => {
    const runs = [0.5, 0.8, 0.7, 0.6, 0.61, 0.7, 0.7].map((value) => ['a', value] as const)
    expect(call(runs).word).toBe('stop')
  })

  test('a gain that seeds explain is none', () => {
    const seeds = [0.6, 0.7, 0.65, 0.62].map((value, index) => ['a', value, index + 1] as const)
    const { word, values } = call([...seeds, ['a', 0.66], ['a', 0.71], ['a', 0.7], ['a', 0.72]])
    expect(word).toBe('stop')
    expect(values.noise?.value).toBeGreaterThan(0.02)
  })

  test('a target that is reached stops, whatever the course', () => {
    const runs = [0.5, 0.55, 0.6, 0.62, 0.7, 0.75].map((value) => ['a', value] as const)
    expect(call(runs, 0.75)).toMatchObject({ word: 'stop', rests: ['r6'] })
    expect(call(runs, 0.76).word).toBe('continue')
  })
})
