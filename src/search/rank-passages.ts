import type { Passage } from './passage.ts'
import type { SearchIndex } from './search-index.ts'
import { asksForVerdict, asksWhy, plainWords, type Term } from './terms.ts'

/** A passage that was found, with the words of the question that it holds. */
export interface FoundPassage {
  readonly passage: Passage
  readonly score: number
  readonly holds: readonly string[]
}

/** What narrows a search beside its words. */
export interface SearchScope {
  /** Days, `2026-03-01` to `2026-03-31`; passages within them come first. */
  readonly from: string | null
  readonly until: string | null
  /** A kind of document that the question names. */
  readonly of: string | null
  /** Days on which what is asked after happened: passages written then come first. */
  readonly near?: readonly string[]
}

/** A passage must hold this share of what the question is about, by weight. */
const LEAST_SHARE = 0.34
const REASON =
  /\b(because|since|reasons?|due to|so that|therefore|hence|turned out|too (big|slow|small|much|many)|not worth|out of|instead|wants?|needs?|agreed|decid\w+|=>)|=>/i
const VERDICT =
  /\b(dropped|drop (?:it|this|them)|is out|are out|no gains?|no better|no help|not (?:any )?better|not worth|meh|decided|rejected|abandon\w*|discarded|parked|given up|gave up|(?:did|does)(?:n't| not|nt) help|makes? no sense)\b/gi
const OF_VERDICT = 1.6
const OF_VERDICTS = 2.4
const OF_ASKING = 1.1
const OF_NEAR = 1.5
/** What a document says of itself tells nothing of the project. */
const OF_ITSELF =
  /^(Further rows are folded|Every value printed|The evidence is frozen|narrate \d|Drafted by|Written without a model|Not shown to the model|±:|How this|What was left out|\d+ statements? checked)/

/** An entry of BibTeX: its words are a title's and people's names. */
const BIBLIOGRAPHY = /^\s*(?:[`~]{3}\w*\s*)?@\w+\s*\{/
const ASKS_CITATION = /\b(cit(e|ed|ation)\w*|paper|bib\w*|article|published|publication)\b/i

/**
 * The passages that hold most of what is asked after, best first: rare words count more than common ones, reasons more
 * where a reason is asked for, and what says the same as a better one comes once.
 */
export function rankPassages(
  question: string,
  terms: readonly Term[],
  index: SearchIndex,
  scope: SearchScope,
): readonly FoundPassage[] {
  const hits = terms.map((term) => ({ term, numbers: index.find(term.forms), own: index.find([term.words]) }))
  const worth = hits.map(({ term, numbers }) =>
    numbers.size === 0 ? 0 : term.weight * Math.log(1 + index.count / numbers.size),
  )
  const isName = hits.map(({ term }) => term.weight === 1)
  const all = worth.reduce((sum, one) => sum + one, 0)
  // A word that nothing holds still counts as asked for: a passage on the other half of a question is not its answer.
  const missing = hits.filter(({ term, numbers }) => term.weight === 1 && numbers.size === 0).length
  const whole = all + missing * Math.log(1 + index.count)
  const why = asksWhy(question)
  const wantsVerdict = asksForVerdict(question)
  const ofScope =
    !isName.includes(true) && hasScope(scope)
      ? Array.from({ length: index.count }, (_, at) => at + 1).filter((number) =>
          isInScope(index.passage(number), scope),
        )
      : []
  const numbers = new Set([
    ...ofScope,
    ...hits.flatMap(({ numbers: found }, at) =>
      isName[at] === true || !isName.includes(true) ? [...found] : [],
    ),
  ])
  const found: FoundPassage[] = []
  for (const number of numbers) {
    const held = hits.flatMap(({ numbers: of }, at) => (of.has(number) ? [at] : []))
    const value = held.reduce((sum, at) => sum + (worth[at] ?? 0), 0)
    const passage = index.passage(number)
    const inScope = isInScope(passage, scope)
    if (value < LEAST_SHARE * whole && !(inScope && hasScope(scope))) continue
    if (OF_ITSELF.test(passage.text) || (BIBLIOGRAPHY.test(passage.text) && !ASKS_CITATION.test(question)))
      continue
    const own = held.filter((at) => hits[at]?.own.has(number) === true).length
    const length = plainWords(passage.text).length
    const score =
      (value === 0 ? 1 : value) *
      (1 + 0.1 * own) *
      (why && REASON.test(passage.text) ? 1.5 : 1) *
      (wantsVerdict && held.some((at) => isName[at] === true) ? ofVerdict(passage.text) : 1) *
      // Every entry of that day is dated so; what a person wrote then is what tells.
      (passage.kind !== 'document' && passage.date !== null && scope.near?.includes(passage.date) === true
        ? OF_NEAR
        : 1) *
      (inScope ? 1 : 0.4) *
      (passage.kind === 'commit' ? 0.8 : 1) *
      // A heading alone, or three words, tell little; a page tells it somewhere.
      (length < 5 ? 0.6 : length > 120 ? 0.8 : 1)
    found.push({ passage, score, holds: held.map((at) => hits[at]?.term.words ?? '') })
  }
  found.sort((a, b) => b.score - a.score || compareDates(a, b))
  return withoutEchoes(found)
}

/** How much more a passage counts for its verdicts; one that itself asks has less of one. */
function ofVerdict(text: string): number {
  const verdicts = text.match(VERDICT)?.length ?? 0
  if (verdicts === 0) return 1
  if (text.includes('?')) return OF_ASKING
  return verdicts === 1 ? OF_VERDICT : OF_VERDICTS
}

/** Whether a passage is of the days and the kind of document that the question names. */
export function isInScope({ date, of }: Passage, scope: SearchScope): boolean {
  if (scope.of !== null && of !== scope.of) return false
  if (scope.from !== null && (date === null || date < scope.from)) return false
  return scope.until === null || (date !== null && date <= scope.until)
}

export function hasScope({ from, until, of }: SearchScope): boolean {
  return from !== null || until !== null || of !== null
}

const MOST_WEIGHED = 200
const ECHO = 0.8

/** Entries quote notes: what repeats the words of a better passage is left out. */
function withoutEchoes(found: readonly FoundPassage[]): readonly FoundPassage[] {
  const kept: { one: FoundPassage; readonly words: ReadonlySet<string> }[] = []
  for (const one of found.slice(0, MOST_WEIGHED)) {
    const words = new Set(plainWords(one.passage.text))
    const before = kept.find((other) => {
      const shared = [...words].filter((word) => other.words.has(word)).length
      // A few words are the same sentence only where they all are.
      return shared >= 4
        ? shared >= ECHO * Math.min(words.size, other.words.size)
        : shared === words.size && shared === other.words.size
    })
    if (before === undefined) kept.push({ one, words })
    // What was written first stands for what quotes it.
    else if (before.one.passage.kind === 'document' && one.passage.kind !== 'document')
      before.one = { ...one, score: before.one.score }
  }
  return kept.map(({ one }) => one)
}

function compareDates(a: FoundPassage, b: FoundPassage): number {
  return (b.passage.date ?? '') < (a.passage.date ?? '') ? -1 : 1
}
