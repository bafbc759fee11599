import { expect, test } from 'vitest'
import { inPresentShape } from '../../src/evidence/in-present-shape.ts'
import type { JsonValue } from '../../src/json.ts'

test.each<[string, JsonValue, object]>([
  [
    'findings without values are findings of the session that warn of nothing',
    { findings: [{ address: 'k1' }] },
    { findings: [{ address: 'k1', warns: false, scope: 'session', values: {}, texts: {} }] },
  ],
  [
    'what findings say stays',
    { findings: [{ warns: true, scope: 'project', values: { a: 1 }, texts: {} }] },
    { findings: [{ warns: true, scope: 'project', values: { a: 1 }, texts: {} }] },
  ],
  [
    'directions of unknown source',
    { metrics: { loss: { direction: 'lower' } } },
    { metrics: { loss: { direction: 'lower', directionFrom: null } } },
  ],
  [
    'runs without a protocol are told apart by what made them comparable',
    { runs: [{ comparableAs: 'data=x' }] },
    {
      runs: [
        {
          comparableAs: 'data=x',
          deleted: false,
          curves: {},
          logTail: null,
          protocol: { ground: 'data=x', split: '', threshold: '' },
        },
      ],
    },
  ],
  [
    'a protocol without its ground keeps the rest',
    { runs: [{ comparableAs: 'data=x', protocol: { split: 's', threshold: 't' } }] },
    { runs: [{ protocol: { ground: 'data=x', split: 's', threshold: 't' } }] },
  ],
  [
    'curves that told in other words tell nothing',
    {
      earlier: [
        {
          curves: {
            loss: {
              count: 3,
              shape: { lower: { lateGain: 0.1 }, higher: { lateGain: null } },
              training: { metric: 'train_loss', atLowest: 0.2 },
            },
          },
        },
      ],
    },
    {
      earlier: [
        {
          curves: {
            loss: { count: 3, nonFinite: 0, shape: { lower: null, higher: null }, training: null },
          },
        },
      ],
    },
  ],
  [
    'curves as they are now stay',
    { runs: [{ curves: { loss: { shape: { lower: { lateFrom: null } }, training: { last: 1 } } } }] },
    { runs: [{ curves: { loss: { shape: { lower: { lateFrom: null } }, training: { last: 1 } } } }] },
  ],
  ['evidence of before other runs were kept', {}, { earlier: [], deleted: [], rules: {} }],
])('%s', (_, frozen, present) => {
  expect(inPresentShape(frozen)).toMatchObject(present)
})

test.each<JsonValue>([null, 7, 'text', [1]])('%j is no evidence, and stays', (value) => {
  expect(inPresentShape(value)).toBe(value)
})

test('members that are no objects stay for the schema to refuse', () => {
  expect(inPresentShape({ runs: [null, 3], findings: 'none', metrics: { loss: 2 } })).toMatchObject({
    runs: [null, 3],
    findings: 'none',
    metrics: { loss: 2 },
  })
})
