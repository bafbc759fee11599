import type { Run, RunSummary } from '../run.ts'
import type { Comparison, Condition, Field, Filter, NumberOperator } from './filter.ts'
import { isTagOfWholeRun, isWhole, tagOf } from './system-tags.ts'

/** Whether a filter asks for what a run tells only where it was read whole: its data sets, note, commit. */
export function needsWholeRuns({ conditions }: Filter): boolean {
  return conditions.some(({ field }) => isFieldOfWholeRun(field))
}

/** Whether a field is told by runs only that were read whole. */
export function isFieldOfWholeRun(field: Field): boolean {
  return field.kind === 'data set' || (field.kind === 'tag' && isTagOfWholeRun(field.name))
}

/**
 * Whether a run meets all conditions. What a run does not carry meets none of them but IS NULL, `!=` included, as in
 * MLflow. A summary will do unless `needsWholeRuns`.
 */
export function matches(filter: Filter, run: RunSummary | Run): boolean {
  return filter.conditions.every((condition) => holds(condition, run))
}

/** The value of a field: a text, a number (NaN and infinities among them), or null where the run does not carry it. */
export function fieldValue(field: Field, run: RunSummary | Run): string | number | null {
  switch (field.kind) {
    case 'metric':
      return run.metrics.get(field.name)?.last ?? null
    case 'param':
      return run.params.get(field.name) ?? null
    case 'tag':
      return tagOf(run, field.name)
    case 'data set':
      return valuesOfDataSets(field.name, run)[0] ?? null
    case 'attribute':
      switch (field.name) {
        case 'run_id':
          return run.id
        case 'run_name':
          return run.name
        case 'status':
          return run.status
        case 'user_id':
          return run.user
        case 'start_time':
          return run.startedAt
        case 'end_time':
          return run.endedAt
        default:
          return field satisfies never
      }
    default:
      return field satisfies never
  }
}

function holds({ field, comparison }: Condition, run: RunSummary | Run): boolean {
  if (field.kind === 'data set') {
    return valuesOfDataSets(field.name, run).some((value) => meets(value, comparison))
  }
  const value = fieldValue(field, run)
  if (comparison.kind === 'presence') return (value !== null) === comparison.isThere
  if (field.kind === 'attribute' && field.name === 'status' && typeof value === 'string') {
    return meetsStatus(value, comparison)
  }
  return value !== null && meets(value, comparison)
}

function meetsStatus(status: string, comparison: Comparison): boolean {
  const written =
    comparison.kind === 'text' ? { ...comparison, value: comparison.value.toUpperCase() } : comparison
  return meets(status.toUpperCase(), written)
}

function meets(value: string | number, comparison: Comparison): boolean {
  switch (comparison.kind) {
    case 'number':
      return typeof value === 'number' && meetsNumber(value, comparison.operator, comparison.value)
    case 'text':
      return (value === comparison.value) === (comparison.operator === '=')
    case 'pattern':
      return comparison.pattern.test(String(value))
    case 'list':
      return comparison.values.includes(String(value)) === (comparison.operator === 'IN')
    case 'presence':
      return comparison.isThere
    default:
      return comparison satisfies never
  }
}

function meetsNumber(value: number, operator: NumberOperator, other: number): boolean {
  switch (operator) {
    case '=':
      return value === other
    case '!=':
      return value !== other
    case '>':
      return value > other
    case '>=':
      return value >= other
    case '<':
      return value < other
    case '<=':
      return value <= other
    default:
      return operator satisfies never
  }
}

function valuesOfDataSets(name: 'name' | 'digest' | 'context', run: RunSummary | Run): readonly string[] {
  if (!isWhole(run)) throw new Error('data sets were asked of a run that was not read whole')
  return run.dataSets.flatMap((set) => {
    const value = set[name]
    return value === null ? [] : [value]
  })
}
