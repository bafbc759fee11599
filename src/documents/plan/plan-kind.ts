import type { Verdict } from '../../claims/statement.ts'
import type { EvidenceWithoutFindings, NewFinding } from '../../evidence/evidence.ts'
import { planFindings } from '../../evidence/plans/plan-findings.ts'
import { givenOfPlan, type PlanSubject, planSubjectSchema } from '../../evidence/plans/plan-subject.ts'
import { planPromptContexts } from '../../render/plan-prompt.ts'
import { showDay } from '../../render/show-time.ts'
import type { DocumentKind } from '../document-kind.ts'
import { composePlan } from './compose-plan.ts'
import { draftedPlan, withProposals } from './drafted-plan.ts'
import { type PlanDraft, planDraftSchema, proposalPath, statementsOfPlan } from './plan-draft.ts'

/** The next experiments: how far the target is, what to run next and what it may give, held against all that was tried. */
export const planKind: DocumentKind<PlanSubject, PlanDraft> = {
  name: 'plan',
  schemaName: 'experiment_plan',
  subjectSchema: planSubjectSchema,
  draftSchema: planDraftSchema,
  tellsRuns: false,
  date: ({ span }, { at }, dayEndsAtHour) => showDay(at - dayEndsAtHour * 3_600_000, span.timeZone),
  given: givenOfPlan,
  findings: (evidence: EvidenceWithoutFindings, subject): readonly NewFinding[] =>
    planFindings(evidence, subject),
  withDraft: withProposals,
  statements: statementsOfPlan,
  judgeMore: (draft, _, evidence, subject): readonly Verdict[] =>
    draftedPlan(evidence, draft, subject).judged.map(({ index, problem }): Verdict => {
      const statement = {
        path: proposalPath(index),
        text: JSON.stringify(draft.proposals[index]?.set ?? []),
        basis: 'proposed',
        checks: [],
      } as const
      return problem === null
        ? { kind: 'supported', statement, segments: [], cites: [], checks: [] }
        : { kind: 'unsupported', statement, reason: problem, segments: null, checks: [] }
    }),
  promptContexts: planPromptContexts,
  print: (parts, show) => show((print) => composePlan(parts, print)),
}
