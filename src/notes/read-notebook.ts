import { z } from 'zod'
import { type Gap, gap } from '../gap.ts'

/** A Markdown cell: its number among all cells (from 1), its text, and the file's line of each of its lines where found. */
export interface MarkdownCell {
  readonly number: number
  readonly text: string
  readonly fileLines: readonly (number | null)[]
}

const notebookSchema = z.object({
  cells: z.array(
    z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]).default('') }),
  ),
})
/** Notebooks before version 4 keep their cells in worksheets. */
const oldNotebookSchema = z
  .object({ worksheets: z.array(z.object({ cells: z.array(z.looseObject({ cell_type: z.string() })) })) })
  .transform(({ worksheets }) => ({
    cells: worksheets.flatMap((sheet) => sheet.cells).map((cell) => ({ source: '', ...cell })),
  }))
  .pipe(notebookSchema)

/** The Markdown cells of a notebook (nbformat 3 and 4); a gap where it is no notebook. Outputs and code are not looked at. */
export function readNotebook(content: string, where: string): readonly MarkdownCell[] | Gap {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return gap('notebook', where, `The file is no valid JSON: ${error.message.slice(0, 200)}.`)
  }
  const notebook = z.union([notebookSchema, oldNotebookSchema]).safeParse(json)
  if (!notebook.success) return gap('notebook', where, 'The file is JSON, but no notebook with cells.')
  const rows = content.split('\n').map((row) => row.trim().replace(/,$/, ''))
  let at = 0
  return notebook.data.cells.flatMap((cell, index) => {
    if (cell.cell_type !== 'markdown' && cell.cell_type !== 'heading') return []
    const source = typeof cell.source === 'string' ? [cell.source] : cell.source
    const text = source.join('')
    const fileLines = text.split('\n').map((line, lineIndex, all) => {
      const element = JSON.stringify(lineIndex < all.length - 1 ? `${line}\n` : line)
      const found = typeof cell.source === 'string' ? -1 : rows.indexOf(element, at)
      if (found < 0) return null
      at = found + 1
      return found + 1
    })
    return [{ number: index + 1, text, fileLines }]
  })
}
