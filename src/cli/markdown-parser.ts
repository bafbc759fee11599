import { lexer, type Token, type Tokens, type TokensList } from 'marked'

export type { Token, Tokens }

/** marked slows down quadratically on long lines of markup; no line that narrate writes comes near this. */
const LONGEST_LINE = 4000

/** The tokens of a Markdown text, or null where a line is so long that parsing it could hang. */
export function parseMarkdown(markdown: string): TokensList | null {
  if (markdown.split('\n').some((line) => line.length > LONGEST_LINE)) return null
  return lexer(markdown, { gfm: true })
}
