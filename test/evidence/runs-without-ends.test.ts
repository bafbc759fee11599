import { describe, expect, test } from 'vitest'
import { progress } from '../../src/evidence/findings/progress.ts'
import { finishedRuns } from '../../src/evidence/finished-runs.ts'
import { headlineValue, rankedBy } from '../../src/evidence/headline.ts'
import type { RunStatus } from '../../src/runs/run.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const HOUR = 3_600_000

function history(status: RunStatus) {
  return gather(
    Array.from({ length: 24 }, (_, place) =>
      makeRun({
        id: `${String(place).padStart(2, '0')}`.repeat(4),
        status,
        startedAt: place * HOUR,
        endedAt: place * HOUR + HOUR / 2,
        params: { lr: String(place / 100) },
        metrics: { val_auc: (70 + Math.min(place, 8)) / 100 },
      }),
    ),
  )
}

describe('runs of which no log tells an end', () => {
  test('are ranked as finished ones are, and are not called finished', () => {
    const evidence = history('unknown')
    expect(rankedBy('val_auc', evidence.runs, evidence.metrics)).toHaveLength(24)
    expect(finishedRuns(evidence)).toBe('ranked runs')
    const sentences = progress(evidence).map(({ sentence }) => sentence)
    expect(sentences.join(' ')).toContain('of [[this.runs]] ranked runs')
    expect(sentences.join(' ')).not.toContain('finished')
  })

  test('are told apart from those that broke', () => {
    const evidence = history('failed')
    expect(rankedBy('val_auc', evidence.runs, evidence.metrics)).toEqual([])
    expect(progress(evidence)).toEqual([])
  })

  test('leave the words for finished runs as they were', () => {
    const evidence = history('finished')
    expect(finishedRuns(evidence)).toBe('finished runs')
    const [best] = rankedBy('val_auc', evidence.runs, evidence.metrics)
    expect(best === undefined ? null : headlineValue(best, 'val_auc', evidence.metrics)).toBe(0.78)
  })
})
