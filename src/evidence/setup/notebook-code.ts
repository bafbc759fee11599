import { z } from 'zod'

const cells = z.array(
  z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]).optional() }),
)
const notebookSchema = z.object({ cells })

/**
 * The code cells of a notebook as one Python text, each under a comment with its number; lines of magic and of the shell are
 * comments, too. Null where it is no notebook (nbformat 4). Lines are counted in this text.
 */
export function notebookCode(content: string): string | null {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
  const notebook = notebookSchema.safeParse(json)
  if (!notebook.success) return null
  return notebook.data.cells
    .flatMap(({ cell_type: type, source = '' }, index) => {
      if (type !== 'code') return []
      const text = typeof source === 'string' ? source : source.join('')
      return [`# cell ${index + 1}`, text.replace(/^(?=\s*[%!])/gm, '# ')]
    })
    .join('\n')
}
