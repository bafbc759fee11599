import { z } from 'zod'
import { type Gap, gap } from '../gap.ts'

/** A Markdown cell: its number among all cells (from 1), its text, and the file's line of each of its lines where found. */
export interface MarkdownCell {
  readonly number: number
  readonly text: string
  readonly fileLines: readonly (number | null)[]
}

const cellsSchema = z.array(
  z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]).optional() }),
)
/** Version 4 has cells at the top; versions before keep them in worksheets. */
const notebookSchema = z.union([
  z.object({ cells: cellsSchema }),
  z.object({ worksheets: z.array(z.object({ cells: cellsSchema })) }),
])

/** The Markdown cells of a notebook (nbformat 3 and 4); a gap where it is no notebook. Outputs and code are not looked at. */
export function readNotebook(content: string, where: string): readonly MarkdownCell[] | Gap {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return gap('notebook', where, `The file is no valid JSON: ${error.message.slice(0, 200)}.`)
  }
  const notebook = notebookSchema.safeParse(json)
  if (!notebook.success) return gap('notebook', where, 'The file is JSON, but no notebook with cells.')
  const cells =
    'cells' in notebook.data ? notebook.data.cells : notebook.data.worksheets.flatMap((sheet) => sheet.cells)
  const findLine = lineFinder(content)
  return cells.flatMap((cell, index) => {
    if (cell.cell_type !== 'markdown' && cell.cell_type !== 'heading') return []
    const text = typeof cell.source === 'string' ? cell.source : (cell.source ?? []).join('')
    const lines = text.split('\n')
    const fileLines = lines.map((line, at) => findLine(at < lines.length - 1 ? `${line}\n` : line))
    return [{ number: index + 1, text, fileLines }]
  })
}

/** Finds the rows of the file that hold the lines of its cells, one after the other, as Jupyter writes them. */
function lineFinder(content: string): (line: string) => number | null {
  const places = new Map<string, number[]>()
  for (const [index, row] of content.split('\n').entries()) {
    const text = row.trim().replace(/,$/, '')
    if (!text.startsWith('"')) continue
    const known = places.get(text)
    if (known) known.push(index + 1)
    else places.set(text, [index + 1])
  }
  for (const known of places.values()) known.reverse()
  let last = 0
  return (line) => {
    const known = places.get(JSON.stringify(line))
    while (known && (known.at(-1) ?? last + 1) <= last) known.pop()
    const found = known?.pop() ?? null
    last = found ?? last
    return found
  }
}
