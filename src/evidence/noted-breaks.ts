import { toldClauses } from '../notes/said/told-clauses.ts'
import type { Address, EvidenceQuote, EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'
import { vocabularyOf } from './note-claims/vocabulary.ts'
import { remember } from './remember.ts'

/** A change of the protocol that a person wrote of and no log shows. */
export interface NotedBreak {
  /** The heading or the clause that tells of it, verbatim. */
  readonly text: string
  /** The quote it stands in; null for a heading, which is no quote. */
  readonly quote: Address | null
  /** Where it stands, or where the first passage under its heading does. */
  readonly place: string
  /** Runs that are named under its heading and not above it, and runs told here that were before: named above, or started before all of those. */
  readonly after: readonly EvidenceRun[]
  readonly before: readonly EvidenceRun[]
  /** Runs that are named on both sides: what a note says of them may be of either. */
  readonly onBoth: readonly EvidenceRun[]
}

const MEASURE = String.raw`(?:eval\w*|metrics?|scor(?:es?|ing|er)|(?:re-?)?splits?|leak\w*|labels?|(?:test|val|validation|hold-?out) ?(?:set|data)|data(?: ?sets?)?|thresholds?|harness|benchmarks?)`
const MENDED = String.raw`(?:bug ?-?fix\w*|fix(?:ed|es|ing)?|corrected|repaired|mended|patched)`
/** "After bug fix eval", "Post-fix", "New split", "Results since the dedup". */
const HEADING = new RegExp(
  String.raw`\b(?:after|since|post|following)\b[\s-]*(?:\w+\s+){0,3}?(?:(?:bug ?-?)?fix(?:es|ing)?\b|${MENDED}(?=\s+${MEASURE}\b|\W*$)|bugs?\b|dedup\w*|re-?split\w*|new\s+${MEASURE}\b)|\bwith\b\s+(?:the\s+)?(?:new|fixed|corrected|clean(?:ed)?)\s+${MEASURE}\b|^\W*(?:new|fixed|corrected|re-?)\s?(?:${MEASURE})\W*$`,
  'i',
)
/** A sentence must say what of measuring was changed: a fix alone may be one of anything. */
const SENTENCES: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:after|since|following)\b(?:\s+\w+){0,4}?\s+(?:${MENDED}|bugs?)\b(?=.{0,40}\b${MEASURE}\b)`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:after|since|following)\b(?:\s+\w+){0,3}?\s+${MEASURE}\s+(?:${MENDED}|bugs?|was (?:${MENDED}|changed))\b`,
    'i',
  ),
  new RegExp(
    String.raw`\bfrom (?:here|now|this (?:run|point)) on\b.{0,60}\b(?:new|${MENDED}|dedup\w*|clean(?:ed)?|other|different|another)\b.{0,20}\b(?:${MEASURE}|table)\b`,
    'i',
  ),
  /\b(?:not|n['’]t|no longer|never)\s+(?:be\s+|directly\s+|really\s+)*(?:comparable|compare\w*)\b.{0,20}\b(?:to|with|across)\b.{0,30}\b(?:before|earlier|old|previous|yesterday|last|runs?|monday|tuesday|wednesday|thursday|friday)\b/i,
]
const MOST = 2

/** The changes of the protocol that the notes tell of, at most two. They part the runs told here, no others. */
export const notedBreaks = remember((evidence: EvidenceWithoutFindings): readonly NotedBreak[] => {
  const written = evidence.quotes.filter(
    ({ kind }) => kind === 'journal' || kind === 'file' || kind === 'notebook',
  )
  const headings = headingsIn(evidence, written)
  const sentences = written.flatMap((quote) => sentenceIn(quote))
  return [...headings, ...sentences].slice(0, MOST)
})

function sentenceIn(quote: EvidenceQuote): readonly NotedBreak[] {
  const clause = toldClauses(quote.text, quote.heading).find(
    ({ text, stance }) =>
      (stance === 'told' || stance === 'elsewhere' || /comparable|compare/i.test(text)) &&
      SENTENCES.some((pattern) => pattern.test(text)),
  )
  if (clause === undefined) return []
  const place = quote.line === null ? quote.place : `${quote.place}:${quote.line}`
  return [{ text: clause.text, quote: quote.address, place, after: [], before: [], onBoth: [] }]
}

/** A passage or a row of a table, with the headings over it and the runs that it names. */
interface Placed {
  readonly file: string
  readonly line: number
  readonly heading: string
  readonly runs: readonly EvidenceRun[]
}

function headingsIn(
  evidence: EvidenceWithoutFindings,
  written: readonly EvidenceQuote[],
): readonly NotedBreak[] {
  const parts = new Set(
    [...written, ...evidence.reported]
      .flatMap(({ heading }) => partsOf(heading))
      .filter((part) => HEADING.test(part)),
  )
  if (parts.size === 0) return []
  const placed = placedIn(evidence, written)
  return [...parts].flatMap((text) => {
    const under = placed.filter(({ heading }) => partsOf(heading).includes(text))
    const [first] = under.toSorted((a, b) => a.line - b.line)
    if (first === undefined) return []
    const above = placed.filter(({ file, line }) => file === first.file && line < first.line)
    const named = new Set(under.flatMap(({ runs }) => runs))
    const namedAbove = new Set(above.flatMap(({ runs }) => runs))
    const after = [...named].filter((one) => !namedAbove.has(one))
    const start = Math.min(...after.map(({ run }) => run.startedAt ?? Number.POSITIVE_INFINITY))
    const before = evidence.runs.filter(
      (one) =>
        !named.has(one) &&
        (namedAbove.has(one) ||
          (after.length > 0 && (one.run.startedAt ?? Number.POSITIVE_INFINITY) < start)),
    )
    return [
      {
        text,
        quote: null,
        place: `${first.file}:${first.line}`,
        after,
        before,
        onBoth: [...named].filter((one) => namedAbove.has(one)),
      },
    ]
  })
}

function placedIn(evidence: EvidenceWithoutFindings, written: readonly EvidenceQuote[]): readonly Placed[] {
  const { mentionsIn } = vocabularyOf(evidence)
  const all = new Map([...evidence.earlier, ...evidence.runs].map((one) => [one.address, one]))
  return [
    ...written.map((quote) => ({
      file: quote.place,
      line: quote.line ?? 0,
      heading: quote.heading ?? '',
      runs:
        quote.about.confidence === 'certain'
          ? quote.about.runs.flatMap((address) => all.get(address) ?? [])
          : [],
    })),
    ...evidence.reported.flatMap(({ file, heading, rows }) =>
      rows.map((row) => ({
        file,
        line: row.line,
        heading: heading ?? '',
        runs: mentionsIn(row.cells[0] ?? '').flatMap((one) =>
          one.kind === 'run' && one.by !== 'order' ? one.runs : [],
        ),
      })),
    ),
  ]
}

function partsOf(heading: string | null): readonly string[] {
  return (heading ?? '').split(' › ').filter((part) => part !== '')
}
