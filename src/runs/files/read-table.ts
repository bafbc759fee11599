import Papa from 'papaparse'
import { NarrateError } from '../../errors.ts'
import { quoted } from '../quoted.ts'
import { collectLineGaps } from './collect-line-gaps.ts'
import { readDecoded } from './read-loose.ts'
import type { Row, RowOptions, Rows } from './row.ts'

/** A row whose last field is in quotes, and over. */
const CLOSED = /(?:^|[,;|\t])"(?:[^"]|"")*"$/
const MOST_BYTES = 64 * 1024 * 1024

/**
 * Reads a table with a header: tabs for `.tsv`, else the separator that its beginning tells. A row of another width than the header is a gap with its
 * line. The last field of a last line that does not end may be cut, and is left out unless it closes a quote. Throws `NarrateError('source')` where the
 * file cannot be read, or is too large to be held.
 */
export function readTable(
  path: string,
  file: string,
  options: Pick<RowOptions, 'most' | 'wants' | 'take'>,
): Rows {
  const read = readDecoded(path, MOST_BYTES)
  if (read.kind !== 'text')
    throw new NarrateError(
      'source',
      `${quoted(file)} cannot be read: ${read.kind === 'missing' ? 'it is gone' : read.why}.`,
    )
  const { text } = read
  const gaps = collectLineGaps(file)
  if (read.damaged) gaps.add(1, 'the file holds bytes that are no UTF-8, shown as replacement characters')
  const endsLine = /[\n\r]$/.test(text)
  const rows: Row[] = []
  let header: readonly string[] | null = null
  let line = 1
  let from = 0
  Papa.parse<string[]>(text, {
    delimiter: /\.tsv$/i.test(file) ? '\t' : '',
    delimitersToGuess: [',', ';', '\t', '|'],
    step({ data: cells, errors, meta }, parser) {
      const at = line
      const isLast = meta.cursor >= text.length && !endsLine && !CLOSED.test(text.slice(from))
      line += countLines(text, from, meta.cursor)
      from = meta.cursor
      if (cells.length === 1 && (cells[0] ?? '').trim() === '') return
      if (errors.some(({ type }) => type === 'Quotes')) gaps.add(at, 'a quote in it does not end')
      else if (header === null) {
        header = isLast ? [] : cells.map((cell) => cell.trim())
        if (isLast) gaps.add(at, 'the header does not end: it may be half written')
      } else if (cells.length !== header.length) {
        const count = `it has ${cells.length} fields where the header has ${header.length}`
        gaps.add(at, isLast ? 'the last line is not whole: it may be half written' : count)
      } else {
        if (isLast) gaps.add(at, `the last line does not end, and its last field is left out: it may be cut`)
        const names = header
        const whole = isLast ? cells.slice(0, -1) : cells
        const row = { line: at, leaves: leaves(names, whole) }
        if (options.wants?.(row) === false) return
        if (options.take === undefined) rows.push(row)
        else options.take(row, () => ({ line: at, leaves: leaves(names, whole) }), names)
      }
      if (rows.length >= options.most) parser.abort()
    },
  })
  return { header: header ?? [], rows, gaps: gaps.all() }
}

/** The cells of a row under their names; an empty one says nothing. Of columns with one name the last one that says something counts. */
function leaves(header: readonly string[], cells: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [index, name] of header.entries()) {
    const cell = (cells[index] ?? '').trim()
    // Pandas' own count of the rows is nobody's.
    if (name !== '' && cell !== '' && !/^Unnamed: \d+$/.test(name)) found.set(name, cell)
  }
  return found
}

function countLines(text: string, from: number, until: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < until; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
