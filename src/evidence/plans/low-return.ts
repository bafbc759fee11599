import type { EvidenceRun } from '../evidence.ts'
import { leastDifference } from '../noise-floor.ts'
import { isSeed } from '../what-varied.ts'
import { anyChange, bucketsOf } from './effects.ts'
import type { Past } from './past.ts'

/** A change of which past runs say that it is not worth more of them. */
export type LowReturn =
  /** No change of it moved the metric by more than seeds do. */
  | {
      readonly kind: 'within seeds'
      readonly param: string
      readonly pairs: number
      readonly most: number
      readonly least: number
      readonly runs: readonly EvidenceRun[]
    }
  /** One value of it was worse than every other that it was held against. */
  | {
      readonly kind: 'worse each time'
      readonly param: string
      /** A run that has it, for the value as it was logged. */
      readonly shown: EvidenceRun
      readonly pairs: number
      readonly least: number
      readonly most: number
      readonly runs: readonly EvidenceRun[]
    }

const FEWEST_PAIRS = 2
const MOST = 4

/** What past runs of the metric advise against, over settings that differ in one parameter alone; those with most pairs first. */
export function lowReturns(past: Past): readonly LowReturn[] {
  const cells = [...past.present, ...past.elsewhere]
  const names = [...new Set(cells.flatMap(({ values }) => [...values.keys()]))].filter(
    (name) => !isSeed(name),
  )
  const sign = past.direction === 'higher' ? 1 : -1
  return names
    .sort()
    .flatMap((param): readonly LowReturn[] => {
      const effects = anyChange([...bucketsOf(param, past.present), ...bucketsOf(param, past.elsewhere)])
      if (effects.length < FEWEST_PAIRS) return []
      const runsOf = (list: typeof effects): readonly EvidenceRun[] => [
        ...new Set(list.flatMap(({ from, to }) => [from.runs[0], to.runs[0]])),
      ]
      const most = Math.max(...effects.map(({ by }) => Math.abs(by)))
      if (past.floor !== null) {
        const { floor } = past
        const least = leastDifference(floor)
        if (
          effects.every(
            ({ from, to, by }) => Math.abs(by) <= leastDifference(floor, from.runs.length, to.runs.length),
          )
        )
          return [{ kind: 'within seeds', param, pairs: effects.length, most, least, runs: runsOf(effects) }]
      }
      const levels = new Map<
        string,
        { gains: number[]; effects: (typeof effects)[number][]; shown: EvidenceRun }
      >()
      for (const effect of effects)
        for (const [own, gain] of [
          [effect.to, sign * effect.by],
          [effect.from, -sign * effect.by],
        ] as const) {
          const key = own.values.get(param)?.key
          if (key === undefined) continue
          const level = levels.get(key) ?? { gains: [], effects: [], shown: own.runs[0] }
          levels.set(key, level)
          level.gains.push(gain)
          level.effects.push(effect)
        }
      return [...levels.values()]
        .filter(({ gains }) => gains.length >= FEWEST_PAIRS && gains.every((gain) => gain < 0))
        .map(({ gains, effects: own, shown }) => ({
          kind: 'worse each time',
          param,
          shown,
          pairs: gains.length,
          least: -Math.max(...gains),
          most: -Math.min(...gains),
          runs: runsOf(own),
        }))
    })
    .sort((a, b) => b.pairs - a.pairs)
    .slice(0, MOST)
}
