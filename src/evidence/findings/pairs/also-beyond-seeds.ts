import { welch } from '../../../statistics/welch.ts'
import type { FindingValue, NewFinding } from '../../evidence.ts'
import type { SettingPair } from '../../minimal-pairs.ts'
import { LEVEL } from '../../noise-floor.ts'
import { rankMetrics } from '../../rank-metrics.ts'
import { differenceOf } from '../difference-of.ts'
import { levelOf, outcome } from './pair-words.ts'
import { isSeeded, restsOf, scopeOf, type Teller, valuesOf } from './teller.ts'

const MOST_OTHER_METRICS = 4

/**
 * Other metrics that moved more than seeds explain where both sides have replicates, the level divided by the number
 * of metrics looked at (Bonferroni), since one of many differs by chance.
 */
export function alsoBeyondSeeds(
  param: string,
  { from, to }: SettingPair,
  teller: Teller,
): readonly NewFinding[] {
  const { evidence, metric } = teller
  if (from.runs.length < 2 || to.runs.length < 2 || !isSeeded(from) || !isSeeded(to)) return []
  const values: Record<string, FindingValue> = {}
  const others = rankMetrics(
    [...from.runs, ...to.runs].map(({ run }) => run),
    evidence.metrics,
  ).filter((name) => name !== metric && evidence.metrics.direction(name) !== null && !/^train/i.test(name))
  const told = others.flatMap((name) => {
    const own = { ...teller, metric: name }
    const [a, b] = [valuesOf(from, own), valuesOf(to, own)]
    const test = a.length === from.runs.length && b.length === to.runs.length ? welch(b, a) : null
    return test !== null && test.p < (1 - LEVEL) / others.length ? [{ name, own, test }] : []
  })
  told.sort((a, b) => a.test.p - b.test.p)
  const words = told.slice(0, MOST_OTHER_METRICS).map(({ name, own, test }, index) => {
    const value = `other${String.fromCharCode(65 + index)}`
    values[value] = differenceOf(
      evidence,
      name,
      Math.abs(test.difference),
      'difference of means; Welch test at 5 % divided by the metrics looked at',
    )
    return `${name} ${outcome(test.difference, own).replace('this.effect', `this.${value}`)}`
  })
  if (words.length === 0) return []
  return [
    {
      kind: 'minimal-pair',
      scope: scopeOf([{ from, to }], teller.told),
      sentence: `With ${param} ${levelOf(to, param)} instead of ${levelOf(from, param)}, beyond what seeds explain: ${words.join(', ')}.`,
      rests: restsOf([from, to]),
      values,
    },
  ]
}
