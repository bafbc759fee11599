import { englishOf } from '../claims/check-in-language.ts'
import { printTime } from '../claims/print-value.ts'
import type { Verdict } from '../claims/statement.ts'
import type { Address, Evidence, EvidenceQuote, Finding } from '../evidence/evidence.ts'
import { metricSlot } from '../evidence/headline.ts'
import { capital } from '../render/capital.ts'
import { showSpan } from '../render/show-time.ts'
import { isDone, isNamedByItsId } from '../runs/run.ts'
import type { Checked } from './count-checked.ts'
import { type LabelledSection, labelledSection } from './labelled-section.ts'
import { listedMetrics } from './listed-metrics.ts'
import { type LogDraft, outcomePath } from './log-draft.ts'
import { type Folded, recordFolds } from './log-folds.ts'
import type { LogLimits } from './log-limits.ts'
import type { LogSubject } from './log-subject.ts'
import { tellApart } from './other-projects.ts'
import { countsOfRuns, printChecked, printCount } from './print-counts.ts'
import { printSpan } from './print-span.ts'
import { type PrintedTable, printTable } from './print-table.ts'
import { printable, printTitle, printVerdict, statementsAt, withoutEnd } from './print-verdict.ts'
import type { Printer } from './printer.ts'
import { type ResultsTable, resultsTable, spokenBeside } from './results-table.ts'
import { shortestDecision, sortQuotes } from './sort-quotes.ts'
import { isQuotedBefore, type Labelled, quoteWithoutLabel, verdictWithoutLabel } from './tell-once.ts'

/** What a log entry is composed from. `draft` is null when no model wrote it; `verdicts` judge the draft's statements. */
export interface LogParts {
  readonly evidence: Evidence
  readonly subject: LogSubject
  readonly draft: LogDraft | null
  readonly verdicts: ReadonlyMap<string, Verdict>
  readonly span: string
  /** What the draft's statements were held against; null when no model wrote. */
  readonly checked: Checked | null
  readonly provenance: readonly string[]
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
  /** A line for each further project that ran on that day. */
  readonly projects: readonly string[]
  readonly remarks: readonly string[]
  readonly discrepancies: readonly string[]
  readonly failed: string | null
  /** What a reader must know before comparing: breaks of the protocol, repeats, scored expectations, luck. */
  readonly notices: readonly string[]
  readonly sections: readonly LabelledSection[]
  readonly footer: string
  readonly folded: readonly Folded[]
}

/**
 * Everything a log entry shows, in order of what its reader needs first. What the document must not omit (failed runs,
 * counts, discrepancies, gaps) is here whether or not a model wrote of it.
 */
export function composeLog(parts: LogParts, print: Printer, limits: LogLimits): LogView {
  const { evidence, draft } = parts
  const apart = tellApart(evidence, print)
  const table = resultsTable(apart.main, {
    axis: draft?.table.axis ?? null,
    metrics: draft?.table.metrics ?? [],
    titled: runsOfTitle(parts),
  })
  const printed = table === null ? null : printTable(table, print)
  const rows = table === null ? [] : visibleRows(table, limits.rows)
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
  const labelled = (
    section: Labelled,
    isTold: (verdict: Verdict) => boolean = () => false,
  ): readonly string[] =>
    statementsAt(parts.verdicts, section)
      .filter((one) => !isQuotedBefore(one, hypotheses) && !isTold(one))
      .map((one) => worded(verdictWithoutLabel(one, section)))
  const discrepancies = evidence.findings.filter(isAgainstNote)
  const ours = discrepancies.map((finding) => print.sentence(finding.sentence))
  const theirs = statementsAt(parts.verdicts, 'discrepancies')
    .filter((verdict) => !discrepancies.some((finding) => sameQuote(finding, verdict)))
    .map((verdict) => worded(verdict))
  const quotes = unansweredQuotes(evidence)
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
  /** That a run failed stands under the failures, whether or not a model says it again. */
  const isRetold = (verdict: Verdict): boolean => tellsFailure(verdict, untold)
  const byModel = draft !== null
  const lists = {
    conclusions,
    results: results.map((finding) => print.sentence(finding.sentence)),
    remarks: remarks.filter((one) => !isCaveat(one)).map((one) => worded(one)),
    discrepancies: [...ours, ...theirs],
    notices: [
      ...remarks.filter(isCaveat).map((one) => worded(one)),
      ...notices.map((finding) => print.sentence(finding.sentence)),
    ],
    reading: text('reading'),
    said: byModel ? [] : quoted(writtenForItFirst(quotes.said, evidence)),
    unworked: byModel ? labelled('unworked', isRetold) : quoted(quotes.unworked, 'unworked'),
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
  // Where nothing ran the note is the entry, and asks for nothing.
  const unrecorded = evidence.runs.length === 0 ? undefined : 'not recorded.'
  return {
    title: titleOf(parts, print),
    span: printSpan(parts, print),
    counts: [
      print.sentence(countsOfRuns(evidence)),
      ...chosenBy(parts.subject, print),
      ...othersCounted(evidence, print),
      ...(hasNotes(evidence) ? [] : ['no notes']),
      ...whenWritten(parts, print),
      ...continued(evidence, print),
    ].join(' · '),
    conclusions: lists.conclusions.slice(0, limits.conclusions),
    results: lists.results.slice(0, limits.results),
    table:
      printed === null ? null : { ...printed, rows: printed.rows.filter((_, row) => rows.includes(row)) },
    tableNote: table === null ? null : tableNote(evidence, apart.label, table, rows, print),
    projects: apart.lines,
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
      ...labelledSection('In your words', lists.said.slice(0, limits.said)),
      ...labelledSection('Did not work; caveats', lists.unworked.slice(0, limits.unworked)),
      ...(hasNotes(evidence) || lists.decided.length + lists.next.length > 0
        ? [
            ...labelledSection('Decided', lists.decided.slice(0, limits.decided), unrecorded),
            ...labelledSection('Next', lists.next.slice(0, limits.next), unrecorded),
          ]
        : [{ label: 'Decided, next', inline: 'not recorded.', items: [] }]),
      ...labelledSection('Suggested', lists.suggested.slice(0, limits.suggested)),
      ...labelledSection('Open', lists.questions.slice(0, limits.questions)),
    ],
    footer: printChecked(parts.checked, print),
    folded: [
      ...moreFolded(lists, limits),
      ...retoldFolded(
        statementsAt(parts.verdicts, 'unworked')
          .filter(isRetold)
          .map((one) => worded(one)),
      ),
      ...rowsFolded(printed, rows),
      ...apart.folded,
      ...recordFolds(evidence, visible, listedMetrics(table?.metrics ?? [], evidence), print),
      { summary: 'How this entry was made and checked', text: null, items: parts.provenance, table: null },
    ],
  }
}

/** Findings that stand in the visible part whether or not a model wrote, those first that change a comparison. */
const NOTICED: readonly Finding['kind'][] = ['protocol', 'repeat', 'expectation', 'planned']

/** Whether a remark says what may not be compared: it stands where a reader sees it before comparing. */
function isCaveat(verdict: Verdict): boolean {
  return /\b(?:not|never|cannot|can't|no longer|in)\s?(?:be\s+)?(?:directly\s+)?compar/i.test(
    englishOf(verdict),
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

/** Quotes with those first that were written when the entry was, behind its span: they are about all of it. */
function writtenForItFirst(quotes: readonly EvidenceQuote[], { span }: Evidence): readonly EvidenceQuote[] {
  const isLater = ({ at }: EvidenceQuote): boolean => at !== null && at >= span.until
  return [...quotes.filter(isLater), ...quotes.filter((quote) => !isLater(quote))]
}

/** The notes under their headings, without the sentences that stand beside their answer already. */
function unansweredQuotes(evidence: Evidence): ReturnType<typeof sortQuotes> {
  const answers = evidence.findings
    .filter((finding) => isAgainstNote(finding) || finding.kind === 'expectation')
    .flatMap(({ sentence }) => [...sentence.matchAll(/quote\((n\d+), ("(?:[^"\\]|\\.)*")\)/g)])
    .map(([, address = '', words = '""']) => ({ address, words: withoutSpaces(String(JSON.parse(words))) }))
  const isAnswered = ({ address, text }: EvidenceQuote): boolean =>
    answers.some((one) => one.address === address && withoutSpaces(text).includes(one.words))
  const sorted = sortQuotes(evidence.quotes)
  return {
    next: sorted.next.filter((quote) => !isAnswered(quote)),
    decided: sorted.decided.filter((quote) => !isAnswered(quote)),
    question: sorted.question.filter((quote) => !isAnswered(quote)),
    unworked: sorted.unworked.filter((quote) => !isAnswered(quote)),
    said: sorted.said.filter((quote) => !isAnswered(quote)),
  }
}

function withoutSpaces(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase()
}

/** The run that the title names where no model wrote one. */
function winnerOf({ findings, runs }: Evidence): Evidence['runs'][number] | undefined {
  const best = findings.find(({ kind }) => kind === 'best')
  return runs.find(({ address }) => address === best?.rests[0])
}

/** The runs that the title names, or takes a value of. */
function runsOfTitle(parts: LogParts): readonly Address[] {
  const written = parts.verdicts.get('title')
  if (written?.kind !== 'supported') return [winnerOf(parts.evidence)?.address ?? []].flat()
  const named = written.segments.flatMap((one) => {
    if (one.kind === 'words') return []
    const runs = new Set(one.cites.flatMap((cite) => /^r\d+/.exec(cite) ?? []))
    // A figure over a group names none of its runs.
    return runs.size > MOST_IN_TITLE ? [] : [...runs]
  })
  return [...new Set(named)].slice(0, MOST_IN_TITLE)
}

const MOST_IN_TITLE = 3

/** A title of a person's words, or of a run's name, is at most so long. */
const LONGEST_TITLE_QUOTE = 72
const LONGEST_TITLE_NAME = 32

/**
 * The title: the model's where it holds; else what the scientist decided, in the scientist's words; else the best value
 * and its run; of a day without runs what was written first.
 */
function titleOf(parts: LogParts, print: Printer): string {
  const drafted = printTitle(parts.verdicts, print)
  if (drafted !== null) return drafted
  const { evidence } = parts
  const project = print.words(evidence.project.name)
  const quotes = unansweredQuotes(evidence)
  const decision = shortestDecision(quotes.decided, LONGEST_TITLE_QUOTE)
  if (decision !== null) return `${project}: ${print.quote(decision)}`
  if (evidence.runs.length === 0) {
    const [first] = [
      ...quotes.decided,
      ...quotes.said,
      ...quotes.unworked,
      ...quotes.next,
      ...quotes.question,
    ]
    return first === undefined
      ? `${project}: a day without runs`
      : `${project}: ${print.quote(firstWords(first), LONGEST_TITLE_QUOTE)}`
  }
  return `${project}: ${bestOf(evidence, print) ?? print.sentence(countsOfRuns(evidence))}`
}

/** A quote up to the end of its first sentence. */
function firstWords(quote: EvidenceQuote): EvidenceQuote {
  const [line = ''] = quote.text.split(/(?<=[.!?])\s|\n/)
  return { ...quote, text: line.replace(/[.;:,\s]+$/, '') || quote.text }
}

/** The best value of the lead metric and its run; null where no finished run has one. */
function bestOf(evidence: Evidence, print: Printer): string | null {
  const { lead, metrics, runs } = evidence
  const winner = winnerOf(evidence)
  if (lead === null) return null
  const [only, ...others] = runs.filter(({ run }) => run.metrics.has(lead.metric))
  if (winner === undefined)
    return only === undefined || others.length > 0 || !isDone(only.run)
      ? null
      : `${print.words(lead.metric)} ${print.value(metricSlot(only, lead.metric))} in ${titleRun(only, print)}`
  const word = metrics.direction(lead.metric) === 'lower' ? 'lowest' : 'highest'
  const best = evidence.findings.find(({ kind }) => kind === 'best')
  const isShared = best?.values.shared !== undefined
  return `${word} ${print.words(lead.metric)} ${print.value(metricSlot(winner, lead.metric))}${isShared ? `, shared by ${print.value(`${best?.address}.shared`)} runs` : ` in ${titleRun(winner, print)}`}`
}

/** A run as a title names it: by its name, where that is short. */
function titleRun({ address, run }: Evidence['runs'][number], print: Printer): string {
  return run.name.length <= LONGEST_TITLE_NAME && !isNamedByItsId(run)
    ? print.value(address)
    : print.shortRun(address)
}

/** How the runs were chosen, where they are not simply those of a span. */
function chosenBy({ selection }: LogSubject, print: Printer): readonly string[] {
  if (selection === null) return []
  return [
    `chosen: ${print.own({ expression: 'selection', printed: selection, exact: selection, shows: 'text', cites: [] })}`,
  ]
}

/** Other people's runs of the span, in one breath: counted and not told. */
function othersCounted({ otherRuns }: Evidence, print: Printer): readonly string[] {
  if (otherRuns.count === 0) return []
  const by = otherRuns.users.length === 0 ? 'others' : otherRuns.users.map(print.words).join(', ')
  return [`${printCount(otherRuns.count, 'others', print)} by ${by} not told`]
}

/** Whether anybody wrote anything; descriptions of experiments were there before. */
function hasNotes({ quotes }: Evidence): boolean {
  return quotes.some(({ kind }) => kind !== 'experiment')
}

/** When the entry and its notes were written, where that was after the span that it is about. */
function whenWritten({ evidence, subject }: LogParts, print: Printer): readonly string[] {
  const { from, until, timeZone } = evidence.span
  const day = (text: string, expression: string): string => {
    const at = Date.parse(text)
    return print.own({
      expression,
      printed: showSpan(at, at, 'UTC'),
      exact: text,
      shows: 'time',
      cites: [],
    })
  }
  const typed = [
    ...new Set(
      evidence.quotes.flatMap(({ kind, at }) =>
        kind === 'journal' && at !== null && (at < from || at >= until)
          ? [printTime(at, timeZone).slice(0, 10)]
          : [],
      ),
    ),
  ].sort()
  const lastDay = printTime(until - 1, timeZone).slice(0, 10)
  const notes = typed
    .filter((one) => one !== subject.writtenOn && one !== lastDay)
    .map((one) => day(one, 'notes.day'))
  return [
    ...(subject.writtenOn === null
      ? []
      : [
          `written later, on ${day(subject.writtenOn, 'written')}${typed.includes(subject.writtenOn) ? ', and so were notes' : ''}`,
        ]),
    ...(notes.length === 0 ? [] : [`notes typed on ${notes.join(', ')}`]),
  ]
}

/** The entry of the same day that this one goes on from. */
function continued({ documents }: Evidence, print: Printer): readonly string[] {
  const last = documents.at(-1)
  return last === undefined ? [] : [`continues ${print.sentence(`[[${last.address}]]`)}`]
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

function tableNote(
  evidence: Evidence,
  project: string | null,
  table: ResultsTable,
  rows: readonly number[],
  print: Printer,
): string | null {
  const notes = [
    project === null ? null : `Of ${print.words(project)} alone.`,
    leadNote(evidence, print),
    evidence.lead !== null && /test/i.test(evidence.lead.metric) ? 'Compared on the test set.' : null,
    rows.some((row) => table.rows[row]?.some(({ between }) => between === ' ± '))
      ? '±: standard deviation over the runs beside it.'
      : null,
    table.rows.length > rows.length ? 'Further rows are folded.' : null,
    notRanked(table, print),
  ].filter((note) => note !== null)
  return notes.length === 0 ? null : `(${notes.join(' ')})`
}

/** Why a metric leads that nobody named, or that the notes do not speak of. */
function leadNote(evidence: Evidence, print: Printer): string | null {
  const { lead, metrics } = evidence
  const spoken = spokenBeside(evidence)
  if (lead !== null && !lead.assumed && metrics.primaryNow !== null)
    return `${print.words(lead.metric)} decided then (${print.words(metrics.primaryFrom ?? '')}); narrate.yaml names ${print.words(metrics.primaryNow)} now.`
  if (lead !== null && spoken !== null)
    return `${print.words(lead.metric)} is the primary metric of narrate.yaml; the notes speak of ${print.words(spoken)}.`
  if (lead?.assumed !== true) return null
  return metrics.primary === null
    ? 'No primary metric is set.'
    : `${print.words(metrics.primary)}, the primary metric, is not logged.`
}

/** Runs that may not be ranked against those of the table, counted for each reason; folds of cross-validations among them. */
function notRanked(table: ResultsTable, print: Printer): string | null {
  if (table.notRanked.length + table.folds.length === 0) return null
  const parts = [
    ...table.notRanked.map(
      ({ label, runs }) => `${printCount(runs.length, 'not_ranked', print)} with ${print.words(label)}`,
    ),
    ...(table.folds.length === 0
      ? []
      : [`${printCount(table.folds.length, 'not_ranked.folds', print)} folds of a cross-validation`]),
  ]
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

/** The rows that are seen: those the title speaks of, and of the others the first, as many as there is room for. */
function visibleRows({ rows, kept }: ResultsTable, most: number): readonly number[] {
  const others = rows.map((_, row) => row).filter((row) => !kept.includes(row))
  return [...kept, ...others.slice(0, Math.max(0, most - kept.length))].sort((a, b) => a - b)
}

/** Whether a statement says of runs no more than that they failed, as these findings do. */
function tellsFailure(verdict: Verdict, failures: readonly Finding[]): boolean {
  if (verdict.kind !== 'supported' || verdict.statement.basis !== 'observed') return false
  const told = new Set(failures.flatMap(({ rests }) => rests.map((address) => address.split('.')[0])))
  const runs = verdict.cites.map((address) => address.split('.')[0])
  const isOfFailure = verdict.statement.checks.every((check) => /^\s*status\(/.test(check))
  return isOfFailure && runs.length > 0 && runs.every((address) => told.has(address))
}

function retoldFolded(items: readonly string[]): readonly Folded[] {
  return items.length === 0 ? [] : [{ summary: 'On the failures', text: null, items, table: null }]
}

function rowsFolded(printed: PrintedTable | null, visible: readonly number[]): readonly Folded[] {
  if (printed === null || printed.rows.length <= visible.length) return []
  return [
    {
      summary: 'Further rows of the table',
      text: null,
      items: [],
      table: { ...printed, rows: printed.rows.filter((_, row) => !visible.includes(row)) },
    },
  ]
}
