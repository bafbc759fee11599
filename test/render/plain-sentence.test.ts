import { expect, test } from 'vitest'
import { plainSentence } from '../../src/render/plain-sentence.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

test('a logged value keeps its sign; a change is told by its size, since the words tell its direction', () => {
  const evidence = gather([
    makeRun({ id: 'aaaa1111', metrics: { reward: -3.2 }, startedAt: 1 }),
    makeRun({ id: 'bbbb2222', metrics: { reward: -4.2 }, startedAt: 2 }),
  ])
  expect(
    plainSentence('[[r1.reward]] against [[r2.reward]], [[delta(r1.reward, r2.reward)]] less', evidence),
  ).toBe('-3.2 against -4.2, 1 less')
})
