import type { Given } from '../evidence.ts'

/** A value of a metric that is to be reached; `text` is how it was written. */
export interface Target {
  readonly metric: string
  readonly value: number
  readonly text: string
  /** `--target`, or where a file gives it. */
  readonly from: string
}

/** The target as a value that sentences may cite, `target.val_auc`; none where none was named. */
export function givenOfTarget(target: Target | null): readonly Given[] {
  if (target === null) return []
  const { metric, value, text, from } = target
  return [
    {
      address: 'target',
      name: 'target',
      value: null,
      fields: new Map([[metric, { value: { kind: 'number', value, text }, unit: null }]]),
      from,
    },
  ]
}
