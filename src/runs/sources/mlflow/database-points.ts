import { type Gap, gap } from '../../../gap.ts'
import type { Row } from '../../files/database.ts'
import { quoted } from '../../quoted.ts'
import { numberOf } from './database-schema.ts'

/** MLflow stores an infinity as the greatest double (`sqlalchemy_store.py`, `sanitize_metric_value`). */
const INFINITE = 1.79e308

/** A point from step, time, value and is_nan; null where one of them is no number: a NaN is stored as 0, so that without is_nan a 0 tells nothing. */
export function pointOf(
  row: Row,
): { readonly step: number; readonly time: number; readonly value: number } | null {
  const [step, time, value, isNan] = [numberOf(row[0]), numberOf(row[1]), numberOf(row[2]), numberOf(row[3])]
  if (step === null || time === null) return null
  if (isNan === 1) return { step, time, value: Number.NaN }
  if (value === null || (isNan === null && value === 0)) return null
  if (Math.abs(value) < INFINITE) return { step, time, value }
  return { step, time, value: value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY }
}

/** So many points of a metric that cannot be told. */
export function badPoints(metric: string, runId: string, table: string, count: number): Gap {
  return gap(
    `metric ${quoted(metric)}`,
    `${table}(run_uuid=${runId}, key=${quoted(metric)})`,
    `${count === 1 ? '' : `in ${count} rows `}step, time or value is no number`,
  )
}
