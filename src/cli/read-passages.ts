import type { Passage } from '../verify/check-figures.ts'
import { parseMarkdown, type Token, type Tokens } from './markdown-parser.ts'

/** The passages of a Markdown text: paragraphs, headings, list items and table cells; code blocks and HTML are none. */
export function readPassages(markdown: string): readonly Passage[] {
  const text = markdown.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const front = /^---\n[\s\S]*?\n---\n/.exec(text)?.[0] ?? ''
  const before = front.split('\n').length - 1
  const body = text.slice(front.length)
  const tokens = parseMarkdown(body)
  // A line too long to be parsed is read as it is.
  if (tokens === null) return linesOf(body, before)
  const passages: Passage[] = []
  let line = before + 1
  for (const token of tokens) {
    passages.push(...passagesOf(token, line))
    line += breaksIn(token.raw)
  }
  return passages
}

function linesOf(body: string, before: number): readonly Passage[] {
  return body.split('\n').map((text, index) => ({ text, line: before + index + 1, cell: null }))
}

function passagesOf(token: Token, line: number): readonly Passage[] {
  switch (token.type) {
    case 'table':
      return cellsOf(token as Tokens.Table, line)
    case 'list':
      return inside((token as Tokens.List).items, line)
    case 'list_item':
    case 'blockquote': {
      const { tokens = [] } = token as Tokens.ListItem
      return inside(tokens, line)
    }
    case 'paragraph':
    case 'heading':
    case 'text':
      return [{ text: plainText(token), line, cell: null }]
    default:
      return []
  }
}

function inside(tokens: readonly Token[], first: number): readonly Passage[] {
  let line = first
  return tokens.flatMap((token) => {
    const passages = passagesOf(token, line)
    line += breaksIn(token.raw)
    return passages
  })
}

function cellsOf(table: Tokens.Table, line: number): readonly Passage[] {
  const heads = table.header.map(({ tokens }) => tokens.map(plainText).join(''))
  return table.rows.flatMap((row, index) => {
    const cells = row.map(({ tokens }) => tokens.map(plainText).join(''))
    return cells.map((text, column) => ({
      text,
      line: line + 2 + index,
      cell: { head: heads[column] ?? '', row: cells.filter((_, other) => other !== column).join(' | ') },
    }))
  })
}

function plainText(token: Token): string {
  if (token.type === 'br') return '\n'
  if (token.type === 'image' || token.type === 'html') return ' '
  const { tokens } = token as { readonly tokens?: readonly Token[] }
  if (tokens !== undefined) return tokens.map(plainText).join('')
  return 'text' in token ? String(token.text).replace(/&(amp|lt|gt|quot|#39);/g, ' ') : ''
}

function breaksIn(raw: string): number {
  return raw.split('\n').length - 1
}
