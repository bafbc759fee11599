import type { FindingValue } from './evidence.ts'

/** A count, a share or another number without a unit, for a finding's values: it is a value of no metric. */
export function counted(value: number, how: string): FindingValue {
  return { value, unit: null, metric: null, how }
}
