import type { Segment, Verdict } from '../claims/statement.ts'
import type { Printer } from './printer.ts'

/** A statement's verdict where it may be printed: supported, or marked unchecked. */
export function printable(verdict: Verdict | undefined): Verdict | null {
  if (verdict === undefined || verdict.kind === 'contradicted') return null
  return verdict.segments === null ? null : verdict
}

/**
 * A verdict as Markdown with marks. `isSeen` says that it stands in a section that tells what was seen: an inference among
 * such statements says that it is one.
 */
export function printVerdict(verdict: Verdict, print: Printer, isSeen: boolean): string {
  if (verdict.kind === 'contradicted' || verdict.segments === null)
    throw new Error(`${verdict.statement.path} must not be printed`)
  const isReading =
    (verdict.kind === 'supported' && verdict.isTurned === true) ||
    (verdict.statement.basis === 'inferred' && isSeen)
  const marks = [...(verdict.kind === 'unsupported' ? ['unchecked'] : []), ...(isReading ? ['inferred'] : [])]
  return `${print.segments(verdict.segments)}${reportedFrom(verdict.segments, print)}${marks.length === 0 ? '' : ` *(${marks.join(', ')})*`}`
}

/** Where a table stands whose figures a statement tells: they were typed by a person, and no log has them. */
function reportedFrom(segments: readonly Segment[], print: Printer): string {
  const rows = segments.flatMap((one) =>
    one.kind === 'slot' ? one.cites.flatMap((cite) => /^t\d+\.row\d+/.exec(cite)?.[0] ?? []) : [],
  )
  const places = [...new Set(rows)].map((row) => print.rowPlace(row))
  return places.length === 0 ? '' : ` (reported by hand, ${places.join(', ')})`
}

/** Printable verdicts of one section, in the draft's order. */
export function statementsAt(verdicts: ReadonlyMap<string, Verdict>, section: string): readonly Verdict[] {
  return [...verdicts]
    .filter(([path]) => path.startsWith(`${section}[`))
    .flatMap(([, verdict]) => printable(verdict) ?? [])
}

/** The draft's title, printed without a full stop; null where it does not hold. */
export function printTitle(verdicts: ReadonlyMap<string, Verdict>, print: Printer): string | null {
  const verdict = printable(verdicts.get('title'))
  if (verdict?.kind !== 'supported' || verdict.statement.text.trim() === '') return null
  return withoutEnd(printVerdict(verdict, print, false))
}

/** A sentence without its full stop. */
export function withoutEnd(text: string): string {
  return text.replace(/[.:;\s]+$/, '')
}
