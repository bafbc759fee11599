import { metricRules } from '../evidence/metric-rules.ts'
import { countMetrics, rankCounted } from '../evidence/rank-metrics.ts'
import { oneOfEqual } from '../runs/one-of-equal.ts'
import { isNamedByItsId, type Run, type RunStatus, type RunSummary, shortId } from '../runs/run.ts'
import { cellText, headlineCell } from './format-run.ts'
import { type CellLook, columnOf, plainColumn, RUN_COLUMN, type RunColumn } from './run-columns.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { displayWidth } from './terminal/display-width.ts'
import { type Column, renderTable } from './terminal/render-table.ts'
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

/** A table of runs that is filled run by run, and holds a short row of texts of each and none of the runs. */
export interface RunsTable {
  add(run: RunSummary | Run): void
  /** The table of those that were added, in their order, or in the one given: their numbers, from 0. */
  text(order?: readonly number[]): string
}

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
  const table = runsTable(look, sortedBy)
  for (const run of runs) table.add(run)
  return table.text()
}

/** What is held of a run: what stands in its row whatever the other rows are. */
interface HeldRow {
  readonly id: string
  readonly source: string
  readonly isNested: boolean
  /** Null where it says no more than the id does. */
  readonly name: string | null
  readonly status: string
  readonly started: string
  readonly took: string
}

/** The cells of one metric: those of the rows that have one. */
interface HeldMetric {
  readonly rows: number[]
  readonly cells: (number | string)[]
}

/** The table of `renderRuns`, filled run by run. */
export function runsTable(look: RunsLook, sortedBy: string | null): RunsTable {
  const held: HeldRow[] = []
  const metrics = new Map<string, HeldMetric>()
  const counting = countMetrics()
  const same = oneOfEqual()
  const [started, took, name] = [plainColumn('started'), plainColumn('took'), plainColumn('name')]
  let isAnyStatusKnown = false
  return { add, text }

  function add(run: RunSummary | Run): void {
    counting.add(run.metrics)
    for (const metric of run.metrics.keys()) {
      const known = metrics.get(metric) ?? { rows: [], cells: [] }
      known.rows.push(held.length)
      known.cells.push(headlineCell(run, metric, look.settings))
      metrics.set(metric, known)
    }
    isAnyStatusKnown ||= isStatusKnown([run])
    held.push({
      id: run.id,
      source: run.source,
      isNested: run.parent !== null,
      name: isNamedByItsId(run) ? null : cleanLine(run.name),
      status: same(plainColumn('status').cell(run, look)),
      started: same(started.cell(run, look)),
      took: same(took.cell(run, look)),
    })
  }

  function text(order: readonly number[] = [...held.keys()]): string {
    const ranked = rankCounted(counting.counted(), metricRules(look.settings.metrics, [])).slice(0, METRICS)
    const shown =
      sortedBy === null
        ? ranked
        : [sortedBy, ...ranked.filter((metric) => metric !== sortedBy)].slice(0, METRICS)
    const labels = runLabels(held.map(({ id }) => id))
    const names = held.map((row, at) => (row.name === labels[at] ? null : row.name))
    const showsNames = names.some((own) => own !== null)
    const showsSource = new Set(held.map(({ source }) => source)).size > 1
    const indented = (text: string, at: number): string => (held[at]?.isNested ? `  ${text}` : text)
    const columns: readonly ShownColumn[] = [
      {
        ...RUN_COLUMN,
        apart: WIDE_NAME,
        cells: showsNames ? labels : labels.map(indented),
      },
      // What the labels tell apart already needs no source where there is little room.
      ...(showsSource
        ? [
            {
              ...plainColumn('source'),
              apart: WIDE_SOURCE,
              optional: new Set(labels).size === held.length,
              cells: held.map(({ source }) => source),
            },
          ]
        : []),
      ...(showsNames
        ? [
            {
              ...name,
              least: showsSource ? 14 : 16,
              apart: WIDE_NAME,
              cells: names.map((own, at) => indented(own ?? '–', at)),
            },
          ]
        : []),
      ...(isAnyStatusKnown ? [{ ...plainColumn('status'), cells: held.map(({ status }) => status) }] : []),
      ...[
        { ...started, cells: held.map((row) => row.started) },
        { ...took, cells: held.map((row) => row.took) },
      ].filter(({ cells }) => cells.some((cell) => cell !== '–')),
      ...shown.map((metric, index): ShownColumn => {
        const { least: _, ...column } = columnOf({ kind: 'metric', name: metric })
        const cells = held.map(() => '–')
        const { rows, cells: own } = metrics.get(metric) ?? NO_CELLS
        for (const [at, row] of rows.entries()) cells[row] = cellText(own[at] ?? '–')
        return index === 0 ? { ...column, least: 9, cells } : { ...column, optional: true, cells }
      }),
    ]
    const rows = order.map((row) => columns.map(({ cells }) => cells[row] ?? ''))
    return renderRows(columns, rows, look)
  }
}

interface ShownColumn extends Column {
  readonly cells: readonly string[]
}

const NO_CELLS: HeldMetric = { rows: [], cells: [] }

/** Whether the log of any of the runs tells how it ended, or that it is still open. */
export function isStatusKnown(runs: readonly RunSummary[]): boolean {
  return runs.some(({ status, deleted }) => status !== 'unknown' || deleted)
}

/**
 * What each run of a table is called by: its short id; where several in a table share that and their ids are paths, as many of the last parts of its path
 * as tell it from the others.
 */
function runLabels(ids: readonly string[]): readonly string[] {
  const labels = ids.map(() => '')
  const label = (rows: readonly number[], parts: number): void => {
    for (const [text, own] of Map.groupBy(rows, (row) => lastParts(ids[row] ?? '', parts))) {
      const isLonger = own.some((row) => lastParts(ids[row] ?? '', parts + 1) !== text)
      if (own.length > 1 && isLonger && new Set(own.map((row) => ids[row])).size > 1) label(own, parts + 1)
      else for (const row of own) labels[row] = cleanLine(text)
    }
  }
  label([...ids.keys()], 1)
  return labels
}

function lastParts(id: string, count: number): string {
  const short = shortId(id)
  const parts = id.split('/')
  return count === 1 || parts.length === 1 ? short : [...parts.slice(-count, -1), short].join('/')
}

/**
 * A table with the columns given, filled run by run. They are squeezed as far as they allow; those that do not fit into the width all the same are
 * left out from the right, which `leave` is told when the text is made.
 */
export function columnsTable(
  columns: readonly RunColumn[],
  look: RunsLook,
  leave: (columns: readonly RunColumn[]) => void,
): RunsTable {
  const rows: (readonly string[])[] = []
  return {
    add(run) {
      rows.push(columns.map((column) => column.cell(run, look)))
    },
    text(order) {
      const shown = inOrder(rows, order)
      const count = countFitting(columns, shown, look.width)
      if (count < columns.length) leave(columns.slice(count))
      return renderRows(columns.slice(0, count), shown, look)
    },
  }
}

/** Some things in the order of their numbers given, from 0; as they are where none is. */
export function inOrder<Value>(
  values: readonly Value[],
  order: readonly number[] | undefined,
): readonly Value[] {
  if (order === undefined) return values
  return order.flatMap((at) => values.slice(at, at + 1))
}

/** Rows of cells as a table, with the statuses among them in their colours. */
export function renderRows(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, style }: RunsLook,
): string {
  return colourStatuses(renderTable(columns, rows, width, style), style)
}

/** How many of the columns fit into a width, from the left, however much they are squeezed. */
function countFitting(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): number {
  let used = -GAP
  for (const [index, column] of columns.entries()) {
    const natural = Math.max(
      displayWidth(column.head),
      ...rows.slice(0, LOOKED_AT).map((row) => displayWidth(row[index] ?? '')),
    )
    used += GAP + Math.min(natural, column.least ?? natural)
    if (used > width) return index
  }
  return columns.length
}

const LOOKED_AT = 1000

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
