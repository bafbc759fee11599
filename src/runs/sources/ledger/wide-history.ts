import { numberOfLoose } from '../../files/loose-json.ts'
import type { Row } from '../../files/row.ts'

/** One run of a wide table, and the columns that are its metrics. */
export interface WideRun {
  readonly name: string
  readonly columns: ReadonlyMap<string, string>
}

const STEP =
  /^(?:_?step|global[_ ]step|trainer\/global_step|epoch|relative time \(.*\)|wall time|_timestamp|_runtime)$/i
const BOUNDS = /__M(?:IN|AX)$/

/**
 * The runs of a wide table as W&B exports a chart: the first column is the step, the others are `RUN - METRIC`, each with `…__MIN` and `…__MAX`. Null
 * where a header is none.
 */
export function wideRuns(header: readonly string[] | null): readonly WideRun[] | null {
  const [step, ...others] = header ?? []
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
  return [...runs].map(([name, columns]) => ({ name, columns }))
}

/** Calls `take` with every value of a column, in the order of the table; only a whole-numbered step is one. */
export function takeColumn(
  rows: readonly Row[],
  header: readonly string[],
  column: string,
  take: (step: number | null, value: number, line: number) => void,
): void {
  const [first = ''] = header
  for (const { leaves, line } of rows) {
    const value = numberOfLoose(leaves.get(column))
    if (value === null) continue
    const step = numberOfLoose(leaves.get(first))
    take(step !== null && Number.isFinite(step) ? step : null, value, line)
  }
}
