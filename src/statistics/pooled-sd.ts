import { sampleVariance } from 'simple-statistics'

/** How far single values scatter inside their groups, estimated from all groups together. */
export interface PooledSd {
  readonly sd: number
  readonly degreesOfFreedom: number
}

/**
 * The standard deviation within groups, pooled over them: the root of the sum of squares around each group's mean,
 * divided by the sum of (n - 1). Null where no group has two values.
 */
export function pooledSd(groups: readonly (readonly number[])[]): PooledSd | null {
  const repeated = groups.filter((group) => group.length > 1)
  const degreesOfFreedom = repeated.reduce((sum, group) => sum + group.length - 1, 0)
  if (degreesOfFreedom === 0) return null
  const squares = repeated.reduce((sum, group) => sum + sampleVariance([...group]) * (group.length - 1), 0)
  return { sd: Math.sqrt(squares / degreesOfFreedom), degreesOfFreedom }
}
