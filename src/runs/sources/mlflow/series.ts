import type { MetricSummary } from '../../run.ts'

/** Takes the points of one series in any order and keeps only what a summary needs. */
export interface SeriesSummary {
  add(step: number, time: number, value: number, line: number): void
  /** Null where no point was added. `line` is the line of the last value. */
  finish(): { readonly summary: MetricSummary; readonly time: number; readonly line: number } | null
}

/** A summary to be filled. The last value is MLflow's: the maximum by step, time and value. */
export function summariseSeries(): SeriesSummary {
  let last: { step: number; time: number; value: number; line: number } | null = null
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let minStep: number | null = null
  let maxStep: number | null = null
  let count = 0
  let nonFinite = 0
  let latestTime = Number.NEGATIVE_INFINITY
  return {
    add(step, time, value, line) {
      count += 1
      if (time > latestTime) latestTime = time
      if (last === null) last = { step, time, value, line }
      else if (comparePoints(step, time, value, last) > 0) {
        last.step = step
        last.time = time
        last.value = value
        last.line = line
      }
      if (!Number.isFinite(value)) {
        nonFinite += 1
        return
      }
      if (value < min || (value === min && minStep !== null && step < minStep)) {
        min = value
        minStep = step
      }
      if (value > max || (value === max && maxStep !== null && step < maxStep)) {
        max = value
        maxStep = step
      }
    },
    finish() {
      if (last === null) return null
      return {
        summary: {
          last: last.value,
          lastStep: last.step,
          min: minStep === null ? null : min,
          max: maxStep === null ? null : max,
          minStep,
          maxStep,
          count,
          nonFinite,
        },
        time: latestTime,
        line: last.line,
      }
    },
  }
}

/** The points of one series in columns: a tenth of the memory of one object each. */
export interface SeriesColumns {
  add(step: number, time: number, value: number, line: number): void
  /** In order of step, then time, then as they were added. */
  inOrder(): Iterable<{
    readonly step: number
    readonly time: number
    readonly value: number
    readonly line: number
  }>
}

/** Columns to be filled; they are sorted only where they did not come in order. */
export function collectSeries(): SeriesColumns {
  let columns = new Float64Array(4 * 256)
  let size = 0
  let ordered = true
  return {
    add(step, time, value, line) {
      const at = 4 * size
      if (at === columns.length) {
        const wider = new Float64Array(2 * columns.length)
        wider.set(columns)
        columns = wider
      }
      columns.set([step, time, value, line], at)
      if (size > 0 && compareRows(columns, size - 1, size) > 0) ordered = false
      size += 1
    },
    *inOrder() {
      const order = Uint32Array.from({ length: size }, (_, index) => index)
      if (!ordered) order.sort((left, right) => compareRows(columns, left, right) || left - right)
      for (const row of order) {
        const [step = 0, time = 0, value = 0, line = 0] = columns.subarray(4 * row, 4 * row + 4)
        yield { step, time, value, line }
      }
    },
  }
}

function compareRows(columns: Float64Array, left: number, right: number): number {
  const steps = (columns[4 * left] ?? 0) - (columns[4 * right] ?? 0)
  return steps !== 0 ? steps : (columns[4 * left + 1] ?? 0) - (columns[4 * right + 1] ?? 0)
}

function comparePoints(
  step: number,
  time: number,
  value: number,
  other: { readonly step: number; readonly time: number; readonly value: number },
): number {
  if (step !== other.step) return step - other.step
  if (time !== other.time) return time - other.time
  return value > other.value ? 1 : 0
}
