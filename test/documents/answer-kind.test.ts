import { expect, test } from 'vitest'
import type { AnswerDraft } from '../../src/documents/answer-draft.ts'
import { answerKind } from '../../src/documents/answer-kind.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const SUBJECT = { question: 'why?', runs: [], findings: [], sentences: [], quotes: [], searched: 0 }
const DRAFT: AnswerDraft = { recorded: 'yes', answer: [], not_recorded: [] }

test('a sentence that cites nothing goes back, whatever else it holds', () => {
  const statement = { path: 'answer[0]', text: 'So it was.', basis: 'observed', checks: [] } as const
  const verdict = { kind: 'supported', statement, segments: [], checks: [] } as const
  const more = (cites: readonly string[]) =>
    answerKind.judgeMore(DRAFT, [{ ...verdict, cites }], makeEvidence({ runs: [] }), SUBJECT)
  expect(more(['r1'])).toEqual([])
  expect(more([])).toMatchObject([{ kind: 'unsupported', statement: { path: 'answer[0].cites' } }])
})
