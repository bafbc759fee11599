import { mean, sampleVariance } from 'simple-statistics'
import { difference, isSameValue } from './difference.ts'
import { tailsOfT } from './student-t.ts'

/** What a t test of two samples says of mean(a) - mean(b). */
export interface Welch {
  readonly difference: number
  /** The standard error of the difference. */
  readonly error: number
  readonly t: number
  readonly degreesOfFreedom: number
  /** Two-sided. */
  readonly p: number
}

/**
 * Welch's t test of two means whose variances may differ, with the degrees of freedom of Welch and Satterthwaite
 * (Welch 1947). Null where a sample has fewer than two values or neither varies by more than rounding.
 */
export function welch(a: readonly number[], b: readonly number[]): Welch | null {
  if (a.length < 2 || b.length < 2) return null
  const [errorA, errorB] = [varianceOf(a) / a.length, varianceOf(b) / b.length]
  const square = errorA + errorB
  if (square === 0) return null
  const apart = difference(mean([...b]), mean([...a]))
  const error = Math.sqrt(square)
  const t = apart / error
  const degreesOfFreedom = square ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1))
  return { difference: apart, error, t, degreesOfFreedom, p: tailsOfT(t, degreesOfFreedom) }
}

function varianceOf(values: readonly number[]): number {
  return values.every((value) => isSameValue(value, values[0] ?? value)) ? 0 : sampleVariance([...values])
}
