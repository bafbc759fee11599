import { expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import { plainSentence } from '../../../src/render/plain-sentence.ts'
import { gather } from '../../support/gather.ts'
import { makeRun } from '../../support/make-run.ts'

function told(values: readonly number[], status: 'finished' | 'failed' = 'finished'): readonly string[] {
  const evidence = gather(
    values.map((value, index) =>
      makeRun({
        id: `${index}aaa1111`,
        name: `n${index}`,
        metrics: { accuracy: value },
        startedAt: index,
        status,
      }),
    ),
  )
  return evidence.findings
    .filter(({ kind }) => kind === 'best')
    .map(({ sentence }) => {
      expect(whyUnsound(sentence, evidence)).toBeNull()
      return plainSentence(sentence, evidence, 'names')
    })
}

test.each([
  [[0.9, 0.8], 'Highest accuracy: 0.9 in n0 (0aaa1111), then 0.8 in n1 (1aaa1111).'],
  [[0.9, 0.9, 0.8], 'Highest accuracy: 0.9, shared by 2 runs: n0 (0aaa1111), n1 (1aaa1111).'],
  [[0.9, 0.9], 'Highest accuracy: 0.9, shared by all 2 runs: n0 (0aaa1111), n1 (1aaa1111).'],
  [
    [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.1],
    'Highest accuracy: 0.9, shared by 7 runs: n0 (0aaa1111), n1 (1aaa1111), n2 (2aaa1111), n3 (3aaa1111) and 3 more.',
  ],
])('of %j it is said who has the best value, and with whom it is shared', (values, sentence) => {
  expect(told(values)).toEqual([sentence])
})

test('one run alone is not the best of anything, nor are failed ones', () => {
  expect(told([0.9])).toEqual([])
  expect(told([0.9, 0.8], 'failed')).toEqual([])
})
