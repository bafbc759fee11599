import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { Evidence } from '../../../src/evidence/evidence.ts'
import { questionOnDirection } from '../../../src/evidence/findings/direction.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'

function measured(metric: string, values: readonly number[], directions = {}): Evidence {
  return gather(
    values.map((value, index) =>
      makeRun({ id: `run${index}`, metrics: { [metric]: value }, startedAt: index }),
    ),
    [],
    { metrics: { primary: metric, directions, headline: {}, units: {} } },
  )
}

function told(evidence: Evidence): readonly string[] {
  const found = evidence.findings.filter(({ kind }) => kind === 'direction')
  for (const { sentence } of found) expect(whyUnsound(sentence, evidence)).toBeNull()
  return found.map(({ sentence }) => sentence)
}

describe('the direction of the lead metric', () => {
  test('is told to be unknown, and then nothing is best', () => {
    const evidence = measured('score', [1, 2])
    expect(told(evidence)).toEqual([
      'Whether a higher or a lower score is better is not known: no run is called best by it.',
    ])
    expect(evidence.findings.filter(({ kind }) => kind === 'best')).toEqual([])
    expect(evidence.findings.at(-1)?.kind).toBe('direction')
  })

  test.each([
    ['error_margin', 'A lower error_margin is taken as better, by its name alone.'],
    ['loss_scale', 'A lower loss_scale is taken as better, by its name alone.'],
    ['recall_threshold', 'A higher recall_threshold is taken as better, by its name alone.'],
  ])('is said where it is guessed from the ambiguous name %s', (metric, sentence) => {
    expect(told(measured(metric, [1, 2]))).toEqual([sentence])
  })

  test.each([
    ['val_loss'],
    ['auc'],
    ['f1_score'],
    ['metrics/mAP50(B)'],
    ['valid_loss_Accuracy'],
    ['l2.valid'],
  ])('needs no word where everybody knows %s', (metric) => {
    expect(told(measured(metric, [1, 2]))).toEqual([])
  })

  test('needs no word where the user said it', () => {
    expect(told(measured('error_margin', [1, 2], { error_margin: 'higher' }))).toEqual([])
  })

  test('comes from narrate.yaml, the tracker or the name', () => {
    const experiment = {
      id: '1',
      name: 'a',
      note: null,
      primaryMetric: { name: 'gain', greaterIsBetter: true },
      origin: { source: 'mlflow', file: 'meta.yaml' },
    }
    const { metrics } = gather([makeRun({ id: 'a', metrics: { gain: 1 } })], [], {
      experiments: [experiment],
      metrics: { directions: { lift: 'higher' }, headline: {}, units: {} },
    })
    expect(['lift', 'gain', 'val_loss', 'score'].map(metrics.directionFrom)).toEqual([
      'narrate.yaml',
      'tracker',
      'name',
      null,
    ])
  })
})

describe('the question on the direction', () => {
  test('is asked where an answer would rank runs', () => {
    expect(questionOnDirection(measured('score', [1, 2]))).toEqual({
      metric: 'score',
      question: 'Is a higher or a lower score better?',
      answers: ['higher', 'lower'],
      runs: ['r1', 'r2'],
    })
  })

  test.each([
    ['there is one run', measured('score', [1])],
    ['all have the same value', measured('score', [1, 1])],
    ['the direction is known', measured('val_loss', [1, 2])],
    ['there is no metric', gather([makeRun({ id: 'a' })])],
  ])('is not asked where %s', (_, evidence) => {
    expect(questionOnDirection(evidence)).toBeNull()
  })
})
