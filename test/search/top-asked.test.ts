import { expect, test } from 'vitest'
import { metricRules } from '../../src/evidence/metric-rules.ts'
import { topAsked } from '../../src/search/top-asked.ts'
import { makeRun } from '../support/make-run.ts'

const RUNS = [
  makeRun({ id: 'aaaa1111', metrics: { val_loss: { last: 0.4, min: 0.1 }, test_loss: 0.1 } }),
  makeRun({ id: 'bbbb2222', metrics: { val_loss: { last: 0.3, min: 0.2 }, test_loss: 0.2 } }),
  makeRun({ id: 'cccc3333', status: 'failed', metrics: { val_loss: 0.01, test_loss: 0.01 } }),
]

test.each<['last' | 'min', string, readonly string[], string, readonly string[]]>([
  ['last', 'lowest val_loss', ['val_loss'], 'val_loss', ['bbbb2222', 'aaaa1111']],
  ['min', 'lowest val_loss', ['val_loss'], 'val_loss', ['aaaa1111', 'bbbb2222']],
  ['last', 'worst val_loss', ['val_loss'], 'val_loss', ['aaaa1111', 'bbbb2222']],
  ['last', 'which is best?', [], 'test_loss', ['aaaa1111', 'bbbb2222']],
])('by the %s value, %s of %j ranks by %s: %j', (headline, question, named, metric, expected) => {
  const settings = { primary: 'test_loss', directions: {}, headline: { val_loss: headline }, units: {} }
  const top = topAsked(question, named, RUNS, metricRules(settings, [], { runs: RUNS, quotes: [] }))
  expect(top?.metric).toBe(metric)
  expect(top?.ranked.map(({ run }) => run.id)).toEqual(expected)
})
