import { z } from 'zod'
import type { Statement } from '../../claims/statement.ts'

const statement = z.object({
  text: z.string(),
  basis: z.enum(['observed', 'noted', 'inferred', 'proposed']),
  checks: z.array(z.string()),
})

/**
 * What a model answers for a plan. Only what is to be set holds numbers (they are printed as proposed); expected ranges, costs
 * and stop rules are worked out by narrate.
 */
export const planDraftSchema = z.object({
  title: z.string(),
  title_checks: z.array(z.string()),
  standing: z.array(statement),
  proposals: z.array(
    z.object({
      /** The run that it begins from: `r7`. */
      from: z.string(),
      set: z.array(z.object({ param: z.string(), value: z.string() })),
      seeds: z.int(),
      hypothesis: statement,
      /** Why to run what was tried, or what was closed; an empty text where neither is so. */
      repeat_because: statement,
    }),
  ),
  low_return: z.array(statement),
  pivot: z.object({ answer: z.enum(['stay', 'turn', 'confirm', 'open']), reason: statement }),
  order: z.array(statement),
  questions: z.array(statement),
})

export type PlanDraft = z.infer<typeof planDraftSchema>

/** Sections of the draft that are plain lists of statements. */
export const PLAN_SECTIONS = ['standing', 'low_return', 'order', 'questions'] as const

/** Where a proposal as such stands in a draft. */
export function proposalPath(index: number): string {
  return `proposals[${index}].set`
}

/** Every assertion of the draft with its path; empty texts assert nothing. */
export function statementsOfPlan(draft: PlanDraft): readonly Statement[] {
  return [
    { path: 'title', text: draft.title, basis: 'proposed' as const, checks: draft.title_checks },
    ...draft.proposals.flatMap((one, index) => [
      { path: `proposals[${index}].hypothesis`, ...one.hypothesis },
      { path: `proposals[${index}].repeat_because`, ...one.repeat_because },
    ]),
    { path: 'pivot.reason', ...draft.pivot.reason },
    ...PLAN_SECTIONS.flatMap((section) =>
      draft[section].map((one, index) => ({ path: `${section}[${index}]`, ...one })),
    ),
  ]
}
