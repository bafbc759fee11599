import { setupFindings } from '../../evidence/setup/setup-findings.ts'
import { type SetupSubject, setupSubjectSchema } from '../../evidence/setup/setup-subject.ts'
import { reconstructionPromptContexts } from '../../render/reconstruction-prompt.ts'
import { dayOfEvidence, showDay } from '../../render/show-time.ts'
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
  date: (evidence, { run: key }, dayEndsAtHour) => {
    const start = evidence.runs.find(({ run }) => run.key === key)?.run.startedAt ?? null
    // The span that notes come from is wider than the run's own time.
    return start === null
      ? dayOfEvidence(evidence, dayEndsAtHour)
      : showDay(start - dayEndsAtHour * 3_600_000, evidence.span.timeZone)
  },
  given: () => [],
  findings: setupFindings,
  withDraft: (evidence) => evidence,
  statements: statementsOfReconstruction,
  judgeMore: () => [],
  promptContexts: reconstructionPromptContexts,
  print: (parts, show) => show((print) => composeReconstruction(parts, print)),
}
