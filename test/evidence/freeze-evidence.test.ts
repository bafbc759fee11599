import { expect, test } from 'vitest'
import { freezeEvidence, thawEvidence } from '../../src/evidence/freeze-evidence.ts'
import { gap } from '../../src/gap.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const evidence = gather(
  [
    makeRun({
      id: 'aaaa1111',
      params: { inputs: 'rain', lr: '0.1' },
      metrics: {
        test_loss: 0.127,
        val_loss: { last: Number.NaN, min: null, max: null, nonFinite: 3, count: 3 },
        size: Number.POSITIVE_INFINITY,
      },
      tags: { stage: 'x' },
      dataSets: [{ name: 'rain', digest: 'abc', context: 'eval' }],
      startedAt: 1,
      endedAt: null,
      status: 'running',
    }),
    makeRun({
      id: 'bbbb2222',
      params: { inputs: 'lake', lr: '0.1' },
      metrics: { test_loss: 0.2 },
      startedAt: 2,
    }),
  ],
  ['test loss 0.5', 'tmrw: more'],
  {
    gaps: [gap('metric x', '1/a/metrics/x:3', 'the line has one field')],
    metrics: {
      primary: 'test_loss',
      directions: { size: 'lower' },
      headline: { val_loss: 'min' },
      units: { size: 'MB' },
    },
    otherRuns: { count: 2, users: ['tomas'] },
  },
)

test('frozen evidence survives JSON and thaws to the same evidence, values that are not finite included', () => {
  const frozen = freezeEvidence(evidence)
  const thawed = thawEvidence(JSON.parse(JSON.stringify(frozen)))
  const { metrics: rules, ...rest } = evidence
  const { metrics: thawedRules, ...thawedRest } = thawed
  expect(thawedRest).toEqual(rest)
  for (const metric of ['test_loss', 'val_loss', 'size'])
    expect([thawedRules.direction(metric), thawedRules.headline(metric), thawedRules.unit(metric)]).toEqual([
      rules.direction(metric),
      rules.headline(metric),
      rules.unit(metric),
    ])
  expect(freezeEvidence(thawed)).toEqual(frozen)
})

test('names that JavaScript keeps for itself are names like others', () => {
  const odd = (value: string, id: string) =>
    makeRun({
      id,
      params: Object.fromEntries([
        ['__proto__', value],
        ['constructor', 'x'],
        ['seed', id],
      ]),
      metrics: Object.fromEntries([
        ['__proto__', 0.5],
        ['toString', 0.25],
      ]),
      tags: Object.fromEntries([['__proto__', 'y']]),
    })
  const named = gather([odd('a', 'aaaa1111'), odd('a', 'bbbb2222')], [])
  const frozen = freezeEvidence(named)
  const thawed = thawEvidence(JSON.parse(JSON.stringify(frozen)))
  expect([...(thawed.runs[0]?.run.params ?? [])]).toContainEqual(['__proto__', 'a'])
  expect(thawed.runs[0]?.run.metrics.get('__proto__')?.last).toBe(0.5)
  const { metrics: _rules, ...rest } = named
  const { metrics: _thawed, ...thawedRest } = thawed
  expect(thawedRest).toEqual(rest)
  expect(freezeEvidence(thawed)).toEqual(frozen)
})

test('a value under a name that is not of its shape is refused with its place', () => {
  const frozen = JSON.parse(JSON.stringify(freezeEvidence(evidence)))
  frozen.runs[0].params.lr = 1
  expect(() => thawEvidence(frozen)).toThrow(/"runs",\s*0,\s*"params",\s*"lr"/)
})

test('what is not frozen evidence is refused with its place', () => {
  expect(() => thawEvidence({ ...freezeEvidence(evidence), runs: [{ address: 'r1' }] })).toThrow(/runs/)
})
