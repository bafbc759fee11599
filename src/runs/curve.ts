import type { Point } from './run.ts'

/** A finite value of a series and where it stood. */
export interface CurvePoint {
  readonly step: number | null
  readonly value: number
}

/** What the whole series of a metric tells, made in one pass over its points, with bounded memory. */
export interface Curve {
  /** How many points, non-finite ones included. */
  readonly count: number
  readonly first: CurvePoint
  readonly last: CurvePoint
  readonly lowest: CurvePoint
  readonly highest: CurvePoint
  /** The first point that was no finite number; null where all were. */
  readonly nonFiniteFrom: { readonly step: number | null } | null
}

/** Takes the points of one series in order and gives what they tell; null where no point was finite. */
export function traceCurve(): {
  add(point: Pick<Point, 'step' | 'value'>): void
  finish(): Curve | null
} {
  let count = 0
  let first: CurvePoint | null = null
  let last: CurvePoint | null = null
  let lowest: CurvePoint | null = null
  let highest: CurvePoint | null = null
  let nonFiniteFrom: Curve['nonFiniteFrom'] = null
  return {
    add({ step, value }) {
      count += 1
      if (!Number.isFinite(value)) {
        nonFiniteFrom ??= { step }
        return
      }
      const point = { step, value }
      first ??= point
      last = point
      if (lowest === null || value < lowest.value) lowest = point
      if (highest === null || value > highest.value) highest = point
    },
    finish() {
      if (first === null || last === null || lowest === null || highest === null) return null
      return { count, first, last, lowest, highest, nonFiniteFrom }
    },
  }
}
