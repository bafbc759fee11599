import type { Address } from '../evidence/evidence.ts'
import type { Direction } from '../settings.ts'

/** How a value was made, for those who must know what a check really says: `min` over which values, `delta` of which. */
export interface Making {
  readonly by: string
  readonly operands: readonly Value[]
}

/** What every value knows: the runs it speaks of, the facts behind it, and how it was computed (null: it was logged). */
interface Common {
  readonly runs: readonly Address[]
  readonly cites: readonly Address[]
  readonly made: Making | null
}

/** A number with all that decides whether it may be held against another. */
export interface NumberValue extends Common {
  readonly kind: 'number'
  readonly value: number
  /** The text it was logged or typed as; null for computed ones. */
  readonly text: string | null
  /** `%` for changes in per cent, `pp` for percentage points, `s`, `step`, what settings say, or null. */
  readonly unit: string | null
  readonly direction: Direction | null
  readonly field: 'metric' | 'param' | 'attribute' | 'reported' | 'computed' | 'literal'
  /** The metric's, parameter's or attribute's name; null where it has none. */
  readonly name: string | null
  /** Which point of the series it is (`last`, `min`, …); null where there is no series. */
  readonly point: string | null
  /** Statistics over runs, innermost first: `['mean', 'max']` is a max of means. */
  readonly statistics: readonly string[]
  readonly dataSets: readonly string[]
  /** What the runs predict, where a parameter tells. */
  readonly targets: readonly string[]
  /** On which sides of breaks of the split, and of the threshold where the metric moves with it, the runs stand. */
  readonly protocols: readonly string[]
}

export type Value =
  | NumberValue
  | (Common & {
      readonly kind: 'text'
      readonly text: string
      readonly name: string | null
      readonly isLiteral: boolean
    })
  | (Common & { readonly kind: 'time'; readonly at: number; readonly name: string })
  | (Common & { readonly kind: 'run'; readonly address: Address })
  | (Common & { readonly kind: 'group'; readonly address: Address; readonly label: string })
  | (Common & { readonly kind: 'names'; readonly names: readonly string[] })
  | (Common & { readonly kind: 'quote'; readonly text: string })
  | (Common & { readonly kind: 'finding'; readonly sentence: string; readonly finding: string })
  | (Common & { readonly kind: 'truth'; readonly holds: boolean; readonly actual: string })
  /** Words that we print for a relation of two values: "lower than". */
  | (Common & { readonly kind: 'relation'; readonly words: string })

/** A number computed from nothing yet: the fields that a computation need not say. */
export const COMPUTED = {
  kind: 'number',
  text: null,
  unit: null,
  direction: null,
  field: 'computed',
  name: null,
  point: null,
  statistics: [],
  dataSets: [],
  targets: [],
  protocols: [],
} as const

/** The different ones of several lists, in the order they first stand. */
export function united<T>(lists: readonly (readonly T[])[]): readonly T[] {
  return [...new Set(lists.flat())]
}
