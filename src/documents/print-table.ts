import type { Printer } from './printer.ts'
import type { Cell, ResultsTable } from './results-table.ts'

/** A table for the template: every cell is finished text. */
export interface PrintedTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A results table with every column printed in one precision. */
export function printTable(table: ResultsTable, print: Printer): PrintedTable {
  const columns = table.header.map((_, column) =>
    printColumn(
      table.rows.map((row) => row[column]),
      print,
    ),
  )
  return {
    header: table.header.map((name) => print.words(name)),
    rows: table.rows.map((_, row) => columns.map((column) => column[row] ?? '')),
  }
}

function printColumn(cells: readonly (Cell | undefined)[], print: Printer): readonly string[] {
  const values = print.column(cells.flatMap((cell) => cell?.expressions ?? []))
  let next = 0
  return cells.map((cell) => {
    if (cell === undefined) return ''
    const own = values.slice(next, next + cell.expressions.length)
    next += cell.expressions.length
    const numbers = own.join(cell.between)
    const value = cell.best && numbers !== '' ? `**${numbers}**` : numbers
    const over = cell.over.map((address) => print.shortRun(address)).join(' ')
    const rest = [cell.text ?? '', ...cell.runs.map((address) => print.shortRun(address))]
      .filter((text) => text !== '')
      .join(' ')
    return [value, over, rest].filter((text) => text !== '').join(cell.text === null ? ' ' : '; ')
  })
}
