import { z } from 'zod'
import type { Segment, Verdict } from '../claims/statement.ts'
import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { answerPromptContexts } from '../render/answer-prompt.ts'
import { dayOfEvidence } from '../render/show-time.ts'
import { type AnswerDraft, answerDraftSchema, citesPath, statementsOfAnswer } from './answer-draft.ts'
import type { DocumentKind, DocumentParts } from './document-kind.ts'
import type { Printer } from './printer.ts'

const answerSubjectSchema = z.object({
  question: z.string(),
  /** What of the evidence the prompt shows: runs and findings by their addresses, sentences of documents, best first. */
  runs: z.array(z.string()),
  findings: z.array(z.string()),
  sentences: z.array(z.object({ document: z.string(), text: z.string() })),
  quotes: z.array(z.string()),
  /** How many runs were looked through, and how many of them stand in the evidence. */
  searched: z.number(),
})

export type AnswerSubject = z.infer<typeof answerSubjectSchema>

/** The answer to a question, as the template prints it. All texts are Markdown with marks. */
export interface AnswerView {
  readonly title: string
  /** Why nothing stands here. */
  readonly nothing: string | null
  readonly sentences: readonly { readonly text: string; readonly cites: string }[]
  readonly notRecorded: readonly string[]
  /** The runs that are named, with what finds them again. */
  readonly runs: readonly {
    readonly address: string
    readonly id: string
    readonly name: string
    readonly key: string
  }[]
  readonly scope: string | null
  readonly footer: string | null
}

/** An answer out of the record. It is drafted and checked as a document is, printed, and not kept. */
export const answerKind: DocumentKind<AnswerSubject, AnswerDraft> = {
  name: 'ask',
  schemaName: 'answer',
  subjectSchema: answerSubjectSchema,
  draftSchema: answerDraftSchema,
  tellsRuns: false,
  date: (evidence, _, dayEndsAtHour) => dayOfEvidence(evidence, dayEndsAtHour),
  given: () => [],
  findings: () => [],
  withDraft: (evidence) => evidence,
  statements: statementsOfAnswer,
  judgeMore: judgeCites,
  promptContexts: answerPromptContexts,
  print: (parts, show) => show((print) => composeAnswer(parts, print)),
}

/** A sentence that cites neither a passage nor a run nor a finding is none of the record's. */
function judgeCites(_: AnswerDraft, verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.flatMap((verdict): readonly Verdict[] => {
    if (verdict.kind !== 'supported' || verdict.cites.length > 0) return []
    const { path, text } = verdict.statement
    return [
      {
        kind: 'unsupported',
        statement: { path: citesPath(path), text, basis: 'observed', checks: [] },
        reason:
          'it cites nothing: each sentence holds a slot of the passage, document, run or finding that it rests on',
        segments: null,
        checks: [],
      },
    ]
  })
}

function composeAnswer(
  { checked, draft, evidence, subject, verdicts }: DocumentParts<AnswerSubject, AnswerDraft>,
  print: Printer,
): AnswerView {
  const said = [...verdicts].flatMap(([path, verdict]) => {
    // An answer holds what stands, and nothing marked: whoever asks does not know better.
    if (verdict.kind !== 'supported' || verdicts.has(citesPath(path))) return []
    const isReading =
      verdict.statement.basis === 'inferred' ||
      verdict.segments.some((segment) => isInferredQuote(segment, evidence))
    const mark = isReading ? ' *(inferred)*' : ''
    return [
      { text: `${print.segments(verdict.segments)}${mark}`, cites: citesOf(verdict.cites, evidence, print) },
    ]
  })
  const cited = [
    ...new Set(
      [...verdicts.values()].flatMap((verdict) =>
        verdict.kind === 'supported' && !verdicts.has(citesPath(verdict.statement.path))
          ? verdict.cites.map((address) => address.split('.')[0] ?? address)
          : [],
      ),
    ),
  ]
  const isPart = (part: string): boolean =>
    part.trim().length > 2 && plain(subject.question).includes(plain(part))
  const parts = (draft?.not_recorded ?? []).filter(isPart)
  const all = evidence.runs.length + evidence.earlier.length
  return {
    title: print.words(subject.question),
    nothing:
      said.length > 0
        ? null
        : draft?.recorded === 'no'
          ? 'Not recorded.'
          : 'No sentence of the answer held; what was found stands below.',
    sentences: said,
    runs: cited.flatMap((address) => {
      const run = findRun(evidence, address)?.run
      return run === undefined
        ? []
        : [
            {
              address,
              id: print.idOf(address),
              name: print.words(run.name),
              key: print.words(run.key),
            },
          ]
    }),
    notRecorded: said.length === 0 ? [] : parts.map((part) => `“${print.words(part.trim())}”`),
    scope:
      subject.searched > all
        ? `“Best”, “only” and the like speak of ${count(all, 'runs.weighed', print)} of ${count(subject.searched, 'runs.searched', print)} runs.`
        : null,
    footer:
      checked === null
        ? null
        : `*${count(said.length, 'statements', print)} ${said.length === 1 ? 'sentence' : 'sentences'} checked, ${count(verdicts.size - said.length - [...verdicts.keys()].filter((path) => path.endsWith('.cites')).length, 'statements.left_out', print)} left out.*`,
  }
}

const INFERRED = /\((?:unchecked, )?inferred\)/

/** Whether words are quoted of a document that tells them as an inference alone, and that do not say so themselves. */
function isInferredQuote(segment: Segment, { documents }: Evidence): boolean {
  if (segment.kind !== 'slot' || segment.shows !== 'quote' || INFERRED.test(segment.printed)) return false
  const holding = documents
    .filter(({ address }) => segment.cites.includes(address))
    .flatMap(({ passages }) => passages.filter((passage) => passage.includes(segment.exact)))
  return holding.length > 0 && holding.every((passage) => INFERRED.test(passage))
}

/** Where the passages that a sentence rests on stand: files with their lines, commits, documents. Its runs are named in it. */
function citesOf(cites: readonly string[], evidence: Evidence, print: Printer): string {
  const places = cites.flatMap((address): readonly string[] => {
    const root = address.split('.')[0] ?? address
    const quote = evidence.quotes.find((one) => one.address === root)
    if (quote !== undefined) {
      const where =
        quote.kind === 'commit'
          ? quote.place.slice(0, 8)
          : quote.kind === 'experiment'
            ? `description of ${quote.heading ?? quote.place}`
            : `${quote.place}${quote.line === null ? '' : `:${quote.line}`}`
      return [print.words(where)]
    }
    const document = evidence.documents.find((one) => one.address === root)
    if (document !== undefined) return [print.words(document.id)]
    return []
  })
  return [...new Set(places)].join(', ')
}

function count(value: number, expression: string, print: Printer): string {
  return print.own({ expression, printed: String(value), exact: String(value), shows: 'number', cites: [] })
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
