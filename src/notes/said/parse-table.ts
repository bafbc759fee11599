/** A row of a table that a person typed. `mark` tells what is wrong with it; it is kept all the same. */
export interface WrittenRow {
  /** Its line in the file. */
  readonly line: number
  readonly text: string
  readonly cells: readonly string[]
  readonly mark: 'malformed' | 'doubled' | 'differs from its double' | null
}

/** A table as typed. `header` is null where there is none: columns are never guessed. */
export interface WrittenTable {
  readonly header: readonly string[] | null
  readonly rows: readonly WrittenRow[]
}

const MOST_ROWS = 500

/**
 * The tables of a text that is all table: one begins anew at each line that looks like a head (no number in it). Rows with
 * another number of cells than the head (or than most rows) are malformed; one whose labels stood before is doubled.
 */
export function parseTables(text: string, firstLine: number): readonly WrittenTable[] {
  const lines = text.split('\n').slice(0, MOST_ROWS)
  const tables: {
    header: readonly string[] | null
    rows: { line: number; text: string; cells: readonly string[] }[]
  }[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || /^[\s|+:=\-│┃╔╚╠┌└├┏┗┣═─━┬┴┼╦╩╬╗╝╣┐┘┤]+$/u.test(line)) continue
    const cells = cellsOf(line)
    const isHead = cells.length >= 2 && !cells.some((cell) => isNumber(cell)) && headFollows(lines, index)
    if (isHead) tables.push({ header: cells, rows: [] })
    else {
      if (tables.length === 0) tables.push({ header: null, rows: [] })
      tables.at(-1)?.rows.push({ line: firstLine + index, text: line.trim(), cells })
    }
  }
  return tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ header, rows }) => ({ header, rows: marked(header, rows) }))
}

/** A row without numbers is a head where it is the first, or where a border stands under it, or an empty line above. */
function headFollows(lines: readonly string[], index: number): boolean {
  const above = lines[index - 1]
  const under = lines[index + 1] ?? ''
  return above === undefined || above.trim() === '' || /^[\s|+:\-=]{3,}$/.test(under)
}

function cellsOf(line: string): readonly string[] {
  const text = line
    .trim()
    .replace(/^[|│┃]/u, '')
    .replace(/[|│┃]$/u, '')
  const parts = /[|│┃]/u.test(line) ? text.split(/(?<!\\)[|│┃]/u) : text.split(/\t| {2,}/)
  return parts.map((cell) => cell.replaceAll('**', '').replaceAll('`', '').trim())
}

function isNumber(cell: string): boolean {
  return /^[+-]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:e[+-]?\d+)?\s?%?(?:\s*(?:±|\+-|\+\/-).*)?$/i.test(cell)
}

function marked(
  header: readonly string[] | null,
  rows: readonly { readonly line: number; readonly text: string; readonly cells: readonly string[] }[],
): readonly WrittenRow[] {
  const widths = [...Map.groupBy(rows, ({ cells }) => cells.length)].sort((a, b) => b[1].length - a[1].length)
  const width = header?.length ?? widths[0]?.[0] ?? 0
  const seen = new Map<string, string>()
  return rows.map((row) => {
    // What is no number says what the row is of: long tables repeat their first cell.
    const labels = row.cells
      .filter((cell) => !isNumber(cell))
      .join('\n')
      .trim()
    const values = row.cells.join('\n')
    const isNamed = /\p{L}/u.test(row.cells[0] ?? '') && !isNumber(row.cells[0] ?? '')
    const before = isNamed ? seen.get(labels) : undefined
    if (isNamed && before === undefined) seen.set(labels, values)
    const mark =
      row.cells.length !== width
        ? 'malformed'
        : before === undefined
          ? null
          : before === values
            ? 'doubled'
            : 'differs from its double'
    return { ...row, mark }
  })
}
