import { rankMetrics } from '../evidence/rank-metrics.ts'
import { capital } from '../render/capital.ts'
import { showDay } from '../render/show-time.ts'
import type { Run } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import { type FoundRun, toldRuns } from '../search/choose-runs.ts'
import { asksWhy } from '../search/terms.ts'
import { headlineOfRun } from '../search/top-asked.ts'
import { formatNumber, statusText } from './format-run.ts'
import type { AnswerMatter } from './gather-answer.ts'
import { renderFindings } from './render-findings.ts'
import { namedRuns, renderNamedRun, renderNamedRuns } from './render-named.ts'
import { type PassageLook, renderPassages } from './render-passages.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { displayWidth } from './terminal/display-width.ts'
import { type Column, renderTable } from './terminal/render-table.ts'
import { wrapText } from './terminal/wrap-text.ts'

const MOST_PASSAGES = 6
const MOST_METRICS = 4
const WIDEST_TABLE = 140
/** What is told beside the best has at least this share of its score. */
const NEAR = 0.4

/** What was found for a question, best first, for a person: no model had a word in it. */
export function renderAnswer(matter: AnswerMatter, look: PassageLook): string {
  const { style } = look
  const width = Math.min(100, look.width)
  const passages = shownPassages(matter)
  const named = namedRuns(matter.runs)
  const isNamed = named.length > 0
  const runs = toldRuns(matter.runs.found).filter(({ run }) => !isNamed || isAsked(run, matter))
  const table = runs.length === 0 ? [] : [runsTable(runs, matter, look)]
  const told = passages.length === 0 ? [] : [renderPassages(passages, look)]
  const blocks = [
    ...matter.facts.map((line) => wrapText(cleanLine(line), width)),
    ...headOf(matter).map((line) => style.bold(wrapText(line, width))),
    ...namedBlock(named, matter, { width: Math.min(WIDEST_TABLE, look.width), style }),
    ...(asksOfRuns(matter) ? [...table, ...told] : [...told, ...table]),
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

function namedBlock(
  named: readonly Run[],
  { compared, runs, evidence }: AnswerMatter,
  look: PassageLook,
): readonly string[] {
  const [only] = named
  if (only === undefined) return []
  return [
    compared === null
      ? renderNamedRun(only, runs.metrics, evidence, look)
      : renderNamedRuns(compared, runs.metrics, evidence, look),
  ]
}

/** Beside runs that are named, those of an experiment that is named too are told. */
function isAsked(run: Run, { runs }: AnswerMatter): boolean {
  return runs.experiments.includes(run.experiment.name) && !namedRuns(runs).some(({ key }) => key === run.key)
}

/** The passages that are told of those that were found: none far worse than the best. */
export function shownPassages({ passages }: AnswerMatter): AnswerMatter['passages'] {
  const best = passages[0]?.score ?? 0
  return passages.filter(({ score }) => score >= NEAR * best).slice(0, MOST_PASSAGES)
}

/** A question for a metric's values or a user's runs is answered by the runs, before what was written. */
function asksOfRuns({ question, runs }: AnswerMatter): boolean {
  return (
    !asksWhy(question) &&
    (runs.metrics.length > 0 || runs.experiments.length > 0 || runs.users !== null || runs.asksWho)
  )
}

/** Whether anything at all speaks of what was asked. */
export function isRecorded({ facts, passages, runs }: AnswerMatter): boolean {
  return facts.length > 0 || passages.length > 0 || runs.found.length > 0
}

/** What is said first: that it was tried, that it is not recorded, which words nothing holds. */
export function headOf(matter: AnswerMatter): readonly string[] {
  const { asksWhetherTried, unheard, searched, runs, terms } = matter
  const head = headOfUsers(matter)
  const names = terms.filter(({ weight }) => weight === 1)
  if (matter.facts.length > 0 && passagesAndRuns(matter) === 0) return head
  // "Are the runs comparable?" names nothing, and is answered by what was computed.
  if (terms.length === 0 && matter.findings.length > 0) return head
  if (
    !isRecorded(matter) ||
    (names.length > 0 &&
      matter.facts.length === 0 &&
      unheard.length === names.length &&
      runs.found.length === 0)
  )
    return head.length > 0 && names.length === 0 ? head : [...head, notRecorded(matter, names.length)]
  const missing =
    unheard.length === 0 || !asksWhetherTried ? [] : [`Not recorded: nothing speaks of ${quoted(unheard)}.`]
  if (!asksWhetherTried || names.length === 0) return [...head, ...missing]
  const tried = runs.holding.map(
    ({ words, runs: count }) =>
      `${count} of ${searched.runs} runs ${count === 1 ? 'has' : 'have'} “${words}”`,
  )
  const not = runs.missing
    .filter((one) => !unheard.includes(one))
    .map((one) => `no run has “${cleanLine(one)}” in its name, settings, tags or note`)
  return [
    ...head,
    ...missing,
    ...(tried.length + not.length === 0 ? [] : [`${capital([...tried, ...not].join('; '))}.`]),
  ]
}

function passagesAndRuns({ passages, runs }: AnswerMatter): number {
  return passages.length + runs.found.length
}

function notRecorded({ terms, unheard, searched }: AnswerMatter, names: number): string {
  if (terms.length === 0)
    return 'The question names nothing to look for: name a setting, a metric, a run, a user or a day.'
  const written = `${searched.passages} passages of ${searched.documents} documents, notes and commits`
  const words = unheard.length === 0 || unheard.length < names ? 'it' : quoted(unheard)
  return searched.runs === 0
    ? `Not recorded: none of ${written} speaks of ${words}.`
    : `Not recorded: neither ${written}, nor ${searched.runs} runs speak of ${words}.`
}

/** What is known of users, where they are asked after: who there is, and that nobody is called so. */
function headOfUsers({ runs, searched, strangers, users }: AnswerMatter): readonly string[] {
  const all = users.map(
    ({ name, runs: count }) => `${cleanLine(name)} (${count} ${count === 1 ? 'run' : 'runs'})`,
  )
  const known = all.length === 0 ? 'No run names its user.' : `Users: ${all.join(', ')}.`
  if (strangers.length > 0) return [`No run here is by ${quoted(strangers)}. ${known}`]
  if (runs.users === null || runs.users.isByName) return []
  if (all.length === 0) return searched.runs === 0 ? [] : [known]
  return runs.users.users.length === 0 ? [`Nobody else made runs. ${known}`] : [known]
}

function runsTable(runs: readonly FoundRun[], matter: AnswerMatter, { width, style }: PassageLook): string {
  const { evidence } = matter
  const metric = metricOf(
    runs.map(({ run }) => run),
    matter,
  )
  const isOfSeveral =
    matter.runs.users !== null || matter.runs.asksWho || new Set(runs.map(({ run }) => run.user)).size > 1
  const asked = matter.runs.metrics
  const metrics = asked.length > 0 ? asked.slice(0, MOST_METRICS) : metric === undefined ? [] : [metric]
  const isOfExperiments = new Set(runs.map(({ run }) => run.experiment.name)).size > 1
  // What a column says already need not be said again.
  const reasons = runs.map(({ why }) => cleanLine(why.filter((one) => !isOfColumn(one, asked)).join(', ')))
  const experiments = runs.map(({ run }) => cleanLine(run.experiment.name))
  const all: readonly (Column & { readonly cell: (run: Run) => string })[] = [
    { head: 'run', cell: ({ id }) => shortId(cleanLine(id)) },
    { head: 'name', least: 10, cell: ({ name }) => cleanLine(name) },
    ...(isOfExperiments
      ? [{ head: 'experiment', least: 10, cell: ({ experiment }: Run) => cleanLine(experiment.name) }]
      : []),
    ...(isOfSeveral ? [{ head: 'user', least: 5, cell: ({ user }: Run) => cleanLine(user ?? '–') }] : []),
    {
      head: 'started',
      cell: ({ startedAt }) => (startedAt === null ? '–' : showDay(startedAt, evidence.span.timeZone)),
    },
    { head: 'status', cell: statusText },
    ...metrics.map((name) => ({
      head: cleanLine(name),
      align: 'right' as const,
      cell: (run: Run) => cellOf(headlineOfRun(run, name, evidence.metrics)),
    })),
  ]
  const isTold = reasons.some((text) => text !== '')
  // What would cut something stands below: the reasons first, then the experiments.
  const isExperimentBeside = fits(
    all.map(({ head, cell }) => [head, ...runs.map(({ run }) => cell(run))]),
    width,
  )
  const columns = all.filter(({ head }) => isExperimentBeside || head !== 'experiment')
  const rows = runs.map(({ run }) => columns.map(({ cell }) => cell(run)))
  const isBeside =
    isTold &&
    isExperimentBeside &&
    fits(
      [
        ...columns.map(({ head }, at) => [head, ...rows.map((row) => row[at] ?? '')]),
        ['found by', ...reasons],
      ],
      width,
    )
  const table = renderTable(
    isBeside ? [...columns, { head: 'found by', least: 16 }] : columns,
    isBeside ? rows.map((row, at) => [...row, reasons[at] ?? '']) : rows,
    width,
    style,
  )
  const isReasonOfExperiment = reasons.every((reason, at) => reason.includes(`in ${experiments[at]}`))
  const below = [
    ...(isOfExperiments && !isExperimentBeside && !isReasonOfExperiment
      ? grouped(runs, experiments, 'In')
      : []),
    ...(isTold && !isBeside ? grouped(runs, reasons, 'Found by') : []),
  ]
  const more = matter.runs.found.length - runs.length - namedRuns(matter.runs).length
  return [
    table,
    ...below.map((line) => style.dim(wrapText(line, width))),
    ...(more > 0 ? [style.dim(`… and ${more} more (--json)`)] : []),
  ].join('\n')
}

const GAP = 2

/** Whether a reason says no more than that a metric's column is filled, or who leads it. */
function isOfColumn(reason: string, asked: readonly string[]): boolean {
  return asked.some((name) =>
    [
      `logs ${name}`,
      `among the highest ${name}`,
      `among the lowest ${name}`,
      `highest ${name} logged`,
      `lowest ${name} logged`,
    ].includes(reason),
  )
}

/** Whether columns of texts stand side by side with nothing cut. */
function fits(columns: readonly (readonly string[])[], width: number): boolean {
  const wide = columns.map((texts) => texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0))
  return wide.reduce((sum, one) => sum + one + GAP, -GAP) <= width
}

/** Of which runs each text tells, each text once. */
function grouped(runs: readonly FoundRun[], texts: readonly string[], lead: string): readonly string[] {
  return [...Map.groupBy(runs.entries(), ([index]) => texts[index] ?? '')].flatMap(([text, own]) => {
    const ids = own.map(([, { run }]) => shortId(cleanLine(run.id))).join(', ')
    return text === ''
      ? []
      : [`${lead} ${text}: ${own.length === runs.length && own.length > 1 ? 'all' : ids}.`]
  })
}

/** The metric that decided when these runs were made: a newer one may not be comparable, or not be there. */
function metricOf(runs: readonly Run[], { evidence, changes }: AnswerMatter): string | undefined {
  const change = changes.find(({ what }) => what === 'primary metric')
  const at = evidence.runs.find(({ run }) => run.key === change?.at)?.run.startedAt
  const isBefore = at != null && runs.every(({ startedAt }) => startedAt !== null && startedAt < at)
  const ranked = rankMetrics(runs, evidence.metrics)
  return isBefore && change?.from != null && ranked.includes(change.from) ? change.from : ranked[0]
}

function cellOf(value: number | null): string {
  return value === null ? '–' : formatNumber(value)
}

function quoted(words: readonly string[]): string {
  return words.map((one) => `“${cleanLine(one)}”`).join(', ')
}
