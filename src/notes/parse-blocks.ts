import {
  isBareNumbers,
  isColumnRow,
  isCommand,
  isMarkup,
  isPicture,
  isTableBorder,
  isTableRow,
  isTableRowAlone,
} from './said/line-forms.ts'

/** A line of a note: its number from 1, how far it is indented, and its text without quotation marks `>` of Markdown. */
export interface Row {
  readonly line: number
  readonly indent: number
  readonly text: string
}

/** A part of a note, in the order it stands. Rows of words are as typed, but for a list's mark. */
export type Block =
  | { readonly kind: 'heading'; readonly line: number; readonly level: number; readonly text: string }
  | { readonly kind: 'item'; readonly indent: number; readonly rows: readonly [Row, ...Row[]] }
  | { readonly kind: 'paragraph'; readonly indent: number; readonly rows: readonly [Row, ...Row[]] }
  | { readonly kind: 'command' | 'code'; readonly rows: readonly [Row, ...Row[]] }
  | {
      readonly kind: 'table' | 'numbers' | 'listing' | 'picture'
      readonly rows: readonly [Row, ...Row[]]
    }

/** Stands where an HTML comment was cut out: no passage reaches over it. */
export const CUT = '\u0000'

const SHELL = new Set([
  '',
  'sh',
  'bash',
  'zsh',
  'shell',
  'console',
  'shell-session',
  'text',
  'txt',
  'plain',
  'cmd',
  'powershell',
])
const LONGEST_CODE = 30
const BULLET = /^(?:[-*+•–]|\d{1,4}[.)])(?:[ \t]+|$)/

/** The lines of a text; a carriage return belongs to the line's end. */
export function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
}

/**
 * How many lines the front matter has, its two marks included; 0 where there is none. It begins in the first line, its
 * second line is a key, and it is at most 200 lines long.
 */
export function frontMatterLength(lines: readonly string[]): number {
  if (lines[0]?.trimEnd() !== '---' || !/^[A-Za-z_][\w -]{0,60}:(?:\s|$)/.test(lines[1] ?? '')) return 0
  const end = lines.slice(0, 200).findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)\s*$/.test(line))
  return end < 0 ? 0 : end + 1
}

/**
 * A note as blocks. It reads Markdown as people write it: tables need no head, a block of bare numbers is one wherever
 * it stands, pasted commands need no fence, short lines without blank lines between them are still lines. Front matter
 * and HTML comments are left out. Takes time linear in the text.
 */
export function parseBlocks(text: string, firstLine = 1): readonly Block[] {
  const lines = linesOf(text)
  const skip = firstLine === 1 ? frontMatterLength(lines) : 0
  const rows = withoutComments(
    lines.map((line, index) =>
      index < skip ? rowOf('', index + firstLine) : rowOf(line, index + firstLine),
    ),
  )
  const blocks: Block[] = []
  let open: { kind: 'item' | 'paragraph'; indent: number; rows: [Row, ...Row[]] } | null = null
  const close = () => {
    if (open) blocks.push(open)
    open = null
  }
  for (let index = 0; index < rows.length; ) {
    const row = rows[index] as Row
    const fence = fenceOf(row)
    if (fence) {
      close()
      const end = endOfFence(rows, index, fence)
      blocks.push(...blocksOfFence(rows.slice(index + 1, end), fence.language))
      index = end + 1
      continue
    }
    const heading = headingOf(row)
    if (heading) {
      close()
      blocks.push(heading)
      index += 1
      continue
    }
    const underlined: Block | null = underlinedHeading(open, row)
    if (underlined) {
      blocks.push(underlined)
      open = null
      index += 1
      continue
    }
    const run = runAt(rows, index)
    if (run) {
      close()
      blocks.push(run)
      index += run.rows.length
      continue
    }
    index += 1
    if (row.text.trim() === '' || isRule(row.text) || isMarkup(row.text)) {
      close()
      continue
    }
    const mark = BULLET.exec(row.text)
    if (mark) {
      close()
      const rest = row.text.slice(mark[0].length)
      if (rest.trim() !== '') open = { kind: 'item', indent: row.indent, rows: [{ ...row, text: rest }] }
      continue
    }
    if (open) (open as { rows: Row[] }).rows.push(row)
    else open = { kind: 'paragraph', indent: row.indent, rows: [row] }
  }
  close()
  return blocks
}

function rowOf(text: string, line: number): Row {
  const unquoted = /^\s{0,3}>(?!>>)/.test(text) ? text.replace(/^\s{0,3}(?:> ?){1,10}/, '') : text
  const body = unquoted.trimStart()
  const space = unquoted.slice(0, unquoted.length - body.length)
  return { line, indent: space.replaceAll('\t', '    ').length, text: body }
}

interface Fence {
  readonly mark: string
  readonly language: string
}

function fenceOf(row: Row): Fence | null {
  const match = /^(`{3,}|~{3,})[ \t]*(?:\{?\.?([\w+#-]*))/.exec(row.text)
  if (!match?.[1] || (match[1].startsWith('`') && row.text.slice(match[1].length).includes('`'))) return null
  return { mark: match[1], language: (match[2] ?? '').toLowerCase() }
}

/** Index of the closing row; of the row behind the last where nobody closed it. */
function endOfFence(rows: readonly Row[], start: number, fence: Fence): number {
  for (let index = start + 1; index < rows.length; index += 1) {
    const text = rows[index]?.text.trimEnd() ?? ''
    if (text.startsWith(fence.mark) && text === fence.mark.charAt(0).repeat(text.length)) return index
  }
  return rows.length
}

/** What stands in a fence: tables and numbers apart, code of a named language whole, everything else by its paragraphs. */
function blocksOfFence(rows: readonly Row[], language: string): readonly Block[] {
  const blocks: Block[] = []
  let chunk: Row[] = []
  const close = () => {
    while (chunk.at(-1)?.text.trim() === '') chunk.pop()
    const [first, ...rest] = chunk
    if (first) blocks.push({ kind: kindOfCode(chunk), rows: [first, ...rest] })
    chunk = []
  }
  const whole = !SHELL.has(language)
  for (let index = 0; index < rows.length; ) {
    const row = rows[index] as Row
    const run = whole ? null : attachmentAt(rows, index, true)
    if (run) {
      close()
      blocks.push(run)
      index += run.rows.length
      continue
    }
    index += 1
    if (row.text.trim() !== '') chunk.push(row)
    else if (!whole) close()
    else if (chunk.length > 0) chunk.push(row)
  }
  close()
  return blocks
}

function kindOfCode(rows: readonly Row[]): 'command' | 'code' | 'listing' {
  if (rows.some((row) => isCommand(row.text))) return rows.length > 2 * LONGEST_CODE ? 'listing' : 'command'
  return rows.length > LONGEST_CODE || rows.some((row) => /[├└│]/u.test(row.text)) ? 'listing' : 'code'
}

function headingOf(row: Row): Block | null {
  const match = row.indent <= 3 ? /^(#{1,6})(?:[ \t]|$)/.exec(row.text) : null
  if (!match?.[1]) return null
  let text = row.text.slice(match[1].length).trim()
  const bare = text.length - trailing(text, '#')
  if (bare < text.length && (bare === 0 || /\s/.test(text.charAt(bare - 1))))
    text = text.slice(0, bare).trimEnd()
  return { kind: 'heading', line: row.line, level: match[1].length, text: text.replaceAll(CUT, '').trim() }
}

function trailing(text: string, mark: string): number {
  let count = 0
  while (count < text.length && text.charAt(text.length - 1 - count) === mark) count += 1
  return count
}

/** A single short line with `===` or `---` under it. */
function underlinedHeading(
  open: { readonly kind: string; readonly rows: readonly [Row, ...Row[]] } | null,
  row: Row,
): Block | null {
  if (open?.kind !== 'paragraph' || open.rows.length !== 1 || open.rows[0].text.length > 100) return null
  const text = row.text.trimEnd()
  if (text.length < 3 || row.indent > 3) return null
  const level = text === '='.repeat(text.length) ? 1 : text === '-'.repeat(text.length) ? 2 : 0
  return level === 0
    ? null
    : { kind: 'heading', line: open.rows[0].line, level, text: open.rows[0].text.trim() }
}

function isRule(text: string): boolean {
  const marks = text.replace(/\s/g, '')
  const first = marks.charAt(0)
  return marks.length >= 3 && '-*_=~'.includes(first) && marks === first.repeat(marks.length)
}

type Run = Exclude<Block, { kind: 'heading' | 'item' | 'paragraph' }>

/** A table, numbers, pictures or commands that begin at this row, or null. */
function runAt(rows: readonly Row[], index: number): Run | null {
  const attachment = attachmentAt(rows, index)
  if (attachment) return attachment
  const pictures = countWhile(rows, index, (row) => isPicture(row.text))
  if (pictures > 0) return run('picture', rows, index, pictures)
  const commands = countCommands(rows, index)
  return commands > 0 ? run('command', rows, index, commands) : null
}

function attachmentAt(rows: readonly Row[], index: number, acrossBlanks = false): Run | null {
  const first = rows[index] as Row
  const piped = countWhile(rows, index, (row) => isTableRow(row.text))
  if (piped >= 2 || (piped === 1 && isTableRowAlone(first.text))) {
    return run('table', rows, index, acrossBlanks ? countAcrossBlanks(rows, index) : piped)
  }
  const next = rows[index + 1]
  if (first.text.includes('|') && next && isTableBorder(next.text)) {
    return run('table', rows, index, 1 + countWhile(rows, index + 1, (row) => row.text.includes('|')))
  }
  const columns = countWhile(rows, index, (row) => isColumnRow(row.text))
  if (columns >= 2) return run('table', rows, index, columns)
  const numbers = countWhile(rows, index, (row) => isBareNumbers(row.text))
  return numbers >= 3 ? run('numbers', rows, index, numbers) : null
}

function countWhile(rows: readonly Row[], start: number, holds: (row: Row) => boolean): number {
  let end = start
  for (let row = rows[end]; row && holds(row); row = rows[end]) end += 1
  return end - start
}

/** Rows of one table in a fence, where people set groups of rows apart by blank lines. */
function countAcrossBlanks(rows: readonly Row[], start: number): number {
  let end = start
  for (let index = start; index < rows.length; index += 1) {
    const text = rows[index]?.text ?? ''
    if (isTableRow(text)) end = index + 1
    else if (text.trim() !== '') break
  }
  return end - start
}

/** Commands and the lines that a back-slash continues them over. */
function countCommands(rows: readonly Row[], start: number): number {
  let end = start
  for (let row = rows[end]; row; row = rows[end]) {
    const continued = end > start && rows[end - 1]?.text.trimEnd().endsWith('\\')
    if (row.text.trim() === '' || !(continued || isCommand(row.text))) break
    end += 1
  }
  return end - start
}

function run(kind: Run['kind'], rows: readonly Row[], start: number, count: number): Run {
  return { kind, rows: rows.slice(start, start + count) as [Row, ...Row[]] }
}

/** Cuts HTML comments that are closed somewhere and stand outside fences and inline code. */
function withoutComments(rows: readonly Row[]): readonly Row[] {
  const lastEnd = rows.findLastIndex((row) => row.text.includes('-->'))
  if (lastEnd < 0) return rows
  const kept: Row[] = []
  let fence: Fence | null = null
  let inside = false
  for (const [index, row] of rows.entries()) {
    if (fence) {
      const text = row.text.trimEnd()
      if (text.startsWith(fence.mark) && text === fence.mark.charAt(0).repeat(text.length)) fence = null
      kept.push(row)
      continue
    }
    if (!inside) fence = fenceOf(row)
    if (fence) {
      kept.push(row)
      continue
    }
    const cut = cutComments(row.text, inside, index < lastEnd)
    inside = cut.inside
    kept.push({ ...row, text: cut.text })
  }
  return kept
}

function cutComments(
  text: string,
  wasInside: boolean,
  closesLater: boolean,
): { readonly text: string; readonly inside: boolean } {
  let inside = wasInside
  let kept = ''
  let at = 0
  while (at < text.length) {
    if (inside) {
      const end = text.indexOf('-->', at)
      if (end < 0) return { text: kept, inside: true }
      at = end + 3
      inside = false
      kept += CUT
      continue
    }
    const start = text.indexOf('<!--', at)
    const closes = start >= 0 && (closesLater || text.indexOf('-->', start) >= 0)
    if (!closes) return { text: kept + text.slice(at), inside: false }
    kept += text.slice(at, start)
    at = start
    inside = true
  }
  return { text: kept, inside }
}
