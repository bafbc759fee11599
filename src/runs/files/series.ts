import type { MetricSummary } from '../run.ts'

/** One value of a series as its file tells it; `line` is 0 where there are no lines. */
export type AddPoint = (step: number | null, time: number | null, value: number, line?: number) => void

/** What is known of a series when all its points were given. */
export interface SummarisedSeries {
  readonly summary: MetricSummary
  /** The latest time logged; null where none was. */
  readonly time: number | null
  readonly file: string
  /** The line of the last value; 0 where there are no lines. */
  readonly line: number
}

/**
 * Takes the points of one series in the order they were written and keeps only what a summary needs. The last value is the one of the
 * highest step, then time; of those with both alike, the one written last.
 */
export function summariseSeries(): {
  from(file: string): AddPoint
  finish(): SummarisedSeries | null
} {
  let last: { step: number | null; time: number | null; value: number; line: number; file: string } | null =
    null
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let minStep: number | null = null
  let maxStep: number | null = null
  let count = 0
  let nonFinite = 0
  let latest: number | null = null
  return {
    from: (file) => (step, time, value, line) => {
      count += 1
      if (time !== null && (latest === null || time > latest)) latest = time
      if (last === null || compare(step, time, last.step, last.time) >= 0)
        last = { step, time, value, line: line ?? 0, file }
      if (!Number.isFinite(value)) {
        nonFinite += 1
        return
      }
      if (value < min || (value === min && isEarlier(step, minStep))) {
        min = value
        minStep = step
      }
      if (value > max || (value === max && isEarlier(step, maxStep))) {
        max = value
        maxStep = step
      }
    },
    finish() {
      if (last === null) return null
      const hasFinite = nonFinite < count
      return {
        summary: {
          last: last.value,
          lastStep: last.step,
          min: hasFinite ? min : null,
          max: hasFinite ? max : null,
          minStep,
          maxStep,
          count,
          nonFinite,
        },
        time: latest,
        file: last.file,
        line: last.line,
      }
    },
  }
}

const WIDTH = 5

/** The points of one series, from one file or several, in columns: a tenth of the memory of one object each. */
export function collectSeries(): {
  from(file: string): AddPoint
  readonly size: () => number
  /** In order of step, then time, then as they were written; what has no step or time comes before what has one. */
  inOrder(): Iterable<{
    readonly step: number | null
    readonly time: number | null
    readonly value: number
    readonly line: number
    readonly file: string
  }>
} {
  let columns = new Float64Array(WIDTH * 256)
  let size = 0
  let isOrdered = true
  const files: string[] = []
  const before = (left: number, right: number): number =>
    order(columns[WIDTH * left], columns[WIDTH * right]) ||
    order(columns[WIDTH * left + 1], columns[WIDTH * right + 1])
  return {
    from: (file) => {
      const number = files.push(file) - 1
      return (step, time, value, line) => {
        const at = WIDTH * size
        if (at === columns.length) {
          const wider = new Float64Array(2 * columns.length)
          wider.set(columns)
          columns = wider
        }
        columns[at] = step ?? Number.NEGATIVE_INFINITY
        columns[at + 1] = time ?? Number.NEGATIVE_INFINITY
        columns[at + 2] = value
        columns[at + 3] = line ?? 0
        columns[at + 4] = number
        if (size > 0 && before(size - 1, size) > 0) isOrdered = false
        size += 1
      }
    },
    size: () => size,
    *inOrder() {
      const rows = Uint32Array.from({ length: size }, (_, index) => index)
      if (!isOrdered) rows.sort((left, right) => before(left, right) || left - right)
      for (const row of rows) {
        const [step = 0, time = 0, value = 0, line = 0, file = 0] = columns.subarray(
          WIDTH * row,
          WIDTH * (row + 1),
        )
        yield { step: known(step), time: known(time), value, line, file: files[file] ?? '' }
      }
    },
  }
}

function compare(
  step: number | null,
  time: number | null,
  otherStep: number | null,
  otherTime: number | null,
): number {
  const low = Number.NEGATIVE_INFINITY
  return order(step ?? low, otherStep ?? low) || order(time ?? low, otherTime ?? low)
}

function order(left = 0, right = 0): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function known(value: number): number | null {
  return value === Number.NEGATIVE_INFINITY ? null : value
}

function isEarlier(step: number | null, than: number | null): boolean {
  return step !== null && than !== null && step < than
}
