import { decisionPromptContexts } from '../render/decision-prompt.ts'
import { composeDecision } from './decision/compose-decision.ts'
import { type DecisionDraft, decisionDraftSchema, statementsOfDecision } from './decision/decision-draft.ts'
import { decisionFindings } from './decision/decision-findings.ts'
import { decisionGiven } from './decision/decision-given.ts'
import { type DecisionSubject, decisionSubjectSchema } from './decision/decision-subject.ts'
import type { DocumentKind } from './document-kind.ts'

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
