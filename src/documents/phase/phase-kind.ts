import { givenOfTarget } from '../../evidence/plans/given-target.ts'
import { phasePromptContexts } from '../../render/phase-prompt.ts'
import { dayOfEvidence } from '../../render/show-time.ts'
import type { DocumentKind } from '../document-kind.ts'
import { composePhase } from './compose-phase.ts'
import { type PhaseDraft, phaseDraftSchema, statementsOfPhase } from './phase-draft.ts'
import { phaseFindings } from './phase-findings.ts'
import { type PhaseSubject, phaseSubjectSchema } from './phase-subject.ts'

/** The summary of a phase: whether to go on, what each approach came to, what is closed and what would re-open it. */
export const phaseKind: DocumentKind<PhaseSubject, PhaseDraft> = {
  name: 'phase',
  schemaName: 'phase_summary',
  subjectSchema: phaseSubjectSchema,
  draftSchema: phaseDraftSchema,
  tellsRuns: false,
  date: (evidence, _, dayEndsAtHour) => dayOfEvidence(evidence, dayEndsAtHour),
  given: ({ target }) => givenOfTarget(target),
  findings: phaseFindings,
  withDraft: (evidence) => evidence,
  statements: statementsOfPhase,
  judgeMore: () => [],
  promptContexts: (evidence) => phasePromptContexts(evidence),
  print: (parts, show) => show((print) => composePhase(parts, print)),
}
