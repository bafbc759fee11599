import type { Address, Evidence, QuoteValue, ReportedRow, ReportedTable } from './evidence.ts'

/** Where in the tables of the notes an address points: a row, or one of its cells; both are counted from 1. */
export interface ReportedPlace {
  readonly table: ReportedTable
  /** `t1`, `t2`, … in the order the tables stand. */
  readonly address: Address
  readonly row: ReportedRow
  readonly rowNumber: number
}

const NUMBER = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)\s?(%?)$/i
/** With a comma for its point; `1,234` may be a thousand and is left alone. */
const COMMA = /^([+-]?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,})))\s?(%?)$/

/** The number that a cell is, reported by a person; null for a cell that is more or other than one number. */
export function numberOfCell(cell: string): QuoteValue | null {
  const [, written, percent] = NUMBER.exec(cell.trim()) ?? COMMA.exec(cell.trim()) ?? []
  if (written === undefined) return null
  const value = Number(written.replace(',', '.'))
  return Number.isFinite(value) ? { value, text: written, unit: percent === '%' ? '%' : null } : null
}

/** The row that the beginning of an address names (`t2.row3`, whatever follows); null where there is none. */
export function reportedRowAt(evidence: Evidence, address: Address): ReportedPlace | null {
  const [, number, row] = /^t(\d+)\.row(\d+)(?:\.|$)/.exec(address) ?? []
  const table = evidence.reported[Number(number) - 1]
  const found = table?.rows[Number(row) - 1]
  return table === undefined || found === undefined
    ? null
    : { table, address: `t${number}`, row: found, rowNumber: Number(row) }
}
