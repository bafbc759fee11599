import { NarrateError } from '../../errors.ts'

const SYNTAX =
  "Conditions such as metrics.auc > 0.8, params.model = 'lgbm', tags.x LIKE '%a%', status = 'FINISHED', joined by AND."

/** The error for a filter: what is wrong, and at which character (counted from 1), with what is possible. */
export function filterError(filter: string, at: number, what: string, hint: string = SYNTAX): NarrateError {
  const place = at >= filter.length ? 'at its end' : `at character ${at + 1} ("${excerpt(filter, at)}")`
  return new NarrateError('usage', `The filter cannot be read ${place}: ${what}.`, { hint })
}

function excerpt(filter: string, at: number): string {
  const rest = filter.slice(at).replace(/\s+/g, ' ')
  return rest.length > 24 ? `${rest.slice(0, 24)}…` : rest
}
