import { cutApart, cutInFront, widthApart } from './cut-apart.ts'
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
  /**
   * True where its cells are names: they are cut so that those that differ still do, and optional columns make room for that, as long as
   * this many columns are enough.
   */
  readonly apart?: number
}

const GAP = 2

/**
 * A table without borders that fits the width given: columns with a `least` are squeezed, then optional ones are left
 * out. The head of a column of numbers that is too long keeps its end. Cells must be clean; wide characters keep their columns. No trailing spaces; ends without a line feed.
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
  const kept = fitting(columns, natural, width, leastOf(columns, rows))
  const cells = kept.map(({ index, width: wide }) => {
    const own = rows.map((row) => row[index] ?? '')
    return columns[index]?.apart === undefined ? own.map((text) => truncate(text, wide)) : cutApart(own, wide)
  })
  const lineOf = (texts: readonly string[]): string => texts.join(' '.repeat(GAP)).trimEnd()
  const head = kept.map(({ index, width: wide }) => {
    const { head = '', align } = columns[index] ?? {}
    if (align !== 'right') return padded(truncate(head, wide), wide)
    return padded(cutInFront(head, wide), wide, align)
  })
  const body = rows.map((_, row) =>
    lineOf(
      kept.map(({ index, width: wide }, at) => padded(cells[at]?.[row] ?? '', wide, columns[index]?.align)),
    ),
  )
  return [style.bold(lineOf(head)), ...body].join('\n')
}

function padded(text: string, width: number, align: Column['align'] = 'left'): string {
  const blank = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'right' ? blank + text : text + blank
}

interface Kept {
  readonly index: number
  readonly width: number
}

/** The widths that columns of names should keep, beside those below which they are never squeezed. */
function leastOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly (number | undefined)[] {
  return columns.map(({ least, apart }, index) =>
    least === undefined || apart === undefined
      ? least
      : Math.min(
          Math.max(least, apart),
          widthApart(
            rows.map((row) => row[index] ?? ''),
            least,
          ),
        ),
  )
}

function fitting(
  columns: readonly Column[],
  natural: readonly number[],
  width: number,
  wanted: readonly (number | undefined)[],
): readonly Kept[] {
  let indexes = columns.map((_, index) => index)
  for (;;) {
    const last = indexes.findLast((index) => columns[index]?.optional === true)
    const roomy = squeezed(indexes, natural, width, wanted)
    if (roomy.over <= 0) return roomy.kept
    if (last === undefined)
      return squeezed(
        indexes,
        natural,
        width,
        columns.map(({ least }) => least),
      ).kept
    indexes = indexes.filter((index) => index !== last)
  }
}

/** Columns made narrower, the widest first, until they fit or none may be; `over` is what is too much then. */
function squeezed(
  indexes: readonly number[],
  natural: readonly number[],
  width: number,
  leasts: readonly (number | undefined)[],
): { readonly kept: readonly Kept[]; readonly over: number } {
  const widths = indexes.map((index) => natural[index] ?? 0)
  let over = widths.reduce((sum, wide) => sum + wide, 0) + GAP * (indexes.length - 1) - width
  while (over > 0) {
    const widest = indexes
      .map((index, at) => ({ at, wide: widths[at] ?? 0, least: leasts[index] ?? Infinity }))
      .filter(({ wide, least }) => wide > least)
      .sort((a, b) => b.wide - a.wide)[0]
    if (widest === undefined) break
    widths[widest.at] = widest.wide - 1
    over -= 1
  }
  return { kept: indexes.map((index, at) => ({ index, width: widths[at] ?? 0 })), over }
}
