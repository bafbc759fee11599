import { rankMetrics } from '../evidence/rank-metrics.ts'
import { showDay } from '../render/show-time.ts'
import type { Run } from '../runs/run.ts'
import type { FoundRun } from '../search/choose-runs.ts'
import { formatNumber, statusText } from './format-run.ts'
import type { AnswerMatter } from './gather-answer.ts'
import { renderFindings } from './render-findings.ts'
import { type PassageLook, renderPassages } from './render-passages.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { renderTable } from './terminal/render-table.ts'
import { wrapText } from './terminal/wrap-text.ts'

const MOST_PASSAGES = 6
const MOST_RUNS = 10
/** What is told beside the best has at least this share of its score. */
const NEAR = 0.4

/** What was found for a question, best first, for a person: no model had a word in it. */
export function renderAnswer(matter: AnswerMatter, look: PassageLook): string {
  const { style } = look
  const width = Math.min(100, look.width)
  const passages = shownPassages(matter)
  const runs = shownRuns(matter)
  const blocks = [
    ...headOf(matter).map((line) => style.bold(wrapText(line, width))),
    ...(passages.length === 0 ? [] : [renderPassages(passages, look)]),
    ...(runs.length === 0 ? [] : [runsTable(runs, matter, look)]),
    ...(matter.findings.length === 0
      ? []
      : [
          `${style.dim('Computed from the log:')}\n${renderFindings(matter.findings, matter.evidence, look)}`,
        ]),
    ...(matter.asksWhetherTried || matter.unheard.length === 0 || !isRecorded(matter)
      ? []
      : [style.dim(`No passage or run holds ${quoted(matter.unheard)}.`)]),
  ]
  return blocks.join('\n\n')
}

/** The passages that are told of those that were found: none far worse than the best. */
export function shownPassages({ passages }: AnswerMatter): AnswerMatter['passages'] {
  const best = passages[0]?.score ?? 0
  return passages.filter(({ score }) => score >= NEAR * best).slice(0, MOST_PASSAGES)
}

export function shownRuns({ runs }: AnswerMatter): readonly FoundRun[] {
  const best = runs.found[0]?.score ?? 0
  return runs.found.filter(({ score }) => score >= NEAR * best).slice(0, MOST_RUNS)
}

/** Whether anything at all speaks of what was asked. */
export function isRecorded({ passages, runs }: AnswerMatter): boolean {
  return passages.length > 0 || runs.found.length > 0
}

/** What is said first: that it was tried, that it is not recorded, which words nothing holds. */
export function headOf(matter: AnswerMatter): readonly string[] {
  const { asksWhetherTried, unheard, searched, runs, terms } = matter
  const where = `${searched.passages} passages of ${searched.documents} documents, notes and commits, nor ${searched.runs} runs`
  const names = terms.filter(({ weight }) => weight === 1)
  if (
    !isRecorded(matter) ||
    (names.length > 0 && unheard.length === names.length && runs.found.length === 0)
  ) {
    const words = unheard.length < names.length ? 'it' : quoted(unheard)
    return [`Not recorded: neither ${where} speak of ${words}.`]
  }
  const missing =
    unheard.length === 0 || !asksWhetherTried ? [] : [`Not recorded: nothing speaks of ${quoted(unheard)}.`]
  if (!asksWhetherTried || names.length === 0) return missing
  const tried = runs.holding.map(
    ({ words, runs: count }) =>
      `${count} of ${searched.runs} runs ${count === 1 ? 'has' : 'have'} “${words}”`,
  )
  const not = runs.missing
    .filter((one) => !unheard.includes(one))
    .map((one) => `no run has “${cleanLine(one)}” in its name, settings, tags or note`)
  return [
    ...missing,
    ...(tried.length + not.length === 0 ? [] : [`${capital([...tried, ...not].join('; '))}.`]),
  ]
}

function runsTable(runs: readonly FoundRun[], matter: AnswerMatter, { width, style }: PassageLook): string {
  const { evidence } = matter
  const metric = metricOf(
    runs.map(({ run }) => run),
    matter,
  )
  const table = renderTable(
    [
      { head: 'run' },
      { head: 'name', least: 10 },
      { head: 'started' },
      { head: 'status' },
      ...(metric === undefined ? [] : [{ head: cleanLine(metric), align: 'right' as const }]),
      { head: 'found by', least: 16 },
    ],
    runs.map(({ run, why }) => [
      cleanLine(run.id).slice(0, 8),
      cleanLine(run.name),
      run.startedAt === null ? '–' : showDay(run.startedAt, evidence.span.timeZone),
      statusText(run),
      ...(metric === undefined ? [] : [cellOf(run.metrics.get(metric)?.last)]),
      cleanLine(why.join(', ')),
    ]),
    width,
    style,
  )
  const all = matter.runs.found.length
  return all > runs.length
    ? `${table}\n${style.dim(`… and ${all - runs.length} that hold less (--json)`)}`
    : table
}

/** The metric that decided when these runs were made: a newer one may not be comparable, or not be there. */
function metricOf(runs: readonly Run[], { evidence, changes }: AnswerMatter): string | undefined {
  const change = changes.find(({ what }) => what === 'primary metric')
  const at = evidence.runs.find(({ run }) => run.key === change?.at)?.run.startedAt
  const isBefore = at != null && runs.every(({ startedAt }) => startedAt !== null && startedAt < at)
  const ranked = rankMetrics(runs, evidence.metrics)
  return isBefore && change?.from != null && ranked.includes(change.from) ? change.from : ranked[0]
}

function cellOf(value: number | undefined): string {
  return value === undefined ? '–' : formatNumber(value)
}

function quoted(words: readonly string[]): string {
  return words.map((one) => `“${cleanLine(one)}”`).join(', ')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
