import { describe, expect, test } from 'vitest'
import type { FindingKind } from '../../src/evidence/evidence.ts'
import type { GatherRequest } from '../../src/evidence/gather-evidence.ts'
import type { Run } from '../../src/runs/run.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

function sentences(
  kind: FindingKind,
  runs: readonly Run[],
  lines: readonly string[] = [],
  options: Partial<GatherRequest> = {},
): readonly string[] {
  return gather(runs, lines, options)
    .findings.filter((finding) => finding.kind === kind)
    .map((finding) => finding.sentence)
}

const day = [
  makeRun({
    id: 'aaaa1111',
    params: { inputs: 'rain', lr: '0.1' },
    metrics: { test_loss: 0.127 },
    startedAt: 1,
  }),
  makeRun({
    id: 'bbbb2222',
    params: { inputs: 'rain', lr: '0.2' },
    metrics: { test_loss: 0.17 },
    startedAt: 2,
  }),
  makeRun({
    id: 'cccc3333',
    params: { inputs: 'lake', lr: '0.3' },
    metrics: { test_loss: 0.124 },
    startedAt: 3,
  }),
  makeRun({
    id: 'dddd4444',
    params: { inputs: 'lake', lr: '0.4' },
    metrics: { test_loss: 0.01 },
    status: 'failed',
    startedAt: 4,
  }),
]

describe('best', () => {
  test('a failed run is never the best, however good its value', () => {
    expect(sentences('best', day)).toEqual([
      'Lowest test_loss: [[r3.metric["test_loss"]]] in [[r3]], then [[r1.metric["test_loss"]]] in [[r1]].',
    ])
  })

  test('runs with different targets are not ranked against each other', () => {
    const runs = day.slice(0, 3).map((run, index) => ({
      ...run,
      params: new Map([...run.params, ['target_variable', index === 2 ? 'flow' : 'level']]),
    }))
    expect(sentences('best', runs)).toEqual([
      'Lowest test_loss ([[k1.among]]): [[r1.metric["test_loss"]]] in [[r1]], then [[r2.metric["test_loss"]]] in [[r2]].',
    ])
  })

  test('says nothing where the direction of the metric is not known', () => {
    expect(
      sentences('best', [
        makeRun({ id: 'a', metrics: { score: 1 } }),
        makeRun({ id: 'b', metrics: { score: 2 } }),
      ]),
    ).toEqual([])
  })
})

describe('spread', () => {
  test('holds the spread within a level against the gap between the best levels', () => {
    expect(sentences('spread', day)).toEqual([
      'No difference between inputs [[r3.param["inputs"]]] and inputs [[r1.param["inputs"]]] shown in test_loss: their best runs differ by [[delta(r3.metric["test_loss"], r1.metric["test_loss"])]], the [[k2.most]] runs of inputs [[r1.param["inputs"]]] with other settings by as much, [[delta(r1.metric["test_loss"], r2.metric["test_loss"])]].',
    ])
  })

  test('takes no numbers of a random search for levels where two coincide by rounding', () => {
    const drawn = ['0.11', '0.23', '0.23', '0.31', '0.42', '0.42', '0.47'].map((dropout, index) =>
      makeRun({
        id: `drawn${index}`,
        params: { dropout, wd: `0.0${(index * 37) % 10}1`, width: String(17 + ((index * 29) % 23)) },
        metrics: { val_auc: 0.8 + ((index * 7) % 5) / 100 },
      }),
    )
    expect(sentences('spread', drawn)).toEqual([])
    const set = drawn.map((run, index) => ({
      ...run,
      params: new Map([...run.params, ['dropout', index % 2 === 0 ? '0.1' : '0.5']]),
    }))
    expect(sentences('spread', set).join()).toContain('No difference between dropout')
  })

  test('names the set of runs where the session holds several, the largest first', () => {
    const again = day.map((run, index) => ({
      ...run,
      id: `again${index}`,
      key: `${run.key}-again`,
      params: new Map([...run.params, ['target_variable', 'flow']]),
    }))
    const one = makeRun({ id: 'level', params: { target_variable: 'level' }, metrics: { test_loss: 1 } })
    expect(sentences('spread', [one, ...again])).toEqual([
      expect.stringContaining('shown in test_loss ([[k2.among]]): their best runs differ by'),
    ])
  })
})

describe('failure', () => {
  test('names what failed, with the error where one is logged', () => {
    const broken = makeRun({
      id: 'eeee5555',
      status: 'failed',
      tags: { exception: 'MemoryError: out\nof memory' },
      startedAt: 5,
    })
    expect(sentences('failure', [...day, broken]).slice(0, 2)).toEqual([
      '[[r5]] failed, out of memory: [[r5.error]].',
      '[[r4]] failed; no error is logged.',
    ])
  })
})

describe('a spread in a note', () => {
  const validated = makeRun({
    id: 'cccc',
    metrics: { cv_auc_mean: 0.7444, cv_auc_sd: 0.0268, val_auc: 0.75 },
  })

  test.each([
    [
      '5 fold: 0.774 +- 0.027. thats big',
      [
        '[[quote(n1, "0.774 +- 0.027")]]: [[r1]] logged cv_auc_sd [[r1.metric["cv_auc_sd"]]] beside cv_auc_mean [[r1.metric["cv_auc_mean"]]].',
      ],
    ],
    ['5 fold: 0.744 ± 0.027', []],
    ['on the holdout 0.75 +- 0.027', []],
    // The mean of something else.
    ['baseline 0.31 +- 0.027', []],
    ['0.77 +- 0.03', []],
  ])('"%s"', (line, expected) => {
    expect(sentences('discrepancy', [validated], [line])).toEqual(expected)
  })

  test('is no word where two runs logged it', () => {
    const twin = makeRun({ id: 'dddd', metrics: { cv_auc_mean: 0.76, cv_auc_sd: 0.0271 } })
    expect(sentences('discrepancy', [validated, twin], ['5 fold: 0.774 +- 0.027']).join()).not.toContain(
      'cv_auc_mean',
    )
  })
})

describe('a figure that no run logged', () => {
  test('comes with the logged value nearest to it', () => {
    expect(sentences('discrepancy', day, ['on the holdout we ended at 0.134']).join()).toContain(
      'test_loss [[',
    )
  })

  test('far from every value comes with none', () => {
    expect(sentences('discrepancy', day, ['5 fold: 0.774 +- 0.027, big spread']).join()).toMatch(
      /logged this value\.$/,
    )
  })
})

describe('discrepancy', () => {
  test.each([
    ['all of them trained fine', ['[[quote(n1, "all of them trained fine")]]: [[r4]] failed.']],
    [
      'compared both, all of them trained fine',
      ['[[quote(n1, "all of them trained fine")]]: [[r4]] failed.'],
    ],
    ['no crashes today', ['[[quote(n1, "no crashes today")]]: [[r4]] failed.']],
    ['dddd4444 finished over lunch', ['[[quote(n1, "dddd4444 finished over lunch")]]: [[r4]] failed.']],
    ['dddd4444 crashed', []],
    ['tmrw: make sure all of them finished', []],
    ['all runs finished ok. tmrw: try lr 0.3', ['[[quote(n1, "all runs finished ok")]]: [[r4]] failed.']],
    ['tmrw: try lr 0.3. all of them finished by then', []],
    ['no crashes today\nnext: best test loss 0.02', ['[[quote(n1, "no crashes today")]]: [[r4]] failed.']],
    [
      'best test loss was around 0.02 I think',
      [
        '[[quote(n1, "best test loss was around 0.02 I think")]]: lowest logged test_loss is [[r3.metric["test_loss"]]] ([[r3]]).',
      ],
    ],
    ['best test loss 0.124', []],
    ['best test_loss ~0.12', []],
    ['bbbb2222 got a test loss of 0.17', []],
    [
      'bbbb2222 got a test loss of 0.19',
      [
        '[[quote(n1, "bbbb2222 got a test loss of 0.19")]]: [[r2]] logged test_loss [[r2.metric["test_loss"]]].',
      ],
    ],
    ['test loss with lr 0.05 looked meh', []],
    ['HBV was the big win', []],
    ['test_loss before today is at 0.5 -> useless to compare', []],
    ['test_loss@0.5 goes up', []],
    [
      '5 fold: 0.774 +- 0.027, big spread',
      ['[[quote(n1, "5 fold: 0.774 +- 0.027")]]: no run told here logged this value.'],
    ],
    ['rain came out at 0.127', []],
    ['lake is 0.003 ahead of rain', []],
    // The last digit of a difference of rounded numbers is nobody's mistake.
    ['lake is 0.004 ahead of rain', []],
    [
      'lake is 0.071 ahead of rain',
      ['[[quote(n1, "lake is 0.071 ahead of rain")]]: no run told here logged this value.'],
    ],
    ['goal for test loss is 0.05', []],
  ])('"%s"', (line, expected) => {
    expect(sentences('discrepancy', day, [line])).toEqual(expected)
  })
})

test('a run is found by the words of its name, and what a note says of its end is held against its status', () => {
  const forest = makeRun({ id: 'ffff6666', name: 'rf-500-interactions', status: 'failed' })
  expect(
    sentences('discrepancy', [forest], ['rf with interactions (degree four) ran through too, no better']),
  ).toEqual(['[[quote(n1, "rf with interactions (degree four) ran through too")]]: [[r1]] failed.'])
})

describe('variation', () => {
  test('says when no two runs differ in a single setting, and that no seed is logged', () => {
    const runs = [
      makeRun({ id: 'a', params: { x: '1', y: '1' } }),
      makeRun({ id: 'b', params: { x: '2', y: '2' } }),
    ]
    expect(sentences('variation', runs)).toEqual([
      'No seed is logged.',
      'No two finished runs differ in a single setting, seeds aside.',
    ])
  })
})
