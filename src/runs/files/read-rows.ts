import { NarrateError } from '../../errors.ts'
import { quoted } from '../quoted.ts'
import { collectLineGaps } from './collect-line-gaps.ts'
import { isLooseMap, leavesOf, parseFirstJson } from './loose-json.ts'
import { readJsonLines, rowAt } from './read-json-lines.ts'
import { readDecoded } from './read-loose.ts'
import { readTable } from './read-table.ts'
import type { Row, RowOptions, Rows } from './row.ts'

/** Files that hold rows, by the ends of their names. */
export const ROWS_FILE = /\.(?:jsonl|ndjson|json|csv|tsv)$/i

const MOST_BYTES = 128 * 1024 * 1024

/**
 * Reads the rows of a file by its name: a table (`.csv`, `.tsv`), a list of objects (`.json`) or an object a line. Throws `NarrateError('source')` where
 * it cannot be read, or is too large to be held.
 */
export async function readRows(
  path: string,
  file: string,
  options: RowOptions & { readonly takesLists?: boolean },
): Promise<Rows> {
  if (/\.(?:csv|tsv)$/i.test(path)) return readTable(path, file, options)
  return /\.json$/i.test(path) ? readList(path, file, options) : readJsonLines(path, file, options)
}

/** Reads a JSON list of objects, one after the other, so that what stands before a damage is kept. */
function readList(path: string, file: string, { most, stop, wants, take }: RowOptions): Rows {
  const read = readDecoded(path, MOST_BYTES)
  if (read.kind !== 'text') {
    const why = read.kind === 'missing' ? 'it is gone' : read.why
    throw new NarrateError('source', `${quoted(file)} cannot be read: ${why}.`)
  }
  const { text } = read
  const rows: Row[] = []
  const gaps = collectLineGaps(file)
  if (read.damaged) gaps.add(1, 'the file holds bytes that are no UTF-8, shown as replacement characters')
  const space = /\s*/y
  let at = 0
  let line = 1
  const goTo = (end: number): void => {
    for (let next = text.indexOf('\n', at); next !== -1 && next < end; next = text.indexOf('\n', next + 1))
      line += 1
    at = end
  }
  const skip = (): string => {
    space.lastIndex = at
    goTo(at + (space.exec(text)?.[0].length ?? 0))
    return text[at] ?? ''
  }
  if (skip() !== '[') gaps.add(line, 'it is no list of JSON objects')
  else
    for (goTo(at + 1); rows.length < most; goTo(at + 1)) {
      if (skip() === ']') break
      stop()
      const from = at
      const parsed = parseFirstJson(text, from)
      if (parsed.kind === 'broken') {
        gaps.add(line, parsed.why)
        break
      }
      const number = line
      const row: Row | null = isLooseMap(parsed.value) ? { line, leaves: leavesOf(parsed.value) } : null
      if (row === null) gaps.add(line, 'it is no JSON object')
      else if (wants?.(row) !== false) {
        if (take === undefined) rows.push(row)
        else take(row, () => rowAt(text, from, number), null)
      }
      goTo(parsed.end)
      const next = skip()
      if (next === ']') break
      if (next !== ',') {
        gaps.add(
          line,
          next === ''
            ? 'the list does not end: it may be half written'
            : 'something follows that is no object',
        )
        break
      }
    }
  return { header: null, rows, gaps: gaps.all() }
}
