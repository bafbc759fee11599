import { languageOf, type NoteLanguage } from '../../notes/said/language-of.ts'
import { isCommand } from '../../notes/said/line-forms.ts'
import { stanceOfScope, toldClauses } from '../../notes/said/told-clauses.ts'
import { counted } from '../counted.ts'
import type { EvidenceQuote, EvidenceRun, EvidenceWithoutFindings } from '../evidence.ts'
import { notedBreaks } from '../noted-breaks.ts'
import { aliasesIn } from './claims-of-aliases.ts'
import { claimsOfCommands, countsOverCommands } from './claims-of-commands.ts'
import { claimsOfComparisons } from './claims-of-comparisons.ts'
import { claimsOfCounts } from './claims-of-counts.ts'
import { claimsOfNames } from './claims-of-names.ts'
import { claimsOfNegatives } from './claims-of-negatives.ts'
import { claimsOfSettings } from './claims-of-settings.ts'
import { claimsOfStatuses } from './claims-of-statuses.ts'
import { claimsOfSuperlatives } from './claims-of-superlatives.ts'
import { claimsOfTables } from './claims-of-tables.ts'
import { claimsOfValues, UNLOGGED } from './claims-of-values.ts'
import { type ClaimFinder, type Ground, type NoteClause, subjectOf, usualMetrics } from './ground.ts'
import { noteAgainstNote } from './note-against-note.ts'
import { CONSEQUENCES, type NoteClaim } from './note-claim.ts'
import { vocabularyOf } from './vocabulary.ts'

/** A line of a program, or a list of figures: nobody says anything with it. */
const CODE =
  /^\s*[\w.]+\s*\+?=\s*[[({\w]+[\w.]*[([,]|^\s*(?:import|from \w+ import|def|print|assert|return)\b|(?:\d\s*,\s*){3,}|^>>>|^\s*['"][^'"]+['"]\s*:|['"]\s*:\s*[{[]|\{\s*['"]/

/** The finders of claims, those whose contradiction changes most first. */
const FINDERS: readonly ClaimFinder[] = [
  claimsOfStatuses,
  claimsOfSuperlatives,
  claimsOfComparisons,
  claimsOfCounts,
  claimsOfNegatives,
  claimsOfSettings,
  claimsOfValues,
]
const MOST_CLAIMS = 400
const LONGEST_CLAUSE = 300

/**
 * What the notes claim of the runs, each with one judgement, in the order the notes stand. A pure function of the evidence: frozen
 * evidence gives the same. Plans, questions, expectations, opinions and what tells of other days are no claims; a passage in another
 * language than English is `not checked` but for what its names and figures say alone.
 */
export function judgeNotes(evidence: EvidenceWithoutFindings): readonly NoteClaim[] {
  const quotes = evidence.quotes
    // What was predicted is scored as such; a commit's message and an experiment's description are not the day's memory.
    .filter((quote) => quote.kind !== 'experiment' && quote.kind !== 'commit' && quote.expectation === null)
  if (evidence.reported.length === 0 && (quotes.length === 0 || evidence.runs.length === 0)) return []
  const vocabulary = vocabularyOf(evidence)
  const ground: Ground = { evidence, vocabulary, all: vocabulary.all, usual: usualMetrics(evidence) }
  const languages = languagesOf(quotes)
  const opponents = new Map(
    [...Map.groupBy(quotes, ({ noteId }) => noteId)].map(
      ([id, own]) => [id, own.flatMap(({ text }) => opponentsIn(text, vocabulary))] as const,
    ),
  )
  const claims: NoteClaim[] = []
  const told: NoteClause[] = []
  let plansOn = false
  for (const [index, quote] of quotes.entries()) {
    if (isPasted(quote)) {
      // Commands under "will start two more tonight" are a plan that may not have been carried out yet.
      const isPlan =
        (plansOn && quotes[index - 1]?.noteId === quote.noteId) ||
        stanceOfScope(quote.heading) !== null ||
        tellsHow(quote)
      claims.push(
        ...claimsOfCommands(quote, ground).filter(({ judgement }) => !isPlan || judgement !== 'no such run'),
      )
      continue
    }
    plansOn = toldClauses(quote.text, quote.heading).at(-1)?.stance === 'planned'
    const language = languages.get(quote.address) ?? null
    if (language !== null && language !== 'en') {
      if (isCheckable(quote, ground)) claims.push(...claimsOfNames(quote, language, ground))
      continue
    }
    const clauses = clausesOf(quote, ground, opponents.get(quote.noteId) ?? [])
    told.push(...clauses)
    for (const clause of clauses) claims.push(...oneWarning(FINDERS.flatMap((find) => find(clause, ground))))
  }
  claims.push(...countsOverCommands(quotes.filter(isPasted), ground))
  claims.push(
    ...claimsOfTables(evidence.reported, ground),
    ...noteAgainstNote(told, ground),
    ...aliasesIn(told, ground),
  )
  return fewUnlogged(launchedOnce(ofEitherSide(claims, evidence))).slice(0, MOST_CLAIMS)
}

/** A value of a run that the notes name on both sides of a change of theirs may be of either: the log has one of the two. */
function ofEitherSide(claims: readonly NoteClaim[], evidence: EvidenceWithoutFindings): readonly NoteClaim[] {
  const either = new Set(notedBreaks(evidence).flatMap(({ onBoth }) => onBoth.map(({ address }) => address)))
  if (either.size === 0) return claims
  return claims.map((claim) =>
    (claim.kind === 'value' || claim.kind === 'table') &&
    claim.judgement === 'contradict' &&
    claim.runs.some((address) => either.has(address))
      ? { ...claim, judgement: 'cannot tell' as const, log: null, values: {}, texts: {} }
      : claim,
  )
}

/** Of many commands without a run the first is told, and how many more there are. */
function launchedOnce(claims: readonly NoteClaim[]): readonly NoteClaim[] {
  const launched = claims.filter(({ kind, judgement }) => kind === 'command' && judgement === 'no such run')
  const [first, ...others] = launched
  if (first === undefined || others.length === 0) return claims
  return claims.map((claim) => {
    if (claim === first)
      return {
        ...claim,
        log: 'launched, no run found; the same of [[this.others]] more commands.',
        values: { others: counted(others.length, 'further commands that no run answers') },
      }
    return others.includes(claim) ? { ...claim, log: null } : claim
  })
}

const MOST_UNLOGGED = 2

/** Many figures that no run logged are figures of something else, not a memory that fails. */
function fewUnlogged(claims: readonly NoteClaim[]): readonly NoteClaim[] {
  const unlogged = claims.filter(
    ({ kind, judgement, log }) =>
      kind === 'value' && judgement === 'contradict' && log?.startsWith(UNLOGGED) === true,
  )
  if (unlogged.length <= MOST_UNLOGGED) return claims
  return claims.map((claim) =>
    unlogged.includes(claim) ? { ...claim, judgement: 'cannot tell' as const, log: null } : claim,
  )
}

/** The claims that a reader is told of as discrepancies, by consequence: a changed conclusion first. */
export function contradictions(claims: readonly NoteClaim[]): readonly NoteClaim[] {
  return claims
    .filter(
      (claim) =>
        claim.log !== null && (claim.judgement === 'contradict' || claim.judgement === 'no such run'),
    )
    .toSorted((a, b) => rank(a) - rank(b))
}

function rank({ consequence, judgement }: NoteClaim): number {
  return CONSEQUENCES.indexOf(consequence) * 2 + (judgement === 'contradict' ? 0 : 1)
}

/** A clause is warned of once, for what changes most; what else it says does not make it agree with the log. */
function oneWarning(claims: readonly NoteClaim[]): readonly NoteClaim[] {
  const [first] = contradictions(claims)
  if (first === undefined) return claims
  return claims.filter(
    (claim) => claim === first || claim.judgement === 'cannot tell' || claim.judgement === 'not checked',
  )
}

/** Files and headings that tell how something is to be run, not what was. */
const HOW_TO_FILE =
  /(?:^|[/\\])(?:readme|plan|todo|contributing|install|usage|claude|agents|program|tasks)[^/\\]*$/i
const HOW_TO =
  /\b(?:usage|install\w*|quick ?-?start|getting started|how[- ]to|examples?|reproduc\w+|set-?up|requirements|instructions|commands|cli)\b/i

function tellsHow({ place, heading }: EvidenceQuote): boolean {
  return HOW_TO_FILE.test(place) || HOW_TO.test(heading ?? '')
}

/** Whether a quote is a block of pasted commands. */
export function isPasted(quote: EvidenceQuote): boolean {
  const lines = quote.text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line))
  return (
    lines.length > 0 &&
    lines.some((line) => isCommand(line) || /^\s*[\w./-]+\.(?:py|sh)\s+\S/.test(line)) &&
    lines.every((line) => isCommand(line) || /^\s*[\w./-]+\.(?:py|sh)\s+\S|^\s*-|^\s{2,}\S|\\$/.test(line))
  )
}

/** The clauses of a quote that tell what happened, with what they name. */
function clausesOf(
  quote: EvidenceQuote,
  ground: Ground,
  opponents: NoteClause['opponents'],
): readonly NoteClause[] {
  const { vocabulary } = ground
  const heading = quote.heading?.split(' › ').at(-1) ?? ''
  const scoped =
    subjectOf(vocabulary.mentionsIn(heading).filter((one) => one.kind === 'run' && one.by !== 'order'))
      ?.runs ?? []
  let sentence = -1
  let before: readonly EvidenceRun[] = []
  return toldClauses(quote.text, quote.heading, vocabulary.knows).flatMap((clause) => {
    if (clause.text.length > LONGEST_CLAUSE || CODE.test(clause.text)) return []
    const mentions = vocabulary.mentionsIn(clause.text)
    const inherited = clause.sentence === sentence && before.length > 0 ? before : scoped
    const own = subjectOf(mentions.filter((one) => one.kind === 'run'))
    if (clause.sentence !== sentence) before = []
    sentence = clause.sentence
    if (own !== null) before = own.runs
    else if (mentions.some((one) => one.kind === 'level' || one.kind === 'setting')) before = []
    return clause.stance === 'told' ? [{ ...clause, quote, mentions, inherited, opponents }] : []
  })
}

/** "lgbm vs xgb": the two that a passage sets against each other. */
function opponentsIn(text: string, { mentionsIn }: Ground['vocabulary']): NoteClause['opponents'] {
  if (!/\b(?:vs\.?|versus|against|compared (?:to|with))(?=\s)/i.test(text)) return []
  const naming = mentionsIn(text).filter(
    ({ kind }) => kind === 'level' || kind === 'run' || kind === 'setting',
  )
  return naming.flatMap((one, index) => {
    const next = naming[index + 1]
    if (next === undefined) return []
    return /^\s*(?:vs\.?|versus|against|compared (?:to|with))\s+(?:the\s+)?$/i.test(
      text.slice(one.end, next.start),
    )
      ? [[one, next] as const]
      : []
  })
}

/** For each quote its language: its own, else the one most quotes of its note are in. */
function languagesOf(quotes: readonly EvidenceQuote[]): ReadonlyMap<string, NoteLanguage | null> {
  const own = new Map(
    quotes.map((quote) => [quote.address, isPasted(quote) ? null : languageOf(quote.text)] as const),
  )
  return new Map(
    quotes.map((quote) => {
      const language = own.get(quote.address) ?? null
      if (language !== null) return [quote.address, language] as const
      const others = quotes
        .filter(({ noteId }) => noteId === quote.noteId)
        .flatMap(({ address }) => own.get(address) ?? [])
      const [most] = [...Map.groupBy(others, (one) => one)].sort((a, b) => b[1].length - a[1].length)
      return [quote.address, most?.[0] ?? null] as const
    }),
  )
}

/** Whether a passage holds something that could be held against the log. */
function isCheckable(quote: EvidenceQuote, ground: Ground): boolean {
  return (
    (quote.text.match(/\p{L}{2,}/gu)?.length ?? 0) >= 3 ||
    /\d/.test(quote.text) ||
    ground.vocabulary.mentionsIn(quote.text).length > 0
  )
}
