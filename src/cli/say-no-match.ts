import { isGap } from '../gap.ts'
import type { Filter } from '../runs/filter/filter.ts'
import { fieldText } from '../runs/filter/parse-field.ts'
import { listRuns } from '../runs/list-runs.ts'
import type { OpenedSource } from '../runs/run-source.ts'
import { closest } from './closest.ts'
import { cleanLine } from './terminal/clean-text.ts'

/**
 * What to say where no run matches a filter: that nothing does, and which of its metrics and parameters no run logs at all, a
 * slip more often than an answer. The runs are listed once more, without histories, where the filter names any.
 */
export async function sayNoMatch(filter: Filter, sources: readonly OpenedSource[]): Promise<string> {
  const asked = filter.conditions.flatMap(({ field, comparison }) =>
    (field.kind === 'metric' || field.kind === 'param') &&
    !(comparison.kind === 'presence' && !comparison.isThere)
      ? [field]
      : [],
  )
  if (asked.length === 0) return 'No runs match.'
  const metrics = new Set<string>()
  const params = new Set<string>()
  for await (const found of listRuns(sources, {})) {
    if (isGap(found)) continue
    for (const name of found.run.metrics.keys()) metrics.add(name)
    for (const name of found.run.params.keys()) params.add(name)
  }
  const unlogged = asked.flatMap((field) => {
    const known = field.kind === 'metric' ? metrics : params
    if (known.has(field.name)) return []
    const near = closest(field.name, [...known])
    return [
      `No run logs ${cleanLine(fieldText(field))}.${near === null ? '' : ` Did you mean ${cleanLine(near)}?`}`,
    ]
  })
  return ['No runs match.', ...new Set(unlogged)].join(' ')
}
