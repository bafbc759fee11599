import type { Verdict } from '../../claims/statement.ts'
import type { Evidence, EvidenceQuote, Finding } from '../../evidence/evidence.ts'
import { joined } from '../../evidence/listed-runs.ts'
import { capital } from '../../render/capital.ts'
import type { DocumentParts, DocumentView } from '../document-kind.ts'
import { listedMetrics } from '../listed-metrics.ts'
import { type Folded, recordFolds } from '../log-folds.ts'
import { countsOfRuns, printChecked } from '../print-counts.ts'
import { printSpan } from '../print-span.ts'
import type { PrintedTable } from '../print-table.ts'
import { printable, printTitle, printVerdict, statementsAt } from '../print-verdict.ts'
import type { Printer } from '../printer.ts'
import { sortQuotes } from '../sort-quotes.ts'
import { type Approach, approachesOf, nameOfApproach } from './approaches.ts'
import { bestSoFarChart } from './best-so-far-chart.ts'
import type { PhaseDraft } from './phase-draft.ts'
import { type ApproachWords, wordsOf } from './phase-findings.ts'
import type { PhaseSubject } from './phase-subject.ts'

/** How many of each are visible; the rest is folded. */
const MOST_SHOWN = { approaches: 8, notices: 4, remains: 5, learned: 4, discrepancies: 3 }

/** The context of `templates/phase.md.hbs`. All texts are Markdown with marks. */
export interface PhaseView extends DocumentView {
  readonly span: string
  readonly counts: string
  readonly verdict: string
  readonly reason: string
  /** What the rule says beside a model's call. */
  readonly byRule: string | null
  readonly best: readonly string[]
  readonly table: PrintedTable | null
  readonly approaches: readonly {
    readonly name: string
    readonly finding: string
    readonly status: string
    readonly closedBy: string | null
    readonly reopen: string | null
  }[]
  /** One line for approaches that nobody judged by the metric that decides now, where they are several. */
  readonly neverJudged: string | null
  readonly learned: readonly string[]
  readonly notices: readonly string[]
  readonly discrepancies: readonly string[]
  readonly remains: readonly string[]
  readonly next: readonly string[]
  readonly isNextOurs: boolean
  readonly cost: readonly string[]
  readonly entries: readonly string[]
  readonly footer: string
  readonly chart: readonly string[]
  readonly folded: readonly Folded[]
}

type Parts = DocumentParts<PhaseSubject, PhaseDraft>

/** A summary of a phase in the order in which its readers need it: the call, the best, what each approach came to, what remains. */
export function composePhase(parts: Parts, print: Printer): PhaseView {
  const { evidence, verdicts } = parts
  const told = approachesOf(evidence).flatMap((approach) => {
    const finding = findingOf(approach, evidence)
    return finding === undefined ? [] : [{ approach, finding }]
  })
  const ofKind = (...kinds: readonly Finding['kind'][]): readonly Finding[] =>
    kinds.flatMap((kind) => evidence.findings.filter((one) => one.kind === kind))
  const sentences = (findings: readonly Finding[]): readonly string[] =>
    findings.map(({ sentence }) => print.sentence(sentence))
  const section = (name: string): readonly string[] =>
    statementsAt(verdicts, name).map((one) => printVerdict(one, print, true))
  const [ruled] = ofKind('verdict')
  const reason = printable(verdicts.get('verdict.reason'))
  const call = parts.draft !== null && reason !== null ? parts.draft.verdict.call : null
  const notices = ofKind('protocol')
  const luck = ofKind('selection').slice(0, 1)
  const spent = ofKind('cost').slice(0, 2)
  const untried = ofKind('untried')
  const worth = ofKind('still-improving').slice(0, 2)
  const drafted = section('learned')
  const taught =
    drafted.length > 0 ? [] : [...ofKind('minimal-pair').slice(0, 2), ...ofKind('spread').slice(0, 1)]
  const next = section('next_phase')
  const quotes = sortQuotes(evidence.quotes)
  const open = [...quotes.next, ...quotes.question].sort((a, b) => (b.at ?? 0) - (a.at ?? 0))
  const remains = parts.draft === null ? open.map((quote) => quoted(quote, print)) : [...section('remains')]
  const written = approachStatements(parts)
  const shown = told.slice(0, MOST_SHOWN.approaches)
  const isSaidOnce = overtakenOf(told).length > MOST_SAID_EACH
  const visible = new Set<Finding>([
    ...ofKind('verdict', 'approach'),
    ...spent,
    ...notices.slice(0, MOST_SHOWN.notices),
    ...luck,
    ...untried,
    ...worth,
    ...bestOf(evidence, ruled),
    ...ofKind('progress').slice(0, 1),
  ])
  return {
    title: printTitle(verdicts, print) ?? titleOf(evidence, ruled, print),
    span: printSpan(parts, print),
    counts: `${print.sentence(countsOfRuns(evidence))}${ruled === undefined ? '' : ` · ${print.value(`${ruled.address}.time`)} of run time`}`,
    verdict: capital(call ?? (ruled === undefined ? 'undecided' : (ruled.texts.call?.text ?? 'undecided'))),
    reason:
      call !== null && reason !== null
        ? printVerdict(reason, print, true)
        : ruled === undefined
          ? ''
          : print.sentence(ruled.sentence),
    byRule:
      call === null || ruled === undefined
        ? null
        : `By the numbers alone: ${ruled.texts.call?.text ?? 'undecided'}. ${print.sentence(ruled.sentence)}`,
    best: [
      ...section('best'),
      ...sentences(bestOf(evidence, ruled)),
      ...sentences(luck),
      ...sentences(ofKind('progress').slice(0, 1)),
    ],
    table: tableOf(told, print),
    approaches: shown.map((one) => composeApproach(one, { written, shown, isSaidOnce, evidence }, print)),
    neverJudged: isSaidOnce ? neverJudged(told, evidence, print) : null,
    learned: (drafted.length > 0 ? drafted : sentences(taught)).slice(0, MOST_SHOWN.learned),
    notices: sentences(notices.slice(0, MOST_SHOWN.notices)),
    discrepancies: sentences(ofKind('discrepancy').slice(0, MOST_SHOWN.discrepancies)),
    remains: [...sentences(untried), ...remains.slice(0, MOST_SHOWN.remains)],
    next: next.length > 0 ? next : sentences(worth),
    isNextOurs: next.length === 0,
    cost: sentences(spent),
    entries: evidence.documents.map((document) => documentLine(document, print)),
    footer: printChecked(parts.checked, print),
    chart: bestSoFarChart(evidence, print),
    folded: [
      ...(told.length > shown.length
        ? [
            fold(
              'More approaches',
              sentences(told.slice(MOST_SHOWN.approaches).map(({ finding }) => finding)),
            ),
          ]
        : []),
      ...(remains.length > MOST_SHOWN.remains
        ? [fold('More that the notes leave open', remains.slice(MOST_SHOWN.remains))]
        : []),
      ...(notices.length > MOST_SHOWN.notices
        ? [fold('More changes of the protocol', sentences(notices.slice(MOST_SHOWN.notices)))]
        : []),
      ...recordFolds(evidence, visible, metricsOf(evidence, told), print),
      fold('How this summary was made and checked', parts.provenance),
    ],
  }
}

/** The metrics of the list of runs: what decides, what decided for each approach, then those that tell most. */
function metricsOf(evidence: Evidence, told: readonly Told[]): readonly string[] {
  const judged = told.flatMap(({ approach }) => approach.judged?.metric ?? [])
  return listedMetrics([...(evidence.lead === null ? [] : [evidence.lead.metric]), ...judged], evidence)
}

/** The best among those runs that the call is about. */
function bestOf({ findings }: Evidence, ruled: Finding | undefined): readonly Finding[] {
  const all = findings.filter(({ kind }) => kind === 'best')
  const own = all.find(({ rests }) => ruled?.rests.some((address) => rests.includes(address)))
  return own === undefined ? all.slice(0, 1) : [own]
}

interface Told {
  readonly approach: Approach
  readonly finding: Finding
}

function findingOf(approach: Approach, evidence: Evidence): Finding | undefined {
  const name = approach.param === null ? approach.value : nameOfApproach(approach)
  return evidence.findings.find(({ kind, texts }) => kind === 'approach' && texts.approach?.text === name)
}

/** The words that closed an approach; once, where they closed several. */
function closing({ closedBy, value }: Approach, shown: readonly Told[], print: Printer): string | null {
  if (closedBy === null) return null
  const first = shown.find(({ approach }) => approach.closedBy?.quote === closedBy.quote)?.approach
  if (first !== undefined && first.value !== value)
    return `(The note quoted for ${print.words(nameOfApproach(first))}.)`
  return print.sentence(`[[quote(${closedBy.quote.address}, ${JSON.stringify(closedBy.words)})]]`)
}

/** Parts of what is said of an approach, printed with its finding's values. */
function sayings(
  approach: Approach,
  { address }: Finding,
  parts: readonly (keyof ApproachWords)[],
  evidence: Evidence,
  print: Printer,
): readonly string[] {
  const words = wordsOf(approach, evidence)
  return parts
    .map((part) => words[part].replaceAll('[[this.', `[[${address}.`))
    .filter((sentence) => sentence !== '')
    .map(print.sentence)
}

/** What is said of one approach: the draft's finding where it holds, else ours; then where it stands and why. */
function composeApproach(
  { approach, finding }: Told,
  {
    evidence,
    isSaidOnce,
    shown,
    written,
  }: {
    readonly evidence: Evidence
    readonly isSaidOnce: boolean
    readonly shown: readonly Told[]
    readonly written: ReturnType<typeof approachStatements>
  },
  print: Printer,
): PhaseView['approaches'][number] {
  const own = written.get(nameOfApproach(approach)) ?? written.get(approach.value)
  const drafted = own?.finding ?? null
  const closedBy = approach.closedBy?.quote.address
  const isQuoted = closedBy !== undefined && drafted?.kind === 'supported' && drafted.cites.includes(closedBy)
  const reopen = [
    ...(isSaidOnce && approach.overtaken !== null
      ? []
      : sayings(approach, finding, ['reopen'], evidence, print)),
    ...(own?.reopen == null ? [] : [printVerdict(own.reopen, print, false)]),
  ]
  return {
    name: print.words(nameOfApproach(approach)),
    finding: [
      ...(drafted === null
        ? sayings(approach, finding, ['result'], evidence, print)
        : [printVerdict(drafted, print, true)]),
      ...(isQuoted ? [] : sayings(approach, finding, ['status'], evidence, print)),
    ].join(' '),
    status: approach.status,
    closedBy: isQuoted ? null : closing(approach, shown, print),
    reopen: reopen.length === 0 ? null : reopen.join(' '),
  }
}

/** So many approaches say each by itself that the metric which decides now never judged them. */
const MOST_SAID_EACH = 2

function overtakenOf(told: readonly Told[]): readonly Told[] {
  return told.filter(({ approach }) => approach.overtaken !== null && approach.status !== 'open')
}

function neverJudged(told: readonly Told[], evidence: Evidence, print: Printer): string | null {
  const overtaken = overtakenOf(told)
  const [first] = overtaken
  if (first === undefined) return null
  const names = overtaken.flatMap(({ approach, finding }) =>
    sayings(approach, finding, ['name'], evidence, print),
  )
  return `Re-open: never judged by ${print.value(`${first.finding.address}.primary`)}, which decides now: ${joined(names)}.`
}

function tableOf(told: readonly Told[], print: Printer): PrintedTable | null {
  if (told.length === 0) return null
  const best = told.map(({ approach }) =>
    approach.judged === null
      ? null
      : `${approach.judged.ranked[0].address}.metric[${JSON.stringify(approach.judged.metric)}]`,
  )
  const printed = print.column(best.filter((one) => one !== null))
  let next = 0
  return {
    header: ['approach', 'runs', 'run time', 'best', 'status'],
    rows: told.map(({ approach, finding }, index) => [
      print.words(nameOfApproach(approach)),
      print.value(`${finding.address}.runs`),
      print.value(`${finding.address}.time`),
      best[index] === null || approach.judged === null
        ? '–'
        : `${print.words(approach.judged.metric)} ${printed[next++] ?? ''} ${print.shortRun(approach.judged.ranked[0].address)}`,
      approach.status,
    ]),
  }
}

/** What the draft says of each approach, by its name, where that holds. */
function approachStatements({
  draft,
  verdicts,
}: Parts): ReadonlyMap<string, { readonly finding: Verdict | null; readonly reopen: Verdict | null }> {
  return new Map(
    (draft?.approaches ?? []).map(({ approach }, index) => [
      approach.trim(),
      {
        finding: printable(verdicts.get(`approaches[${index}].finding`)),
        reopen: printable(verdicts.get(`approaches[${index}].reopen`)),
      },
    ]),
  )
}

function documentLine(document: Evidence['documents'][number], print: Printer): string {
  const day = print.own({
    expression: `${document.address}.date`,
    printed: document.date,
    exact: document.date,
    shows: 'time',
    cites: [document.address],
  })
  return `${day}: ${print.value(document.address)}`
}

function quoted(quote: EvidenceQuote, print: Printer): string {
  return print.quote(quote, 200)
}

function titleOf(evidence: Evidence, ruled: Finding | undefined, print: Printer): string {
  const call = ruled?.texts.call?.text ?? 'undecided'
  const word = call === 'undecided' ? 'too early to call' : call
  return `${print.words(evidence.project.name)}: ${word} after ${print.sentence(`[[count(all)]] ${evidence.runs.length === 1 ? 'run' : 'runs'}`)}`
}

function fold(summary: string, items: readonly string[]): Folded {
  return { summary, text: null, items, table: null }
}
