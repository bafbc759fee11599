import type { Gap } from '../../gap.ts'
import type { LooseJson } from './loose-json.ts'

/** One row of a ledger: its leaves by their names, nested ones joined with dots. */
export interface Row {
  /** From 1. */
  readonly line: number
  readonly leaves: ReadonlyMap<string, LooseJson>
}

/** What a ledger holds: rows in the order of the file, and what could not be read. `header` is null where there is none. */
export interface Rows {
  readonly header: readonly string[] | null
  readonly rows: readonly Row[]
  readonly gaps: readonly Gap[]
}

/** How many rows are read, which of them are kept (left out: all), and what ends the reading where the user has stopped. */
export interface RowOptions {
  readonly most: number
  readonly stop: () => void
  readonly wants?: (row: Row) => boolean
  /** Takes the rows, which are then not kept: a hundred thousand of them take ten times the room of the file. */
  readonly take?: TakeRow
}

/** Takes a row. `again` gives it once more out of its text, so that the row itself need not be held; `header` is null where there is none. */
export type TakeRow = (row: Row, again: () => Row, header: readonly string[] | null) => void
