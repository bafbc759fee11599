import { z } from 'zod'
import type { Statement } from '../../claims/statement.ts'
import { statementSchema } from '../statement-schema.ts'

/**
 * What a model answers for a reconstruction. Items, labels, checks and the script are worked out by narrate; the model says
 * what they add up to, and answers what was unclear. It holds no numbers: every text may hold slots.
 */
export const reconstructionDraftSchema = z.object({
  title: z.string(),
  title_checks: z.array(z.string()),
  setup: z.array(statementSchema),
  answers: z.array(z.object({ unclear: z.string(), answer: statementSchema })),
  conflicts: z.array(statementSchema),
  questions: z.array(statementSchema),
  checks: z.array(statementSchema),
  documentation: z.array(statementSchema),
})

export type ReconstructionDraft = z.infer<typeof reconstructionDraftSchema>

/** Sections that are plain lists of statements, in the order of the document. */
export const RECONSTRUCTION_SECTIONS = ['setup', 'conflicts', 'questions', 'checks', 'documentation'] as const

/** Every assertion of the draft with its path. */
export function statementsOfReconstruction(draft: ReconstructionDraft): readonly Statement[] {
  return [
    { path: 'title', text: draft.title, basis: 'inferred', checks: draft.title_checks },
    ...draft.answers.map(({ answer }, index) => ({ path: `answers[${index}]`, ...answer })),
    ...RECONSTRUCTION_SECTIONS.flatMap((section) =>
      draft[section].map((one, index) => ({ path: `${section}[${index}]`, ...one })),
    ),
  ]
}
