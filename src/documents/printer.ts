import type { Segment } from '../claims/statement.ts'
import type { EvidenceQuote } from '../evidence/evidence.ts'

/** A slot as it will be printed. */
type Slot = Extract<Segment, { kind: 'slot' }>

/**
 * Turns what a document says into text for its template, with every value at a known place. It is made by the caller
 * from the evidence and a set of marks.
 */
export interface Printer {
  /** A sentence of ours with slots in it. A slot that does not resolve is our own mistake and throws. */
  sentence(text: string): string
  /** Segments of a statement that was judged. */
  segments(segments: readonly Segment[]): string
  /** One expression by itself. */
  value(expression: string): string
  /** A quote in quotation marks, without marks of emphasis: whole, or cut at a word where it is longer than so many characters. */
  quote(quote: EvidenceQuote, length?: number): string
  /** A quote in quotation marks with every character that was typed, marks of emphasis too. */
  asWritten(quote: EvidenceQuote): string
  /** Expressions of one table column, printed with one precision. */
  column(expressions: readonly string[]): readonly string[]
  /** A run by the first eight characters of its id, for tables. */
  shortRun(address: string): string
  /** The first eight characters of a run's id, for the run's own row: not linked. */
  idOf(address: string): string
  /** Where a row of a table in the notes stands (`t1.row2`): its file and line. */
  rowPlace(row: string): string
  /** Words of a log or a note, escaped. */
  words(text: string): string
  /** Something of ours that is no address: a span, a count of words. */
  own(slot: Omit<Slot, 'kind'>): string
}
