import { setupFindings } from '../../evidence/setup/setup-findings.ts'
import { type SetupSubject, setupSubjectSchema } from '../../evidence/setup/setup-subject.ts'
import { reconstructionPromptContexts } from '../../render/reconstruction-prompt.ts'
import { dayOfEvidence } from '../../render/show-time.ts'
import type { DocumentKind } from '../document-kind.ts'
import { composeReconstruction } from './compose-reconstruction.ts'
import {
  type ReconstructionDraft,
  reconstructionDraftSchema,
  statementsOfReconstruction,
} from './reconstruction-draft.ts'

/** The likely setup of one run: every item labelled by how it is known, what to ask, how to check a reproduction. */
export const reconstructionKind: DocumentKind<SetupSubject, ReconstructionDraft> = {
  name: 'reconstruction',
  schemaName: 'reconstruction',
  subjectSchema: setupSubjectSchema,
  draftSchema: reconstructionDraftSchema,
  tellsRuns: false,
  date: (evidence, _, dayEndsAtHour) => dayOfEvidence(evidence, dayEndsAtHour),
  given: () => [],
  findings: setupFindings,
  withDraft: (evidence) => evidence,
  statements: statementsOfReconstruction,
  judgeMore: () => [],
  promptContexts: reconstructionPromptContexts,
  print: (parts, show) => show((print) => composeReconstruction(parts, print)),
}
