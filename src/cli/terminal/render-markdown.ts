import { parseMarkdown, type Token, type Tokens } from '../markdown-parser.ts'
import { cleanText } from './clean-text.ts'
import { renderTable } from './render-table.ts'
import type { Style } from './style.ts'
import { wrapText } from './wrap-text.ts'

export interface MarkdownLook {
  readonly width: number
  readonly style: Style
  /** Whether `<details>` are shown whole; otherwise only their summary. */
  readonly unfold: boolean
}

/**
 * A narrate document as a terminal shows it: no front matter, wrapped, tables aligned, folded parts as one line. The
 * text is cleaned of control characters first, and nothing in it is run.
 */
export function renderMarkdown(markdown: string, look: MarkdownLook): string {
  const text = fold(cleanText(withoutFrontMatter(markdown)), look)
  const tokens = parseMarkdown(text)
  if (tokens === null) return text
  return `${renderBlocks(tokens, look, look.width).join('\n\n')}\n`
}

/** The Markdown without the YAML block it begins with. */
export function withoutFrontMatter(markdown: string): string {
  const match = /^---\n[\s\S]*?\n---\n+/.exec(markdown.replaceAll('\r\n', '\n'))
  return match === null ? markdown : markdown.replaceAll('\r\n', '\n').slice(match[0].length)
}

const FOLD_MARK = '▸ '

function fold(text: string, look: MarkdownLook): string {
  const folded = text.replace(
    /^<details[^>]*>\s*<summary>([\s\S]*?)<\/summary>([\s\S]*?)^<\/details>\s*$/gm,
    (_, summary: string, inner: string) => {
      const title = summary.replace(/<[^>]*>/g, '').trim()
      return look.unfold ? `\n**${title}**\n\n${inner.trim()}\n` : `\n${FOLD_MARK}${title}\n`
    },
  )
  // Folded parts stand together, without blank lines between.
  return folded.replace(/^(▸ .*)\n+(?=▸ )/gm, '$1\n')
}

function renderBlocks(tokens: readonly Token[], look: MarkdownLook, width: number): readonly string[] {
  return tokens.flatMap((token) => {
    const shown = renderBlock(token, look, width)
    return shown === '' ? [] : [shown]
  })
}

function renderBlock(token: Token, look: MarkdownLook, width: number): string {
  const { style } = look
  if (is(token, 'heading')) {
    const text = wrapText(inline(token.tokens, look), width)
    return token.depth === 1 ? style.bold(style.underline(text)) : style.bold(text)
  }
  if (is(token, 'paragraph')) {
    const text = inline(token.tokens, look)
    return text
      .split('\n')
      .map((line) => (line.startsWith(FOLD_MARK) ? style.dim(line) : wrapText(line, width)))
      .join('\n')
  }
  if (is(token, 'text')) {
    return wrapText(token.tokens === undefined ? decode(token.text) : inline(token.tokens, look), width)
  }
  if (is(token, 'list')) return renderList(token, look, width)
  if (is(token, 'table')) {
    return renderTable(
      token.header.map((cell, index) => ({
        head: plain(inline(cell.tokens, look)),
        align: token.align[index] === 'right' ? 'right' : 'left',
        least: index === 0 ? 12 : 8,
      })),
      token.rows.map((row) => row.map((cell) => plain(inline(cell.tokens, { ...look, style: PLAIN })))),
      width,
      style,
    )
  }
  if (is(token, 'blockquote')) {
    return renderBlocks(token.tokens, look, width - 2)
      .join('\n\n')
      .split('\n')
      .map((line) => `${style.dim('│')} ${line}`)
      .join('\n')
  }
  if (is(token, 'code')) {
    return token.text
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n')
  }
  if (is(token, 'hr')) return style.dim('─'.repeat(Math.min(width, 40)))
  if (is(token, 'html'))
    return decode(token.text.replace(/<!--[\s\S]*?-->/g, '').replace(/<[^>]*>/g, '')).trim()
  return ''
}

function renderList(list: Tokens.List, look: MarkdownLook, width: number): string {
  const start = typeof list.start === 'number' ? list.start : 1
  return list.items
    .map((entry, index) => {
      const box = entry.task ? (entry.checked === true ? '☑ ' : '☐ ') : ''
      const bullet = list.ordered ? `${start + index}. ` : '• '
      const indent = ' '.repeat(bullet.length)
      const inner = renderBlocks(entry.tokens, look, width - bullet.length).join(list.loose ? '\n\n' : '\n')
      return inner
        .split('\n')
        .map((line, at) => (at === 0 ? `${bullet}${box}${line}` : line === '' ? '' : indent + line))
        .join('\n')
    })
    .join('\n')
}

function inline(tokens: readonly Token[], look: MarkdownLook): string {
  const { style } = look
  return tokens
    .map((token): string => {
      if (is(token, 'strong')) return style.bold(inline(token.tokens, look))
      if (is(token, 'em')) return style.dim(inline(token.tokens, look))
      if (is(token, 'del')) return style.dim(inline(token.tokens, look))
      if (is(token, 'codespan')) return style.accent(decode(token.text))
      if (is(token, 'link')) return style.underline(inline(token.tokens, look))
      if (is(token, 'image')) return `[${decode(token.text)}]`
      if (is(token, 'br')) return '\n'
      if (is(token, 'html')) return token.text.replace(/<br\s*\/?>/gi, '\n').replace(/<[^>]*>/g, '')
      if (is(token, 'text') && token.tokens !== undefined) return inline(token.tokens, look)
      return 'text' in token && typeof token.text === 'string' ? decode(token.text) : ''
    })
    .join('')
}

interface Kinds {
  heading: Tokens.Heading
  paragraph: Tokens.Paragraph
  text: Tokens.Text
  list: Tokens.List
  table: Tokens.Table
  blockquote: Tokens.Blockquote
  code: Tokens.Code
  hr: Tokens.Hr
  html: Tokens.HTML
  strong: Tokens.Strong
  em: Tokens.Em
  del: Tokens.Del
  codespan: Tokens.Codespan
  link: Tokens.Link
  image: Tokens.Image
  br: Tokens.Br
}

function is<Kind extends keyof Kinds>(token: Token, kind: Kind): token is Kinds[Kind] {
  return token.type === kind
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
}

function decode(text: string): string {
  return text.replace(/&(?:lt|gt|amp|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

const PLAIN: Style = {
  bold: (text) => text,
  dim: (text) => text,
  underline: (text) => text,
  good: (text) => text,
  bad: (text) => text,
  accent: (text) => text,
}
