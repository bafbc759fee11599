import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { Evidence } from '../../../src/evidence/evidence.ts'
import { plainSentence } from '../../../src/render/plain-sentence.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'

const HOUR = 3_600_000

/** Runs eight hours apart, each with its model and value. */
function series(models: readonly (readonly [model: string, value: number])[], hours = 8) {
  return models.map(([model, value], index) =>
    makeRun({
      id: `run${String(index).padStart(3, '0')}`,
      params: { model, lr: String(0.1 + index / 1000) },
      metrics: { val_auc: value },
      startedAt: Date.UTC(2026, 2, 2) + index * hours * HOUR,
      endedAt: Date.UTC(2026, 2, 2) + index * hours * HOUR + 60_000,
    }),
  )
}

const times = (count: number, model: string, value: number) =>
  Array.from({ length: count }, (_, index) => [model, value + index / 1000] as const)

const LEFT = [...times(6, 'forest', 0.7), ...times(14, 'lightgbm', 0.75)]

function told(evidence: Evidence): readonly string[] {
  const found = evidence.findings.filter(({ kind }) => kind === 'disappeared')
  for (const { sentence } of found) expect(whyUnsound(sentence, evidence)).toBeNull()
  return found.map(({ sentence }) => plainSentence(sentence, evidence))
}

describe('what was tried and left', () => {
  test('is told with its best value and that of the others', () => {
    expect(told(gather(series(LEFT)))).toEqual([
      'model forest was not run again after r6 (6 runs until then, 14 others since). Its best val_auc is 0.705 in r6, the best of the others 0.763 in r20.',
    ])
  })

  test.each([
    ['of a level that came back', [...LEFT, ['forest', 0.7] as const]],
    ['where few runs came since', [...times(14, 'lightgbm', 0.75), ...times(6, 'forest', 0.7)]],
    ['of levels of two runs', [...times(2, 'forest', 0.7), ...times(18, 'lightgbm', 0.75)]],
    [
      'of levels in a random order',
      [
        ...Array.from({ length: 12 }, (_, index) => [index % 4 === 0 ? 'forest' : 'lightgbm', 0.7] as const),
        ...times(12, 'lightgbm', 0.75),
      ],
    ],
  ])('is no word %s', (_, models) => {
    expect(told(gather(series(models)))).toEqual([])
  })

  test('is no word where all was run within a day, as a grid is', () => {
    expect(told(gather(series(LEFT, 1)))).toEqual([])
  })

  test('is told over a day only where its notes name it', () => {
    const runs = series(LEFT)
    const today = runs.slice(-2)
    const earlier = runs.slice(0, -2)
    expect(told(gather(today, [], { earlier }))).toEqual([])
    expect(told(gather(today, ['should I go back to the forest?'], { earlier }))).toHaveLength(1)
  })

  test('is the best of an experiment long ended whose method nobody ran again', () => {
    const block = series([...times(5, 'smote', 0.7), ['random', 0.9], ...times(2, 'smote', 0.7)]).map(
      (run) => ({ ...run, experiment: { id: '2', name: 'sampling' } }),
    )
    const later = series(times(16, 'none', 0.75)).map((run) => ({
      ...run,
      key: `${run.key}later`,
      id: `${run.id}later`,
      startedAt: (run.startedAt ?? 0) + 100 * HOUR,
      endedAt: (run.endedAt ?? 0) + 100 * HOUR,
    }))
    expect(told(gather([...block, ...later])).at(-1)).toBe(
      'r6 has the best val_auc of its experiment, 0.9 (then 0.704 in r5), and none of the 18 runs since has its model, random.',
    )
  })
})
