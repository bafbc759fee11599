import { whyUnsound } from '../claims/why-unsound.ts'
import type { Evidence, EvidenceQuote } from '../evidence/evidence.ts'
import type { Judgement, NoteClaim } from '../evidence/note-claims/note-claim.ts'
import type { Folded } from './log-folds.ts'
import type { Printer } from './printer.ts'

const MOST_RUNS_NAMED = 4
const MOST_CLAIMS = 60
const MOST_ROWS = 100

/** What a note taught that no run shows: it is kept, and said to be so. */
const LESSON =
  /\b(?:hurts?|helps?|helped|useless|never again|always|don'?t (?:use|do|try)|does(?:n'?t| not) (?:help|work|matter)|did(?:n'?t| not) (?:help|work|matter)|broke|breaks)\b/i

/** The notes whole, what was found in them, and the tables that were typed into them. */
export function notesFolds(evidence: Evidence, print: Printer): readonly Folded[] {
  return [
    ...quotesFolded(evidence, print),
    ...claimsFolded(evidence, print),
    ...tablesFolded(evidence, print),
  ]
}

function quotesFolded(evidence: Evidence, print: Printer): readonly Folded[] {
  if (evidence.quotes.length === 0) return []
  return [
    {
      summary: 'The notes, as written',
      text: null,
      items: evidence.quotes.map(
        (quote) => `${print.asWritten(quote)} – ${placeOf(quote, print)}${aboutOf(quote, print)}`,
      ),
      table: null,
    },
  ]
}

/** The runs that a quote is about and how sure that is; of a lesson without runs, that it has none. */
function aboutOf({ about, kind, text }: EvidenceQuote, print: Printer): string {
  if (about.confidence === 'open')
    return (kind === 'journal' || kind === 'file') && LESSON.test(text) ? ' (noted, no run)' : ''
  const named = about.runs.slice(0, MOST_RUNS_NAMED).map(print.shortRun).join(', ')
  const more = about.runs.length > MOST_RUNS_NAMED ? ' and others' : ''
  return ` (${about.confidence === 'certain' ? 'about' : 'likely about'} ${named}${more})`
}

/** What is said of a judgement; contradictions stand in the entry itself. */
const SAID: readonly (readonly [Judgement, string])[] = [
  ['agree', 'Agrees with the log'],
  ['no such run', 'No such run is logged'],
  ['cannot tell', 'Cannot be told from the log'],
]

const UNKNOWN_LANGUAGE = 'a language not known here'

function claimsFolded(evidence: Evidence, print: Printer): readonly Folded[] {
  const seen = new Set<string>()
  const items = SAID.flatMap(([judgement, words]) => {
    const claims = evidence.noteClaims.filter(
      (claim) => claim.judgement === judgement && claim.quote !== null && claim.log === null,
    )
    const slots = [...new Set(claims.flatMap((claim) => slotOf(claim, evidence)))]
      .filter((slot) => !seen.has(slot))
      .slice(0, MOST_CLAIMS)
    for (const slot of slots) seen.add(slot)
    return slots.length === 0 ? [] : [`${words}: ${slots.map(print.sentence).join('; ')}.`]
  })
  for (const [language, claims] of Map.groupBy(
    evidence.noteClaims.filter(({ judgement, quote }) => judgement === 'not checked' && quote !== null),
    ({ texts: { language } }) => language?.text ?? UNKNOWN_LANGUAGE,
  )) {
    const slots = [...new Set(claims.flatMap((claim) => slotOf(claim, evidence)))].slice(0, MOST_CLAIMS)
    if (slots.length > 0)
      items.push(
        `Not checked but for names and figures (${language}): ${slots.map(print.sentence).join('; ')}.`,
      )
  }
  const proposed = evidence.noteClaims
    .filter(({ judgement }) => judgement === 'proposed')
    .slice(0, MOST_CLAIMS)
    .flatMap((claim) =>
      slotOf(claim, evidence).map(
        (slot) => `${print.sentence(slot)} – ${claim.runs.map(print.shortRun).join(', ')}`,
      ),
    )
  if (proposed.length > 0)
    items.push(
      `Likely names of runs, none applied (narrate.yaml keeps one under aliases): ${proposed.join('; ')}.`,
    )
  return items.length === 0
    ? []
    : [{ summary: 'The notes held against the log', text: null, items, table: null }]
}

/** A claim's words as a slot, where they may be quoted. */
function slotOf(claim: NoteClaim, evidence: Evidence): readonly string[] {
  const slot = `[[quote(${claim.quote}, ${JSON.stringify(claim.said)})]]`
  return whyUnsound(slot, evidence) === null ? [slot] : []
}

function tablesFolded(evidence: Evidence, print: Printer): readonly Folded[] {
  const rows = evidence.reported.flatMap((table, index) => [
    ...(table.header === null
      ? []
      : [{ address: `t${index + 1}.head`, text: table.header.join(' | '), mark: null }]),
    ...table.rows.map((row, at) => ({
      address: `t${index + 1}.row${at + 1}`,
      text: row.cells.join(' | '),
      mark: row.mark,
    })),
  ])
  if (rows.length === 0) return []
  return [
    {
      summary: 'Tables in the notes: reported by hand, not logged',
      text: rows.length > MOST_ROWS ? 'The first rows of them; the rest is in the evidence.' : null,
      items: rows.slice(0, MOST_ROWS).map(({ address, text, mark }) => {
        const row = print.own({
          expression: address,
          printed: text,
          exact: text,
          shows: 'text',
          cites: [],
        })
        if (address.endsWith('.head')) return row
        return `${row} – ${print.rowPlace(address)}${mark === null ? '' : ` (${mark})`}`
      }),
      table: null,
    },
  ]
}

/** Where a quote stands, as a person would look for it. */
function placeOf(quote: EvidenceQuote, print: Printer): string {
  const place =
    quote.kind === 'experiment'
      ? `description of experiment ${quote.heading ?? ''}`
      : `${quote.place}${quote.line === null ? '' : `:${quote.line}`}`
  return print.own({
    expression: `${quote.address}.place`,
    printed: place,
    exact: place,
    shows: 'text',
    cites: [quote.address],
  })
}
