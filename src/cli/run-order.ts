import { NarrateError } from '../errors.ts'
import type { MetricRules } from '../evidence/evidence.ts'
import type { Field } from '../runs/filter/filter.ts'
import { fieldValue } from '../runs/filter/matches.ts'
import { fieldText, parseField } from '../runs/filter/parse-field.ts'
import type { Run, RunSummary } from '../runs/run.ts'

/** One thing that runs are sorted by. */
export interface RunOrder {
  readonly field: Field
  readonly descending: boolean
  /** Why it is this way round, where nobody said: "best first", "its direction is not known". */
  readonly assumed: 'best first' | 'direction unknown' | null
}

/** What a run is sorted by, without the run: a value per order, its start and its id. */
export interface SortKey {
  readonly values: readonly (string | number | null)[]
  readonly startedAt: number | null
  readonly id: string
}

/**
 * The order that a word of `--sort` names: `metrics.val_auc`, `-params.lr` (descending), or as MLflow's `order_by` has it,
 * `metrics.val_auc DESC`. Where neither it nor `--asc`/`--desc` says which way, a metric whose direction is known comes
 * best first; everything else ascends. Throws `NarrateError('usage')`.
 */
export function parseOrder(
  text: string,
  options: { readonly asc?: boolean | undefined; readonly desc?: boolean | undefined },
  rules: Pick<MetricRules, 'direction'>,
): RunOrder {
  if (options.asc === true && options.desc === true) {
    throw new NarrateError('usage', '--asc and --desc exclude each other.', {
      hint: 'Leave one of them out.',
    })
  }
  const trimmed = text.trim()
  const minus = trimmed.startsWith('-')
  const bare = minus ? trimmed.slice(1) : trimmed
  const word = /\s(asc|desc)$/i.exec(bare)?.[1]?.toLowerCase()
  const field = parseField(word === undefined ? bare : bare.slice(0, -word.length))
  if (field.kind === 'data set') {
    throw new NarrateError('usage', `Runs cannot be sorted by ${fieldText(field)}: a run may have several.`, {
      hint: 'Sort by a metric, a parameter, a tag or an attribute.',
    })
  }
  if (minus || word !== undefined) return { field, descending: minus !== (word === 'desc'), assumed: null }
  if (options.asc === true || options.desc === true) {
    return { field, descending: options.desc === true, assumed: null }
  }
  if (field.kind !== 'metric') return { field, descending: false, assumed: null }
  const direction = rules.direction(field.name)
  return {
    field,
    descending: direction === 'higher',
    assumed: direction === null ? 'direction unknown' : 'best first',
  }
}

/** What a run is sorted by; a metric counts by the value a table shows of it. */
export function sortKeyOf(
  run: RunSummary | Run,
  orders: readonly RunOrder[],
  metricValue: (run: RunSummary, metric: string) => number | null,
): SortKey {
  return {
    values: orders.map(({ field }) =>
      field.kind === 'metric' ? metricValue(run, field.name) : fieldValue(field, run),
    ),
    startedAt: run.startedAt,
    id: run.id,
  }
}

/**
 * Compares two runs: by each order in turn, numbers before other texts, not-a-number behind them and missing values
 * last whichever way round; then the newest first.
 */
export function compareKeys(orders: readonly RunOrder[]): (a: SortKey, b: SortKey) => number {
  return (a, b) => {
    for (const [index, { field, descending }] of orders.entries()) {
      const isText = field.kind === 'attribute' && typeof a.values[index] === 'string'
      const order = compareValues(a.values[index] ?? null, b.values[index] ?? null, descending, isText)
      if (order !== 0) return order
    }
    return (b.startedAt ?? -Infinity) - (a.startedAt ?? -Infinity) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  }
}

function compareValues(
  a: string | number | null,
  b: string | number | null,
  descending: boolean,
  isText: boolean,
): number {
  const [classA, classB] = [classOf(a, isText), classOf(b, isText)]
  if (classA >= UNORDERED || classB >= UNORDERED) return classA - classB
  const sign = descending ? -1 : 1
  if (classA !== classB) return sign * (classA - classB)
  if (classA === 0) {
    const [left, right] = [Number(a), Number(b)]
    return left === right ? 0 : left < right ? -sign : sign
  }
  const [left, right] = [String(a), String(b)]
  return left === right ? 0 : left < right ? -sign : sign
}

const UNORDERED = 2

/** Numbers, texts, not-a-number, missing. */
function classOf(value: string | number | null, isText: boolean): number {
  if (value === null) return 3
  if (typeof value === 'number') return Number.isNaN(value) ? 2 : 0
  return !isText && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? 0 : 1
}
