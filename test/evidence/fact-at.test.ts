import { describe, expect, it } from 'vitest'
import { dataSetOf, factAt, parseNumber } from '../../src/evidence/fact-at.ts'
import { isRefusal } from '../../src/evidence/refusal.ts'
import type { DataSet } from '../../src/runs/run.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const SET = (digest: string, context: string | null): DataSet => ({ name: 'd', digest, context })
const evidence = makeEvidence({
  runs: [
    {
      params: { lr: '1e-3', model: 'lgbm', gamma: 'nan' },
      metrics: { val_auc: [0.7, 0.9, 0.8], loss: Number.NaN },
      dataSets: [SET('t', 'training'), SET('e', 'eval')],
      seconds: 204,
      user: 'ada',
    },
    { metrics: { val_auc: 0.6 }, status: 'running', started: null },
  ],
  notes: ['AUC about 85 %'],
  directions: { val_auc: 'higher' },
  units: { val_auc: 'points' },
})

function told(address: string): unknown {
  const fact = factAt(evidence, address)
  if (isRefusal(fact)) return fact.reason
  const { value, unit, aggregation, standing } = fact
  return [
    value.kind === 'number' ? value.text : value.kind === 'text' ? value.text : value.at,
    unit,
    aggregation,
    standing,
  ]
}

describe('a fact', () => {
  it('carries all that decides what it may be held against', () => {
    expect(factAt(evidence, 'r1.val_auc.max')).toEqual({
      address: 'r1.metric["val_auc"].max',
      standing: 'logged',
      field: 'metric',
      name: 'val_auc',
      value: { kind: 'number', value: 0.9, text: '0.9' },
      unit: 'points',
      direction: 'higher',
      aggregation: 'max',
      dataSet: 'e',
      origin: { source: 'mlflow', file: 'mlflow.db' },
    })
  })

  it.each([
    ['r1.lr', ['1e-3', null, 'logged', 'logged']],
    ['r1.model', ['lgbm', null, 'logged', 'logged']],
    ['r1.gamma', ['nan', null, 'logged', 'logged']],
    ['r1.loss', ['NaN', null, 'last', 'logged']],
    ['r1.val_auc', ['0.8', 'points', 'last', 'logged']],
    ['r1.val_auc.max.step', ['1', 'step', 'max', 'logged']],
    ['r1.val_auc.at(0)', ['0.7', 'points', 'at', 'logged']],
    ['r1.duration', ['204', 's', 'logged', 'logged']],
    ['r1.status', ['finished', null, 'logged', 'logged']],
    ['r1.started', [Date.UTC(2026, 10, 20, 8), null, 'logged', 'logged']],
    ['r1.user', ['ada', null, 'logged', 'logged']],
    ['all.val_auc.mean', ['0.7', 'points', 'mean', 'computed']],
    ['all.val_auc.count', ['2', null, 'count', 'computed']],
    ['all.loss.count', ['0', null, 'count', 'computed']],
    ['n1.v1', ['85', '%', null, 'reported']],
    ['n1', ['AUC about 85 %', null, null, 'reported']],
  ])('%s is %j', (address, expected) => {
    expect(told(address)).toEqual(expected)
  })

  it.each([
    ['r1', 'r1 is a run, not a value; name one of its fields: r1.duration, r1.status.'],
    ['r1.commit', 'r1 logs no commit.'],
    ['r2.duration', 'r2 has no duration: it logs no start; its status is running.'],
    ['r2.ended', 'r2 logs no end; its status is running.'],
    ['r1.val_auc.at(9)', 'r1 has no val_auc at step 9 in the evidence; steps: 0, 1, 2.'],
    ['r1.loss.min', 'The min of loss is not known for r1; its last value is.'],
    ['all.loss.mean', 'all has no value of loss for mean.'],
    ['all.lr.sd', 'all has too few values of lr for sd.'],
    [
      'val_auc',
      'metric["val_auc"].last belongs to no run; name the run before it, or take a function over a group.',
    ],
  ])('%s is refused: %s', (address, reason) => {
    expect(told(address)).toBe(reason)
  })
})

describe('the data set of a metric', () => {
  it.each([
    ['val_auc', [SET('t', 'training'), SET('e', 'eval')], 'e'],
    ['train_loss', [SET('t', 'training'), SET('e', 'eval')], 't'],
    ['test_auc', [SET('v', 'validation'), SET('x', 'test')], 'x'],
    ['auc', [SET('v', 'validation'), SET('x', 'test')], null],
    ['auc', [SET('o', null)], 'o'],
    ['auc', [SET('o', null), SET('p', null)], null],
    ['auc', [], null],
  ] as const)('of %s over %j is %s', (metric, dataSets, expected) => {
    const run = makeEvidence({ runs: [{ dataSets }] }).runs[0]?.run
    expect(run === undefined ? 'no run' : dataSetOf(run, metric)).toBe(expected)
  })
})

describe('a number in text', () => {
  it.each([
    ['0.10', 0.1],
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['1_000', null],
    ['0x10', null],
    ['', null],
    ['lgbm', null],
  ])('%s is %s', (text, expected) => {
    expect(parseNumber(text)).toBe(expected)
  })
})

describe('a statistic of a group', () => {
  const mixed = makeEvidence({
    runs: [
      { metrics: { val_loss: 0.4 } },
      { metrics: { val_loss: 0.5 } },
      { metrics: { val_loss: 0.01 }, status: 'failed' },
      { metrics: { val_loss: 9 }, status: 'killed' },
    ],
    groups: [{ label: 'lr=0.1', runs: ['r1', 'r2', 'r3', 'r4'] }],
  })
  const number = (address: string): unknown => {
    const fact = factAt(mixed, address)
    return isRefusal(fact) || fact.value.kind !== 'number' ? fact : fact.value.value
  }

  it('of a metric leaves out runs that broke off, unless all of them did', () => {
    expect(['min', 'max', 'mean', 'count'].map((one) => number(`g1.val_loss.${one}`))).toEqual([
      0.4, 0.5, 0.45, 4,
    ])
    expect(number('failed.val_loss.min')).toBe(0.01)
  })

  it('of how long they took counts every run', () => {
    expect(number('g1.duration.count')).toBe(4)
  })
})
