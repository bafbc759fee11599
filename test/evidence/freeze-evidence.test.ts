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

test('what is not frozen evidence is refused with its place', () => {
  expect(() => thawEvidence({ ...freezeEvidence(evidence), runs: [{ address: 'r1' }] })).toThrow(/runs/)
})
