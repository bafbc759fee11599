import { z } from 'zod'
import type { Statement } from '../claims/statement.ts'
import { statementSchema } from './statement-schema.ts'

/**
 * What a model answers for a log entry. It holds no numbers: every text may hold slots. Limits (three remarks, two
 * suggestions) are told in the prompt and kept by us, since not every provider's schema can say them.
 */
export const logDraftSchema = z.object({
  title: z.string(),
  title_checks: z.array(z.string()),
  conclusions: z.array(
    z.object({
      hypothesis: z.string(),
      outcome: z.enum(['supported', 'refuted', 'inconclusive']),
      reason: statementSchema,
    }),
  ),
  table: z.object({
    axis: z.string().nullable(),
    metrics: z.array(z.string()),
    remarks: z.array(statementSchema),
  }),
  discrepancies: z.array(statementSchema),
  reading: z.array(statementSchema),
  unworked: z.array(statementSchema),
  decisions: z.array(statementSchema),
  next_steps: z.array(statementSchema),
  suggestions: z.array(statementSchema),
  questions: z.array(statementSchema),
})

export type LogDraft = z.infer<typeof logDraftSchema>

/** Sections of the draft that are plain lists of statements, in the order of the document. */
export const LOG_SECTIONS = [
  'discrepancies',
  'reading',
  'unworked',
  'decisions',
  'next_steps',
  'suggestions',
  'questions',
] as const

/** Where the outcome of a conclusion stands in a draft. */
export function outcomePath(index: number): string {
  return `conclusions[${index}].outcome`
}

/** Every assertion of the draft with its path, the title and the hypotheses among them. */
export function statementsOfLog(draft: LogDraft): readonly Statement[] {
  return [
    { path: 'title', text: draft.title, basis: 'inferred', checks: draft.title_checks },
    ...draft.conclusions.flatMap((conclusion, index): Statement[] => [
      // A hypothesis is a person's: it is quoted, or it is not printed.
      ...(conclusion.hypothesis.includes('[[quote(')
        ? [
            {
              path: `conclusions[${index}].hypothesis`,
              text: conclusion.hypothesis,
              basis: 'noted' as const,
              checks: [],
            },
          ]
        : []),
      { path: `conclusions[${index}].reason`, ...conclusion.reason },
    ]),
    ...draft.table.remarks.map((one, index) => ({ path: `table.remarks[${index}]`, ...one })),
    ...LOG_SECTIONS.flatMap((section) =>
      draft[section].map((one, index) => ({ path: `${section}[${index}]`, ...one })),
    ),
  ]
}
