import type { SourceLine } from './source-lines.ts'

/** What a document says and its record does not, and the other way round. */
export interface Account {
  /** Lines with words that nothing in the record accounts for, in order. */
  readonly unaccounted: readonly SourceLine[]
  readonly missing: readonly Missing[]
}

/** Something that every version prints and this document leaves out. */
export interface Missing {
  /** In a few words that fit behind "It leaves out". */
  readonly what: string
  /** As it stands in the record, where it does. */
  readonly text: string | null
}
