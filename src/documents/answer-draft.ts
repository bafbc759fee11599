import { z } from 'zod'
import type { Statement } from '../claims/statement.ts'

const statement = z.object({
  text: z.string(),
  basis: z.enum(['observed', 'noted', 'inferred']),
  checks: z.array(z.string()),
})

/** What a model answers to a question: sentences without numbers, and the parts of the question that nothing answers. */
export const answerDraftSchema = z.object({
  recorded: z.enum(['yes', 'partly', 'no']),
  answer: z.array(statement),
  /** Parts of the question, in its own words. */
  not_recorded: z.array(z.string()),
})

export type AnswerDraft = z.infer<typeof answerDraftSchema>

export function statementsOfAnswer({ answer }: AnswerDraft): readonly Statement[] {
  return answer.map((one, index) => ({ path: `answer[${index}]`, ...one }))
}

/** Where it stands in a draft that a sentence cites nothing. */
export function citesPath(path: string): string {
  return `${path}.cites`
}
