import { RUN_STATUSES, type RunStatus } from '../run.ts'
import type { RunQuery } from '../run-source.ts'
import type { Filter } from './filter.ts'
import { statusOfWord } from './status-words.ts'

/**
 * The part of a filter that a source can apply itself, on top of a query: status, user and start. It never leaves out a run
 * that the filter wants; the filter has to be held against what comes back all the same.
 */
export function narrowQuery(query: RunQuery, { conditions }: Filter): RunQuery {
  let narrowed = query
  for (const { field, comparison } of conditions) {
    if (field.kind !== 'attribute') continue
    if (field.name === 'status' && comparison.kind === 'text') {
      const status = statusOfWord(comparison.value)
      const known: readonly RunStatus[] = narrowed.statuses ?? RUN_STATUSES
      const statuses = known.filter((one) => (one === status) === (comparison.operator === '='))
      // An empty list of statuses would have to mean "none", which not every source need take it for.
      if (statuses.length > 0) narrowed = { ...narrowed, statuses }
    }
    if (
      field.name === 'user_id' &&
      comparison.kind === 'text' &&
      comparison.operator === '=' &&
      narrowed.users === undefined
    ) {
      narrowed = { ...narrowed, users: [comparison.value] }
    }
    if (field.name === 'start_time' && comparison.kind === 'number') {
      const { operator, value } = comparison
      // Whoever started at or after a time was active since.
      if (operator === '=' || operator === '>' || operator === '>=') {
        narrowed = {
          ...narrowed,
          activeSince: Math.max(narrowed.activeSince ?? -Infinity, Math.floor(value)),
        }
      }
      if (operator === '=' || operator === '<' || operator === '<=') {
        narrowed = {
          ...narrowed,
          startedBefore: Math.min(narrowed.startedBefore ?? Infinity, Math.floor(value) + 1),
        }
      }
    }
  }
  return narrowed
}
