import type { EvidenceQuote } from '../evidence/evidence.ts'
import { splitSentences } from '../notes/split-sentences.ts'

/** The headings of a log entry under which the scientist's own words may stand. */
export type QuoteHeading = 'next' | 'decided' | 'question' | 'unworked' | 'said'

const NEXT =
  /(^|\. )\W*(mon|tue|wed|thu|fri)[a-z]*:|^\W*(tmrw|tomorrow|next( up| steps?)?|todo|to do|plan(s|ned)?|morgen|demain|mañana)\b|\b(tmrw|tomorrow)\b|\bwill (try|run|rerun|test)\b|^\W*(try|rerun|run|check|ask|test|look into)\b/i
const DECIDED =
  /\b(decided|decision|going with|go with|we('ll| will) use|switch(ed|ing)? (to|from)|dropp?(ed|ing)?|abandon(ed|ing)?|giving up on|gave up on|no more|stick(ing)? with|from now on|closed|(is|are) out|my (proposal|pick|choice)|parked)\b/i
const QUESTION =
  /\?\s*$|\b(not sure|unsure|no idea|wonder(ing)?|unclear|why (is|does|do|did)|don'?t (know|understand))\b/i
const UNWORKED =
  /\b(didn'?t (work|help)|does(n'?t| not) (work|help)|useless|fail(ed|s|ure)?|crash(ed|es)?|worse|overfit\w*|diverged?|nan|oom|out of memory|broke(n)?|no (gain|improvement|effect)|hurts?)\b/i

const HEADINGS: readonly (readonly [RegExp, QuoteHeading])[] = [
  [/next|tomorrow|to-?\s?do\b|plan|\bfuture\b|roadmap/i, 'next'],
  [/decid|decision/i, 'decided'],
  [/question|unclear|open/i, 'question'],
  [/(not|n't) work|fail|problem|issue/i, 'unworked'],
]

/** A line that only leads on to those below it says nothing by itself; it is their heading. */
const LEADS_ON = /:\s*$/

/**
 * Sorts quotes under the headings of an entry without a model: the heading a quote stands under decides, then the
 * words of each of its sentences. Where nothing tells, it is simply what was said. Nothing is put into other words: a
 * quote may come in several verbatim parts; what only leads on to other lines stands among the notes as written.
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
  for (const quote of quotes) {
    if (quote.kind === 'experiment' || LEADS_ON.test(quote.text)) continue
    for (const { heading, text } of partsOf(quote))
      sorted[isOpen(heading) && !mayLeaveOpen(quote, text) ? 'said' : heading].push({ ...quote, text })
  }
  return sorted
}

/** A page about the project, for whoever comes: it tells how to run and test things, and is no note of a session. */
const PAGE = /(^|\/)readme(\.\w+)*$/i
const OPEN_SECTION = /\b(?:to-?\s?do|next|future|roadmap|open (?:questions?|points?))\b/i
const LABELLED_WISH = /^\W*(?:to-?\s?do|next(?: up| steps?)?)\b/i

function isOpen(heading: QuoteHeading): boolean {
  return heading === 'next' || heading === 'question'
}

/**
 * Whether a passage may be a wish or a question of somebody at work: a page such as a README only where its section says so, a
 * plan in a file that nothing dates only where a label or its section does.
 */
function mayLeaveOpen({ at, heading, kind, place }: EvidenceQuote, text: string): boolean {
  if (kind !== 'file') return true
  if (heading !== null && OPEN_SECTION.test(heading)) return true
  if (PAGE.test(place)) return false
  return at !== null || LABELLED_WISH.test(text) || /\?\s*$/.test(text)
}

interface Part {
  readonly heading: QuoteHeading
  readonly text: string
}

/**
 * The parts of a quote that stand under one heading each, word for word. Only a plan and a decision are taken out of
 * what they were said among; what follows them belongs to them, and to a question all that follows.
 */
function partsOf({ heading, kind, text }: EvidenceQuote): readonly Part[] {
  const byHeading = heading === null ? undefined : HEADINGS.find(([pattern]) => pattern.test(heading))
  if (byHeading !== undefined) return [{ heading: byHeading[1], text }]
  if (kind === 'commit') return [{ heading: headingOf(text), text }]
  const parts: { heading: QuoteHeading; start: number; end: number }[] = []
  for (const { start, end } of sentencesOf(text)) {
    const sentence = text.slice(start, end)
    const before = parts.at(-1)
    const own = headingOf(sentence)
    const opens = (own === 'next' || own === 'decided') && sentence.trim().split(/\s+/).length >= FEWEST_WORDS
    const isMore =
      before !== undefined &&
      (own === before.heading || !opens || (before.heading === 'question' && !LABELLED.test(sentence)))
    if (!isMore) parts.push({ heading: opens || own === 'question' ? own : 'said', start, end })
    else {
      before.end = end
      if (own === 'question' && before.heading === 'said') before.heading = 'question'
    }
  }
  return parts.map(({ heading: of, start, end }) => {
    const part = text.slice(start, end)
    return { heading: of === 'said' ? headingOf(part) : of, text: part }
  })
}

/** "parked" alone says nothing without what was said before it. */
const FEWEST_WORDS = 3

/** A label that opens something new whatever stood before it. */
const LABELLED =
  /^\W*(?:tmrw|tomorrow|next|to-?\s?do|plan|decided|decision|open|so:|mon|tue|wed|thu|fri)\b\s*[:>–—-]?|^\s*=>/i

/** Where a sentence ends though a small letter follows, as people type: behind a word that is no abbreviation. */
const TYPED_END =
  /(?<=(?:\p{L}{3}|[)\]"”'*]))(?<!\b(?:approx|incl|excl|resp|max|min|avg|std|fig|etc|vs|cf|ca|no|nr))[.!?]\s+(?=\p{Ll})/giu

function sentencesOf(text: string): readonly { readonly start: number; readonly end: number }[] {
  return splitSentences(text).flatMap(({ start, end }) => {
    const ranges: { start: number; end: number }[] = []
    let from = start
    for (const match of text.slice(start, end).matchAll(TYPED_END)) {
      ranges.push({ start: from, end: start + match.index + 1 })
      from = start + match.index + match[0].length
    }
    return [...ranges, { start: from, end }]
  })
}

function headingOf(text: string): QuoteHeading {
  if (NEXT.test(text)) return 'next'
  if (isQuestionFirst(text)) return 'question'
  if (DECIDED.test(text)) return 'decided'
  if (QUESTION.test(text)) return 'question'
  if (UNWORKED.test(text)) return 'unworked'
  return 'said'
}

/** "What I would still like to know: …" asks, whatever was decided in it. */
function isQuestionFirst(text: string): boolean {
  return /\?\s*$/.test(text) && !/\b(?:decided|going with)\b/i.test(text)
}

/** Words that close a matter. A plan on a condition closes none. */
const CLOSES =
  /\b(?:(?:is|are) out\b|dropped|decided|decides|going with|from now on|giving up on|gave up on|abandon(?:ed|ing)?|my (?:proposal|pick|choice)|switch(?:ed|ing) (?:to|from)|stick(?:ing)? with|parked)/i

/** The sentence of the notes that closes a matter in the fewest words, as a title may quote it; null where none is short. */
export function shortestDecision(decided: readonly EvidenceQuote[], longest: number): EvidenceQuote | null {
  const sentences = decided.flatMap((quote) =>
    sentencesOf(quote.text).map(({ start, end }) => ({
      ...quote,
      text: quote.text
        .slice(start, end)
        .replace(/^[\s>*#=-]*(?:(?:so|therefore|decided|decision)\b:?\s+)?/i, '')
        .replace(/[.;:,\s]+$/, ''),
    })),
  )
  const closing = sentences.filter(
    ({ text }) =>
      text.length <= longest &&
      text.split(/\s+/).length >= 2 &&
      CLOSES.test(text) &&
      !/\b(?:if|should|would|maybe|perhaps|not sure)\b|\?/i.test(text),
  )
  return closing.reduce<EvidenceQuote | null>(
    (best, one) => (best === null || one.text.length < best.text.length ? one : best),
    null,
  )
}
