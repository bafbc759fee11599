/** The fields of a run that the syntax calls attributes. */
export const ATTRIBUTES = ['run_id', 'run_name', 'status', 'user_id', 'start_time', 'end_time'] as const

export type Attribute = (typeof ATTRIBUTES)[number]

export const DATA_SET_FIELDS = ['name', 'digest', 'context'] as const

/** What a condition, a column or an order is about: `metrics.val_auc`, `params.lr`, `status`, `datasets.name`. */
export type Field =
  | { readonly kind: 'metric' | 'param' | 'tag'; readonly name: string }
  | { readonly kind: 'attribute'; readonly name: Attribute }
  | { readonly kind: 'data set'; readonly name: (typeof DATA_SET_FIELDS)[number] }

export type NumberOperator = '=' | '!=' | '>' | '>=' | '<' | '<='

/** How a field is compared. `LIKE` knows `%` (any text) and `_` (one character); `ILIKE` takes capitals for small letters. */
export type Comparison =
  | { readonly kind: 'number'; readonly operator: NumberOperator; readonly value: number }
  | { readonly kind: 'text'; readonly operator: '=' | '!='; readonly value: string }
  | { readonly kind: 'pattern'; readonly operator: 'LIKE' | 'ILIKE'; readonly pattern: RegExp }
  | { readonly kind: 'list'; readonly operator: 'IN' | 'NOT IN'; readonly values: readonly string[] }
  | { readonly kind: 'presence'; readonly isThere: boolean }

export interface Condition {
  readonly field: Field
  readonly comparison: Comparison
}

/** A parsed filter: all conditions must hold. None at all holds for every run. */
export interface Filter {
  /** As it was typed. */
  readonly text: string
  readonly conditions: readonly Condition[]
}
