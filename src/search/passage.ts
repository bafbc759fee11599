/** A passage that may answer a question: a sentence of a document, or what a person wrote. */
export interface Passage {
  readonly kind: 'document' | 'note' | 'commit' | 'description' | 'run note'
  /** The document's id, or the note's. */
  readonly id: string
  /** The kind of document: `log`, `decision`; null for what is none. */
  readonly of: string | null
  /** The document's title, or what the passage stands under. */
  readonly title: string
  /** A file relative to the project, a commit's id, or a place in the tracker. */
  readonly place: string
  readonly line: number | null
  /** The day it is about or was written, `2026-11-20`; null where nothing dates it. */
  readonly date: string | null
  readonly text: string
  /** Milliseconds since 1970, and who wrote it; null where that is not known, and for sentences of documents. */
  readonly at: number | null
  readonly author: string | null
}

/** A value that a document prints of a run. */
export interface PrintedValue {
  /** The document's id, kind, day and file. */
  readonly id: string
  readonly of: string
  readonly date: string
  readonly place: string
  readonly printed: string
  readonly exact: string
  /** The metric, parameter or attribute. */
  readonly name: string
  /** The run's key. */
  readonly run: string
}
