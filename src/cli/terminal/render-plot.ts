import asciichart from 'asciichart'
import type { ThinCurve } from '../../runs/thin-curve.ts'
import type { Style } from './style.ts'

/** One line of a plot and the name its legend gives it. */
export interface PlotLine {
  readonly name: string
  readonly curve: ThinCurve
}

export interface PlotLook {
  readonly width: number
  readonly style: Style
  readonly format: (value: number) => string
}

const HEIGHT = 8
const WIDEST = 64
/** The first line is drawn whole, the others dotted: they must be told apart without colours. */
const SYMBOLS: readonly { readonly legend: string; readonly symbols: readonly string[] }[] = [
  { legend: '─', symbols: ['┤', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'] },
  { legend: '·', symbols: ['┤', '┤', '·', '·', '·', '·', '·', '·', '·', '·'] },
  { legend: '∘', symbols: ['┤', '┤', '∘', '∘', '∘', '∘', '∘', '∘', '∘', '∘'] },
]

/**
 * A small plot of up to three series over one axis of steps, in text that fits the width. What lies between two points is
 * drawn as a straight line; what was not finite is told in the last line and not drawn. A series without two
 * different values is told in words.
 */
export function renderPlot(lines: readonly PlotLine[], look: PlotLook): string {
  const drawn = lines.slice(0, SYMBOLS.length).filter(({ curve }) => curve.points.length > 1)
  const values = drawn.flatMap(({ curve }) => curve.points.map(({ value }) => value))
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const legend = lines
    .map(({ name }) => {
      const at = drawn.findIndex((one) => one.name === name)
      return at < 0 ? name : `${SYMBOLS[at]?.legend ?? ''} ${name}`
    })
    .join('   ')
  const remarks = lines.flatMap((line) => remarksOn(line, lines.length > 1))
  const title = look.style.bold(legend)
  if (drawn.length === 0 || !(high > low)) {
    const flat = drawn.length > 0 ? [`${look.format(low)} throughout`] : []
    return [title, ...[...flat, ...remarks].map((text) => `  ${look.style.dim(text)}`)].join('\n')
  }
  const labels = Array.from({ length: HEIGHT + 1 }, (_, row) =>
    look.format(high - (row * (high - low)) / HEIGHT),
  )
  const labelWidth = Math.max(...labels.map((label) => label.length))
  const columns = Math.max(10, Math.min(WIDEST, look.width - labelWidth - 4))
  const xs = drawn.flatMap(({ curve }) => [curve.points[0]?.x ?? 0, curve.points.at(-1)?.x ?? 0])
  const [from, until] = [Math.min(...xs), Math.max(...xs)]
  const cells: string[][] = Array.from({ length: HEIGHT + 1 }, () =>
    Array.from({ length: columns }, () => ' '),
  )
  // The first line lies on top.
  for (const [index, { curve }] of [...drawn.entries()].reverse()) {
    const symbols = SYMBOLS[index]?.symbols ?? []
    const { first, heights } = stretched(curve, from, until, columns, low, high)
    const plot = asciichart.plot(heights, {
      height: HEIGHT,
      min: 0,
      max: HEIGHT,
      offset: 1,
      symbols,
      format: () => '',
    })
    for (const [row, line] of plot.split('\n').entries())
      for (const [column, character] of [...line].slice(1).entries()) {
        const target = cells[row]
        if (character !== ' ' && target !== undefined && first + column < columns)
          target[first + column] = character
      }
  }
  const rows = cells.map(
    (row, index) =>
      `  ${(labels[index] ?? '').padStart(labelWidth)} ${look.style.dim('┤')}${row.join('').trimEnd()}`,
  )
  const unit = drawn.some(({ curve }) => curve.unit === 'step') ? 'step' : 'point'
  const [left, right] = [`${unit} ${look.format(from)}`, look.format(until)]
  const axis = `${' '.repeat(labelWidth + 4)}${left}${' '.repeat(Math.max(1, columns - left.length - right.length))}${right}`
  return [title, ...rows, look.style.dim(axis), ...remarks.map((text) => `  ${look.style.dim(text)}`)].join(
    '\n',
  )
}

/** A value per column from the curve's first one to its last, as heights between 0 and the plot's. */
function stretched(
  { points }: ThinCurve,
  from: number,
  until: number,
  columns: number,
  low: number,
  high: number,
): { readonly first: number; readonly heights: readonly number[] } {
  const place = (x: number): number =>
    until === from ? 0 : Math.round(((x - from) / (until - from)) * (columns - 1))
  const sums = new Map<number, { sum: number; count: number }>()
  for (const { x, value } of points) {
    const column = place(x)
    const known = sums.get(column)
    if (known === undefined) sums.set(column, { sum: value, count: 1 })
    else {
      known.sum += value
      known.count += 1
    }
  }
  const known = [...sums].map(([column, { sum, count }]) => ({ column, value: sum / count }))
  const first = known[0]?.column ?? 0
  const heights: number[] = []
  for (const [index, { column, value }] of known.entries()) {
    const before = known[index - 1]
    if (before !== undefined)
      for (let at = before.column + 1; at < column; at += 1) {
        const share = (at - before.column) / (column - before.column)
        heights.push(before.value + share * (value - before.value))
      }
    heights.push(value)
  }
  return { first, heights: heights.map((value) => ((value - low) / (high - low)) * HEIGHT) }
}

function remarksOn({ name, curve }: PlotLine, several: boolean): readonly string[] {
  const whose = several ? `${name}: ` : ''
  const remarks: string[] = []
  if (curve.nonFinite > 0) {
    const where = curve.nonFiniteFrom === null ? '' : ` (first at ${curve.unit} ${curve.nonFiniteFrom})`
    remarks.push(`${whose}${curve.nonFinite} of ${curve.count} points not finite, not drawn${where}`)
  }
  if (curve.points.length === 1 && curve.nonFinite === 0) remarks.push(`${whose}one point`)
  return remarks
}
