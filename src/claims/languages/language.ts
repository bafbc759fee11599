import type { Evidence } from '../../evidence/evidence.ts'
import type { Refusal } from '../../evidence/refusal.ts'
import type { Value } from '../value.ts'

/**
 * A language that documents can be written in. Its statements are held against the log by the one checker there is, which reads
 * English: `read` says in plain English what a statement says, word for word by a closed grammar and lexicon, and refuses whatever these
 * do not know. Nothing passes because it is unknown.
 */
export interface Language {
  /** As `--language` takes it, and as it is frozen: `de`. */
  readonly code: string
  /** What it is called in English. */
  readonly name: string
  /**
   * A statement in English, its slots as they were written, each exactly once; or why it cannot be read, in a sentence for whoever wrote
   * it. `isName` tells the words that the log calls its own by; they are kept as they stand.
   */
  read(text: string, isName: (word: string) => boolean): string | Refusal
  /**
   * What is printed of a value behind the words `before` it, where English prints `english`; null where it prints the same (numbers,
   * names, quotations).
   */
  printed(value: Value, english: string, before: string, evidence: Evidence): string | null
  /** Whether the words before a change tell its direction, so that it is printed without its sign ("steigt um"). */
  tellsSize(before: string): boolean
  /** A span of days as it is printed in English, in that language. */
  span(english: string): string
  /** A document's own words in that language, line by line, with its values as marks: lines that it does not know stay as they are. */
  document(markdown: string): string
}
