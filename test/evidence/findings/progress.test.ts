import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { Finding } from '../../../src/evidence/evidence.ts'
import type { GatherRequest } from '../../../src/evidence/gather-evidence.ts'
import type { Run } from '../../../src/runs/run.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

const HOUR = 3_600_000

function searchOf(
  values: readonly number[],
  sketchOf: (index: number) => Partial<RunSketch> = () => ({}),
  first = 0,
): readonly Run[] {
  return values.map((value, index) =>
    makeRun({
      id: `run${first + index + 1}`,
      startedAt: (first + index) * HOUR,
      endedAt: (first + index + 1) * HOUR,
      metrics: { val_auc: value },
      params: { lr: String(first + index) },
      ...sketchOf(index),
    }),
  )
}

function told(runs: readonly Run[], options: Partial<GatherRequest> = {}): readonly Finding[] {
  const evidence = gather(runs, [], options)
  const found = evidence.findings.filter(({ kind }) => kind === 'progress')
  for (const { sentence } of found) expect(whyUnsound(sentence, evidence)).toBeNull()
  return found
}

function words(found: readonly Finding[]): readonly string[] {
  return found.map(({ sentence }) =>
    sentence.replace(/\bk\d+\./g, 'this.').replace(/\.metric\["val_auc"\]/g, '.auc'),
  )
}

function valuesOf(finding: Finding | undefined): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(finding?.values ?? {}).map(([name, { value }]) => [name, value]))
}

const rising = [0.5, 0.55, 0.6, 0.62, 0.65, 0.66, 0.68, 0.7, 0.72, 0.74, 0.76, 0.78]
const stalled = [0.5, 0.6, 0.7, 0.8, 0.7, 0.71, 0.72, 0.7, 0.69, 0.7, 0.71, 0.72]

describe('whether the best still moves', () => {
  test('a search without a new best for its last third or more says for how long', () => {
    const found = told(searchOf(stalled))
    expect(words(found)).toEqual([
      'No new best val_auc in the last [[this.since]] of [[this.runs]] finished runs ([[this.time]] of running): it is still [[r4.auc]] in [[r4]].',
    ])
    expect(valuesOf(found[0])).toEqual({ since: 8, runs: 12, time: 8 * 3600 })
    expect(found[0]?.scope).toBe('session')
  })

  test('a search that gains less than a twentieth in its last third has diminishing returns', () => {
    const found = told(searchOf([...stalled.slice(0, 11), 0.801]))
    expect(words(found)).toEqual([
      'Gains diminish: the last [[this.last]] of [[this.runs]] finished runs moved the best val_auc from [[r4.auc]] ([[r4]]) to [[r12.auc]] ([[r12]]), [[this.share]] of the whole gain. Per run that is [[this.perRun]], before it was [[this.perRunBefore]]; per hour [[this.perHour]], before [[this.perHourBefore]].',
    ])
    // From the median of the first four (0.65) to 0.8 through eight runs, then 0.001 in four.
    const values = valuesOf(found[0])
    expect(values.perRun).toBeCloseTo(0.001 / 4, 12)
    expect(values.perRunBefore).toBeCloseTo(0.15 / 8, 12)
    expect(values.perHour).toBeCloseTo(0.001 / 4, 12)
    expect(values.share).toBeCloseTo((100 * 0.001) / 0.151, 9)
  })

  test('a search that still gains says so, and how fast', () => {
    const [found] = told(searchOf(rising))
    expect(words(found === undefined ? [] : [found])[0]).toMatch(
      /^The best still moves: the last .* from \[\[r8\.auc\]\]/,
    )
    expect(valuesOf(found).perRun).toBeCloseTo(0.08 / 4, 12)
  })

  test('a last third that gains no more than seeds do has diminishing returns', () => {
    const values = [...rising.slice(0, 8), 0.7, 0.72, 0.71, 0.74]
    const found = told(
      searchOf(values, (index) => (index >= 8 ? { params: { lr: '77', seed: String(index) } } : {})),
    )
    expect(words(found)[0]).toMatch(
      /^Gains diminish: .*, within the noise between seeds \(\[\[this\.noise\]\]\)\. Per run/,
    )
  })

  test('a poor first run is no gain of all the others', () => {
    // Against the first run alone, 0.02 of 0.32 would be little gain after much.
    const [found] = told(searchOf([0.5, 0.79, 0.795, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.82]))
    expect(found?.sentence).toMatch(/^The best still moves/)
  })

  test.each([
    ['short searches', searchOf(stalled.slice(0, 11))],
    ['a best that is five runs old', searchOf([0.5, 0.6, 0.7, 0.7, 0.7, 0.7, 0.8, 0.7, 0.7, 0.7, 0.7, 0.7])],
    [
      'metrics without a direction',
      searchOf(stalled, (index) => ({ metrics: { score: stalled[index] ?? 0 } })),
    ],
    ['runs that ended without a value', searchOf(stalled, () => ({ status: 'failed' }))],
  ])('nothing is said of %s', (_, runs) => {
    expect(told(runs)).toEqual([])
  })

  test('a set that ended before the newest began is a closed chapter', () => {
    const data = (index: number) => ({ params: { dataset: index < 12 ? 'v1' : 'v2' } })
    expect(told(searchOf([...stalled, 0.6, 0.6], data))).toEqual([])
  })

  test('another target that came later leaves none behind, and the larger set is told first', () => {
    const target = (index: number) => ({ params: { target: index < 12 ? 'river' : 'lake' } })
    const [first] = told(searchOf([...stalled, 0.6, 0.6], target))
    expect(first?.sentence).toMatch(/^No new best val_auc \(target=river\) in the last/)
  })

  test('runs on other data are never ranked together', () => {
    const runs = searchOf([...stalled, ...stalled], (index) => ({
      params: { dataset: index % 2 === 0 ? 'a' : 'b' },
    }))
    const found = told(runs)
    expect(found.length).toBeGreaterThan(0)
    for (const { rests } of found)
      expect(new Set(rests.map((address) => Number(address.slice(1)) % 2)).size).toBe(1)
  })
})

describe('a new best', () => {
  const earlier = searchOf(rising.slice(0, 8))

  test('of the project is told with what it beats', () => {
    const found = told(
      searchOf([0.71, 0.69], () => ({}), 20),
      { earlier },
    )
    expect(words(found)).toEqual([
      'New best val_auc of the project: [[r1.auc]] in [[r1]], [[abs(delta(r10.auc, r1.auc))]] above [[r10]] ([[r10.auc]]).',
    ])
    expect(found[0]?.scope).toBe('project')
  })

  test('that the session did not bring is said', () => {
    expect(
      words(
        told(
          searchOf([0.69], () => ({}), 20),
          { earlier },
        ),
      ),
    ).toEqual([
      'No new best val_auc of the project: [[r1.auc]] in [[r1]] is [[abs(delta(r9.auc, r1.auc))]] below [[r9]] ([[r9.auc]]).',
    ])
  })

  test('that the session did not bring is not said of other experiments', () => {
    const elsewhere = earlier.map((run) => ({ ...run, experiment: { id: '2', name: 'other' } }))
    expect(
      told(
        searchOf([0.69], () => ({}), 20),
        { earlier: elsewhere },
      ),
    ).toEqual([])
    expect(
      told(
        searchOf([0.71], () => ({}), 20),
        { earlier: elsewhere },
      ),
    ).toHaveLength(1)
  })

  test('is held against what seeds do, where some setting was repeated', () => {
    const repeats = searchOf(
      [0.6, 0.62, 0.61],
      (index) => ({ params: { lr: '77', seed: String(index) } }),
      40,
    )
    const near = told(
      searchOf([0.71], () => ({}), 60),
      { earlier: [...earlier, ...repeats] },
    )
    expect(words(near)).toEqual([
      'New best val_auc of the project: [[r1.auc]] in [[r1]], [[abs(delta(r9.auc, r1.auc))]] above [[r9]] ([[r9.auc]]), within the noise between seeds ([[this.noise]]).',
    ])
    // t(0.975, df 2) = 4.302653 (Student's table), sd 0.01: 4.302653 · 0.01 · √2.
    expect(valuesOf(near[0]).noise).toBeCloseTo(0.060849, 6)
    const far = told(
      searchOf([0.8], () => ({}), 60),
      { earlier: [...earlier, ...repeats] },
    )
    expect(far[0]?.sentence).toMatch(/, beyond the noise between seeds/)
  })

  test('is none where the value is the same', () => {
    expect(
      told(
        searchOf([0.7], () => ({}), 20),
        { earlier },
      ),
    ).toEqual([])
  })

  test('is not told against a handful of earlier runs', () => {
    expect(
      told(
        searchOf([0.71], () => ({}), 20),
        { earlier: earlier.slice(0, 5) },
      ),
    ).toEqual([])
  })

  test('is told once, where the course of the search says it already', () => {
    const found = told(
      searchOf([0.71], () => ({}), 20),
      { earlier: searchOf(stalled) },
    )
    expect(words(found)).toEqual([
      'No new best val_auc in the last [[this.since]] of [[this.runs]] finished runs ([[this.time]] of running): it is still [[r5.auc]] in [[r5]].',
    ])
    expect(found[0]?.scope).toBe('project')
  })
})

describe('directions', () => {
  test('that have stopped gaining are told against those that still do', () => {
    const values = Array.from({ length: 16 }, (_, index) =>
      index % 2 === 0 ? 0.7 - Math.abs(index - 4) / 100 : 0.6 + index / 100,
    )
    const runs = searchOf(values, (index) => ({
      params: { model: index % 2 === 0 ? 'rf' : 'lgbm', lr: String(index) },
    }))
    const found = told(runs).filter(({ sentence }) => sentence.startsWith('By model'))
    expect(words(found)).toEqual([
      'By model, the best val_auc still got better lately with [[r16.param["model"]]] ([[r16.auc]] in [[r16]]), and no longer with [[r5.param["model"]]] ([[r5.auc]] in [[r5]], [[this.sinceFirst]] runs ago).',
    ])
    expect(valuesOf(found[0])).toEqual({ sinceFirst: 5 })
  })

  test('of repeats of one setting are no search', () => {
    const runs = searchOf([...stalled, ...stalled], (index) => ({
      params: { model: index % 2 === 0 ? 'rf' : 'lgbm', seed: String(index) },
    }))
    expect(words(told(runs)).filter((sentence) => sentence.startsWith('By model'))).toEqual([])
  })
})
