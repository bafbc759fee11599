import type { z } from 'zod'
import type { Statement, Verdict } from '../claims/statement.ts'
import type { Evidence, EvidenceWithoutFindings, Given, NewFinding } from '../evidence/evidence.ts'
import type { JsonObject } from '../json.ts'
import type { Checked } from './count-checked.ts'
import type { DocumentKindName } from './document.ts'
import type { Printer } from './printer.ts'

/** A document before it is printed: what it may say, what it was asked for, and the draft with its verdicts. */
export interface DocumentParts<Subject, Draft> {
  readonly evidence: Evidence
  readonly subject: Subject
  /** Null when no model wrote it. */
  readonly draft: Draft | null
  /** The verdicts on the draft's statements, by their paths. */
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** The span of the evidence as it is printed. */
  readonly span: string
  /** What the draft's statements were held against; null when no model wrote. */
  readonly checked: Checked | null
  readonly provenance: readonly string[]
}

/** What a template is given: at least a title, Markdown with marks. */
export interface DocumentView {
  readonly title: string
}

/** One level of detail of a prompt, and what it leaves out. */
export interface PromptLevel {
  readonly context: object
  readonly leftOut: readonly string[]
}

/**
 * What one kind of document brings; everything else (asking, checking, mending, printing, freezing, saving, verifying)
 * is the same for all of them. `Subject` is what was asked for (flags, criteria, facts of git): plain JSON, frozen with
 * the document. `Draft` is what a model answers. All of it are functions of values: the same evidence, subject and
 * draft give the same document.
 */
export interface DocumentKind<
  Subject extends JsonObject = JsonObject,
  Draft extends JsonObject = JsonObject,
> {
  /** It names the prompt (`prompts/<name>.hbs`) and the template (`templates/<name>.md.hbs`) too. */
  readonly name: DocumentKindName
  /** The name of the draft's JSON Schema, as a provider is told it. */
  readonly schemaName: string
  readonly subjectSchema: z.ZodType<Subject>
  readonly draftSchema: z.ZodType<Draft>
  /** Whether the runs of the evidence are told by it once and for all, so that the next log entry passes over them. */
  readonly tellsRuns: boolean
  /** The day that the document is about, `2026-11-20`. */
  date(evidence: Evidence, subject: Subject, dayEndsAtHour: number): string
  /** What flags, files and forms gave, as values that may be cited. */
  given(subject: Subject): readonly Given[]
  /** What the kind itself works out of the evidence, beside what every finder tells. */
  findings(evidence: EvidenceWithoutFindings, subject: Subject): readonly NewFinding[]
  /** The evidence with what the draft adds to it: its proposals, and what narrate finds of them. */
  withDraft(evidence: Evidence, draft: Draft, subject: Subject): Evidence
  /** Every assertion of the draft with its path. */
  statements(draft: Draft): readonly Statement[]
  /** Verdicts on what is no statement of words: an outcome, a proposal. Statements were judged already. */
  judgeMore(
    draft: Draft,
    verdicts: readonly Verdict[],
    evidence: Evidence,
    subject: Subject,
  ): readonly Verdict[]
  /** The contexts of the prompt's template from most to least detail; the first that fits is sent. */
  promptContexts(evidence: Evidence, subject: Subject): Iterable<PromptLevel>
  /**
   * Prints the document: composes the view of its template with the printer that `show` hands over; as often, at
   * narrower limits, as it takes to be short enough.
   */
  print<Shown extends { readonly visibleWords: number }>(
    parts: DocumentParts<Subject, Draft>,
    show: (compose: (print: Printer) => DocumentView) => Shown,
  ): Shown
}
