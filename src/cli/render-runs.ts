import { metricRules } from '../evidence/metric-rules.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import type { Run, RunStatus, RunSummary } from '../runs/run.ts'
import { type CellLook, columnOf, plainColumn, RUN_COLUMN, type RunColumn } from './run-columns.ts'
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

/**
 * A table of runs for the terminal: id, name, status, start, duration, the primary metric and the most common other ones.
 * Values are the headline ones (the last logged, unless narrate.yaml says otherwise), four significant digits. A metric
 * that the runs are sorted by leads the others.
 */
export function renderRuns(
  runs: readonly (RunSummary | Run)[],
  look: RunsLook,
  sortedBy: string | null = null,
): string {
  const ranked = rankMetrics(runs, metricRules(look.settings.metrics, [])).slice(0, METRICS)
  const metrics =
    sortedBy === null ? ranked : [sortedBy, ...ranked.filter((name) => name !== sortedBy)].slice(0, METRICS)
  const showsSource = new Set(runs.map((run) => run.source)).size > 1
  const columns: readonly RunColumn[] = [
    RUN_COLUMN,
    ...(showsSource ? [plainColumn('source')] : []),
    { ...plainColumn('name'), least: 16 },
    plainColumn('status'),
    plainColumn('started'),
    plainColumn('took'),
    ...metrics.map((name, index): RunColumn => {
      const { least: _, ...column } = columnOf({ kind: 'metric', name })
      return index === 0 ? { ...column, least: 9 } : { ...column, optional: true }
    }),
  ]
  return renderColumns(runs, columns, look)
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
