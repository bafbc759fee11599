import { metricRules } from '../evidence/metric-rules.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import {
  isNamedByItsId,
  type Run,
  type RunKey,
  type RunStatus,
  type RunSummary,
  shortId,
} from '../runs/run.ts'
import { type CellLook, columnOf, plainColumn, RUN_COLUMN, type RunColumn } from './run-columns.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { displayWidth } from './terminal/display-width.ts'
import { renderTable } from './terminal/render-table.ts'
import type { Style } from './terminal/style.ts'

export interface RunsLook extends CellLook {
  readonly width: number
  readonly style: Style
}

/** How many metrics a table offers; those that do not fit are left out, the primary one last. */
const METRICS = 3
const GAP = 2

/** So wide a name stays that has to, for names of the table to differ, before other metrics are shown. */
const WIDE_NAME = 30
const WIDE_SOURCE = 14

/**
 * A table of runs for the terminal: id, name, status, start, duration, the primary metric and the most common other ones.
 * Values are the headline ones (the last logged, unless narrate.yaml says otherwise), four significant digits. A metric
 * that the runs are sorted by leads the others. A column that tells nothing of any run is left out: names that are no more than the ids, times
 * that no log tells, the status where it is known of none.
 */
export function renderRuns(
  runs: readonly (RunSummary | Run)[],
  look: RunsLook,
  sortedBy: string | null = null,
): string {
  const ranked = rankMetrics(runs, metricRules(look.settings.metrics, [])).slice(0, METRICS)
  const metrics =
    sortedBy === null ? ranked : [sortedBy, ...ranked.filter((name) => name !== sortedBy)].slice(0, METRICS)
  const labels = runLabels(runs)
  const label = (run: RunSummary): string => labels.get(run.key) ?? RUN_COLUMN.cell(run, look)
  const isNamed = (run: RunSummary): boolean => !isNamedByItsId(run) && cleanLine(run.name) !== label(run)
  const showsNames = runs.some(isNamed)
  const showsSource = new Set(runs.map((run) => run.source)).size > 1
  const [started, took, name] = [plainColumn('started'), plainColumn('took'), plainColumn('name')]
  const columns: readonly RunColumn[] = [
    {
      ...RUN_COLUMN,
      apart: WIDE_NAME,
      cell: (run) => (showsNames || run.parent === null ? label(run) : `  ${label(run)}`),
    },
    // What the labels tell apart already needs no source where there is little room.
    ...(showsSource
      ? [
          {
            ...plainColumn('source'),
            apart: WIDE_SOURCE,
            optional: new Set(labels.values()).size === runs.length,
          },
        ]
      : []),
    ...(showsNames
      ? [
          {
            ...name,
            least: showsSource ? 14 : 16,
            apart: WIDE_NAME,
            cell: (run: RunSummary) =>
              isNamed(run) ? name.cell(run, look) : run.parent === null ? '–' : '  –',
          },
        ]
      : []),
    ...(isStatusKnown(runs) ? [plainColumn('status')] : []),
    ...[started, took].filter((column) => runs.some((run) => column.cell(run, look) !== '–')),
    ...metrics.map((metric, index): RunColumn => {
      const { least: _, ...column } = columnOf({ kind: 'metric', name: metric })
      return index === 0 ? { ...column, least: 9 } : { ...column, optional: true }
    }),
  ]
  return renderColumns(runs, columns, look)
}

/** Whether the log of any of the runs tells how it ended, or that it is still open. */
export function isStatusKnown(runs: readonly RunSummary[]): boolean {
  return runs.some(({ status, deleted }) => status !== 'unknown' || deleted)
}

/**
 * What each run of a table is called by: its short id; where several in a table share that and their ids are paths, as many of the last parts of its path
 * as tell it from the others.
 */
function runLabels(runs: readonly RunSummary[]): ReadonlyMap<RunKey, string> {
  const labels = new Map<RunKey, string>()
  const name = (members: readonly RunSummary[], parts: number): void => {
    for (const [label, own] of Map.groupBy(members, ({ id }) => lastParts(id, parts))) {
      const isLonger = own.some(({ id }) => lastParts(id, parts + 1) !== label)
      if (own.length > 1 && isLonger && new Set(own.map(({ id }) => id)).size > 1) name(own, parts + 1)
      else for (const { key } of own) labels.set(key, cleanLine(label))
    }
  }
  name(runs, 1)
  return labels
}

function lastParts(id: string, count: number): string {
  const short = shortId(id)
  const parts = id.split('/')
  return count === 1 || parts.length === 1 ? short : [...parts.slice(-count, -1), short].join('/')
}

/** A table of runs with the columns given; those that do not fit into the width are squeezed as far as they allow. */
export function renderColumns(
  runs: readonly (RunSummary | Run)[],
  columns: readonly RunColumn[],
  look: RunsLook,
): string {
  const rows = runs.map((run) => columns.map((column) => column.cell(run, look)))
  return colourStatuses(renderTable(columns, rows, look.width, look.style), look.style)
}

/** How many of the columns fit into a width, from the left, however much they are squeezed. */
export function countFitting(
  runs: readonly (RunSummary | Run)[],
  columns: readonly RunColumn[],
  look: RunsLook,
): number {
  let used = -GAP
  for (const [index, column] of columns.entries()) {
    const natural = Math.max(
      displayWidth(column.head),
      ...runs.slice(0, 1000).map((run) => displayWidth(column.cell(run, look))),
    )
    used += GAP + Math.min(natural, column.least ?? natural)
    if (used > look.width) return index
  }
  return columns.length
}

const STATUS_COLOURS: Readonly<Record<RunStatus, 'good' | 'bad' | 'accent' | null>> = {
  finished: null,
  running: 'accent',
  scheduled: 'accent',
  failed: 'bad',
  killed: 'bad',
  unknown: null,
}

/** Colours are put in after the table was laid out, so that they cost no width. */
function colourStatuses(table: string, style: Style): string {
  const [head = '', ...lines] = table.split('\n')
  const coloured = lines.map((line) =>
    line.replace(/ (running|scheduled|failed|killed)(?=[ ,]|$)/, (whole, status: RunStatus) => {
      const colour = STATUS_COLOURS[status]
      return colour === null ? whole : ` ${style[colour](status)}`
    }),
  )
  return [head, ...coloured].join('\n')
}
