import { mean } from 'simple-statistics'
import { difference } from '../../../statistics/difference.ts'
import { studentTQuantile } from '../../../statistics/student-t.ts'
import { welch } from '../../../statistics/welch.ts'
import { counted } from '../../counted.ts'
import type { FindingValue } from '../../evidence.ts'
import type { Cell, SettingPair } from '../../minimal-pairs.ts'
import { leastDifference } from '../../noise-floor.ts'
import { differenceOf } from '../difference-of.ts'
import { elsewhere, needWords } from './pair-words.ts'
import { isSeeded, meanOf, type Teller, valuesOf } from './teller.ts'

/** What a pair of settings shows: the difference of its means, and whether seeds alone do as much. */
export interface Measured {
  /** Of the means: to minus from. */
  readonly effect: number
  readonly weight: number
  readonly noise: 'beyond' | 'within' | 'unknown'
  /** The interval of the difference where both sides have replicates. */
  readonly interval: readonly [number, number] | null
  readonly need: number | null
}

/**
 * Measures one pair of settings: by Welch's test where both sides have seeds, else against the noise floor where
 * there is one.
 */
export function measure(pair: SettingPair, teller: Teller): Measured {
  const [a, b] = [valuesOf(pair.from, teller), valuesOf(pair.to, teller)]
  const effect = difference(mean([...a]), mean([...b]))
  // Where no seed is logged, nobody knows what else made the runs of a side differ.
  const test = isSeeded(pair.from) && isSeeded(pair.to) ? welch(b, a) : null
  if (test !== null && Number.isFinite(test.t)) {
    const half = studentTQuantile((1 + teller.level) / 2, test.degreesOfFreedom) * test.error
    const isBeyond = Math.abs(effect) > half
    return {
      effect,
      weight: isBeyond ? 100 + Math.min(20, Math.abs(test.t)) : 60,
      noise: isBeyond ? 'beyond' : 'within',
      interval: [effect - half, effect + half],
      need: null,
    }
  }
  if (teller.floor === null) return { effect, weight: 10, noise: 'unknown', interval: null, need: null }
  const need = leastDifference(teller.floor, a.length, b.length, teller.level)
  const isBeyond = Math.abs(effect) > need
  return {
    effect,
    weight: isBeyond ? 40 + Math.min(20, Math.abs(effect) / need) : 15,
    noise: isBeyond ? 'beyond' : 'within',
    interval: null,
    need,
  }
}

/**
 * Whether a mean over pairs exceeds what seeds do: the root of the sum over all cells of sd² / runs times the square of
 * the cell's share in the mean, times t. A cell that stands in several pairs weighs as much.
 */
export function averageAgainstSeeds(
  effect: number,
  pairs: readonly SettingPair[],
  { floor, level }: Teller,
): { readonly need: number; readonly noise: 'beyond' | 'within' } | null {
  if (floor === null) return null
  const shares = new Map<Cell, number>()
  for (const { from, to } of pairs)
    for (const cell of [from, to]) shares.set(cell, (shares.get(cell) ?? 0) + 1 / pairs.length)
  const spread = [...shares].reduce((sum, [{ runs }, share]) => sum + share ** 2 / runs.length, 0)
  const need = leastDifference(floor, 1 / spread, Number.POSITIVE_INFINITY, level)
  return { need, noise: Math.abs(effect) > need ? 'beyond' : 'within' }
}

/**
 * In how many pairs of single runs the difference of two means shows, in words, where it does not in all of them; adds the
 * values they print. Of a difference beyond noise that is no news.
 */
export function consistencyOf(
  pair: SettingPair & Measured,
  teller: Teller,
  values: Record<string, FindingValue>,
): string {
  const [a, b] = [valuesOf(pair.from, teller), valuesOf(pair.to, teller)]
  const signs = a.flatMap((from) => b.map((to) => Math.sign(difference(from, to))))
  const along = signs.filter((sign) => sign === Math.sign(pair.effect)).length
  if (pair.effect === 0 || pair.noise === 'beyond' || along === signs.length) return ''
  values.along = counted(along, 'pairs of a run of each side that differ in the direction of the means')
  values.apart = counted(signs.length, 'pairs of a run of each side')
  return ', that way in [[this.along]] of [[this.apart]] pairs of single runs'
}

/** What seeds alone would do, in words; adds the values it prints. */
export function noiseWords(
  pair: SettingPair & Measured,
  teller: Teller,
  values: Record<string, FindingValue>,
): string {
  const { evidence, metric } = teller
  if (pair.interval !== null) {
    // Told around the size of the effect, which is printed without a sign.
    const [low, high] = pair.effect < 0 ? [-pair.interval[1], -pair.interval[0]] : pair.interval
    values.low = differenceOf(
      evidence,
      metric,
      low,
      'Welch t interval of the difference, 95 % over all pairs compared, lower end',
    )
    values.high = differenceOf(
      evidence,
      metric,
      high,
      'Welch t interval of the difference, 95 % over all pairs compared, upper end',
    )
    return pair.noise === 'beyond'
      ? ', more than seeds explain (interval of the difference [[this.low]] to [[this.high]])'
      : ', no more than seeds explain (interval of the difference [[this.low]] to [[this.high]])'
  }
  if (pair.need === null || pair.effect === 0) return ''
  const where = elsewhere([pair.from, pair.to], teller)
  return `${pair.noise === 'beyond' ? ', more' : ', no more'} than seeds explain${where} ${needWords(pair.need, teller, values)}`
}

/** The mean of the effects of some pairs: the difference of the means of their sides. */
export function meanEffect(pairs: readonly SettingPair[], teller: Teller): number {
  return difference(
    mean(pairs.map(({ from }) => meanOf(from, teller))),
    mean(pairs.map(({ to }) => meanOf(to, teller))),
  )
}
