import { z } from 'zod'
import type { Statement } from '../../claims/statement.ts'
import { statementSchema } from '../statement-schema.ts'

/** What a model answers for a summary of a phase. It holds no numbers: every text may hold slots. */
export const phaseDraftSchema = z.object({
  title: z.string(),
  title_checks: z.array(z.string()),
  verdict: z.object({ call: z.enum(['continue', 'pivot', 'stop']), reason: statementSchema }),
  approaches: z.array(
    z.object({ approach: z.string(), finding: statementSchema, reopen: statementSchema.nullable() }),
  ),
  best: z.array(statementSchema),
  learned: z.array(statementSchema),
  remains: z.array(statementSchema),
  next_phase: z.array(statementSchema),
})

export type PhaseDraft = z.infer<typeof phaseDraftSchema>

const LISTS = ['best', 'learned', 'remains', 'next_phase'] as const

/** Every assertion of the draft with its path. */
export function statementsOfPhase(draft: PhaseDraft): readonly Statement[] {
  return [
    { path: 'title', text: draft.title, basis: 'inferred', checks: draft.title_checks },
    { path: 'verdict.reason', ...draft.verdict.reason },
    ...draft.approaches.flatMap(({ finding, reopen }, index): Statement[] => [
      { path: `approaches[${index}].finding`, ...finding },
      ...(reopen === null ? [] : [{ path: `approaches[${index}].reopen`, ...reopen }]),
    ]),
    ...LISTS.flatMap((section) =>
      draft[section].map((one, index) => ({ path: `${section}[${index}]`, ...one })),
    ),
  ]
}
