import Table from 'cli-table3'
import { displayWidth, truncate } from './display-width.ts'
import type { Style } from './style.ts'

/** One column of a table. */
export interface Column {
  readonly head: string
  readonly align?: 'left' | 'right'
  /** The width below which it is not squeezed; default: it is never squeezed. */
  readonly least?: number
  /** Left out, from the right, where the table would not fit. */
  readonly optional?: boolean
}

const GAP = 2
const AT_ONCE = 100

/**
 * A table without borders that fits the width given: columns with a `least` are squeezed, then optional ones are left
 * out. Cells must be clean; wide characters keep their columns. No trailing spaces; ends without a line feed.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  style: Style,
): string {
  const natural = columns.map((column, index) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[index] ?? '')), displayWidth(column.head)),
  )
  const kept = fitting(columns, natural, width)
  const aligned = kept.map(({ index, width: wide }) => (text: string) => {
    const short = truncate(text, wide)
    const blank = ' '.repeat(Math.max(0, wide - displayWidth(short)))
    return columns[index]?.align === 'right' ? blank + short : short
  })
  const head = kept
    .map(({ index, width: wide }, at) => {
      const shown = aligned[at]?.(columns[index]?.head ?? '') ?? ''
      return shown + ' '.repeat(Math.max(0, wide - displayWidth(shown)))
    })
    .join(' '.repeat(GAP))
    .trimEnd()
  const body: string[] = []
  // The layout of one large table takes time by the square of its rows; the widths are settled already.
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const table = new Table({
      chars: BARE,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
      colWidths: kept.map(({ width: wide }, index) => wide + (index < kept.length - 1 ? GAP : 0)),
      colAligns: kept.map(() => 'left'),
    })
    const some = rows.slice(from, from + AT_ONCE)
    table.push(...some.map((row) => kept.map(({ index }, at) => aligned[at]?.(row[index] ?? '') ?? '')))
    body.push(...table.toString().split('\n'))
  }
  return [style.bold(head), ...body.map((line) => line.trimEnd())].join('\n')
}

interface Kept {
  readonly index: number
  readonly width: number
}

function fitting(columns: readonly Column[], natural: readonly number[], width: number): readonly Kept[] {
  let indexes = columns.map((_, index) => index)
  for (;;) {
    const widths = indexes.map((index) => natural[index] ?? 0)
    let over = widths.reduce((sum, wide) => sum + wide, 0) + GAP * (indexes.length - 1) - width
    while (over > 0) {
      const widest = indexes
        .map((index, at) => ({ at, wide: widths[at] ?? 0, least: columns[index]?.least ?? Infinity }))
        .filter(({ wide, least }) => wide > least)
        .sort((a, b) => b.wide - a.wide)[0]
      if (widest === undefined) break
      widths[widest.at] = widest.wide - 1
      over -= 1
    }
    const last = indexes.findLast((index) => columns[index]?.optional === true)
    if (over <= 0 || last === undefined) {
      return indexes.map((index, at) => ({ index, width: widths[at] ?? 0 }))
    }
    indexes = indexes.filter((index) => index !== last)
  }
}

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}
