import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { Evidence, Finding } from '../../../src/evidence/evidence.ts'
import { selection } from '../../../src/evidence/findings/selection.ts'
import type { GatherRequest } from '../../../src/evidence/gather-evidence.ts'
import { plainSentence } from '../../../src/render/plain-sentence.ts'
import type { Run } from '../../../src/runs/run.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const AUC = { primary: 'val_auc', directions: {}, headline: {}, units: {} }

function selections(evidence: Evidence): readonly Finding[] {
  const found = evidence.findings.filter(({ kind }) => kind === 'selection')
  for (const { sentence } of found) expect(whyUnsound(sentence, evidence)).toBeNull()
  return found
}

function told(runs: readonly Run[], options: Partial<GatherRequest> = {}): readonly string[] {
  return selections(gather(runs, [], { metrics: AUC, ...options })).map(({ sentence }) => sentence)
}

/** Arms of three seeds each, around these means, with normal noise. */
function arms(means: readonly number[], noise: number, seed: number, seeds = 3): readonly Run[] {
  const random = seededRandom(seed)
  return means.flatMap((mean, arm) =>
    Array.from({ length: seeds }, (_, index) =>
      makeRun({
        id: `arm${arm}seed${index}`,
        params: { depth: String(arm), seed: String(index) },
        metrics: { val_auc: mean + noise * random.normal() },
        startedAt: arm * 10 + index,
      }),
    ),
  )
}

/** Whether the finder alone, without the others, warns of luck. */
function warns(runs: readonly Run[]): boolean {
  const plain = { comparableAs: '', protocol: { ground: '', split: '', threshold: '' } }
  const addressed = runs.map((run, index) => ({
    address: `r${index + 1}`,
    run,
    points: new Map(),
    curves: new Map(),
    logTail: null,
    ...plain,
  }))
  return selection({ ...EMPTY, runs: addressed }).some(({ sentence }) => sentence.includes('may be luck'))
}

const EMPTY: Evidence = {
  ...gather([], [], { metrics: AUC }),
  lead: { metric: 'val_auc', assumed: false },
}

describe('a search among arms with three seeds each', () => {
  const SEARCHES = 200
  const searched = (means: readonly number[], noise: number): number =>
    Array.from({ length: SEARCHES }, (_, seed) => warns(arms(means, noise, seed))).filter(Boolean).length /
    SEARCHES

  test.each([3, 8, 20])('is told to be luck where %d arms are equal', (count) => {
    expect(searched(Array<number>(count).fill(0.8), 0.01)).toBeGreaterThanOrEqual(0.95)
  })

  test.each([3, 8, 20])(
    'is not told to be luck where one of %d arms is better by five deviations',
    (count) => {
      expect(searched([0.85, ...Array<number>(count - 1).fill(0.8)], 0.01)).toBeLessThanOrEqual(0.1)
    },
  )
})

describe('selection', () => {
  test('says how far ahead the best is, and how far ahead luck would put it', () => {
    const [finding] = selections(gather(arms([0.8, 0.8, 0.8, 0.8], 0.01, 4), [], { metrics: AUC }))
    expect(finding?.sentence).toMatch(
      /^The lead of \[\[r\d+\]\] may be luck: the best of \[\[k\d+\.settings\]\] settings by val_auc/,
    )
    expect(finding?.values.settings?.value).toBe(4)
    expect(finding?.values.ranked?.value).toBe(12)
    expect(finding?.values.luck?.value).toBeGreaterThan(0)
    expect(finding?.values.most?.value).toBeGreaterThan(finding?.values.luck?.value ?? Infinity)
    expect(finding?.scope).toBe('session')
  })

  test('tells a truly better arm from the field, and says where it is not told from the next', () => {
    expect(told(arms([0.9, 0.8, 0.8, 0.8, 0.8], 0.01, 4))).toEqual([
      expect.stringMatching(
        /^\[\[r\d\]\] stands out: .* ahead of the middle one, where seeds alone .* ahead\.$/,
      ),
    ])
    expect(told(arms([0.9, 0.9, 0.8, 0.8, 0.8, 0.8, 0.8], 0.01, 4))).toEqual([
      expect.stringMatching(/stands out.*It is not told apart from the next, \[\[r\d\]\]/),
    ])
  })

  test('says that nothing tells luck where no setting was repeated, and counts what failed', () => {
    const runs = arms([0.8, 0.81, 0.82], 0.01, 1, 1)
    const failed = makeRun({ id: 'broken', params: { depth: '9' }, status: 'failed', startedAt: 99 })
    expect(told([...runs, failed])).toEqual([
      expect.stringMatching(
        /is the best of \[\[k\d\.settings\]\] settings by val_auc \(\[\[k\d\.ranked\]\] runs; \[\[k\d\.broken\]\] more failed or was killed\); nothing logged tells/,
      ),
    ])
  })

  test('the seeds of one setting far behind the best rule no luck out', () => {
    const single = arms([0.7, 0.71, 0.72, 0.73], 0, 1, 1).map((run) => ({
      ...run,
      params: new Map([['depth', `single ${run.id}`]]),
      key: `single${run.key}`,
      id: `single${run.id}`,
    }))
    const seeds = (mean: number) => arms([mean], 0.0001, 3)
    const best = (mean: number) => told([...single, ...seeds(mean)])[0]
    expect(best(0.5)).toContain('luck is not known: the only seeds are those of')
    expect(best(0.9)).toContain('stands out')
  })

  test('says what two settings over seeds differ in, where they differ in several things together', () => {
    const seeds = (lr: string, batch: string, values: readonly number[]) =>
      values.map((auc, index) =>
        makeRun({
          id: `lr${lr}s${index}`,
          params: { lr, batch_size: batch, seed: String(index) },
          metrics: { val_auc: auc },
          startedAt: Number(lr) * 1000 + index,
        }),
      )
    const runs = [...seeds('0.1', '16', [0.8, 0.81, 0.805]), ...seeds('0.3', '64', [0.9, 0.91, 0.905])]
    const evidence = gather(runs, [], { metrics: AUC })
    expect(selections(evidence).map(({ sentence }) => plainSentence(sentence, evidence))[0]).toMatch(
      /^batch_size 64, lr 0\.3 together are ahead of batch_size 16, lr 0\.1: val_auc better by 0\.1 \(.*more than seeds explain/,
    )
  })

  test('takes the scatter of runs with the same settings where no seed is logged, and says what it rests on', () => {
    const unlabelled = (runs: readonly Run[]): readonly Run[] =>
      runs.map((run) => ({
        ...run,
        name: 'train',
        params: new Map([...run.params].filter(([name]) => name !== 'seed')),
      }))
    const print = (runs: readonly Run[]): string => {
      const evidence = gather(runs, [], { metrics: AUC })
      return selections(evidence)
        .map(({ sentence }) => plainSentence(sentence, evidence))
        .join(' ')
    }
    const luck = print(unlabelled(arms([0.8, 0.8, 0.8, 0.8], 0.01, 2)))
    expect(luck).toMatch(
      /may be luck: .* at times by [\d.]+, by the scatter of 12 runs with the same settings \(no seed logged\)\.$/,
    )
    const ahead = print(unlabelled(arms([0.9, 0.8, 0.8, 0.8, 0.8], 0.01, 4)))
    expect(ahead).toMatch(
      /stands out: .* where the scatter of 15 runs with the same settings \(no seed logged\) would put it about/,
    )
    expect(`${luck} ${ahead}`).not.toContain('seeds')
    // Runs that came out the same to the last digit tell nothing of chance.
    expect(print(unlabelled(arms([0.9, 0.8, 0.7], 0, 1)))).toContain('nothing logged tells')
  })

  test('takes the noise of earlier replicates where the day has none, and says that it looked there', () => {
    const earlier = arms([0.8, 0.81], 0.01, 9).map((run) => ({
      ...run,
      id: `old${run.id}`,
      key: `old${run.key}`,
    }))
    const day = arms([0.8, 0.802, 0.804], 0, 1, 1).map((run) => ({
      ...run,
      params: new Map([['depth', `today ${run.id}`]]),
      startedAt: 10_000,
    }))
    const [finding] = selections(gather(day, [], { metrics: AUC, earlier }))
    expect([finding?.scope, finding?.sentence.includes('may be luck')]).toEqual(['project', true])
  })

  test('knows no luck where seeds change nothing in half of the settings', () => {
    const runs = arms([0.5, 0.6, 0.7], 0, 1)
    expect(told(runs)).toEqual([expect.stringContaining('nothing logged tells how much of its lead is luck')])
  })

  test('folds a run repeated with a flag more into its candidate', () => {
    const measured = { val_auc: 0.8123456, val_ap: 0.4123456, val_f1: 0.2123456 }
    const runs = [
      ...arms([0.7, 0.71, 0.72], 0.01, 1, 1),
      makeRun({ id: 'one', params: { depth: '7' }, metrics: measured, startedAt: 50 }),
      makeRun({
        id: 'again',
        params: { depth: '7', evaluate_test: 'True' },
        metrics: { ...measured, test_auc: 0.79 },
        startedAt: 51,
      }),
    ]
    const [finding, held] = selections(gather(runs, [], { metrics: AUC }))
    expect(finding?.values.settings?.value).toBe(4)
    expect(held?.sentence).toBe(
      'test_auc is logged for [[r5]] ([[r5.metric["test_auc"]]], val_auc [[r5.metric["val_auc"]]]).',
    )
  })

  test('says where the runs were selected on the test set, and where only we rank by it', () => {
    const runs = arms([0.8, 0.82], 0, 1, 1).map((run) => ({
      ...run,
      metrics: new Map([...run.metrics.values()].map((value) => ['test_auc', value] as const)),
    }))
    expect(told(runs, { metrics: { ...AUC, primary: 'test_auc' } })).toEqual([
      expect.stringContaining('Selected on the test set: test_auc decides among'),
    ])
    expect(told(runs, { metrics: { ...AUC, primary: undefined } })).toEqual([
      expect.stringContaining('test_auc is a test metric, and'),
    ])
  })

  test('says which metric a threshold flatters that was tuned on the part it is measured on', () => {
    const runs = [0.2, 0.3].map((value, index) =>
      makeRun({
        id: `tuned${index}`,
        params: { depth: String(index), threshold: 'tuned_on_val' },
        metrics: { val_auc: 0.8, val_f1: value },
        startedAt: index,
      }),
    )
    const metrics = { ...AUC, primary: 'val_f1' }
    expect(told(runs, { metrics })).toEqual([
      expect.stringMatching(
        /^val_f1 flatters all \[\[k\d\.tuned\]\] runs: their threshold is \[\[r1\.param\["threshold"\]\]\], the part that val_f1 is measured on\.$/,
      ),
    ])
    const plain = makeRun({ id: 'plain', params: { depth: '9' }, metrics: { val_auc: 0.8, val_f1: 0.1 } })
    expect(told([...runs, { ...plain, startedAt: 9 }], { metrics }).join()).toMatch(
      /val_f1 flatters \[\[k\d\.tuned\]\] runs \(\[\[r1\]\], \[\[r2\]\]\): their/,
    )
  })

  test('speaks of the largest set of the session, and names it where there are several', () => {
    const runs = Array.from({ length: 9 }, (_, index) =>
      makeRun({
        id: `run${index}`,
        params: { depth: String(index), target: index < 6 ? 'river' : 'lake' },
        metrics: { test_loss: 0.5 - index / 100 },
        startedAt: index,
      }),
    )
    const evidence = gather(runs, [], { metrics: { ...AUC, primary: 'test_loss' } })
    const printed = selections(evidence).map(({ sentence }) => plainSentence(sentence, evidence))
    expect(printed).toEqual([
      'r6 is the best of 6 settings by test_loss (target=river) (6 runs); nothing logged tells how much of its lead is luck.',
      'Selected on the test set: test_loss decides among 6 settings (target=river), so its best value is no measure of new data.',
    ])
    const [alone] = told(runs.slice(0, 6), { metrics: { ...AUC, primary: 'test_loss' } })
    expect(alone).not.toContain('among')
  })

  test('leaves data behind that were given up, however many runs they had', () => {
    const runs = Array.from({ length: 9 }, (_, index) =>
      makeRun({
        id: `run${index}`,
        params: { depth: String(index), dataset: index < 6 ? 'old' : 'new' },
        metrics: { val_auc: 0.5 + index / 100 },
        startedAt: index * 1000,
        endedAt: index * 1000 + 500,
      }),
    )
    expect(told(runs)[0]).toMatch(/^\[\[r9\]\] is the best of \[\[k\d\.settings\]\] settings/)
  })

  test('holds two settings that no pair compares against the noise between seeds', () => {
    const forest = [0.7247, 0.7259, 0.7282].map((value, index) =>
      makeRun({
        id: `rf${index}`,
        params: { model: 'forest', trees: '500', seed: String(index) },
        metrics: { val_auc: value },
        startedAt: index,
      }),
    )
    const boosted = (value: number): Run =>
      makeRun({
        id: 'lgbm',
        params: { model: 'lgbm', trees: '200', seed: '1' },
        metrics: { val_auc: value },
        startedAt: 9,
      })
    const printed = (runs: readonly Run[]): readonly string[] => {
      const evidence = gather(runs, [], { metrics: AUC })
      return selections(evidence).map(({ sentence }) => plainSentence(sentence, evidence))
    }
    // scipy: t.ppf(0.975, 2) * std([0.7247, 0.7259, 0.7282], ddof=1) * sqrt(1 + 1 / 3)
    expect(printed([...forest, boosted(0.7419)])).toEqual([
      'model lgbm is ahead of forest, other settings apart too: val_auc better by 0.01563 (0.7419 in r4; mean 0.7263 over 3 runs, the best r3), more than seeds explain (0.008836).',
    ])
    expect(printed([...forest, boosted(0.73)])[0]).toContain('no more than seeds explain')
  })

  test('is silent over two runs of a validation metric, and where the direction is not known', () => {
    expect(told(arms([0.8, 0.82], 0.01, 1, 1))).toEqual([])
    const scores = arms([0.8, 0.82, 0.84], 0.01, 1, 1).map((run) => ({
      ...run,
      metrics: new Map([...run.metrics.values()].map((value) => ['score', value] as const)),
    }))
    expect(told(scores, { metrics: { ...AUC, primary: 'score' } })).toEqual([])
  })
})
