import { type Gap, gap } from '../../../gap.ts'
import { type Line, streamLines, ZEROS } from '../../files/stream-lines.ts'

const LONGEST = 1024 * 1024
const TOLD = 20
const QUOTED = /\s*"((?:[^"]|"")*)"?\s*/y

/** A row of a table under its header; `line` is from 1. */
export interface TableRow {
  readonly cells: readonly string[]
  readonly line: number
}

/**
 * Calls `header` with the column names of a table, then `row` with every row that is whole; cells come trimmed (YOLOv5 pads them). A row of
 * another width is a gap with its line, and a last line that does not end is left out: its last number may be cut. Gives back the gaps.
 */
export async function readMetricsTable(
  path: string,
  file: string,
  stop: () => void,
  take: { header(names: readonly string[]): void; row(row: TableRow): void },
  separator = ',',
): Promise<readonly Gap[]> {
  const gaps: Gap[] = []
  let more = 0
  let width: number | null = null
  const lost = (line: number, why: string): void => {
    if (gaps.length < TOLD) gaps.push(gap(`line ${line}`, `${file}:${line}`, why))
    else more += 1
  }
  const read = await streamLines(path, { longest: LONGEST, stop }, (line: Line) => {
    if (line.text.trim() === '' && line.damage !== 'zeros') return
    if (line.damage === 'zeros') lost(line.number, ZEROS)
    else if (!line.ended)
      lost(line.number, 'the last line does not end, and is left out: it may be half written')
    else if (line.damage === 'too long') lost(line.number, `it is longer than ${LONGEST} bytes`)
    else if (line.damage !== null) lost(line.number, 'it holds bytes that are no UTF-8')
    else takeCells(splitCells(line.text, separator), line.number)
  })
  if (read.kind !== 'read') gaps.push(gap('metrics', file, read.kind === 'missing' ? 'it is gone' : read.why))
  else if (width === null && gaps.length === 0) gaps.push(gap('metrics', file, 'the file is empty'))
  return more === 0 ? gaps : [...gaps, gap(`${more} lines`, file, 'they could not be read either')]

  function takeCells(cells: readonly string[], line: number): void {
    if (width === null) {
      width = cells.length
      take.header(cells)
    } else if (cells.length === width) take.row({ cells, line })
    else lost(line, `it has ${cells.length} fields where the header has ${width}`)
  }
}

/** The cells of one line (RFC 4180; a quote that does not end takes the rest). */
function splitCells(text: string, separator: string): readonly string[] {
  if (!text.includes('"') || separator === '\t') return text.split(separator).map((cell) => cell.trim())
  const cells: string[] = []
  for (let at = 0; at <= text.length; at += 1) {
    QUOTED.lastIndex = at
    const quotedCell = QUOTED.exec(text)
    if (quotedCell === null) {
      const end = text.indexOf(separator, at)
      const until = end === -1 ? text.length : end
      cells.push(text.slice(at, until).trim())
      at = until
    } else {
      cells.push((quotedCell[1] ?? '').replaceAll('""', '"').trim())
      const end = text.indexOf(separator, at + quotedCell[0].length)
      at = end === -1 ? text.length : end
    }
  }
  return cells
}
