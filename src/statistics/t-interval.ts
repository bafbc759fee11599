import { mean, sampleStandardDeviation } from 'simple-statistics'
import { studentTQuantile } from './student-t.ts'

/** A mean with its uncertainty. */
export interface TInterval {
  readonly mean: number
  /** The sample standard deviation (n - 1). */
  readonly sd: number
  readonly low: number
  readonly high: number
  readonly count: number
}

/**
 * The interval that holds the mean behind a sample with the given confidence (0.95), if single values scatter normally:
 * mean ± t · sd / √n with n - 1 degrees of freedom (Student 1908). Null for fewer than two values.
 */
export function tInterval(values: readonly number[], level: number): TInterval | null {
  if (values.length < 2) return null
  const middle = mean([...values])
  const sd = sampleStandardDeviation([...values])
  const half = (studentTQuantile((1 + level) / 2, values.length - 1) * sd) / Math.sqrt(values.length)
  return { mean: middle, sd, low: middle - half, high: middle + half, count: values.length }
}
