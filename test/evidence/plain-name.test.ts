import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../src/claims/why-unsound.ts'
import { plainName } from '../../src/evidence/plain-name.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

describe('plainName', () => {
  test.each([
    ['val_f1', 'val_f1'],
    ['metrics/mAP50(B)', 'metrics/mAP50(B)'],
    ['macro avg_f1-score', 'macro avg_f1-score'],
    ['loss\n# heading', 'loss # heading'],
    ['[[r1]]', '[ [r1] ]'],
    ['a[[[b', 'a[ [ [b'],
    ['x\u0000y\u202ez', 'x y z'],
  ])('%j is held as %j', (name, plain) => {
    expect(plainName(name)).toBe(plain)
  })

  test('no name opens or closes a slot, or breaks a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(plainName(name)).not.toMatch(/\[\[|\]\]|\p{Cc}/u)
      }),
    )
  })
})

test('a metric called like a slot is told under a name that is none, and its value can be cited', () => {
  const runs = ['a', 'b'].map((id, index) =>
    makeRun({
      id: `${id}`.repeat(8),
      params: { 'x]]\n': `${index}` },
      metrics: { '[[r1]] loss': index },
      startedAt: index,
    }),
  )
  const evidence = gather(runs)
  expect(evidence.lead?.metric).toBe('[ [r1] ] loss')
  const sentences = evidence.findings.map(({ sentence }) => sentence)
  expect(sentences.join('\n')).toContain('[ [r1] ] loss')
  expect(sentences.map((sentence) => whyUnsound(sentence, evidence))).toEqual(sentences.map(() => null))
})
