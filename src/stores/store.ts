import type { Document, DocumentKindName } from '../documents/document.ts'
import type { Gap } from '../gap.ts'
import type { JsonObject } from '../json.ts'
import type { RunKey } from '../runs/run.ts'
import type { Approval } from './acceptance.ts'
import type { RedactionPlan } from './plan-redaction.ts'
import type { Redaction, RedactionTold } from './redaction.ts'
import type { KeyLink, Relink, RelinkTold } from './relink.ts'

/** What a list shows of a stored document. Paths are relative to the project. */
export interface DocumentSummary {
  readonly id: string
  readonly kind: DocumentKindName
  readonly title: string
  readonly date: string
  readonly path: string
  readonly evidencePath: string
  /** The runs it is about, by the keys that they have now. */
  readonly runs: readonly RunKey[]
  /** Those of them that it calls by a key they had when it was saved. */
  readonly relinked: readonly { readonly from: RunKey; readonly to: RunKey }[]
  /** Runs the document tells as ended, with the status it told; by the keys that they have now. */
  readonly told: readonly {
    readonly key: RunKey
    readonly status: string
    readonly endedAt: number | null
  }[]
  /** Digests of the places that the logs of its runs were at, by alias. */
  readonly places: Readonly<Record<string, string>>
  readonly notes: readonly string[]
  readonly savedAt: number
  readonly supersedes: string | null
  readonly supersededBy: string | null
  /** Whether the file differs from what was saved (a person edited it). */
  readonly edited: boolean
  /** Who accepted it, oldest first. */
  readonly acceptances: readonly AcceptanceSummary[]
  /** When words were taken out of it, oldest first. */
  readonly redactions: readonly Redaction[]
}

/** A name under a document. */
export interface AcceptanceSummary {
  readonly id: string
  readonly by: string
  readonly email: string | null
  readonly at: number
  readonly because: string | null
  readonly signed: 'ssh' | 'gpg' | null
  /** Findings of the document that it was accepted with, counted by kind; null where it stood. */
  readonly despite: Readonly<Record<string, number>> | null
  /** Whether the text is still the one that was accepted. */
  readonly isOfThisText: boolean
}

export interface StoredDocument {
  readonly summary: DocumentSummary
  /** The file as it is now, front matter included. */
  readonly markdown: string
  readonly evidence: JsonObject
}

/** What lies in a store, read for verification: nothing is left out because it does not fit. */
export interface StoreContents {
  /** Markdown files that are documents, or say that they are. */
  readonly documents: readonly StoredFile[]
  /** The ids that evidence is filed under. */
  readonly recordIds: readonly string[]
  readonly redactions: readonly Redaction[]
  readonly gaps: readonly Gap[]
}

/** A document's file as it is. */
export interface StoredFile {
  /** The id in its front matter; where no evidence has that, the name of the file where that is one. */
  readonly id: string
  /** Relative to the project. */
  readonly path: string
  readonly markdown: string
}

export interface DocumentQuery {
  readonly kind?: DocumentKindName
  /** The beginning of a key or id that a run has now; where none has it, of one that documents call a run by. */
  readonly run?: string
  readonly since?: string
  readonly until?: string
  readonly text?: string
}

/**
 * A place where documents are kept. `save` is all or nothing under a lock between processes, never overwrites a file,
 * and chains the evidence to the newest records it knows. What cannot be read arrives as a `Gap`.
 */
export interface Store {
  readonly name: string
  /** Where it is, relative to the project. */
  readonly location: string
  save(document: Document): Promise<DocumentSummary>
  list(query: DocumentQuery): AsyncIterable<DocumentSummary | Gap>
  /** Documents whose id starts with, or contains, the text given; by any unambiguous prefix. */
  find(id: string): Promise<readonly DocumentSummary[]>
  read(id: string): Promise<StoredDocument>
  /** Puts a name under a document, by its whole id: a record of its own in the chain. No file is changed. */
  accept(id: string, approval: Approval): Promise<AcceptanceSummary>
  /**
   * Takes words out of a document as planned, with a record of it in the chain: all of it, or none. Throws
   * `NarrateError('store')` where a file is no longer the one that the plan was made of.
   */
  redact(plan: RedactionPlan, told: Omit<RedactionTold, 'at'>): Promise<Redaction>
  /** Writes down that runs have other keys than documents call them by: a record of its own in the chain. No file is changed. */
  relink(links: readonly KeyLink[], told: RelinkTold): Promise<Relink>
  /** What was relinked, oldest first. */
  relinks(): Promise<readonly Relink[]>
  contents(): Promise<StoreContents>
  /** The evidence filed under an id, or why it cannot be read. */
  evidence(id: string): Promise<{ readonly value: JsonObject } | { readonly why: string }>
}
