import type { Segment, Verdict } from '../claims/statement.ts'
import type { EvidenceQuote } from '../evidence/evidence.ts'

/** Sections whose own name people write before what belongs there. */
export type Labelled = 'next_steps' | 'decisions' | 'questions' | 'unworked'

const LABELS: Readonly<Record<Labelled, RegExp>> = {
  next_steps:
    /^[\s>*#-]*(?:next(?: up| steps?)?|to-?\s?dos?|tmrw|tomorrow|plan(?:s|ned)?|morgen|demain|mañana)\s*(?::|->|→|=>|–|—)\s*(?=\S)/iu,
  decisions: /^[\s>*#-]*(?:decided|decisions?)\s*(?::|->|→|=>|–|—)\s*(?=\S)/iu,
  questions: /^[\s>*#-]*(?:open(?: questions?)?|questions?)\s*(?::|->|→|=>|–|—)\s*(?=\S)/iu,
  unworked: /^[\s>*#-]*(?:did(?:n't| not) work|caveats?|problems?|issues?)\s*(?::|->|→|=>|–|—)\s*(?=\S)/iu,
}

/** Words of a note without the label that stands before them already: "todo: fix a seed" among the next steps. */
export function withoutLabel(text: string, section: Labelled): string {
  return text.replace(LABELS[section], '')
}

/** A quote without the label of the section it is printed in. */
export function quoteWithoutLabel(quote: EvidenceQuote, section: Labelled): EvidenceQuote {
  return { ...quote, text: withoutLabel(quote.text, section) }
}

/** A verdict whose first quotation leaves out the label of the section it is printed in; what was quoted stays exact. */
export function verdictWithoutLabel(verdict: Verdict, section: Labelled): Verdict {
  if (verdict.kind === 'contradicted' || verdict.segments === null) return verdict
  const [first, ...rest] = verdict.segments.filter((one) => one.kind === 'slot' || one.text !== '')
  if (first?.kind !== 'slot' || first.shows !== 'quote') return verdict
  return { ...verdict, segments: [{ ...first, printed: withoutLabel(first.printed, section) }, ...rest] }
}

/** What share of the longer of two quotations the shorter must be for both to be the same words twice. */
const SAME_SHARE = 0.6

/** Whether a statement is no more than a quotation that is printed among these already. */
export function isQuotedBefore(verdict: Verdict, before: readonly Verdict[]): boolean {
  const own = onlyQuote(verdict)
  if (own === null) return false
  return before.some((one) => {
    const other = onlyQuote(one)
    if (other === null) return false
    const [short, long] = own.length < other.length ? [own, other] : [other, own]
    return short !== '' && long.includes(short) && short.length >= SAME_SHARE * long.length
  })
}

/** The words of a statement that is a quotation and nothing else, bare of marks; null for any other. */
function onlyQuote(verdict: Verdict): string | null {
  if (verdict.kind === 'contradicted') return null
  const said = (verdict.segments ?? []).filter((one: Segment) => one.kind === 'slot' || /\w/.test(one.text))
  const [first, ...rest] = said
  if (first?.kind !== 'slot' || first.shows !== 'quote' || rest.length > 0) return null
  return first.printed
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
