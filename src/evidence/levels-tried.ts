import type { EvidenceRun } from './evidence.ts'
import { parseNumber } from './fact-at.ts'
import { isTelling } from './what-varied.ts'

const MOST_LEVELS = 12

/** A level of what was compared, and the places of its runs in the order of start. */
export interface Level {
  readonly param: string
  readonly value: string
  readonly runs: readonly EvidenceRun[]
  readonly first: number
  readonly last: number
}

/** The levels of telling parameters, in words: a number is a setting and no method. Runs come in the order of their start. */
export function levelsTried(ordered: readonly EvidenceRun[]): readonly Level[] {
  const byParam = new Map<string, Map<string, { readonly one: EvidenceRun; readonly place: number }[]>>()
  for (const [place, one] of ordered.entries())
    for (const [param, value] of one.run.params) {
      if (!isTelling(param)) continue
      const values = byParam.get(param) ?? new Map()
      byParam.set(param, values)
      const runs = values.get(value) ?? []
      values.set(value, runs)
      runs.push({ one, place })
    }
  return [...byParam].flatMap(([param, values]) =>
    values.size > MOST_LEVELS
      ? []
      : [...values].flatMap(([value, runs]) =>
          /^(none|null|false|true)?$/i.test(value) || parseNumber(value) !== null
            ? []
            : [
                {
                  param,
                  value,
                  runs: runs.map(({ one }) => one),
                  first: runs[0]?.place ?? 0,
                  last: runs.at(-1)?.place ?? 0,
                },
              ],
        ),
  )
}
