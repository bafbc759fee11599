import type { Attachment, NoteTime, Quote } from './note.ts'
import { type Block, CUT, parseBlocks, type Row } from './parse-blocks.ts'
import { isNumberList } from './said/line-forms.ts'
import { type Range, splitSentences } from './split-sentences.ts'

/** Where a text stands: the file its quotes name, the number of its first line, and when it was written. */
export interface QuotePlace {
  readonly file: string
  readonly firstLine: number
  readonly time?: NoteTime
}

/** A note's passages, and what is none. */
export interface SplitNote {
  readonly quotes: readonly Quote[]
  readonly attachments: readonly Attachment[]
}

/** A paragraph of at most so many characters is one quote; a longer one is cut into its sentences. */
const SHORT = 200
/** A sentence longer than this is cut at a space. */
const LONGEST = 600

/**
 * The passages of a note that may be cited, verbatim and in order: list items, sentences and short paragraphs; commands
 * and code with their line breaks. A wrapped line is joined to the next by one space, so that a passage is an exact
 * substring of its lines so joined. Tables, blocks of numbers, long listings and pictures are attachments. Front matter
 * (where the text begins at line 1), HTML comments, rules and bare markup are left out. Linear in the text.
 */
export function splitIntoQuotes(text: string, place: QuotePlace): SplitNote {
  const { file } = place
  const time = place.time ?? { kind: 'undated' }
  const quotes: Quote[] = []
  const attachments: Attachment[] = []
  const blocks = parseBlocks(text, place.firstLine)
  const lines = text.split('\n')
  const typed = (rows: readonly Row[]) =>
    rows.map((row) => (lines[row.line - place.firstLine] ?? '').trimEnd()).join('\n')
  let headings: readonly Level[] = []
  let items: readonly Level[] = []
  for (const [index, block] of blocks.entries()) {
    const heading = scopeOf(
      headings,
      items.filter((item) => item.depth < indentUnder(blocks[index - 1], block)),
    )
    switch (block.kind) {
      case 'heading':
        headings = under(headings, { depth: block.level, text: block.text })
        items = []
        break
      case 'item':
      case 'paragraph': {
        items = items.filter((item) => item.depth < block.indent - (block.kind === 'item' ? 0 : 0.5))
        const scope = scopeOf(headings, items)
        const passages = isLabel(block, blocks[index + 1]) ? [] : passagesOf(block.rows)
        for (const { line, text: passage, lines: count } of passages) {
          if (isNumberList(passage)) {
            attachments.push({
              kind: 'numbers',
              text: passage,
              file,
              line,
              lines: count,
              heading: scope,
              time,
            })
          } else
            quotes.push({ kind: 'passage', text: passage, file, line, lines: count, heading: scope, time })
        }
        if (announces(block, blocks[index + 1])) {
          items = [...items, { depth: block.indent - 0.5, text: labelOf(block.rows[0].text) }]
        } else if (block.kind === 'item')
          items = [...items, { depth: block.indent, text: labelOf(block.rows[0].text) }]
        break
      }
      case 'command':
      case 'code':
        quotes.push({
          kind: block.kind,
          text: dedented(typed(block.rows)),
          file,
          line: block.rows[0].line,
          lines: block.rows.length,
          heading,
          time,
        })
        break
      case 'table':
      case 'numbers':
      case 'listing':
      case 'picture':
        attachments.push({
          kind: block.kind,
          text: typed(block.rows),
          file,
          line: block.rows[0].line,
          lines: block.rows.length,
          heading,
          time,
        })
        break
      default:
        return block satisfies never
    }
  }
  return { quotes, attachments }
}

/** How quotes are compared: Unicode form and white space do not matter. */
export function normaliseQuote(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim()
}

/** A heading or list item that scopes what stands under it. */
interface Level {
  readonly depth: number
  readonly text: string
}

function under(levels: readonly Level[], level: Level): readonly Level[] {
  return [...levels.filter((other) => other.depth < level.depth), level]
}

/** The nearest three levels, outermost first; a document's title is not among them where there are others. */
function scopeOf(headings: readonly Level[], items: readonly Level[]): string | null {
  const texts = [...headings, ...items].map((level) => level.text).filter((text) => text !== '')
  return texts.length === 0 ? null : texts.slice(-3).join(' › ')
}

function labelOf(text: string): string {
  const label = text.replaceAll(CUT, ' ').trim().replace(/:$/, '')
  return label.length <= 60 ? label : `${label.slice(0, 59).trimEnd()}…`
}

/** How far in a block stands; one right below a list item, without a blank line, belongs to it. */
function indentUnder(before: Block | undefined, block: Block): number {
  if (block.kind === 'heading') return 0
  const last = before?.kind === 'item' ? before.rows.at(-1)?.line : undefined
  return block.rows[0].indent + (last === block.rows[0].line - 1 ? 1 : 0)
}

/** An item of a few words that only announces what is indented under it: it scopes, and is no passage. */
function isLabel(block: Block, next: Block | undefined): boolean {
  if (block.kind !== 'item' || block.rows.length > 1) return false
  const text = block.rows[0].text.trim()
  if (!/:$/.test(text) && text.split(/\s+/).length > 2) return false
  return next?.kind === 'item' && next.indent > block.indent
}

/** A paragraph of one line that ends in a colon, with a list, a table or commands right under it. */
function announces(block: Block, next: Block | undefined): boolean {
  if (block.kind !== 'paragraph' || block.rows.length > 1 || !/:\W{0,2}\s*$/.test(block.rows[0].text))
    return false
  return next !== undefined && next.kind !== 'heading' && next.kind !== 'paragraph'
}

interface Passage {
  readonly line: number
  readonly lines: number
  readonly text: string
}

function passagesOf(rows: readonly Row[]): readonly Passage[] {
  return joinWrapped(rows).flatMap((group) => {
    const starts: number[] = []
    let joined = ''
    for (const row of group) {
      if (joined !== '') joined += ' '
      starts.push(joined.length)
      joined += row.text.trim()
    }
    const ranges = joined.length <= SHORT ? [{ start: 0, end: joined.length }] : splitSentences(joined)
    return ranges
      .flatMap((range) => shortened(joined, range))
      .map(({ start, end }) => {
        const first = rowAt(starts, start)
        return {
          line: group[first]?.line ?? 0,
          lines: rowAt(starts, end - 1) - first + 1,
          text: joined.slice(start, end),
        }
      })
      .filter((passage) => /[\p{L}\p{N}]/u.test(passage.text))
  })
}

function rowAt(starts: readonly number[], offset: number): number {
  const behind = starts.findIndex((start) => start > offset)
  return (behind < 0 ? starts.length : behind) - 1
}

/**
 * Rows that are one wrapped text, and rows that are lines of their own. A line was wrapped where the first word of the
 * next would not have fitted into the width of the paragraph; people's short lines were not.
 */
function joinWrapped(rows: readonly Row[]): readonly (readonly Row[])[] {
  const pieces = rows.flatMap((row) =>
    row.text.split(CUT).map((text, index) => ({ ...row, text, cut: index > 0 })),
  )
  const width = Math.max(...pieces.slice(0, 200).map((piece) => piece.text.trimEnd().length))
  const groups: Row[][] = []
  for (const [index, piece] of pieces.entries()) {
    const before = pieces[index - 1]
    const last = groups.at(-1)
    if (before && last && !piece.cut && isWrapped(before.text, piece.text, width)) last.push(piece)
    else groups.push([piece])
  }
  return groups
    .map((group) => group.filter((row) => row.text.trim() !== ''))
    .filter((group) => group.length > 0)
}

/** A word that is a run's name or id by its looks: `rf-500-leaf20`, `run_26`, `b7720e91`. A line that begins with one is an entry of a list. */
const NAME =
  /^(?=\S*\d)(?=\S*\p{L})(?:\p{L}[\p{L}\p{N}.]*(?:[-_][\p{L}\p{N}.]+)+|(?=\S*\p{Nd}\S*\p{Nd})[\da-f]{6,40}):?$/u

function isWrapped(line: string, next: string, width: number): boolean {
  if (/(?: {2}|\\)$/.test(line) || /^\*\*[^*]{1,60}(?::\*\*|\*\*:)/.test(next.trimStart())) return false
  const text = line.trimEnd()
  const word = /^\S*/.exec(next.trimStart())?.[0] ?? ''
  if (NAME.test(word) && (NAME.test(/^\S*/.exec(text.trimStart())?.[0] ?? '') || /\d[%)]?$/.test(text)))
    return false
  const small = /^\p{Ll}/u.test(word)
  if (width < 55) return false
  if (small && text.length >= 50 && !/[.!?:;]$/.test(text)) return true
  return text.length + 1 + word.length > width - (small && !/[.!?;:,]$/.test(text) ? 12 : 0)
}

/** A range cut at spaces into parts that are not too long; never within a character. */
function shortened(text: string, range: Range): readonly Range[] {
  const parts: Range[] = []
  let start = range.start
  while (range.end - start > LONGEST) {
    const space = text.lastIndexOf(' ', start + LONGEST)
    let end = space > start + LONGEST / 2 ? space : start + LONGEST
    if (/^[\uDC00-\uDFFF]/.test(text.charAt(end))) end -= 1
    parts.push({ start, end })
    start = text.charAt(end) === ' ' ? end + 1 : end
  }
  return start < range.end ? [...parts, { start, end: range.end }] : parts
}

function dedented(text: string): string {
  const lines = text.split('\n')
  const spaces = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length)
  const common = Math.min(...spaces)
  return lines.map((line) => line.slice(Math.min(common, line.length - line.trimStart().length))).join('\n')
}
