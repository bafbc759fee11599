import { z } from 'zod'
import type { Statement } from '../../claims/statement.ts'

const statement = z.object({
  text: z.string(),
  basis: z.enum(['observed', 'noted', 'inferred', 'proposed']),
  checks: z.array(z.string()),
})

/** What a model answers for a decision: no numbers; scores, ranks and flip points are the program's. */
export const decisionDraftSchema = z.object({
  context: z.array(statement),
  rationale: z.array(statement),
  options: z.array(
    z.object({
      /** The address of a finalist: o1. */
      option: z.string(),
      good: z.array(statement),
      bad: z.array(statement),
    }),
  ),
  consequences: z.array(statement),
  tradeoffs: z.array(statement),
  assumptions: z.array(statement),
  risks: z.array(statement),
  dissent: z.array(statement),
  confirmation: z.array(statement),
  revisit: z.array(statement),
  questions: z.array(statement),
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
