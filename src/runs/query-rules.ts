import { type Gap, gap } from '../gap.ts'
import { quoted } from './quoted.ts'
import type { RunQuery } from './run-source.ts'

const WEEK = 7 * 24 * 60 * 60 * 1000

/**
 * A crashed process leaves its run open for ever: a run that started before this time counts as active only where it
 * logged something since.
 */
export function staleBefore(activeSince: number): number {
  return activeSince - WEEK
}

/** A gap for each experiment that was asked for and is not there, or deleted and not asked for. */
export function missingExperiments(
  query: RunQuery,
  experiments: readonly { readonly id: string; readonly name: string; readonly deleted: boolean }[],
  location: string,
): readonly Gap[] {
  return (query.experiments ?? []).flatMap((asked) => {
    const named = experiments.filter(({ id, name }) => id === asked || name === asked)
    if (named.some(({ deleted }) => !deleted || query.includeDeleted)) return []
    const there = experiments.filter(({ deleted }) => !deleted).map(({ name }) => quoted(name))
    const why =
      named.length > 0 ? 'it is deleted' : `there is none of this id or name; there are: ${list(there)}`
    return [gap(`experiment ${quoted(asked)}`, location, why)]
  })
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  return names.length <= 10
    ? names.join(', ')
    : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`
}
