import { outcomeProblem } from '../claims/check-outcome.ts'
import type { Verdict } from '../claims/statement.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { evidenceContexts } from '../render/evidence-contexts.ts'
import { dayOfEvidence } from '../render/show-time.ts'
import { composeLog } from './compose-log.ts'
import type { DocumentKind } from './document-kind.ts'
import { type LogDraft, logDraftSchema, outcomePath, statementsOfLog } from './log-draft.ts'
import { fitLimits } from './log-limits.ts'
import { type LogSubject, logSubjectSchema } from './log-subject.ts'

const MOST_VISIBLE_WORDS = 250

/** The entry at the end of a day: what ran, what it showed, what the scientist said of it. */
export const logKind: DocumentKind<LogSubject, LogDraft> = {
  name: 'log',
  schemaName: 'log_entry',
  subjectSchema: logSubjectSchema,
  draftSchema: logDraftSchema,
  tellsRuns: true,
  date: (evidence, _, dayEndsAtHour) => dayOfEvidence(evidence, dayEndsAtHour),
  given: () => [],
  findings: () => [],
  withDraft: (evidence) => evidence,
  statements: statementsOfLog,
  judgeMore: judgeOutcomes,
  promptContexts: (evidence) => evidenceContexts(evidence),
  print: (asked, show) => {
    const parts = { ...asked, subject: logSubjectSchema.parse(asked.subject) }
    const concludes = (parts.draft?.conclusions.length ?? 0) > 0
    return fitLimits(concludes, (limits) => {
      const shown = show((print) => composeLog(parts, print, limits))
      return { shown, fits: shown.visibleWords <= MOST_VISIBLE_WORDS }
    })
  },
}

/** A verdict for each outcome that its reason, which holds, does not bear. */
function judgeOutcomes(
  draft: LogDraft,
  verdicts: readonly Verdict[],
  evidence: Evidence,
): readonly Verdict[] {
  return draft.conclusions.flatMap((conclusion, index): readonly Verdict[] => {
    const holds = verdicts.some(
      ({ kind, statement }) => kind === 'supported' && statement.path === `conclusions[${index}].reason`,
    )
    const reason = holds ? outcomeProblem(conclusion, evidence) : null
    if (reason === null) return []
    const statement = {
      path: outcomePath(index),
      text: conclusion.outcome,
      basis: 'inferred',
      checks: [],
    } as const
    return [{ kind: 'unsupported', statement, reason, segments: null, checks: [] }]
  })
}
