import { describe, expect, test } from 'vitest'
import { decisionFindings } from '../../../src/documents/decision/decision-findings.ts'
import type { DecisionSubject } from '../../../src/documents/decision/decision-subject.ts'
import { scoreFinalists } from '../../../src/documents/decision/score-finalists.ts'
import type { Evidence } from '../../../src/evidence/evidence.ts'
import { type MadeRun, makeEvidence } from '../../support/make-evidence.ts'

type Criterion = DecisionSubject['criteria'][number]

const criterion = (name: string, weight: number, rest: Partial<Criterion> = {}): Criterion => ({
  name,
  measure: name,
  values: null,
  unit: null,
  aggregation: null,
  direction: null,
  weight,
  threshold: null,
  worst: null,
  best: null,
  why: null,
  from: '--criterion',
  ...rest,
})

/** A decision over runs, each a finalist of its own unless groups of places are given. */
function decision(
  runs: readonly MadeRun[],
  criteria: readonly Criterion[],
  rest: Partial<DecisionSubject> & { readonly groups?: readonly (readonly number[])[] } = {},
): { readonly evidence: Evidence; readonly subject: DecisionSubject } {
  const evidence = makeEvidence({ runs, directions: { auc: 'higher', loss: 'lower', ms: 'lower' } })
  const keys = evidence.runs.map(({ run }) => run.key)
  const { groups = keys.map((_, place) => [place]), ...subject } = rest
  return {
    evidence,
    subject: {
      date: '2026-11-20',
      audience: 'everyone',
      title: null,
      finalists: groups.map((places, index) => ({
        name: `F${index}`,
        runs: places.flatMap((place) => keys[place] ?? []),
        added: 0,
      })),
      criteria: [...criteria],
      fixed: { asserted: null, file: null, history: null },
      selected: null,
      people: {},
      ...subject,
    },
  }
}

const PLAIN: readonly MadeRun[] = [
  { metrics: { auc: 0.9, ms: 30 } },
  { metrics: { auc: 0.8, ms: 10 } },
  { metrics: { auc: 0.7, ms: 40 } },
]

describe('scoring finalists', () => {
  test('without ends of a scale the finalists’ own extremes are its ends, the lower one is better where less is', () => {
    const { evidence, subject } = decision(PLAIN, [criterion('auc', 3), criterion('ms', 1)])
    const table = scoreFinalists(evidence, subject)
    expect(table.criteria.map(({ worst, best, assumed }) => [worst, best, assumed])).toEqual([
      [0.7, 0.9, ['worst', 'best']],
      [40, 10, ['worst', 'best']],
    ])
    expect(table.finalists.map(({ score }) => Number(score.low.toFixed(6)))).toEqual([0.833333, 0.625, 0])
    expect([table.ranking, table.winner, table.runnerUp]).toEqual([[0, 1, 2], 0, 1])
    expect(table.finalists.map(({ dominatedBy }) => dominatedBy)).toEqual([[], [], [0, 1]])
  })

  test('a scale that was given holds whoever takes part; a value beyond its end counts as the end', () => {
    const { evidence, subject } = decision(PLAIN, [
      criterion('auc', 1, { worst: 0.5, best: 0.85 }),
      criterion('ms', 1, { worst: 50, best: 0 }),
    ])
    const { finalists } = scoreFinalists(evidence, subject)
    expect(finalists.map(({ row }) => row.utilities.map((one) => Number(one?.toFixed(4))))).toEqual([
      [1, 0.4],
      [0.8571, 0.8],
      [0.5714, 0.2],
    ])
    expect(finalists.map(({ beyond }) => beyond)).toEqual([[0], [], []])
  })

  test('a threshold that is failed, or not shown to be kept, bars a finalist whatever its score', () => {
    const { evidence, subject } = decision(
      [{ metrics: { auc: 0.9, ms: 30 } }, { metrics: { auc: 0.8, ms: 10 } }, { metrics: { auc: 0.95 } }],
      [criterion('auc', 3), criterion('ms', 0, { threshold: '<= 20' })],
    )
    const table = scoreFinalists(evidence, subject)
    expect(table.ranking).toEqual([1])
    expect(table.finalists.map(({ bars }) => bars)).toEqual([
      [{ kind: 'fails', criterion: 1 }],
      [],
      [{ kind: 'unknown', criterion: 1 }],
    ])
  })

  test('a value that weighs and is missing leaves a finalist without a rank, between two scores', () => {
    const { evidence, subject } = decision(
      [{ metrics: { auc: 0.9, ms: 30 } }, { metrics: { auc: 0.8, ms: 10 } }, { metrics: { auc: 0.9 } }],
      [criterion('auc', 3), criterion('ms', 1)],
    )
    const table = scoreFinalists(evidence, subject)
    expect(table.ranking).toEqual([0, 1])
    expect(table.finalists[2]?.score).toEqual({ low: 0.75, high: 1 })
    expect(table.finalists[2]?.values[1]?.why).toBe('not logged')
  })

  test('values that were given stand for what no log holds; parameters, tags and durations are measures too', () => {
    const { evidence, subject } = decision(
      [
        { metrics: { auc: 0.9 }, params: { leaves: 31 }, seconds: 60 },
        { metrics: { auc: 0.8 }, params: { leaves: 7 }, seconds: 30 },
      ],
      [
        criterion('latency', 1, { measure: null, values: [12, null], direction: 'lower' }),
        criterion('size', 1, { measure: 'params.leaves', direction: 'lower' }),
        criterion('time', 1, { measure: 'duration' }),
      ],
    )
    const { finalists } = scoreFinalists(evidence, subject)
    expect(finalists.map(({ values }) => values.map(({ value, expression }) => [value, expression]))).toEqual(
      [
        [
          [12, 'c1.o1'],
          [31, 'r1.param["leaves"]'],
          [60, 'r1.duration'],
        ],
        [
          [null, null],
          [7, 'r2.param["leaves"]'],
          [30, 'r2.duration'],
        ],
      ],
    )
  })

  test('a group stands for its mean with its spread; a run of it that broke does not count', () => {
    const { evidence, subject } = decision(
      [
        { metrics: { auc: 0.9 }, params: { seed: 1 } },
        { metrics: { auc: 0.8 }, params: { seed: 2 } },
        { metrics: { auc: 0.1 }, status: 'failed' },
        { metrics: { auc: 0.7 } },
      ],
      [criterion('auc', 1, { worst: 0, best: 1 })],
      { groups: [[0, 1, 2], [3]] },
    )
    const [group, single] = scoreFinalists(evidence, subject).finalists
    expect(group?.values[0]?.value).toBeCloseTo(0.85, 12)
    expect(group?.values[0]?.sd).toBeCloseTo(Math.SQRT1_2 / 10, 12)
    expect(single?.values[0]?.sd).toBeNull()
  })

  test('another aggregation is taken where one is named', () => {
    const { evidence, subject } = decision(
      [{ metrics: { auc: [0.9, 0.6] } }, { metrics: { auc: [0.7, 0.8] } }, { metrics: { auc: [0.5, 0.5] } }],
      [criterion('auc', 1, { aggregation: 'min of max' })],
      { groups: [[0, 1], [2]] },
    )
    const table = scoreFinalists(evidence, subject)
    expect(table.finalists.map(({ values }) => values[0]?.value)).toEqual([0.8, 0.5])
  })

  test('where all have the same value a criterion decides nothing', () => {
    const { evidence, subject } = decision(
      [{ metrics: { auc: 0.9, ms: 5 } }, { metrics: { auc: 0.8, ms: 5 } }],
      [criterion('auc', 1), criterion('ms', 9)],
    )
    expect(scoreFinalists(evidence, subject).ranking).toEqual([0, 1])
  })

  test('the noise of the margin is the scatter of the weighted score between seeds', () => {
    const seeds = (auc: readonly number[]): readonly MadeRun[] =>
      auc.map((value, index) => ({ metrics: { auc: value }, params: { seed: index } }))
    const { evidence, subject } = decision(
      [...seeds([0.8, 0.82, 0.84]), ...seeds([0.7, 0.72, 0.74])],
      [criterion('auc', 1, { worst: 0, best: 1 })],
      {
        groups: [
          [0, 1, 2],
          [3, 4, 5],
        ],
      },
    )
    const [margin] = decisionFindings(evidence, subject)
    expect(margin?.values?.margin?.value).toBeCloseTo(0.1, 12)
    // t(0.975, 4) = 2.776445, times the pooled deviation of 0.02, times √(1/3 + 1/3).
    expect(margin?.values?.blur?.value).toBeCloseTo(2.776445 * 0.02 * Math.sqrt(2 / 3), 6)
  })
})

test('where the finalists’ means are the ends of a scale, runs beyond them scatter all the same', () => {
  const seeds = (auc: readonly number[]): readonly MadeRun[] =>
    auc.map((value, index) => ({ metrics: { auc: value }, params: { seed: index } }))
  const { evidence, subject } = decision(
    [...seeds([0.8, 0.82, 0.84]), ...seeds([0.7, 0.72, 0.74])],
    [criterion('auc', 1)],
    {
      groups: [
        [0, 1, 2],
        [3, 4, 5],
      ],
    },
  )
  const { finalists } = scoreFinalists(evidence, subject)
  expect(finalists.map(({ perRun }) => perRun.map(({ value }) => Number(value.toFixed(6))))).toEqual([
    [0.8, 1, 1.2],
    [-0.2, -0, 0.2],
  ])
})

describe('what is said of it', () => {
  const said = (made: ReturnType<typeof decision>): readonly string[] =>
    decisionFindings(made.evidence, made.subject).map(({ kind, sentence }) => `${kind}: ${sentence}`)

  test('the nearest flip point comes first, with the share and the weight that it takes', () => {
    const made = decision(PLAIN, [criterion('auc', 3), criterion('ms', 1)])
    const flips = decisionFindings(made.evidence, made.subject).filter(({ kind }) => kind === 'flip')
    expect(flips.map(({ sentence }) => sentence)).toEqual([
      '[[o2]] wins once [[c1]] counts less than [[this.flip]] of all weight, now [[this.share]]: a weight of [[this.weight]] in place of [[c1.weight]], the others as they are.',
      '[[o2]] wins once [[c2]] counts more than [[this.flip]] of all weight, now [[this.share]]: a weight of [[this.weight]] in place of [[c2.weight]], the others as they are.',
      '[[o1]] stays first until, all else as it is, [[c1]] falls below [[this.levelA]] (now [[this.nowA]]); then [[o2]] wins.',
    ])
    // Ahead by 1/2 on auc, behind by 2/3 on ms: level at a share of 4/7, which is a weight of 4/3 beside 1.
    expect(flips[0]?.values?.flip?.value).toBeCloseTo(400 / 7, 9)
    expect(flips[0]?.values?.weight?.value).toBeCloseTo(4 / 3, 9)
    expect(flips[1]?.values?.flip?.value).toBeCloseTo(300 / 7, 9)
    expect(flips[1]?.values?.weight?.value).toBeCloseTo(9 / 4, 9)
    // Ahead by 5/24 in all: 5/18 of the scale of auc, which weighs 3/4; of ms it has too little to lose.
    expect(flips[2]?.values?.levelA?.value).toBeCloseTo(0.9 - (0.2 * 5) / 18, 9)
    expect(flips[2]?.values?.nowA?.value).toBe(0.9)
  })

  test('a choice against the score is printed as one, with the weight that would bear it out', () => {
    const made = decision(PLAIN, [criterion('auc', 3), criterion('ms', 1)], {
      selected: { finalist: 1, because: 'faster' },
    })
    const chosen = decisionFindings(made.evidence, made.subject).filter(({ kind }) => kind === 'chosen')
    expect(chosen.map(({ sentence, warns }) => [sentence, warns ?? false])).toEqual([
      ['Chosen against the score: [[o2]] has [[this.own]], [[o1]] has [[this.first]].', true],
      [
        '[[o2]] would be first if [[c1]] counted at most [[this.needed]] of all weight, now [[this.share]].',
        false,
      ],
    ])
    expect(chosen[1]?.values?.needed?.value).toBeCloseTo(400 / 7, 9)
  })

  test('a finalist that fails a threshold and is chosen all the same is said to', () => {
    const made = decision(PLAIN, [criterion('auc', 3, { threshold: '>= 0.85' })], {
      selected: { finalist: 2, because: 'smaller' },
    })
    expect(said(made)).toContain(
      'chosen: Chosen although it may not win by the criteria: [[c1]] is not [[c1.threshold]].',
    )
  })

  test('where no finalist was repeated, the scatter of the project’s other replicates tells the noise', () => {
    const other = (auc: number, seed: number): MadeRun => ({ metrics: { auc }, params: { lr: '1', seed } })
    const made = decision(
      [
        { metrics: { auc: 0.8 }, params: { lr: '2', seed: 1 } },
        { metrics: { auc: 0.7 }, params: { lr: '3', seed: 1 } },
        other(0.6, 1),
        other(0.62, 2),
        other(0.64, 3),
      ],
      [criterion('auc', 1, { worst: 0, best: 1 })],
      { groups: [[0], [1]] },
    )
    const [told] = decisionFindings(made.evidence, made.subject)
    expect(told?.sentence).toContain('no more than seeds explain')
    expect(told?.sentence).toContain('replicates in the project). Both are single runs.')
    expect(told?.scope).toBe('project')
    // t(0.975, 2) = 4.302653, times 0.02, times √2.
    expect(told?.values?.blur?.value).toBeCloseTo(4.302653 * 0.02 * Math.SQRT2, 6)
  })

  test('runs of one finalist that differ in more than the seed are not called replicates', () => {
    const made = decision(
      [
        { metrics: { auc: 0.8 }, params: { lr: '2', seed: 1 } },
        { metrics: { auc: 0.84 }, params: { lr: '3', seed: 2 } },
        { metrics: { auc: 0.82 }, params: { lr: '4', seed: 3 } },
        { metrics: { auc: 0.7 }, params: { lr: '5', seed: 1 } },
      ],
      [criterion('auc', 1, { worst: 0, best: 1 })],
      { groups: [[0, 1, 2], [3]] },
    )
    expect(said(made)[0]).toContain('runs of the finalists, which do not all differ in the seed alone')
  })

  test('single runs, missing values and a test metric are said aloud', () => {
    const made = decision(
      [{ metrics: { test_auc: 0.9, ms: 3 } }, { metrics: { test_auc: 0.8 } }],
      [criterion('test_auc', 3, { direction: 'higher' }), criterion('ms', 1)],
    )
    const lines = said(made)
    expect(lines[0]).toBe(
      'margin: [[o1]] is the only finalist that may win and has every value that weighs: nothing is ahead of or behind it.',
    )
    expect(lines).toContain(
      'score: [[o2]] has no rank: [[c2]] is not recorded (not logged). Its score lies between [[this.low]] and [[this.high]], so it cannot win whatever it is.',
    )
    expect(lines).toContain(
      'comparability: The test set chose: [[c1]] weighs in the score, so its value for the winner is no measure of new data.',
    )
  })

  test('finalists on different data are not told to be alike', () => {
    const on = (digest: string): MadeRun => ({
      metrics: { auc: 0.8 },
      dataSets: [{ name: 'table', digest, context: 'eval' }],
    })
    const made = decision([on('aaaa'), on('bbbb')], [criterion('auc', 1)])
    expect(said(made).find((line) => line.startsWith('comparability'))).toContain('different data')
  })

  test('what is better and no finalist is named, and what disappeared', () => {
    const made = decision(
      [{ metrics: { auc: 0.8 } }, { metrics: { auc: 0.7 } }, { metrics: { auc: 0.9 }, name: 'forgotten' }],
      [criterion('auc', 1)],
      { groups: [[0], [1]] },
    )
    expect(said(made)).toContain(
      'candidates: No finalist, though better by auc than any: [[r3]]. Why they are none is not recorded.',
    )
  })
})
