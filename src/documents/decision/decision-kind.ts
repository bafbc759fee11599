import { decisionPromptContexts } from '../../render/decision-prompt.ts'
import type { DocumentKind } from '../document-kind.ts'
import { composeDecision } from './compose-decision.ts'
import { type DecisionDraft, decisionDraftSchema, statementsOfDecision } from './decision-draft.ts'
import { decisionFindings } from './decision-findings.ts'
import { decisionGiven } from './decision-given.ts'
import { type DecisionSubject, decisionSubjectSchema } from './decision-subject.ts'

/** The record of a model selection: criteria, scores, what would turn it, and what is not known, ready for sign-off. */
export const decisionKind: DocumentKind<DecisionSubject, DecisionDraft> = {
  name: 'decision',
  schemaName: 'model_selection_decision',
  subjectSchema: decisionSubjectSchema,
  draftSchema: decisionDraftSchema,
  tellsRuns: false,
  date: (_, { date }) => date,
  given: decisionGiven,
  findings: decisionFindings,
  withDraft: (evidence) => evidence,
  statements: statementsOfDecision,
  judgeMore: () => [],
  promptContexts: decisionPromptContexts,
  print: (parts, show) => show((print) => composeDecision(parts, print)),
}
