import { cutText } from '../evidence/cut-text.ts'
import type { Evidence, EvidenceRun, Finding } from '../evidence/evidence.ts'
import { rankedBy } from '../evidence/headline.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import { runError } from '../evidence/run-error.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import type { MetricSummary } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import { withoutControls } from './escape-markdown.ts'
import { plainSentence } from './plain-sentence.ts'
import { showDay, showDuration, showTime, spanOfEvidence } from './show-time.ts'

const SHORT_VALUE = 40
/** Members of a group, or users of a data set, that are all named whatever the room. */
const FEWEST_LISTED = 40
const MOST_RUNS_OF_QUOTE = 6

/** How much of the evidence a prompt shows. */
interface Detail {
  readonly runs: number
  readonly metrics: number
  readonly quotes: number
  readonly groups: number
  readonly findings: number
  /** Rows of tables that were typed into the notes. */
  readonly reported: number
  readonly textLength: number
  readonly quoteLength: number
}

const LADDER: readonly Detail[] = [
  {
    runs: 400,
    metrics: 10,
    quotes: 400,
    groups: 60,
    findings: 60,
    reported: 80,
    textLength: 200,
    quoteLength: 2000,
  },
  {
    runs: 200,
    metrics: 6,
    quotes: 200,
    groups: 60,
    findings: 60,
    reported: 60,
    textLength: 80,
    quoteLength: 1000,
  },
  {
    runs: 100,
    metrics: 5,
    quotes: 100,
    groups: 40,
    findings: 40,
    reported: 40,
    textLength: 60,
    quoteLength: 600,
  },
  {
    runs: 60,
    metrics: 4,
    quotes: 60,
    groups: 30,
    findings: 30,
    reported: 30,
    textLength: 60,
    quoteLength: 400,
  },
  {
    runs: 30,
    metrics: 3,
    quotes: 40,
    groups: 20,
    findings: 24,
    reported: 20,
    textLength: 40,
    quoteLength: 300,
  },
  {
    runs: 15,
    metrics: 2,
    quotes: 25,
    groups: 8,
    findings: 16,
    reported: 10,
    textLength: 30,
    quoteLength: 200,
  },
  { runs: 6, metrics: 1, quotes: 12, groups: 4, findings: 10, reported: 5, textLength: 20, quoteLength: 120 },
]

/** What the prompt's template is given: every field is text, or a list of texts that may be empty. */
export type PromptContext = Readonly<Record<string, unknown>>

/**
 * The evidence as every prompt shows it, from most to least detail; the caller takes the first whose prompt fits. What a
 * step leaves out, it says in `leftOut`. Steps that show more runs than `mostRuns` are passed over; `firstMetrics` stand before the
 * others, and are never left out. The same evidence gives the same contexts.
 */
export function* evidenceContexts(
  evidence: Evidence,
  mostRuns = Number.POSITIVE_INFINITY,
  firstMetrics: readonly string[] = [],
): Generator<{ readonly context: PromptContext; readonly leftOut: readonly string[] }> {
  for (const detail of LADDER) if (detail.runs <= mostRuns) yield contextOf(evidence, detail, firstMetrics)
}

function contextOf(
  evidence: Evidence,
  detail: Detail,
  firstMetrics: readonly string[],
): { context: PromptContext; leftOut: readonly string[] } {
  const ranked = rankMetrics(
    evidence.runs.map(({ run }) => run),
    evidence.metrics,
  )
  const first = firstMetrics.filter((name) => ranked.includes(name))
  const metrics = [...new Set([...first, ...ranked])]
  const most = Math.max(detail.metrics, first.length)
  const runs = shownRuns(evidence, detail.runs)
  const quotes = evidence.quotes.filter((quote) => quote.kind !== 'experiment')
  const described = evidence.quotes.filter((quote) => quote.kind === 'experiment')
  const rowCount = evidence.reported.reduce((sum, { rows }) => sum + rows.length, 0)
  const isShown = new Set(runs.map(({ address }) => address))
  /** Members by their addresses; of many those that stand in the table, and how many more there are. */
  const listed = (members: readonly string[]): string => {
    if (members.length <= Math.max(detail.runs, FEWEST_LISTED)) return members.join(' ')
    const named = members.filter((address) => isShown.has(address))
    return `${named.join(' ')}${named.length === 0 ? '' : ' and '}${members.length - named.length} more`
  }
  const { groups } = evidence
  const leftOut = [
    ...missing('runs', evidence.runs.length, runs.length, 'failed, noted and best ones are kept'),
    ...missing('metrics', metrics.length, most, metrics.slice(most).slice(0, 20).join(', ')),
    ...missing('quotes', quotes.length, detail.quotes, 'the latest are kept'),
    ...missing('groups', groups.length, detail.groups, ''),
    ...missing('earlier runs', evidence.earlier.length, detail.runs, 'the newest are kept'),
    ...missing('rows of tables in the notes', rowCount, detail.reported, 'the first are kept'),
    ...missing('findings', evidence.findings.length, detail.findings, 'the most consequential are kept'),
  ]
  const shown = metrics.slice(0, most)
  const context = {
    project: {
      name: line(evidence.project.name),
      goal: evidence.project.goal === null ? null : line(evidence.project.goal),
    },
    // Calendar days, as the times of runs beside them are.
    span: spanOfEvidence(evidence, 0),
    lead:
      evidence.lead === null
        ? null
        : {
            ...evidence.lead,
            direction: evidence.metrics.direction(evidence.lead.metric),
            later: evidence.metrics.primaryNow,
          },
    otherRuns:
      evidence.otherRuns.count === 0
        ? null
        : `${evidence.otherRuns.count} ${evidence.otherRuns.count === 1 ? 'run' : 'runs'} of others are not told here.`,
    metricsTable: metricsTable(evidence, shown),
    runsTable: runsTable(evidence, runs, shown, detail.textLength),
    earlierTable:
      evidence.earlier.length === 0
        ? null
        : runsTable(evidence, evidence.earlier.slice(-detail.runs), shown, detail.textLength),
    constants: [...evidence.constants]
      .filter(([name]) => !isBookkeeping(name))
      .map(([name, value]) => `${line(name)}=${cutText(line(value), detail.textLength)}`)
      .join(', '),
    alsoLogged: alsoLogged(evidence, detail.textLength),
    errors: runs
      .filter((one) => runError(one) !== null)
      .slice(0, MOST_ERRORS)
      .map(({ address }) => `[[${address}.error]]`)
      .join(' '),
    groups: groups
      .slice(0, detail.groups)
      .map(
        (group) =>
          `${group.address} ${cutText(line(group.label), detail.textLength)}${group.word === null ? '' : ` (word: ${group.word})`}: ${listed(group.runs)}`,
      )
      .join('\n'),
    dataSets: evidence.dataSets
      .map(
        (set) =>
          `${set.address} ${line(set.name)} digest ${set.digest}${set.context === null ? '' : ` (${set.context})`}: ${listed(set.runs)}`,
      )
      .join('\n'),
    findings: shownFindings(evidence, detail.findings).map(
      (one) => `${one.address} (${one.kind}) ${line(plainSentence(one.sentence, evidence))}`,
    ),
    experiments: described
      .map(
        (quote) =>
          `${quote.address} experiment ${line(quote.heading ?? '')} ${fence(quote.text, detail.quoteLength)}`,
      )
      .join('\n'),
    quotes: quotes.slice(-detail.quotes).map((quote) => {
      const place = [
        quote.kind,
        quote.at === null ? 'undated' : showDay(quote.at, evidence.span.timeZone),
        quote.heading === null ? '' : `under ${JSON.stringify(line(quote.heading))}`,
        aboutOf(quote),
      ]
      const values = quote.values.map(
        (value, index) => `${quote.address}.v${index + 1} is ${value.text}${value.unit ?? ''}`,
      )
      return `${quote.address} [${place.filter((text) => text !== '').join(', ')}] ${fence(quote.text, detail.quoteLength)}${values.length === 0 ? '' : ` (${values.join(', ')})`}`
    }),
    reported: reportedTables(evidence, detail),
    documents: documentLines(evidence, detail),
    gaps: evidence.gaps.slice(0, 10).map((gap) => line(`${gap.what}: ${gap.why}`)),
    leftOut,
  }
  return { context, leftOut }
}

/**
 * Tables that were typed into the notes, each with its head, or without one, and its rows with their addresses. Names of
 * columns are the author's, and where there are none the cells are only counted.
 */
function reportedTables(
  { reported }: Evidence,
  detail: Detail,
): readonly { readonly title: string; readonly rows: readonly string[] }[] {
  let room = detail.reported
  return reported.flatMap((table, index) => {
    const rows = table.rows.slice(0, Math.max(0, room))
    room -= rows.length
    if (rows.length === 0) return []
    const under = table.heading === null ? '' : ` under ${JSON.stringify(line(table.heading))}`
    const head =
      table.header === null
        ? 'no head: do not guess what its columns are'
        : table.header.map((cell, at) => `col${at + 1} ${fence(cell, detail.textLength)}`).join(' ')
    return [
      {
        title: `t${index + 1} (${line(table.file)}${under}) ${head}`,
        rows: rows.map(
          (row, at) =>
            `t${index + 1}.row${at + 1} ${fence(row.text, detail.quoteLength)}${row.mark === null ? '' : ` (${row.mark})`}`,
        ),
      },
    ]
  })
}

const MOST_ERRORS = 6
const MOST_ALSO_LOGGED = 12

/** Parameters that neither vary nor are the same in all runs, by the newest run that logs each: command lines, texts, what some lack. */
function alsoLogged({ constants, factors, runs }: Evidence, textLength: number): readonly string[] {
  const told = new Set([...constants.keys(), ...factors.map(({ param }) => param)])
  const names = new Set(runs.flatMap(({ run }) => [...run.params.keys()]))
  return [...names]
    .filter((name) => !told.has(name) && !isBookkeeping(name))
    .slice(0, MOST_ALSO_LOGGED)
    .flatMap((name) => {
      const one = runs.findLast(({ run }) => run.params.has(name))
      const value = one?.run.params.get(name)
      return value === undefined
        ? []
        : [`${line(name)}=${cutText(line(value), textLength)} (${one?.address})`]
    })
}

const FEWEST_PASSAGES = 2

/** Earlier documents, each with as many of its sentences as there is room for: those that stand first tell most. */
function documentLines(evidence: Evidence, detail: Detail): readonly string[] {
  const { documents } = evidence
  const shown = documents.slice(-detail.quotes)
  const each = Math.max(FEWEST_PASSAGES, Math.floor(detail.quotes / Math.max(1, shown.length)))
  return shown.map(
    ({ address, date, kind, passages, title }) =>
      `${address} [${kind}, ${date}] ${fence(title, detail.quoteLength)} ${passages
        .slice(0, each)
        .map((one) => fence(one, detail.quoteLength))
        .join(' ')}`,
  )
}

/** Which runs a quote is about, where it says so and they are few. */
function aboutOf({ about }: Evidence['quotes'][number]): string {
  return about.confidence === 'open' || about.runs.length > MOST_RUNS_OF_QUOTE
    ? ''
    : `${about.confidence === 'certain' ? 'about' : 'likely about'} ${about.runs.join(' ')}`
}

/** Failed, noted, best and newest runs, as many as fit, in the order of their addresses. */
function shownRuns(evidence: Evidence, most: number): readonly EvidenceRun[] {
  if (evidence.runs.length <= most) return evidence.runs
  const text = evidence.quotes.map((quote) => quote.text).join('\n')
  const noted = evidence.runs.filter(
    ({ run }) => text.includes(shortId(run.id)) || (run.name.length > 3 && text.includes(run.name)),
  )
  const broken = evidence.runs.filter(({ run }) => run.status !== 'finished').slice(0, Math.ceil(most / 4))
  const best = evidence.lead === null ? [] : rankedBy(evidence.lead.metric, evidence.runs, evidence.metrics)
  const chosen = new Set(
    [
      ...noted.slice(0, Math.ceil(most / 4)),
      ...broken,
      ...best.slice(0, Math.ceil(most / 2)),
      ...[...evidence.runs].reverse(),
    ].slice(0, most),
  )
  return evidence.runs.filter((one) => chosen.has(one))
}

/** What a reader must not miss, whatever the room: then come the others in the order they are told. */
const NEVER_LEFT_OUT: readonly Finding['kind'][] = ['discrepancy', 'protocol', 'failure', 'best', 'repeat']

function shownFindings(evidence: Evidence, most: number): readonly Finding[] {
  if (evidence.findings.length <= most) return evidence.findings
  const isKept = (one: Finding): boolean => NEVER_LEFT_OUT.includes(one.kind)
  const kept = new Set(
    [...evidence.findings.filter(isKept), ...evidence.findings.filter((one) => !isKept(one))].slice(0, most),
  )
  return evidence.findings.filter((one) => kept.has(one))
}

function metricsTable(evidence: Evidence, metrics: readonly string[]): string {
  return metrics
    .map((metric) => {
      const direction = evidence.metrics.direction(metric)
      const unit = evidence.metrics.unit(metric)
      return `${line(metric)}: ${direction === null ? 'direction unknown' : `${direction} is better`}, headline ${evidence.metrics.headline(metric)}${unit === null ? '' : `, in ${unit}`}`
    })
    .join('\n')
}

function runsTable(
  evidence: Evidence,
  runs: readonly EvidenceRun[],
  metrics: readonly string[],
  textLength: number,
): string {
  const params = evidence.factors.map((factor) => factor.param).filter((name) => !isBookkeeping(name))
  const curves = new Set(
    metrics.filter((metric) => runs.some(({ run }) => (run.metrics.get(metric)?.count ?? 0) > 1)),
  )
  const header = [
    'address',
    'name and id',
    'experiment',
    'status',
    'started',
    'duration',
    ...params.map(line),
    ...metrics.flatMap((metric) =>
      curves.has(metric)
        ? [
            `${metric} last`,
            ...extremesOf(evidence, metric).map((point) => `${metric} ${point} (step)`),
            `${metric} last step`,
          ]
        : [metric],
    ),
    'parent',
    'commit',
    'tags',
  ]
  const rows = runs.map((one) => {
    const { run } = one
    return [
      one.address,
      `${cutText(line(run.name), 60)} ${shortId(run.id)}`,
      cutText(line(run.experiment.name), 40),
      run.status,
      run.startedAt === null ? '' : showTime(run.startedAt, evidence.span.timeZone),
      run.startedAt === null || run.endedAt === null ? '' : showDuration(run.endedAt - run.startedAt),
      ...params.map((name) => paramCell(evidence, one, name, textLength)),
      ...metrics.flatMap((metric) =>
        metricCells(run.metrics.get(metric), curves.has(metric) ? extremesOf(evidence, metric) : null),
      ),
      evidence.runs.find((other) => other.run.key === run.parent)?.address ?? '',
      `${run.code.commit?.slice(0, 8) ?? ''}${run.code.dirty === true ? ' dirty' : ''}`,
      cutText(
        [...run.tags]
          .filter(([, value]) => value !== run.name)
          .map(([name, value]) => `${line(name)}=${line(value)}`)
          .join('; '),
        textLength,
      ),
    ]
  })
  const used = header.map((_, column) => rows.some((row) => row[column] !== ''))
  return [header, ...rows]
    .map((row) => row.filter((_, column) => used[column] === true).join(' | '))
    .join('\n')
}

/** Which extremes of a curve are shown: the good one where the direction is known. */
function extremesOf(evidence: Evidence, metric: string): readonly ('min' | 'max')[] {
  const direction = evidence.metrics.direction(metric)
  return direction === null ? ['min', 'max'] : [direction === 'lower' ? 'min' : 'max']
}

/** A metric's cells: one value, or last, extremes with their steps, and last step of a curve. */
function metricCells(
  summary: MetricSummary | undefined,
  extremes: readonly ('min' | 'max')[] | null,
): readonly string[] {
  if (extremes === null) return [summary === undefined ? '' : short(summary.last)]
  if (summary === undefined) return ['', ...extremes.map(() => ''), '']
  return [
    short(summary.last),
    ...extremes.map((point) => {
      const value = summary[point]
      const step = point === 'min' ? summary.minStep : summary.maxStep
      return value === null ? '' : `${short(value)}${step === null ? '' : ` (${step})`}`
    }),
    summary.lastStep === null ? '' : String(summary.lastStep),
  ]
}

/** A parameter's value; a long one that several runs share stands once, under its group. */
function paramCell(evidence: Evidence, one: EvidenceRun, name: string, textLength: number): string {
  const value = one.run.params.get(name)
  if (value === undefined) return ''
  const group =
    value.length <= SHORT_VALUE
      ? undefined
      : evidence.groups.find(({ kind, label }) => kind === 'level' && label === `${name}=${value}`)
  return group === undefined ? cutText(line(value), textLength) : `see ${group.address}`
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value)
}

function missing(what: string, all: number, shown: number, how: string): readonly string[] {
  return all <= shown ? [] : [`${all - shown} of ${all} ${what}${how === '' ? '' : ` (${how})`}`]
}

/** Untrusted text on one line, without the characters that the prompt gives a meaning to. */
export function line(text: string): string {
  return withoutControls(text)
    .replace(/\s+/g, ' ')
    .replaceAll('[[', '[ [')
    .replaceAll('<<<', '‹‹‹')
    .replaceAll('>>>', '›››')
    .replaceAll(' | ', ' ¦ ')
    .trim()
}

function fence(text: string, most: number): string {
  return `<<<${cutText(withoutControls(text).replace(/\s+/g, ' ').replaceAll('<<<', '‹‹‹').replaceAll('>>>', '›››').trim(), most)}>>>`
}
