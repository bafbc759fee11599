import { type Gap, gap } from '../../../gap.ts'
import type { Row } from '../../files/database.ts'
import { quoted } from '../../quoted.ts'
import { numberOf } from './database-schema.ts'

/** MLflow stores an infinity as the greatest double (`sqlalchemy_store.py`, `sanitize_metric_value`). */
const INFINITE = 1.79e308

/** A point from step, time, value and is_nan; null where one of them is no number. */
export function pointOf(
  row: Row,
): { readonly step: number; readonly time: number; readonly value: number } | null {
  const [step, time, value, isNan] = [numberOf(row[0]), numberOf(row[1]), numberOf(row[2]), numberOf(row[3])]
  if (step === null || time === null) return null
  if (isNan === 1) return { step, time, value: Number.NaN }
  if (value === null) return null
  if (Math.abs(value) < INFINITE) return { step, time, value }
  return { step, time, value: value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY }
}

export function badPoint(metric: string, runId: string, table: string): Gap {
  return gap(
    `metric ${quoted(metric)}`,
    `${table}(run_uuid=${runId}, key=${quoted(metric)})`,
    'step, time or value is no number',
  )
}
