import { printTime } from '../claims/print-value.ts'
import type { Verdict } from '../claims/statement.ts'
import type { Address, Evidence, EvidenceQuote, Finding } from '../evidence/evidence.ts'
import { metricSlot } from '../evidence/headline.ts'
import type { Checked } from './count-checked.ts'
import { type LogDraft, outcomePath } from './log-draft.ts'
import { type Folded, recordFolds } from './log-folds.ts'
import type { LogLimits } from './log-limits.ts'
import { countsOfRuns, printChecked, printCount } from './print-counts.ts'
import { type PrintedTable, printTable } from './print-table.ts'
import { printable, printTitle, printVerdict, statementsAt, withoutEnd } from './print-verdict.ts'
import type { Printer } from './printer.ts'
import { type ResultsTable, resultsTable, spokenBeside } from './results-table.ts'
import { sortQuotes } from './sort-quotes.ts'
import { isQuotedBefore, type Labelled, quoteWithoutLabel, verdictWithoutLabel } from './tell-once.ts'

/** What a log entry is composed from. `draft` is null when no model wrote it; `verdicts` judge the draft's statements. */
export interface LogParts {
  readonly evidence: Evidence
  readonly draft: LogDraft | null
  readonly verdicts: ReadonlyMap<string, Verdict>
  readonly span: string
  /** What the draft's statements were held against; null when no model wrote. */
  readonly checked: Checked | null
  readonly provenance: readonly string[]
}

/** A part of the entry under its label: one text behind it, or a list. */
interface Section {
  readonly label: string
  readonly inline: string | null
  readonly items: readonly string[]
}

/** The context of `templates/log.md.hbs`. All texts are Markdown with marks. */
export interface LogView {
  readonly title: string
  readonly span: string
  readonly counts: string
  readonly conclusions: readonly {
    readonly outcome: string
    readonly hypothesis: string | null
    readonly reason: string
  }[]
  readonly results: readonly string[]
  readonly table: PrintedTable | null
  readonly tableNote: string | null
  readonly remarks: readonly string[]
  readonly discrepancies: readonly string[]
  readonly failed: string | null
  /** What a reader must know before comparing: breaks of the protocol, repeats, scored expectations, luck. */
  readonly notices: readonly string[]
  readonly sections: readonly Section[]
  readonly footer: string
  readonly folded: readonly Folded[]
}

/**
 * Everything a log entry shows, in order of what its reader needs first. What the document must not omit (failed runs,
 * counts, discrepancies, gaps) is here whether or not a model wrote of it.
 */
export function composeLog(parts: LogParts, print: Printer, limits: LogLimits): LogView {
  const { evidence, draft } = parts
  const table = resultsTable(evidence, {
    axis: draft?.table.axis ?? null,
    metrics: draft?.table.metrics ?? [],
  })
  const printed = table === null ? null : printTable(table, print)
  const worded = (verdict: Verdict): string =>
    printVerdict(verdict, print, MARKED_AS_INFERRED.test(verdict.statement.path))
  const text = (paths: string): readonly string[] =>
    statementsAt(parts.verdicts, paths).map((one) => worded(one))
  const hypotheses = (draft?.conclusions ?? []).flatMap((_, index) => {
    const reason = printable(parts.verdicts.get(`conclusions[${index}].reason`))
    const hypothesis = printable(parts.verdicts.get(`conclusions[${index}].hypothesis`))
    return reason === null || hypothesis === null ? [] : [hypothesis]
  })
  /** The statements of a section whose name people write before them, without what stands as a hypothesis already. */
  const labelled = (section: Labelled): readonly string[] =>
    statementsAt(parts.verdicts, section)
      .filter((one) => !isQuotedBefore(one, hypotheses))
      .map((one) => worded(verdictWithoutLabel(one, section)))
  const discrepancies = evidence.findings.filter(isAgainstNote)
  const ours = discrepancies.map((finding) => print.sentence(finding.sentence))
  const theirs = statementsAt(parts.verdicts, 'discrepancies')
    .filter((verdict) => !discrepancies.some((finding) => sameQuote(finding, verdict)))
    .map((verdict) => worded(verdict))
  // What stands beside its answer already is not quoted once more.
  const answered = new Set(
    [...discrepancies, ...evidence.findings.filter(({ kind }) => kind === 'expectation')].map(quotedBy),
  )
  const quotes = sortQuotes(evidence.quotes.filter((quote) => !answered.has(quote.address)))
  const quoted = (list: readonly EvidenceQuote[], section?: Labelled): readonly string[] =>
    list.map((quote) =>
      print.quote(section === undefined ? quote : quoteWithoutLabel(quote, section), LONGEST_SHOWN_QUOTE),
    )
  const conclusions = (draft?.conclusions ?? []).flatMap((conclusion, index) => {
    const reason = printable(parts.verdicts.get(`conclusions[${index}].reason`))
    const hypothesis = printable(parts.verdicts.get(`conclusions[${index}].hypothesis`))
    if (reason === null) return []
    return [
      {
        // An outcome that its reason does not bear is none.
        outcome: capital(parts.verdicts.has(outcomePath(index)) ? 'inconclusive' : conclusion.outcome),
        hypothesis: hypothesis === null ? null : withoutEnd(worded(hypothesis)),
        reason: worded(reason),
      },
    ]
  })
  const results =
    draft === null || conclusions.length === 0
      ? leadingFindings(evidence)
      : conclusions.some(({ outcome }) => outcome === 'Inconclusive')
        ? leadingFindings(evidence)
            .filter(({ kind }) => kind !== 'best')
            .slice(0, 1)
        : []
  const failures = evidence.findings.filter((finding) => finding.kind === 'failure')
  const shownDiscrepancies = new Set(
    discrepancies.slice(0, limits.discrepancies).flatMap(({ rests }) => rests),
  )
  const untold = failures.filter(
    (finding) =>
      // The time they took is for the record; what ended them is not.
      finding.values.wasted === undefined &&
      !finding.rests.every((address) => shownDiscrepancies.has(address)),
  )
  const notices = [
    ...NOTICED.flatMap((noticed) => evidence.findings.filter(({ kind }) => kind === noticed)).filter(
      (finding) => !isAgainstNote(finding),
    ),
    ...evidence.findings.filter(({ kind, warns }) => warns && !NOTICED.includes(kind)),
  ]
  const remarks = statementsAt(parts.verdicts, 'table.remarks')
  const byModel = draft !== null
  const lists = {
    conclusions,
    results: results.map((finding) => print.sentence(finding.sentence)),
    rows: printed?.rows ?? [],
    remarks: remarks.filter((one) => !isCaveat(one)).map((one) => worded(one)),
    discrepancies: [...ours, ...theirs],
    notices: [
      ...remarks.filter(isCaveat).map((one) => worded(one)),
      ...notices.map((finding) => print.sentence(finding.sentence)),
    ],
    reading: text('reading'),
    said: byModel ? [] : quoted(quotes.said),
    unworked: byModel ? labelled('unworked') : quoted(quotes.unworked, 'unworked'),
    decided: byModel ? labelled('decisions') : quoted(quotes.decided, 'decisions'),
    next: byModel ? labelled('next_steps') : quoted(quotes.next, 'next_steps'),
    suggested: text('suggestions'),
    // Ours stands first: its answer changes a conclusion.
    questions: [
      ...(evidence.question === null ? [] : [print.sentence(evidence.question.sentence)]),
      ...(byModel ? labelled('questions') : quoted(quotes.question, 'questions')),
    ],
  }
  const visible = new Set<Finding>([...results, ...untold, ...discrepancies, ...notices])
  return {
    title: titleOf(parts, print),
    span: print.own({
      expression: 'span',
      printed: parts.span,
      exact: `${new Date(evidence.span.from).toISOString()}/${new Date(evidence.span.until).toISOString()}`,
      shows: 'time',
      cites: [],
    }),
    counts: `${print.sentence(countsOfRuns(evidence))}${othersCounted(evidence, print)}${notesWritten(evidence, print)}`,
    conclusions: lists.conclusions.slice(0, limits.conclusions),
    results: lists.results.slice(0, limits.results),
    table: printed === null ? null : { ...printed, rows: printed.rows.slice(0, limits.rows) },
    tableNote: table === null ? null : tableNote(evidence, table, limits.rows, print),
    remarks: lists.remarks.slice(0, limits.remarks),
    discrepancies: lists.discrepancies.slice(0, limits.discrepancies),
    failed: untold.length === 0 ? null : untold.map((finding) => print.sentence(finding.sentence)).join(' '),
    notices: lists.notices.slice(0, limits.notices),
    sections: [
      ...(limits.reading > 0 && lists.reading.length > 0
        ? [
            {
              label: 'Reading (inferred)',
              inline: lists.reading.slice(0, limits.reading).join(' '),
              items: [],
            },
          ]
        : []),
      ...section('In your words', lists.said.slice(0, limits.said)),
      ...section('Did not work; caveats', lists.unworked.slice(0, limits.unworked)),
      ...section('Decided', lists.decided.slice(0, limits.decided), 'not recorded.'),
      ...section('Next', lists.next.slice(0, limits.next), 'not recorded.'),
      ...section('Suggested', lists.suggested.slice(0, limits.suggested)),
      ...section('Open', lists.questions.slice(0, limits.questions)),
    ],
    footer: printChecked(parts.checked, print),
    folded: [
      ...moreFolded(lists, limits),
      ...rowsFolded(printed, limits.rows),
      ...recordFolds(evidence, visible, table?.metrics ?? [], print),
      { summary: 'How this entry was made and checked', text: null, items: parts.provenance, table: null },
    ],
  }
}

/** Findings that stand in the visible part whether or not a model wrote, those first that change a comparison. */
const NOTICED: readonly Finding['kind'][] = ['protocol', 'repeat', 'expectation']

/** Whether a remark says what may not be compared: it stands where a reader sees it before comparing. */
function isCaveat(verdict: Verdict): boolean {
  return /\b(?:not|never|cannot|can't|no longer|in)\s?(?:be\s+)?(?:directly\s+)?compar/i.test(
    verdict.statement.text,
  )
}

/** Sections that tell what was seen: an inference among them says that it is one. */
const MARKED_AS_INFERRED = /^(conclusions|table|unworked)/

/** Whether a finding holds the person's own words against the log: a repeat may, where a note calls it a fresh run. */
function isAgainstNote(finding: Finding): boolean {
  return finding.kind === 'discrepancy' || (finding.kind === 'repeat' && quotedBy(finding) !== undefined)
}

/** The quote that a discrepancy is about. */
function quotedBy(finding: Finding): Address | undefined {
  return /quote\((n\d+)/.exec(finding.sentence)?.[1]
}

function sameQuote(finding: Finding, verdict: Verdict): boolean {
  const quote = quotedBy(finding)
  return quote !== undefined && verdict.kind === 'supported' && verdict.cites.includes(quote)
}

function titleOf(parts: LogParts, print: Printer): string {
  const drafted = printTitle(parts.verdicts, print)
  if (drafted !== null) return drafted
  const { evidence } = parts
  const project = print.words(evidence.project.name)
  const [best] = evidence.findings.filter(({ kind }) => kind === 'best')
  const winner = evidence.runs.find(({ address }) => address === best?.rests[0])
  if (evidence.runs.length === 0) return `${project}: a day without runs`
  if (winner === undefined || evidence.lead === null)
    return `${project}: ${print.sentence(`[[count(all)]] ${evidence.runs.length === 1 ? 'run' : 'runs'}`)}`
  const word = evidence.metrics.direction(evidence.lead.metric) === 'lower' ? 'lowest' : 'highest'
  return `${project}: ${word} ${print.words(evidence.lead.metric)} ${print.value(metricSlot(winner, evidence.lead.metric))} (${print.shortRun(winner.address)})`
}

/** Other people's runs of the span, in one breath: counted and not told. */
function othersCounted({ otherRuns }: Evidence, print: Printer): string {
  if (otherRuns.count === 0) return ''
  const by = otherRuns.users.length === 0 ? 'others' : otherRuns.users.map(print.words).join(', ')
  return ` · ${printCount(otherRuns.count, 'others', print)} by ${by} not told`
}

/** When the notes were typed, where that was not in the span that the entry is about. */
function notesWritten(evidence: Evidence, print: Printer): string {
  const { from, until, timeZone } = evidence.span
  const days = [
    ...new Set(
      evidence.quotes.flatMap(({ kind, at }) =>
        kind === 'journal' && at !== null && (at < from || at >= until)
          ? [printTime(at, timeZone).slice(0, 10)]
          : [],
      ),
    ),
  ].sort()
  if (days.length === 0) return ''
  return ` · notes typed on ${days
    .map((day) => print.own({ expression: 'notes.day', printed: day, exact: day, shows: 'time', cites: [] }))
    .join(', ')}`
}

/** A longer passage is cut in the visible part; it stands whole among the notes. */
const LONGEST_SHOWN_QUOTE = 220

/** What stands first where no model concludes: the best, what one change did, what a change between two may be worth. */
const LEADING: readonly Finding['kind'][] = [
  'best',
  'minimal-pair',
  'spread',
  'replicates',
  'cross-validation',
  'variation',
]

/** The first finding of each leading kind; a single change that was told leaves the spread to the folded part. */
function leadingFindings(evidence: Evidence): readonly Finding[] {
  const first = LEADING.flatMap((kind) => evidence.findings.find((one) => one.kind === kind) ?? [])
  const hasPair = first.some(({ kind }) => kind === 'minimal-pair')
  return first.filter(({ kind }) => !(hasPair && (kind === 'spread' || kind === 'variation')))
}

function tableNote(evidence: Evidence, table: ResultsTable, rows: number, print: Printer): string | null {
  const notes = [
    leadNote(evidence, print),
    evidence.lead !== null && /test/i.test(evidence.lead.metric) ? 'Compared on the test set.' : null,
    table.rows.slice(0, rows).some((row) => row.some(({ between }) => between === ' ± '))
      ? '±: standard deviation over the runs beside it.'
      : null,
    table.rows.length > rows ? 'Further rows are folded.' : null,
    notRanked(table, print),
  ].filter((note) => note !== null)
  return notes.length === 0 ? null : `(${notes.join(' ')})`
}

/** A labelled part: one item stands behind the label, several make a list; an empty one is a word, or is not there. */
function section(label: string, items: readonly string[], empty?: string): readonly Section[] {
  const [first, ...rest] = items
  if (first === undefined) return empty === undefined ? [] : [{ label, inline: empty, items: [] }]
  return rest.length === 0 ? [{ label, inline: first, items: [] }] : [{ label, inline: null, items }]
}

/** Why a metric leads that nobody named, or that the notes do not speak of. */
function leadNote(evidence: Evidence, print: Printer): string | null {
  const { lead, metrics } = evidence
  const spoken = spokenBeside(evidence)
  if (lead !== null && spoken !== null)
    return `${print.words(lead.metric)} is the primary metric of narrate.yaml; the notes speak of ${print.words(spoken)}.`
  if (lead?.assumed !== true) return null
  return metrics.primary === null
    ? 'No primary metric is set.'
    : `${print.words(metrics.primary)}, the primary metric, is not logged.`
}

/** Runs that may not be ranked against those of the table, counted for each reason. */
function notRanked(table: ResultsTable, print: Printer): string | null {
  if (table.notRanked.length === 0) return null
  const parts = table.notRanked.map(
    ({ label, runs }) => `${printCount(runs.length, 'not_ranked', print)} with ${print.words(label)}`,
  )
  return `Not ranked: ${parts.join(', ')}.`
}

/** What the limits left out of the visible part, each under the name of its section. */
function moreFolded(
  lists: Omit<Readonly<Record<keyof LogLimits, readonly string[]>>, 'conclusions' | 'rows'> & {
    readonly conclusions: LogView['conclusions']
  },
  limits: LogLimits,
): readonly Folded[] {
  const conclusions = lists.conclusions
    .slice(limits.conclusions)
    .map(
      ({ outcome, hypothesis, reason }) =>
        `${outcome}. ${hypothesis === null ? '' : `${hypothesis}: `}${reason}`,
    )
  const items = [
    ...conclusions,
    ...MORE.flatMap(([section, label]) =>
      lists[section].slice(limits[section]).map((text) => `${label}: ${text}`),
    ),
  ]
  return items.length === 0 ? [] : [{ summary: 'More of this entry', text: null, items, table: null }]
}

const MORE = [
  ['results', 'Computed'],
  ['remarks', 'Remark'],
  ['discrepancies', 'Your note against the log'],
  ['notices', 'To know when comparing'],
  ['reading', 'Reading (inferred)'],
  ['said', 'In your words'],
  ['unworked', 'Did not work, or a caveat'],
  ['decided', 'Decided'],
  ['next', 'Next'],
  ['suggested', 'Suggested'],
  ['questions', 'Open'],
] as const

function rowsFolded(printed: PrintedTable | null, most: number): readonly Folded[] {
  if (printed === null || printed.rows.length <= most) return []
  return [
    {
      summary: 'Further rows of the table',
      text: null,
      items: [],
      table: { ...printed, rows: printed.rows.slice(most) },
    },
  ]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
