import { basename, dirname, extname, join } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import { readFolder } from '../../files/folder.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import { numberOfLoose } from '../../files/loose-json.ts'
import { closedFile, partOfFile } from '../../files/part-of-file.ts'
import { readTable } from '../../files/read-table.ts'
import { quoted } from '../../quoted.ts'
import type { HeldRow } from './hold-rows.ts'
import { type WideRun, wideRuns } from './wide-history.ts'

/** A chart's series of a run of a table. */
export interface Chart {
  readonly path: string
  readonly file: string
  readonly run: WideRun
}

/** What the charts beside a table hold: series of its rows, and runs that it has no row of. */
export interface Charts {
  readonly paths: readonly string[]
  readonly ofRows: ReadonlyMap<HeldRow, readonly Chart[]>
  readonly others: readonly Chart[]
  readonly gaps: readonly Gap[]
}

export const NO_CHARTS: Charts = { paths: [], ofRows: new Map(), others: [], gaps: [] }

const MOST_CHARTS = 200
/** W&B names the column of a run's series `run - metric`. */
const COLUMN = /[^,] - [^,]/
const LOOKED_AT = 8192
/** What W&B rounds when it prints. */
const NEAR = 1e-3

/**
 * The charts that W&B exported beside its table of runs: tables by step in the same folder with a run of a name that one row alone bears, and no last value
 * that is another one in the table. Then the rest of such a chart belongs to the project, too. What may be one and cannot be read is a gap.
 */
export function readCharts(path: string, rows: readonly HeldRow[]): Charts {
  const byName = Map.groupBy(rows, ({ name }) => name ?? '')
  const paths: string[] = []
  const ofRows = new Map<HeldRow, Chart[]>()
  const others: Chart[] = []
  const gaps: Gap[] = []
  const beside = readFolder(dirname(path))
  if (beside.kind === 'unreadable') gaps.push(gap('charts beside the table', '.', beside.why))
  for (const chartPath of tablesBeside(path)) {
    const name = basename(chartPath)
    const chart = chartOf(chartPath)
    if (chart !== null && isGap(chart)) {
      gaps.push(chart)
      continue
    }
    const met = (chart?.runs ?? []).map((run) => ({ run, rows: byName.get(run.name) ?? [] }))
    const own = met.filter((one) => one.rows.length === 1)
    const isOurs =
      own.length > 0 && own.every(({ run, rows: [row] }) => row === undefined || agrees(run, row))
    if (!isOurs) continue
    paths.push(chartPath)
    gaps.push(...(chart?.gaps ?? []))
    for (const { run, rows: found } of met) {
      const one: Chart = { path: chartPath, file: idOfPath(name), run }
      const [row] = found
      if (row !== undefined && found.length === 1) ofRows.set(row, [...(ofRows.get(row) ?? []), one])
      // Of several rows of that name nobody knows which is meant.
      else others.push(one)
    }
  }
  return { paths, ofRows, others, gaps }
}

/** The other tables in a table's folder, in the order of their names. */
export function tablesBeside(path: string): readonly string[] {
  const read = readFolder(dirname(path))
  if (read.kind !== 'entries') return []
  return read.entries
    .filter((entry) => entry.isFile() && /\.csv$/i.test(entry.name) && entry.name !== basename(path))
    .slice(0, MOST_CHARTS)
    .map(({ name }) => join(dirname(path), name))
}

/** A chart, or the gap where a file may be one and cannot be read; null where it is none. */
function chartOf(
  path: string,
): { readonly runs: readonly WideRun[]; readonly gaps: readonly Gap[] } | Gap | null {
  const file = idOfPath(basename(path))
  const stem = idOfPath(basename(path, extname(path)))
  const beginning = tableOf(path, file, 1)
  if (typeof beginning === 'string')
    return COLUMN.test(partOfFile(path, LOOKED_AT).split('\n', 1)[0] ?? '')
      ? gap(`chart ${quoted(file)}`, file, beginning)
      : closedFile(path, file)
  if (wideRuns(beginning, stem) === null) return null
  const read = tableOf(path, file, Number.POSITIVE_INFINITY)
  if (typeof read === 'string') return gap(`chart ${quoted(file)}`, file, read)
  const runs = wideRuns(read, stem)
  return runs === null ? null : { runs, gaps: read.gaps }
}

/** A table, or why it cannot be read. */
function tableOf(path: string, file: string, most: number): ReturnType<typeof readTable> | string {
  try {
    return readTable(path, file, { most })
  } catch (error) {
    if (error instanceof NarrateError && error.kind === 'source') return error.message
    throw error
  }
}

/** Whether no series of a chart ends on another value than its row states. */
function agrees(run: WideRun, row: HeldRow): boolean {
  const { leaves } = row.again()
  return [...run.columns].every(([metric, column]) => {
    const stated = numberOfLoose(leaves.get(metric))
    const last = run.rows.findLast((row) => numberOfLoose(row.leaves.get(column)) !== null)
    const ended = last === undefined ? null : numberOfLoose(last.leaves.get(column))
    if (stated === null || ended === null || !Number.isFinite(stated) || !Number.isFinite(ended)) return true
    return Math.abs(stated - ended) <= NEAR * Math.max(Math.abs(stated), Math.abs(ended), Number.EPSILON)
  })
}
