import { numberOfLoose, textOfLoose } from '../../files/loose-json.ts'
import type { Row, Rows } from '../../files/row.ts'

/** One run of a table of values by step, and the columns that are its metrics. */
export interface WideRun {
  readonly name: string
  /** Columns by the metrics they hold. */
  readonly columns: ReadonlyMap<string, string>
  readonly step: string
  /** The column of times, in seconds since 1970. */
  readonly time: string | null
  /** The rows that are this run's. */
  readonly rows: readonly Row[]
}

const STEP =
  /^(?:_?step|global[_ ]step|trainer\/global_step|epoch|relative time \(.*\)|wall time|_timestamp|_runtime)$/i
const BOUNDS = /__M(?:IN|AX)$/
const OWN = /^(?:_step|_runtime|_timestamp|_wandb.*|run_id|run|name|run_name)$/
const PEEKED = 200

/**
 * The runs of a table of values by step; null where a table is none. Read are W&B's charts (the first column is the step, the others are `RUN - METRIC`,
 * each with `…__MIN` and `…__MAX`), and the frames of its API as CSV: `run.history()`, a run called by its file (`stem`), and `runs.histories()`, several by
 * their `run_id`.
 */
export function wideRuns({ header, rows }: Rows, stem: string): readonly WideRun[] | null {
  if (header === null) return null
  return chartRuns(header, rows) ?? historyRuns(header, rows, stem)
}

function chartRuns(header: readonly string[], rows: readonly Row[]): readonly WideRun[] | null {
  const [step, ...others] = header
  if (step === undefined || !STEP.test(step) || !others.some((name) => BOUNDS.test(name))) return null
  const runs = new Map<string, Map<string, string>>()
  for (const column of others) {
    const at = column.lastIndexOf(' - ')
    if (BOUNDS.test(column) || at <= 0) continue
    const name = column.slice(0, at)
    const columns = runs.get(name) ?? new Map<string, string>()
    columns.set(column.slice(at + 3), column)
    runs.set(name, columns)
  }
  return [...runs].map(([name, columns]) => ({ name, columns, step, time: null, rows }))
}

function historyRuns(
  header: readonly string[],
  rows: readonly Row[],
  stem: string,
): readonly WideRun[] | null {
  if (
    !header.includes('_step') ||
    !(header.includes('_timestamp') || header.includes('_runtime') || header.includes('run_id'))
  )
    return null
  // A table of runs has the last step of each.
  if (header.some((name) => /^(?:state|config|summary|created|created_at)$/i.test(name))) return null
  const peeked = rows.slice(0, PEEKED)
  const metrics = header.filter(
    (name) =>
      name !== '' && !OWN.test(name) && peeked.some(({ leaves }) => numberOfLoose(leaves.get(name)) !== null),
  )
  const columns = new Map(metrics.map((name) => [name, name]))
  const time = header.includes('_timestamp') ? '_timestamp' : null
  const byRun = header.includes('run_id')
    ? [...Map.groupBy(rows, ({ leaves }) => textOfLoose(leaves.get('run_id') ?? ''))].filter(
        ([name]) => name !== '',
      )
    : [[stem, rows] as const]
  return byRun.map(([name, own]) => ({ name, columns, step: '_step', time, rows: own }))
}

/** Calls `take` with every value of a metric's column, in the order of the table; times come in milliseconds. */
export function takeColumn(
  { rows, step: stepColumn, time: timeColumn }: WideRun,
  column: string,
  take: (step: number | null, time: number | null, value: number, line: number) => void,
): void {
  for (const { leaves, line } of rows) {
    const value = numberOfLoose(leaves.get(column))
    if (value === null) continue
    const seconds = timeColumn === null ? null : finite(leaves.get(timeColumn))
    take(finite(leaves.get(stepColumn)), seconds === null ? null : Math.round(seconds * 1000), value, line)
  }
}

function finite(value: Parameters<typeof numberOfLoose>[0]): number | null {
  const number = numberOfLoose(value)
  return number !== null && Number.isFinite(number) ? number : null
}
