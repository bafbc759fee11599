import { comparableFor } from '../evidence/comparable-as.ts'
import type { Evidence, EvidenceRun } from '../evidence/evidence.ts'
import { metricSlot, rankedBy } from '../evidence/headline.ts'
import { inProduction } from '../evidence/in-production.ts'
import { isBookkeeping, isSeed } from '../evidence/what-varied.ts'
import { isBroken } from '../runs/run.ts'
import { countsOfRuns, printCount } from './print-counts.ts'
import { type PrintedTable, printTable } from './print-table.ts'
import type { Printer } from './printer.ts'
import type { Cell, ResultsTable } from './results-table.ts'

/** A choice as a decision document tells it. */
export interface ToldChoice {
  readonly id: string
  readonly title: string
  readonly date: string
  /** Where the document is, relative to the file that is kept. */
  readonly link: string
  /** Keys of the runs chosen. */
  readonly runs: readonly string[]
  readonly because: string
  /** Who accepted it. */
  readonly acceptedBy: readonly string[]
}

/** What a kept block is made of. */
export interface SyncParts {
  readonly evidence: Evidence
  readonly span: string
  /** The newest decision that chose something; null where there is none. */
  readonly choice: ToldChoice | null
  /** How many rows of results are shown. */
  readonly rows: number
}

/** The context of `templates/sync.hbs`. All texts are Markdown with marks. */
export interface SyncView {
  readonly counts: string
  readonly span: string
  /** Runs of each experiment, where there are several. */
  readonly experiments: readonly string[]
  readonly table: PrintedTable | null
  readonly notes: readonly string[]
  readonly selected: string
  readonly why: string | null
  readonly hyperparameters: string | null
  readonly failed: string | null
}

const MOST_PARAMETERS = 40

/** What a README tells of a project's runs: how many, how they came out, which was chosen, why, and with which settings. */
export function composeSync({ evidence, span, choice, rows }: SyncParts, print: Printer): SyncView {
  const ranked = rankedNow(evidence)
  const chosen = chosenRuns(evidence, choice)
  const lead = evidence.lead?.metric
  const hidden = ranked.runs.length - rows
  const [shown] = chosen.runs.length > 0 ? chosen.runs : ranked.runs
  return {
    counts: print.sentence(countsOfRuns(evidence)),
    span: print.own({ expression: 'span', printed: span, exact: span, shows: 'time', cites: [] }),
    experiments: experimentsOf(evidence, print),
    table:
      lead === undefined || ranked.runs.length === 0
        ? null
        : printTable(tableOf(ranked.runs.slice(0, rows), lead, evidence), print),
    notes: [
      ...(hidden > 0
        ? [`${printCount(hidden, 'rows.hidden', print)} more finished with lesser values.`]
        : []),
      ...(ranked.apart.length === 0
        ? []
        : [
            `Not ranked with these: ${ranked.apart
              .map(
                ({ label, count }) =>
                  `${printCount(count, 'not_ranked', print)}${label === '' ? '' : ` with ${print.words(label)}`}`,
              )
              .join(', ')}.`,
          ]),
    ],
    selected: chosen.told === null ? 'not recorded.' : chosen.told(print),
    why:
      choice !== null && chosen.runs.length > 0
        ? `${print.words(choice.because)} ([${print.words(choice.title)}](${choice.link}), ${print.words(choice.date)}${
            choice.acceptedBy.length === 0
              ? ', not yet accepted'
              : `, accepted by ${choice.acceptedBy.map(print.words).join(', ')}`
          })`
        : null,
    hyperparameters:
      shown === undefined ? null : settingsOf(shown, chosen.runs.length > 0, lead, evidence, print),
    failed: failedRuns(evidence, print),
  }
}

interface Chosen {
  readonly runs: readonly EvidenceRun[]
  readonly told: ((print: Printer) => string) | null
}

/** The runs that a decision chose; without one those in use, as narrate.yaml, the registry or a tag says. */
function chosenRuns(evidence: Evidence, choice: ToldChoice | null): Chosen {
  const byDecision = evidence.runs.filter(({ run }) => choice?.runs.includes(run.key))
  if (byDecision.length > 0) {
    const list = (print: Printer): string =>
      `${byDecision.map(({ address }) => print.value(address)).join(', ')}${leadOf(byDecision, evidence, print)}.`
    return { runs: byDecision, told: list }
  }
  const used = inProduction(evidence).runs
  if (used.length === 0) return { runs: [], told: null }
  return {
    runs: used.map(({ one }) => one),
    told: (print) =>
      `${used.map(({ one, mark }) => `${print.value(one.address)} (${print.words(mark.text)})`).join(', ')}; no decision is recorded.`,
  }
}

function leadOf(runs: readonly EvidenceRun[], evidence: Evidence, print: Printer): string {
  const lead = evidence.lead?.metric
  const [first] = runs
  if (lead === undefined || first === undefined || !first.run.metrics.has(lead)) return ''
  return `, ${print.words(lead)} ${print.value(metricSlot(first, lead))}`
}

/** The finished runs that may be ranked with the newest one, best first, and how many others are told apart by what. */
function rankedNow(evidence: Evidence): {
  readonly runs: readonly EvidenceRun[]
  readonly apart: readonly { readonly label: string; readonly count: number }[]
} {
  const lead = evidence.lead?.metric
  if (lead === undefined) return { runs: [], apart: [] }
  const valued = rankedBy(lead, evidence.runs, evidence.metrics)
  const newest = valued.reduce<EvidenceRun | null>(
    (last, one) => ((one.run.startedAt ?? 0) >= (last?.run.startedAt ?? 0) ? one : last),
    null,
  )
  const now = newest === null ? '' : comparableFor(newest, lead)
  const others = Map.groupBy(
    valued.filter((one) => comparableFor(one, lead) !== now),
    (one) => comparableFor(one, lead),
  )
  return {
    runs: valued.filter((one) => comparableFor(one, lead) === now),
    apart: [...others].map(([label, runs]) => ({ label, count: runs.length })),
  }
}

const MOST_SETTINGS = 3
const LONGEST_SETTING = 40

/** A row for each run: its name, the settings in which they differ most tellingly, the metric that decides. */
function tableOf(runs: readonly EvidenceRun[], lead: string, evidence: Evidence): ResultsTable {
  const varied = evidence.factors
    .map(({ param }) => param)
    .filter((param) => {
      const values = new Set(runs.map(({ run }) => run.params.get(param)))
      const isShort = [...values].every((value) => (value?.length ?? 0) <= LONGEST_SETTING)
      return values.size > 1 && isShort && !isBookkeeping(param) && !isSeed(param)
    })
    .map((param) => ({ param, logged: runs.filter(({ run }) => run.params.has(param)).length }))
    .sort((a, b) => b.logged - a.logged)
    .slice(0, MOST_SETTINGS)
    .map(({ param }) => param)
  const direction = evidence.metrics.direction(lead)
  return {
    axis: null,
    metrics: [lead],
    header: ['run', ...varied, lead],
    rows: runs.map((one, index) => [
      { ...CELL, expressions: [one.address] },
      ...varied.map((param) =>
        one.run.params.has(param)
          ? { ...CELL, expressions: [`${one.address}.param[${JSON.stringify(param)}]`] }
          : { ...CELL, text: '–' },
      ),
      { ...CELL, expressions: [metricSlot(one, lead)], best: index === 0 && direction !== null },
    ]),
    notRanked: [],
    kept: [],
    folds: [],
  }
}

const CELL: Cell = {
  runs: [],
  expressions: [],
  between: ', ',
  over: [],
  text: null,
  value: null,
  best: false,
}

/** Each experiment with its runs; one alone needs no list. */
function experimentsOf(evidence: Evidence, print: Printer): readonly string[] {
  const groups = [
    ...Map.groupBy(evidence.runs, ({ run }) => JSON.stringify([run.source, run.experiment.id])).values(),
  ]
  if (groups.length < 2) return []
  return groups.flatMap((runs) => {
    const [first] = runs
    if (first === undefined) return []
    const broken = runs.filter(({ run }) => isBroken(run)).length
    const failed = broken === 0 ? '' : `, ${printCount(broken, 'experiment.failed', print)} failed`
    return [
      `${print.words(first.run.experiment.name)}: ${printCount(runs.length, 'experiment.runs', print)} ${runs.length === 1 ? 'run' : 'runs'}${failed}`,
    ]
  })
}

function settingsOf(
  one: EvidenceRun,
  isChosen: boolean,
  lead: string | undefined,
  evidence: Evidence,
  print: Printer,
): string | null {
  const names = [...one.run.params.keys()].filter((name) => !isBookkeeping(name))
  if (names.length === 0) return null
  const told = names
    .slice(0, MOST_PARAMETERS)
    .map((name) => `${print.words(name)} = ${print.value(`${one.address}.param[${JSON.stringify(name)}]`)}`)
  const word = lead === undefined ? '' : evidence.metrics.direction(lead) === 'lower' ? 'lowest' : 'highest'
  const of = isChosen
    ? print.value(one.address)
    : `${print.value(one.address)}, ${word} ${print.words(lead ?? '')} of those ranked`
  const more = names.length - told.length
  return `${of}: ${told.join(', ')}${more > 0 ? ` and ${printCount(more, 'parameters.more', print)} more` : ''}.`
}

const MOST_FAILED = 8

function failedRuns(evidence: Evidence, print: Printer): string | null {
  const failed = evidence.runs.filter(({ run }) => isBroken(run))
  if (failed.length === 0) return null
  const shown = failed.slice(0, MOST_FAILED).map(({ address }) => print.value(address))
  const more = failed.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${printCount(more, 'failed.more', print)} more` : ''}.`
}
