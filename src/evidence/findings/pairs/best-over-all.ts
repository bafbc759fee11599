import { acrossChanges } from '../../across-changes.ts'
import type { EvidenceRun } from '../../evidence.ts'
import { headlineValue, metricSlot, rankedBy } from '../../headline.ts'
import type { Cell } from '../../minimal-pairs.ts'
import { settingValue } from '../../setting-value.ts'
import { levelOf } from './pair-words.ts'
import type { Teller } from './teller.ts'

/** The best run of each of two levels, whatever their other settings: what a table with a row per level shows. */
export interface BestOverAll {
  readonly ahead: EvidenceRun
  readonly behind: EvidenceRun
}

/**
 * Which of two levels of a parameter is ahead by its best run; null where they share it, where no direction is known, or
 * one has no value, or where a change of the budget lies between the two. The document's own runs decide, where it tells
 * runs of both.
 */
export function bestOverAll(param: string, a: Cell, b: Cell, teller: Teller): BestOverAll | null {
  const { evidence, metric, told, runs } = teller
  const direction = evidence.metrics.direction(metric)
  if (direction === null) return null
  const levels = [a, b].map((cell) => {
    const own = runs.filter((one) => keyOf(one, param) === keyOf(cell.runs[0], param))
    return {
      told: own.filter(({ address }) => told.has(address)),
      all: own,
    }
  })
  const isTold = levels.every((level) => level.told.length > 0)
  const [one, other] = levels.map(
    (level) => rankedBy(metric, isTold ? level.told : level.all, evidence.metrics)[0],
  )
  if (one === undefined || other === undefined) return null
  const [left, right] = [one, other].map((run) => headlineValue(run, metric, evidence.metrics) ?? Number.NaN)
  if (left === undefined || right === undefined || left === right) return null
  if (acrossChanges([one, other], evidence).words !== '') return null
  return left > right === (direction === 'higher')
    ? { ahead: one, behind: other }
    : { ahead: other, behind: one }
}

/** Both best runs with their values, the one ahead first. */
export function bestWords({ ahead, behind }: BestOverAll, metric: string): string {
  return `[[${metricSlot(ahead, metric)}]] in [[${ahead.address}]]; [[${metricSlot(behind, metric)}]] in [[${behind.address}]]`
}

/**
 * A word beside a difference, where over all runs the level that it calls worse is ahead by its best run: no reader should
 * take the difference for the order of the levels. Empty where both agree.
 */
export function againstBest(param: string, better: Cell, worse: Cell, teller: Teller): string {
  const best = bestOverAll(param, better, worse, teller)
  if (best === null || keyOf(best.ahead, param) === keyOf(better.runs[0], param)) return ''
  return `; over all runs ${levelOf(worse, param)} is ahead by the best run of each (${bestWords(best, teller.metric)})`
}

function keyOf(one: EvidenceRun | undefined, param: string): string | null {
  const text = one?.run.params.get(param)
  return text === undefined ? null : settingValue(param, text).key
}
