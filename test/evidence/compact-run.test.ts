import { describe, expect, test } from 'vitest'
import { compactRun, expandRun } from '../../src/evidence/compact-run.ts'
import type { JsonObject } from '../../src/json.ts'

const SUMMARY = {
  last: 0.8,
  lastStep: 9,
  min: 0.5,
  max: 0.9,
  minStep: 0,
  maxStep: 7,
  count: 10,
  nonFinite: 0,
}
const CURVE = {
  count: 10,
  nonFinite: 0,
  first: { step: 0, value: 0.5 },
  last: { step: 9, value: 0.8 },
  lowest: { step: 0, value: 0.5 },
  highest: { step: 7, value: 0.9 },
  nonFiniteFrom: null,
  endsNonFinite: false,
  steps: 'rising',
  endLevel: 0.81,
  shape: {
    lower: null,
    higher: {
      lateFrom: { step: 8, value: 0.79 },
      flatFrom: { step: 6, share: 0.3, bestBefore: 0.88, bestSince: 0.9 },
      worsenedBy: null,
      diverged: false,
    },
  },
  training: {
    metric: 'train_auc',
    atLowest: null,
    atHighest: { level: 0.95, point: { step: 7, value: 0.96 } },
    last: { step: 9, value: 'NaN' },
    endLevel: null,
  },
}
const RUN: JsonObject = {
  address: 'r1',
  id: '3fa2',
  name: 'lgbm',
  url: null,
  deleted: false,
  parent: null,
  params: { lr: '0.1', key: 'a' },
  metrics: { val_auc: SUMMARY, loss: { ...SUMMARY, lastStep: 8 } },
  tags: {},
  note: null,
  code: { commit: 'c0ffee', dirty: null, branch: null, entryPoint: null },
  dataSets: [],
  artifacts: null,
  gaps: [],
  origins: {
    run: 'm:m.db#runs(run_uuid=3fa2)',
    params: { lr: 'm:m.db#params(run_uuid=3fa2, key=lr)', key: 'm:m.db#params(run_uuid=3fa2, key=key)' },
    metrics: {
      val_auc: 'm:m.db#metrics(run_uuid=3fa2, key=val_auc, step=9)',
      loss: 'm:m.db#metrics(run_uuid=3fa2, key=loss, step=8)',
    },
  },
  points: {},
  curves: { val_auc: CURVE },
  logTail: null,
}
const origins = RUN.origins as JsonObject

describe('a frozen run', () => {
  test.each<[string, JsonObject]>([
    ['as a database has it', RUN],
    ['with a summary that was not filled', { ...RUN, metrics: { val_auc: { ...SUMMARY, min: null } } }],
    ['with a curve that its summary does not tell', { ...RUN, curves: { other: CURVE, constructor: CURVE } }],
    [
      'with a curve that tells another end',
      { ...RUN, curves: { val_auc: { ...CURVE, last: { step: null, value: '-Infinity' } } } },
    ],
    ['with an older curve', { ...RUN, curves: { val_auc: { count: 3, shape: { lateGain: 1 } } } }],
    [
      'with origins of no one pattern',
      { ...RUN, origins: { ...origins, params: { lr: 'm:a', key: 'm:b' } } },
    ],
    ['with braces in its path', { ...RUN, origins: { ...origins, run: 'm:{n}/{i}.db' } }],
    ['with fewer origins than values', { ...RUN, origins: { ...origins, metrics: {} } }],
    ['without an id', { ...RUN, id: '' }],
    ['without values', { ...RUN, params: {}, metrics: {}, origins: { run: 'm:x', params: {}, metrics: {} } }],
    ['with all that may be empty', { ...RUN, url: 'https://x.y', tags: { a: 'b' }, note: 'n', artifacts: 0 }],
  ])('%s comes back as it was, and so does one that was never compact', (_, run) => {
    const kept = JSON.parse(JSON.stringify(compactRun(run)))
    expect(expandRun(kept)).toEqual(run)
    expect(expandRun(run)).toEqual(run)
  })

  test('keeps what its source says over and over once, and the fields in their order', () => {
    const kept = compactRun(RUN)
    expect(Object.keys(kept)).toEqual([
      ...['address', 'id', 'name', 'params', 'metrics', 'code', 'origins', 'curves'],
    ])
    expect(kept.origins).toEqual([
      'm:m.db#runs(run_uuid={i})',
      'm:m.db#params(run_uuid={i}, key={n})',
      'm:m.db#metrics(run_uuid={i}, key={n}, step={s})',
    ])
    expect(JSON.stringify(kept).length).toBeLessThan(0.5 * JSON.stringify(RUN).length)
  })
})
