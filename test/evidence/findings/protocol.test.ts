import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import { freezeEvidence, thawEvidence } from '../../../src/evidence/freeze-evidence.ts'
import type { GatherRequest } from '../../../src/evidence/gather-evidence.ts'
import { plainSentence } from '../../../src/render/plain-sentence.ts'
import type { Run } from '../../../src/runs/run.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 2, 2)

function series(sketches: readonly Omit<RunSketch, 'id'>[]): readonly Run[] {
  return sketches.map((sketch, index) =>
    makeRun({
      id: `${String.fromCharCode(97 + index).repeat(4)}1111`,
      name: `run ${String.fromCharCode(97 + index)}`,
      metrics: { val_auc: 0.7 + index / 1000, val_f1: 0.2 + index / 1000 },
      startedAt: START + index * HOUR,
      ...sketch,
    }),
  )
}

function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value)
}

/** The findings as people read them; each of them must be sound. */
function told(runs: readonly Run[], options: Partial<GatherRequest> = {}): readonly string[] {
  const evidence = gather(runs, [], options)
  return evidence.findings
    .filter(({ kind }) => kind === 'protocol')
    .map(({ sentence }) => {
      expect(whyUnsound(sentence, evidence)).toBeNull()
      return plainSentence(sentence, evidence, 'names')
    })
}

const data = (digest: string) => ({ dataSets: [{ name: 'caravan', digest, context: 'eval' }] })
const F1 = { primary: 'val_f1', directions: {}, headline: {}, units: {} }
const RULES = {
  repeats: { ignore: [], tolerance: 0.01 },
  waivers: [],
  costs: { currency: 'USD' },
  production: [],
}

describe('a change of the data', () => {
  const runs = series([...times(4, data('aa11')), ...times(3, data('bb22'))])

  test('is told with its digests and how many runs stand on either side', () => {
    expect(told(runs)).toEqual([
      'Data set caravan changed at run e (eeee1111): digest aa11, then bb22 (4 runs before, 3 from there on); not ranked together.',
    ])
  })

  test('is one event with a split that changed at the same run', () => {
    const split = (size: string) => ({ params: { n_train: size } })
    const both = series([
      ...times(4, { ...data('aa11'), ...split('3492') }),
      ...times(3, { ...data('bb22'), ...split('3132') }),
    ])
    expect(told(both)).toEqual([
      'Data set caravan changed at run e (eeee1111): digest aa11, then bb22, and the split with it: n_train 3492, then 3132 (4 runs before, 3 from there on); not ranked together.',
    ])
    const apart = series([
      ...times(4, { ...data('aa11'), ...split('3492') }),
      ...times(3, { ...data('bb22'), ...split('3492') }),
      ...times(3, { ...data('bb22'), ...split('3132') }),
    ])
    expect(told(apart)).toHaveLength(2)
    const waivers = [{ across: 'split' as const, because: 'the rows left out were empty' }]
    expect(told(both, { rules: { ...RULES, waivers } })).toHaveLength(2)
  })

  test('is told with the reason where narrate.yaml waives it, and then one ranking holds all', () => {
    const because = 'only a column was [renamed](http://x) <b>'
    const waived = { rules: { ...RULES, waivers: [{ across: 'evaluation data' as const, because }] } }
    expect(told(runs, waived)).toEqual([
      `Data set caravan changed at run e (eeee1111): digest aa11, then bb22 (4 runs before, 3 from there on); ranked together all the same, waived: “${because}”.`,
    ])
    const best = (options: Partial<GatherRequest>) =>
      gather(runs, [], options).findings.filter(({ kind }) => kind === 'best').length
    expect([best({}), best(waived)]).toEqual([2, 1])
    const [ranked] = gather(runs, [], waived).findings.filter(({ kind }) => kind === 'best')
    expect(ranked?.rests).toHaveLength(7)
  })

  test('is told of a day that stands behind it, where its experiment goes back across it, for a week', () => {
    const [before, day] = [runs.slice(0, 5), runs.slice(5)]
    expect(told(day, { earlier: before })).toHaveLength(1)
    const late = day.map((run) => ({ ...run, startedAt: (run.startedAt ?? 0) + 8 * 24 * HOUR }))
    expect(told(late, { earlier: before })).toEqual([])
    const other = day.map((run) => ({ ...run, experiment: { id: '2', name: 'other' } }))
    expect(told(other, { earlier: before })).toEqual([])
  })

  test('keeps its far side in frozen evidence', () => {
    const evidence = gather(runs.slice(5), [], { earlier: runs.slice(0, 5) })
    const thawed = thawEvidence(JSON.parse(JSON.stringify(freezeEvidence(evidence))))
    const [finding] = thawed.findings.filter(({ kind }) => kind === 'protocol')
    expect(finding?.scope).toBe('project')
    expect(plainSentence(finding?.sentence ?? '', thawed, 'names')).toBe(
      told(runs.slice(5), { earlier: runs.slice(0, 5) })[0],
    )
  })
})

describe('a change of the threshold', () => {
  const params = (lr: string) => ({ params: { lr, seed: '1' } })
  const tuned = (lr: string) => ({ params: { lr, seed: '1', threshold: 'tuned_on_val' } })
  const runs = series([params('0.1'), params('0.2'), params('0.3'), tuned('0.3'), tuned('0.4'), tuned('0.5')])

  test('is told with what it alone did to the metric, and parts the ranking', () => {
    expect(told(runs, { metrics: F1 })).toEqual([
      'The decision threshold changed at run d (dddd1111): threshold not logged before, then tuned_on_val (3 runs before, 3 from there on); not ranked together by val_f1. All else equal, val_f1 is 0.202 in run c (cccc1111) and 0.203 in run d (dddd1111).',
    ])
  })

  test('parts no ranking by a metric that does not move with it', () => {
    const auc = { ...F1, primary: 'val_auc' }
    expect(told(runs, { metrics: auc })[0]).toContain('metrics that depend on it are not ranked across')
    const best = (metrics: typeof F1) =>
      gather(runs, [], { metrics }).findings.filter(({ kind }) => kind === 'best').length
    expect([best(F1), best(auc)]).toEqual([2, 1])
  })

  test('lets no expression hold values of both sides against each other', () => {
    const evidence = gather(runs, [], { metrics: F1 })
    expect(whyUnsound('[[delta(r1.val_f1, r6.val_f1)]]', evidence)).toContain('The protocol changed')
    expect(whyUnsound('[[delta(r1.val_f1, r2.val_f1)]]', evidence)).toBeNull()
    expect(whyUnsound('[[delta(r1.val_auc, r6.val_auc)]]', evidence)).toBeNull()
    const waived = gather(runs, [], {
      metrics: F1,
      rules: { ...RULES, waivers: [{ across: 'threshold', because: 'x' }] },
    })
    expect(whyUnsound('[[delta(r1.val_f1, r6.val_f1)]]', waived)).toBeNull()
  })
})

describe('the primary metric', () => {
  test('is told to have changed, with both names', () => {
    const tags = (primary_metric: string) => ({ tags: { primary_metric } })
    expect(told(series([...times(3, tags('val_auc')), ...times(2, tags('val_f1'))]))).toEqual([
      'Primary metric changed from val_auc to val_f1 at run d (dddd1111) (3 runs before, 2 from there on).',
    ])
  })
})

describe('the code', () => {
  const ran = (commit: string, val_auc: number, seed = '1') => ({
    params: { lr: '0.1', seed },
    metrics: { val_auc },
    code: { commit, dirty: null, branch: null, entryPoint: null },
  })

  test('is told where equal settings and seed gave other values under another commit', () => {
    expect(told(series([ran('c0ffee', 0.7), ran('c0ffee', 0.7), ran('decaf0', 0.75)]))).toEqual([
      'Same settings and seed, another commit: val_auc is 0.7 in run a (aaaa1111) and 0.75 in run c (cccc1111).',
    ])
  })

  test.each([
    [
      'values differ under one commit as well',
      [ran('c0ffee', 0.7), ran('c0ffee', 0.71), ran('decaf0', 0.75)],
    ],
    ['nothing shows that a commit repeats its values', [ran('c0ffee', 0.7), ran('decaf0', 0.75)]],
    ['the values are the same', [ran('c0ffee', 0.7), ran('c0ffee', 0.7), ran('decaf0', 0.7)]],
    ['the seed differs', [ran('c0ffee', 0.7), ran('c0ffee', 0.7), ran('decaf0', 0.75, '2')]],
  ])('is not told where %s', (_, sketches) => {
    expect(told(series(sketches))).toEqual([])
  })
})

describe('a change of the budget', () => {
  const runs = series(
    ['10', '10', '10', '10', '50', '50', '50', '50'].map((epochs, index) => ({
      params: { epochs, lr: `0.${index + 1}` },
    })),
  )
  const rankings = (options: Partial<GatherRequest> = {}): readonly string[] => {
    const evidence = gather(runs, [], options)
    return evidence.findings
      .filter(({ kind }) => kind === 'best' || kind === 'selection')
      .map(({ sentence }) => {
        expect(whyUnsound(sentence, evidence)).toBeNull()
        return plainSentence(sentence, evidence)
      })
  }
  const waivers = [{ across: 'budget' as const, because: 'ten were enough' }]

  test('stands beside every ranking across it, until it is waived', () => {
    expect(told(runs)[0]).toMatch(/^The budget changed at run e .*; who is best across it is told with it\.$/)
    const plain = rankings()
    expect(plain).toHaveLength(2)
    for (const sentence of plain)
      expect(sentence).toContain('across a change of the budget (epochs 10, then 50)')
    const waived = { rules: { ...RULES, waivers } }
    expect(told(runs, waived)[0]).toContain('; ranked together all the same, waived: “ten were enough”.')
    expect(rankings(waived).join()).not.toContain('budget')
  })

  test('is none where the budget is varied as a search does', () => {
    const varied = runs.map((run, index) => ({
      ...run,
      params: new Map([...run.params, ['epochs', index % 2 === 0 ? '10' : '50']]),
    }))
    const evidence = gather(varied)
    expect(evidence.findings.map(({ sentence }) => sentence).join()).not.toContain('change of the budget')
  })
})
