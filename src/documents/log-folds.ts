import { dataFilesOf } from '../evidence/data-files.ts'
import type { Address, Evidence, EvidenceRun, Factor, Finding } from '../evidence/evidence.ts'
import { isBookkeeping, isTelling } from '../evidence/what-varied.ts'
import { isNamedByItsId } from '../runs/run.ts'
import { notesFolds } from './notes-folds.ts'
import { alsoLead, toldAlone } from './other-logs.ts'
import type { PrintedTable } from './print-table.ts'
import type { Printer } from './printer.ts'
import { metricHeading } from './results-table.ts'
import { TRAJECTORIES, trajectoriesTable } from './trajectories-fold.ts'

/** A part of the entry that is folded under its summary. */
export interface Folded {
  readonly summary: string
  readonly text: string | null
  readonly items: readonly string[]
  readonly table: PrintedTable | null
}

const MOST_LISTED_RUNS = 300

/** Everything that stands below the visible part of an entry whatever was drafted: the record of the day. */
export function recordFolds(
  evidence: Evidence,
  shown: ReadonlySet<Finding>,
  metrics: readonly string[],
  print: Printer,
  others = 'Earlier runs that are mentioned',
): readonly Folded[] {
  return [
    ...findingsFolded(evidence, shown, print),
    ...trajectoriesFolded(evidence, print),
    ...runsFolded(evidence, metrics, print, others),
    ...variedFolded(evidence, print),
    ...notesFolds(evidence, print),
    ...stateFolded(evidence, print),
    ...gapsFolded(evidence, print),
  ]
}

function findingsFolded(evidence: Evidence, shown: ReadonlySet<Finding>, print: Printer): readonly Folded[] {
  const rest = evidence.findings.filter((finding) => !shown.has(finding))
  if (rest.length === 0) return []
  return [
    {
      summary: 'Computed from the log',
      text: null,
      items: rest.map((finding) => print.sentence(finding.sentence)),
      table: null,
    },
  ]
}

/** First, best and last values of the leading series: what a last value alone does not tell. */
function trajectoriesFolded(evidence: Evidence, print: Printer): readonly Folded[] {
  const table = trajectoriesTable(evidence, print)
  return table === null ? [] : [{ summary: TRAJECTORIES, text: null, items: [], table }]
}

/** All runs, one row each, with the anchors that sentences link to; then the earlier ones that findings mention. */
function runsFolded(
  evidence: Evidence,
  metrics: readonly string[],
  print: Printer,
  others: string,
): readonly Folded[] {
  const told = evidence.runs.slice(0, MOST_LISTED_RUNS)
  const rest = evidence.runs.length - told.length
  return [
    ...tableOfRuns(
      'All runs',
      rest > 0 ? 'The first of them; the rest are in the evidence.' : null,
      told,
      evidence,
      metrics,
      print,
    ),
    ...tableOfRuns(others, null, evidence.earlier, evidence, metrics, print),
  ]
}

function tableOfRuns(
  summary: string,
  text: string | null,
  runs: readonly EvidenceRun[],
  evidence: Evidence,
  metrics: readonly string[],
  print: Printer,
): readonly Folded[] {
  if (runs.length === 0) return []
  const carriers = (param: string): number => runs.filter(({ run }) => run.params.has(param)).length
  const params = evidence.factors
    .filter(({ param }) => !isBookkeeping(param))
    .map(({ param, levels }) => ({
      param,
      weight: Number(isTelling(param)) * 1000 + carriers(param) * 10 + Math.min(levels.length, 9),
    }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ param }) => param)
    .slice(0, 12)
  const column = (expressionOf: (one: EvidenceRun) => string | null): readonly string[] => {
    const expressions = runs.map(expressionOf)
    const printed = print.column(expressions.filter((one) => one !== null))
    let next = 0
    return expressions.map((one) => (one === null ? '–' : (printed[next++] ?? '–')))
  }
  const hasUsers = new Set(runs.map(({ run }) => run.user)).size > 1
  const columns = [
    runs.map(
      (one) =>
        `<a id="${one.address}"></a>${isNamedByItsId(one.run) ? '' : `${print.words(one.run.name)} `}${print.idOf(one.address)}`,
    ),
    ...(hasUsers ? [column((one) => (one.run.user === null ? null : `${one.address}.user`))] : []),
    column((one) => `${one.address}.status`),
    column((one) => (one.run.startedAt === null ? null : `${one.address}.started`)),
    column((one) =>
      one.run.startedAt === null || one.run.endedAt === null ? null : `${one.address}.duration`,
    ),
    ...params.map((param) =>
      column((one) => (one.run.params.has(param) ? `${one.address}.param[${JSON.stringify(param)}]` : null)),
    ),
    ...metrics.map((metric) =>
      column((one) =>
        one.run.metrics.has(metric) ? `${one.address}.metric[${JSON.stringify(metric)}]` : null,
      ),
    ),
  ]
  const table = {
    header: [
      'run',
      ...(hasUsers ? ['user'] : []),
      'status',
      'started',
      'duration',
      ...params.map(print.words),
      ...metrics.map((metric) => print.words(metricHeading(evidence, metric))),
    ],
    rows: runs.map((_, row) => columns.map((values) => values[row] ?? '')),
  }
  return [{ summary, text, items: [], table }]
}

function variedFolded(evidence: Evidence, print: Printer): readonly Folded[] {
  if (evidence.runs.length === 0) return []
  const told = evidence.factors.filter(({ param }) => !isBookkeeping(param))
  const isVaried = ({ levels }: Factor): boolean => levels.filter(({ value }) => value !== null).length > 1
  const varied = told.filter(isVaried).map(({ param }) => print.words(param))
  const shown = (name: string, value: string): string =>
    print.words(`${name}=${value.length > 80 ? `${value.slice(0, 80)}…` : value}`)
  const some = told
    .filter((factor) => !isVaried(factor))
    .map(({ param, levels }) => shown(param, levels.find(({ value }) => value !== null)?.value ?? ''))
  const held = [...evidence.constants]
    .filter(([name]) => !isBookkeeping(name))
    .map(([name, value]) => shown(name, value))
  return [
    {
      summary: 'What varied, what was held fixed',
      text: null,
      items: [
        `Varied: ${varied.length === 0 ? 'nothing that was logged' : varied.join(', ')}.`,
        `Held fixed: ${held.length === 0 ? 'nothing that was logged' : held.join(', ')}.`,
        ...(some.length === 0 ? [] : [`Logged by some runs only, with one value: ${some.join(', ')}.`]),
      ],
      table: null,
    },
  ]
}

function stateFolded(evidence: Evidence, print: Printer): readonly Folded[] {
  if (evidence.runs.length === 0) return []
  const runs = (list: readonly { readonly address: Address }[], all = 'all runs'): string =>
    list.length === evidence.runs.length ? all : list.map(({ address }) => print.shortRun(address)).join(', ')
  const byCommit = Map.groupBy(evidence.runs, ({ run }) => run.code.commit)
  const commits = [...byCommit].map(([commit, members]) =>
    commit === null
      ? `No commit is recorded for ${runs(members, 'any run')}.`
      : `Commit ${print.value(`${members[0]?.address}.commit`)}: ${runs(members)}.`,
  )
  const dirty = evidence.runs.filter(({ run }) => run.code.dirty === true)
  const data = evidence.dataSets.map(
    (set) =>
      `Data ${print.words(`${set.name}, digest ${set.digest}${set.context === null ? '' : ` (${set.context})`}`)}: ${runs(set.runs.map((address) => ({ address })))}.`,
  )
  const withoutData = evidence.runs.filter(({ run }) => run.dataSets.length === 0)
  const [named, unnamed] = [
    withoutData.filter(({ run }) => dataFilesOf(run).size > 0),
    withoutData.filter(({ run }) => dataFilesOf(run).size === 0),
  ]
  const users = [...new Set(evidence.runs.flatMap(({ run }) => run.user ?? []))]
  return [
    {
      summary: 'Data and code state',
      text: null,
      items: [
        ...(users.length === 0 ? [] : [`Run by ${users.map(print.words).join(', ')}.`]),
        ...commits,
        ...alsoTold(evidence, runs, print),
        ...toldAlone(evidence.runs, print.words),
        ...(dirty.length === 0 ? [] : [`Uncommitted changes: ${runs(dirty)}.`]),
        ...data,
        ...filesTold(evidence, runs, print),
        ...(named.length === 0 ? [] : [`No digest of the data is recorded for ${runs(named, 'any run')}.`]),
        ...(unnamed.length === 0 ? [] : [`No data set is recorded for ${runs(unnamed, 'any run')}.`]),
      ],
      table: null,
    },
  ]
}

/** Runs that another source tells too, by that source; the evidence for it is in the run's own record. */
function alsoTold(
  { runs: all }: Evidence,
  runs: (list: readonly EvidenceRun[]) => string,
  print: Printer,
): readonly string[] {
  const told = all.flatMap((one) =>
    (one.run.also ?? []).map((also) => ({ one, lead: alsoLead(also, print.words) })),
  )
  return [...Map.groupBy(told, ({ lead }) => lead)].map(
    ([lead, own]) => `${lead}${runs([...new Set(own.map(({ one }) => one))])}.`,
  )
}

const MOST_FILES = 4

/** The data files that runs log by name, with the runs that read them; one that is another for every few runs stands in their table. */
function filesTold(
  evidence: Evidence,
  runs: (list: readonly { readonly address: Address }[]) => string,
  print: Printer,
): readonly string[] {
  const logged = evidence.runs.flatMap((one) =>
    [...dataFilesOf(one.run)].map(([name, value]) => ({ one, name, value })),
  )
  return [...Map.groupBy(logged, ({ name }) => name)].flatMap(([name, own]) => {
    const files = [...Map.groupBy(own, ({ value }) => value).values()]
    return files.length > MOST_FILES
      ? []
      : files.map(
          (members) =>
            `Data from ${print.value(`${members[0]?.one.address}.param[${JSON.stringify(name)}]`)} (${print.words(name)}): ${runs(members.map(({ one }) => one))}.`,
        )
  })
}

function gapsFolded(evidence: Evidence, print: Printer): readonly Folded[] {
  if (evidence.gaps.length === 0) return []
  return [
    {
      summary: 'What could not be read',
      text: null,
      items: evidence.gaps.slice(0, 100).map((gap) => print.words(`${gap.what} (${gap.where}): ${gap.why}`)),
      table: null,
    },
  ]
}
