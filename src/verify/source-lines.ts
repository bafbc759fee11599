import { splitText } from '../claims/split-text.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { escapeMarkdown, unescapeMarkdown } from '../render/escape-markdown.ts'
import type { Span } from '../render/marks.ts'

/** Around the expression of a printed value, in characters that no text of ours, a log or a note holds. */
const OPEN = '\uE000'
const CLOSE = '\uE001'

/** A value in a line as it is looked at here: `r4.val_f1` between marks. */
export function mark(expression: string): string {
  return `${OPEN}${expression}${CLOSE}`
}

/** The source of a pattern that matches one value; its group is the expression. */
export const MARK = `${OPEN}([^${CLOSE}]*)${CLOSE}`

/** Expressions of the values of a line, in order. */
export function expressionsIn(text: string): readonly string[] {
  return [...text.matchAll(new RegExp(MARK, 'g'))].map((match) => match[1] ?? '')
}

/** A link around a printed value. */
export interface ValueLink {
  readonly span: Span
  readonly target: string
}

/** A line of a body with its values as their expressions: what it says, however its values are printed. */
export interface SourceLine {
  /** From 1. */
  readonly line: number
  /** As it stands in the body. */
  readonly raw: string
  /** Without Markdown's escapes, links around values, and the quotation marks around quotations. */
  readonly text: string
  /** Of a row of a table, its cells in the same form; empty for other lines. */
  readonly cells: readonly string[]
  readonly links: readonly ValueLink[]
  /** Its printed values, in order. */
  readonly values: readonly Span[]
}

/** The lines of a body that are not empty; null where its values overlap, which no printed text does. */
export function sourceLines(body: string, spans: readonly Span[]): readonly SourceLine[] | null {
  const pieces: string[] = []
  let at = 0
  for (const [index, { start, end }] of spans.entries()) {
    if (start < at || end < start || end > body.length) return null
    // A character that marks a value is no text.
    pieces.push(withoutMarks(body.slice(at, start)), mark(String(index)))
    at = end
  }
  pieces.push(withoutMarks(body.slice(at)))
  const printed = body.split('\n')
  return pieces
    .join('')
    .split('\n')
    .flatMap((marked, index) =>
      marked.trim() === '' ? [] : [lineOf(marked, index + 1, printed[index] ?? '', spans)],
    )
}

function lineOf(marked: string, line: number, raw: string, spans: readonly Span[]): SourceLine {
  const links: ValueLink[] = []
  const spanOf = (index: string): Span => {
    const span = spans[Number(index)]
    if (span === undefined) throw new Error(`no value has the number ${index}`)
    return span
  }
  const unlinked = marked.replace(
    new RegExp(`\\[(${MARK})\\]\\(([^()\\s]*)\\)`, 'g'),
    (_, whole: string, index: string, target: string) => {
      links.push({ span: spanOf(index), target })
      return whole
    },
  )
  const say = (text: string): string =>
    collapsed(
      text
        .split(new RegExp(`(${OPEN}[^${CLOSE}]*${CLOSE})`))
        .map((piece, at) => (at % 2 === 1 ? piece : unescapeMarkdown(piece)))
        .join('')
        .replace(new RegExp(MARK, 'g'), (_, index: string) => mark(spanOf(index).expression))
        .replace(new RegExp(`(“?)${MARK}(”?)`, 'g'), (_, open: string, expression: string, close: string) => {
          if (!isQuotation(expression)) return `${open}${mark(expression)}${close}`
          // A quotation out of its quotation marks would be taken for our words.
          return open !== '' && close !== ''
            ? mark(expression)
            : `${open}${mark(`${expression} unquoted`)}${close}`
        }),
    )
  const isRow = /^\|.*\|$/.test(unlinked.trim())
  return {
    line,
    raw,
    text: say(unlinked),
    cells: isRow
      ? unlinked
          .trim()
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map(say)
      : [],
    links,
    values: expressionsIn(marked).map(spanOf),
  }
}

function isQuotation(expression: string): boolean {
  return /^(quote\(|n\d+$)/.test(expression)
}

/** A sentence with slots in the form in which lines of a body are compared. A text that cannot be split gives none. */
export function templateOf(sentence: string): string | null {
  const pieces = splitText(sentence)
  if (isRefusal(pieces)) return null
  return collapsed(
    pieces.map((piece) => (piece.kind === 'words' ? plain(piece.text) : mark(piece.written))).join(''),
  )
}

/** A text as it comes back out of Markdown. */
export function plain(text: string): string {
  const [before = '', after = ''] = [/^\s/.exec(text)?.[0], /\s$/.exec(text)?.[0]]
  const inside = withoutMarks(unescapeMarkdown(escapeMarkdown(text))).trim()
  return inside === '' ? (text === '' ? '' : ' ') : `${before && ' '}${inside}${after && ' '}`
}

function withoutMarks(text: string): string {
  return text.replace(/[\uE000\uE001]/g, '\uFFFD')
}

function collapsed(text: string): string {
  return text.replace(/[ \t]+/g, ' ').trim()
}
