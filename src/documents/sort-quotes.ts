import type { EvidenceQuote } from '../evidence/evidence.ts'

/** The headings of a log entry under which the scientist's own words may stand. */
export type QuoteHeading = 'next' | 'decided' | 'question' | 'unworked' | 'said'

const NEXT =
  /(^|\. )\W*(mon|tue|wed|thu|fri)[a-z]*:|^\W*(tmrw|tomorrow|next( up| steps?)?|todo|to do|plan(s|ned)?|morgen|demain|mañana)\b|\b(tmrw|tomorrow)\b|\bwill (try|run|rerun|test)\b|^\W*(try|rerun|run|check|ask|test|look into)\b/i
const DECIDED =
  /\b(decided|decision|going with|go with|we('ll| will) use|switch(ed|ing)? (to|from)|dropp?(ed|ing)?|abandon(ed|ing)?|giving up on|gave up on|no more|stick(ing)? with|from now on|closed)\b/i
const QUESTION =
  /\?\s*$|\b(not sure|unsure|no idea|wonder(ing)?|unclear|why (is|does|do|did)|don'?t (know|understand))\b/i
const UNWORKED =
  /\b(didn'?t (work|help)|does(n'?t| not) (work|help)|useless|fail(ed|s|ure)?|crash(ed|es)?|worse|overfit\w*|diverged?|nan|oom|out of memory|broke(n)?|no (gain|improvement|effect)|hurts?)\b/i

const HEADINGS: readonly (readonly [RegExp, QuoteHeading])[] = [
  [/next|tomorrow|todo|plan/i, 'next'],
  [/decid|decision/i, 'decided'],
  [/question|unclear|open/i, 'question'],
  [/(not|n't) work|fail|problem|issue/i, 'unworked'],
]

/** A line that only leads on to those below it says nothing by itself; it is their heading. */
const LEADS_ON = /:\s*$/

/**
 * Sorts quotes under the headings of an entry without a model: the heading a quote stands under decides, then its
 * words. Where nothing tells, it is simply what was said. Nothing is put into other words; what only leads
 * on to other lines stands among the notes as written.
 */
export function sortQuotes(
  quotes: readonly EvidenceQuote[],
): Readonly<Record<QuoteHeading, readonly EvidenceQuote[]>> {
  const sorted: Record<QuoteHeading, EvidenceQuote[]> = {
    next: [],
    decided: [],
    question: [],
    unworked: [],
    said: [],
  }
  for (const quote of quotes)
    if (quote.kind !== 'experiment' && !LEADS_ON.test(quote.text)) sorted[headingOf(quote)].push(quote)
  return sorted
}

function headingOf(quote: EvidenceQuote): QuoteHeading {
  const { heading, text } = quote
  const byHeading = heading === null ? undefined : HEADINGS.find(([pattern]) => pattern.test(heading))
  if (byHeading !== undefined) return byHeading[1]
  if (NEXT.test(text)) return 'next'
  if (DECIDED.test(text)) return 'decided'
  if (QUESTION.test(text)) return 'question'
  if (UNWORKED.test(text)) return 'unworked'
  return 'said'
}
