import { describe, expect, test } from 'vitest'
import type { EvidenceRun } from '../../src/evidence/evidence.ts'
import { type Progress, progressOf } from '../../src/evidence/progress-of.ts'
import type { Run } from '../../src/runs/run.ts'
import { gather } from '../support/gather.ts'
import { makeRun, type RunSketch } from '../support/make-run.ts'

const HOUR = 3_600_000

/** Runs of one hour each, one after the other. */
function searchOf(
  values: readonly (number | null)[],
  sketchOf: (index: number) => Partial<RunSketch> = () => ({}),
) {
  return values.map((value, index) =>
    makeRun({
      id: `run${index + 1}`,
      startedAt: index * HOUR,
      endedAt: (index + 1) * HOUR,
      ...(value === null ? { status: 'failed' } : { metrics: { val_auc: value } }),
      ...sketchOf(index),
    }),
  )
}

function progressOver(runs: readonly Run[], metric = 'val_auc'): Progress | null {
  const evidence = gather(runs)
  return progressOf(evidence.runs, metric, evidence.metrics)
}

describe('the way of a search', () => {
  test('holds the best so far, the runs that set it and the hours spent until then', () => {
    const progress = progressOver(searchOf([0.7, 0.6, 0.8, 0.8, 0.75, 0.9]))
    expect(progress?.series.map(({ best, bestRun, seconds }) => [best, bestRun, seconds])).toEqual([
      [0.7, 'r1', 3600],
      [0.7, 'r1', 7200],
      [0.8, 'r3', 10_800],
      [0.8, 'r3', 14_400],
      [0.8, 'r3', 18_000],
      [0.9, 'r6', 21_600],
    ])
    expect(progress?.bests).toEqual(['r1', 'r3', 'r6'])
    // The first third is 0.7 and 0.6; the last third moved the best from 0.8 to 0.9.
    expect(progress?.start).toBeCloseTo(0.65, 12)
    expect(progress?.before).toEqual({ runs: 4, seconds: 14_400, gain: expect.closeTo(0.15, 12) })
    expect(progress?.last).toEqual({ runs: 2, seconds: 7200, gain: expect.closeTo(0.1, 12) })
    expect(progress?.sinceBest).toEqual({ runs: 0, seconds: 0 })
  })

  test('goes down where lower is better', () => {
    const runs = searchOf([]).concat(
      [3, 2, 4, 1].map((value, index) =>
        makeRun({ id: `a${index}`, endedAt: index + 1, startedAt: index, metrics: { val_loss: value } }),
      ),
    )
    const progress = progressOver(runs, 'val_loss')
    expect(progress?.series.map(({ best }) => best)).toEqual([3, 2, 2, 1])
    expect(progress?.last.gain).toBe(1)
  })

  test('failed runs cost hours and rank nowhere', () => {
    const progress = progressOver(searchOf([0.7, null, null, 0.8]))
    expect(progress?.series.map(({ run, seconds }) => [run, seconds])).toEqual([
      ['r1', 3600],
      ['r4', 14_400],
    ])
  })

  test('a failed run that logged a value is no best either', () => {
    const progress = progressOver(
      searchOf([0.7, 0.99, 0.8], (index) => (index === 1 ? { status: 'failed' } : {})),
    )
    expect(progress?.bests).toEqual(['r1', 'r3'])
  })

  test('folds are parts of their parent: they do not rank, and their time is their parent’s', () => {
    const runs = searchOf([0.7, 0.9, 0.91, 0.8], (index) =>
      index === 1 || index === 2
        ? { parent: 'mlflow:1/run4', params: { fold: String(index) }, startedAt: 3 * HOUR, endedAt: 4 * HOUR }
        : {},
    )
    const progress = progressOver(runs)
    expect(progress?.series.map(({ value, seconds }) => [value, seconds])).toEqual([
      [0.7, 3600],
      [0.8, 7200],
    ])
  })

  test('the order is that of the ends, not of the starts', () => {
    const progress = progressOver(
      searchOf([0.7, 0.8, 0.6], (index) => (index === 0 ? { endedAt: 10 * HOUR } : {})),
    )
    expect(progress?.series.map(({ run }) => run)).toEqual(['r2', 'r3', 'r1'])
  })

  test('is not known where the direction is not, where no run is ranked, or no time is', () => {
    const timeless = { startedAt: null, endedAt: null }
    expect(progressOver([makeRun({ id: 'a', metrics: { score: 1 } })], 'score')).toBeNull()
    expect(progressOver(searchOf([null, null]))).toBeNull()
    expect(progressOver(searchOf([0.7, 0.8], () => timeless))).toBeNull()
  })

  test('hours are not known where most runs tell no duration', () => {
    const progress = progressOver(searchOf([0.7, 0.8, 0.9], (index) => (index > 0 ? { endedAt: null } : {})))
    expect(progress?.series.map(({ seconds }) => seconds)).toEqual([null, null, null])
    expect(progress?.last.seconds).toBeNull()
  })

  test('ten thousand runs are one pass', () => {
    const [model] = gather([makeRun({ id: 'a' })]).runs
    const runs = Array.from({ length: 10_000 }, (_, index) => ({
      ...(model as EvidenceRun),
      address: `r${index + 1}`,
      run: makeRun({
        id: `a${index}`,
        startedAt: index,
        endedAt: index + 1,
        metrics: { val_auc: index % 97 },
      }),
    }))
    const progress = progressOf(runs, 'val_auc', gather([]).metrics)
    expect(progress?.series).toHaveLength(10_000)
    expect(progress?.sinceBest.runs).toBe(9999 - 96)
  })
})
