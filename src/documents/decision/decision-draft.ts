import { z } from 'zod'
import type { Statement } from '../../claims/statement.ts'
import { statementSchema } from '../statement-schema.ts'

/** What a model answers for a decision: no numbers; scores, ranks and flip points are the program's. */
export const decisionDraftSchema = z.object({
  context: z.array(statementSchema),
  rationale: z.array(statementSchema),
  options: z.array(
    z.object({
      /** The address of a finalist: o1. */
      option: z.string(),
      good: z.array(statementSchema),
      bad: z.array(statementSchema),
    }),
  ),
  consequences: z.array(statementSchema),
  tradeoffs: z.array(statementSchema),
  assumptions: z.array(statementSchema),
  risks: z.array(statementSchema),
  dissent: z.array(statementSchema),
  confirmation: z.array(statementSchema),
  revisit: z.array(statementSchema),
  questions: z.array(statementSchema),
})

export type DecisionDraft = z.infer<typeof decisionDraftSchema>

/** Sections of the draft that are plain lists of statements. */
export const DECISION_SECTIONS = [
  'context',
  'rationale',
  'consequences',
  'tradeoffs',
  'assumptions',
  'risks',
  'dissent',
  'confirmation',
  'revisit',
  'questions',
] as const
export type DecisionSection = (typeof DECISION_SECTIONS)[number]

/** Every assertion of the draft with its path. */
export function statementsOfDecision(draft: DecisionDraft): readonly Statement[] {
  return [
    ...DECISION_SECTIONS.flatMap((section) =>
      draft[section].map((one, index) => ({ path: `${section}[${index}]`, ...one })),
    ),
    ...draft.options.flatMap(({ good, bad }, place) => [
      ...good.map((one, index) => ({ path: `options[${place}].good[${index}]`, ...one })),
      ...bad.map((one, index) => ({ path: `options[${place}].bad[${index}]`, ...one })),
    ]),
  ]
}
