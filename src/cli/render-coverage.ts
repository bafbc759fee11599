import type { ChangeTold, Coverage, CoverageRow, Share } from '../documents/coverage.ts'
import type { Run } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import { formatShort } from './format-time.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { truncate } from './terminal/display-width.ts'
import { renderTable } from './terminal/render-table.ts'
import type { Style } from './terminal/style.ts'
import { whyFailed } from './why-failed.ts'

export interface CoverageLook {
  readonly width: number
  readonly style: Style
  readonly timeZone: string
  readonly now: number
}

const SHOWN = 10

/** What is told, per experiment and whole, and what is not: the newest first. */
export function renderCoverage(coverage: Coverage, look: CoverageLook): string {
  const { style, width } = look
  const { whole } = coverage
  return [
    summaryOf(coverage, look),
    renderTable(
      [
        { head: 'experiment', least: 12 },
        { head: 'runs', align: 'right' },
        { head: 'told', align: 'right' },
        { head: '', align: 'right' },
        { head: 'failed', align: 'right' },
        { head: 'explained', align: 'right' },
        { head: 'changes', align: 'right' },
        { head: 'reasons', align: 'right' },
      ],
      [
        ...coverage.experiments.map((row) => rowOf(row)),
        ...(coverage.experiments.length > 1 ? [rowOf(whole)] : []),
      ],
      width,
      style,
    ),
    ...listed('Runs no document tells', coverage.untold, look, (run) => run.status),
    ...listed('Failures nobody explained', coverage.unexplained, look, (run) =>
      [run.status, whyFailed(run)].filter((part) => part !== null).join(', '),
    ),
    ...changesOf(coverage.changes, look),
  ].join('\n\n')
}

function summaryOf({ whole, open }: Coverage, { style }: CoverageLook): string {
  const parts = [
    `${whole.runs.covered} of ${counted(whole.runs.count, 'run')} told in documents${percentOf(whole.runs)}`,
    ...(whole.failures.count === 0
      ? ['no failures']
      : [
          `${whole.failures.covered} of ${counted(whole.failures.count, 'failure')} explained${percentOf(whole.failures)}`,
        ]),
    ...(whole.changes.count === 0
      ? ['no changes of the protocol']
      : [
          `${whole.changes.covered} of ${counted(whole.changes.count, 'change')} of the protocol with a reason${percentOf(whole.changes)}`,
        ]),
  ]
  const still = open === 0 ? '' : style.dim(` (${open} not ended, not counted)`)
  return `${style.bold(parts[0] ?? '')}${still}\n${parts.slice(1).join('; ')}`
}

function percentOf({ percent }: Share): string {
  return percent === null ? '' : `, ${percent} %`
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function rowOf({ experiment, runs, failures, changes }: CoverageRow): readonly string[] {
  const pair = ({ count, covered }: Share): readonly string[] =>
    count === 0 ? ['–', '–'] : [String(count), String(covered)]
  return [
    experiment === null ? 'all' : cleanLine(experiment.name),
    String(runs.count),
    String(runs.covered),
    runs.percent === null ? '' : `${runs.percent} %`,
    ...pair(failures),
    ...pair(changes),
  ]
}

function listed(
  heading: string,
  runs: readonly Run[],
  { width, style, timeZone, now }: CoverageLook,
  tell: (run: Run) => string,
): readonly string[] {
  if (runs.length === 0) return []
  const table = renderTable(
    [
      { head: 'started' },
      { head: 'run' },
      { head: 'name', least: 12 },
      { head: 'status', least: 10 },
      { head: 'experiment', least: 10, optional: true },
    ],
    runs
      .slice(0, SHOWN)
      .map((run) => [
        run.startedAt === null ? '–' : formatShort(run.startedAt, now, timeZone),
        shortId(cleanLine(run.id)),
        cleanLine(run.name),
        tell(run),
        cleanLine(run.experiment.name),
      ]),
    width,
    style,
  )
  const more = runs.length > SHOWN ? `\n${style.dim(`… and ${runs.length - SHOWN} more (--json)`)}` : ''
  return [`${style.bold(`${heading} (${runs.length})`)}\n${table}${more}`]
}

function changesOf(changes: readonly ChangeTold[], look: CoverageLook): readonly string[] {
  const { style, width } = look
  const lines = (one: ChangeTold): readonly string[] => {
    const { what, name, from, to, at } = one.change
    const run = shortId(at.slice(at.search(/[^:/]*$/)))
    const subject = what === 'primary metric' ? what : `${what} ${cleanLine(name)}`
    const values = `${from === null ? 'not logged' : short(from)} → ${short(to)}`
    const head = truncate(`- ${subject} at ${run}: ${values}`, width)
    if (one.reason === null) return [head]
    const { place, line, text } = one.reason
    const where = `${place.length === 40 ? place.slice(0, 8) : cleanLine(place)}${line === null ? '' : `:${line}`}`
    return [head, style.dim(truncate(`  ${where} “${cleanLine(text)}”`, width))]
  }
  const without = changes.filter(({ reason }) => reason === null)
  const withReason = changes.filter(({ reason }) => reason !== null)
  return [
    ...(without.length === 0
      ? []
      : [
          `${style.bold(`Changes without a reason (${without.length})`)}\n${without.flatMap(lines).join('\n')}`,
        ]),
    ...(withReason.length === 0
      ? []
      : [
          `${style.bold(`Changes with a reason, as found (${withReason.length})`)}\n${withReason.flatMap(lines).join('\n')}`,
        ]),
  ]
}

const LONGEST_VALUE = 24

function short(text: string): string {
  return truncate(/^[0-9a-f]{32,}$/.test(text) ? text.slice(0, 8) : cleanLine(text), LONGEST_VALUE)
}
