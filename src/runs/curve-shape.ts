import { linearRegression, mean, median } from 'simple-statistics'
import type { Direction } from '../settings.ts'
import type { Block } from './fold-blocks.ts'

/**
 * What the course of a series tells, where lower (or higher) is better. Each rule is meant to keep silent on noise: a
 * tenth's *level* is the median of its points, *noise* what neighbouring points scatter about a straight line.
 */
export interface CurveShape {
  /**
   * How much better the series became over its last fifth, by a straight line through it; null where that is not told
   * from noise: the slope is less than four of its standard errors (widened for neighbours that resemble each other),
   * the best value is not in that fifth, the last tenth is not the best tenth, or the gain is less than 2 % of the
   * range and less than 5 % of the level.
   */
  readonly lateGain: number | null
  /**
   * The point from which on nothing came that was better by more than 2 % of the curve's range or of its best value
   * (the smaller of the two), noise apart, and the share of the points logged up to it. Null where less than three tenths of the points
   * follow, where the levels that follow still rise, or where the curve had not gained more than noise before.
   */
  readonly flatFrom: { readonly step: number | null; readonly share: number } | null
  /**
   * How much worse the last tenth is than the best tenth. Null where the last two tenths are not both worse by more than
   * four times what the tenths wander and six times the noise of one, and by a tenth of what had been gained or 5 % of the
   * best level.
   */
  readonly worsenedBy: number | null
  /** Whether, by the same measure, nine tenths or more of the gain were given back, a tenth of the best level, and five times what the tenths wander. */
  readonly diverged: boolean
}

/** Series of fewer finite points have no shape. */
const FEWEST_POINTS = 10
/** The share of a curve's range below which a gain counts as none. */
const FLAT_SHARE = 0.02
const TENTHS = 10
const LATE_LEVEL = 0.05
const STANDARD_ERRORS = 4
const WANDERINGS = 4
const COLLAPSE = 5
const LEVEL_NOISES = 6
const POINT_NOISES = 2.5
const GIVEN_BACK = 0.9
/** The standard error of a median against that of a mean, for normal noise: the square root of half of pi. */
const OF_MEDIAN = Math.sqrt(Math.PI / 2)

const NO_SHAPE: CurveShape = { lateGain: null, flatFrom: null, worsenedBy: null, diverged: false }

/**
 * The level of each tenth of a series: the median of its blocks' means, so that single outliers do not count. Empty
 * where there are fewer than ten points.
 */
export function levelsOf(blocks: readonly Block[]): readonly number[] {
  const means = blocks.map(({ mean }) => mean)
  return means.length < FEWEST_POINTS ? [] : tenthsOf(means).map(median)
}

/** The shape of a series whose good values are low or high. */
export function shapeOf(blocks: readonly Block[], direction: Direction): CurveShape {
  const sign = direction === 'higher' ? 1 : -1
  const levels = levelsOf(blocks).map((level) => sign * level)
  if (levels.length === 0) return NO_SHAPE
  const course: Course = {
    blocks,
    direction,
    means: blocks.map(({ mean }) => sign * mean),
    bests: blocks.map(({ low, high }) => (direction === 'higher' ? high.value : -low.value)),
    levels,
    noise: noiseOf(blocks.map(({ mean }) => mean)),
    levelNoise: 0,
  }
  const noisy = { ...course, levelNoise: (OF_MEDIAN * course.noise) / Math.sqrt(blocks.length / TENTHS) }
  return { lateGain: lateGain(noisy), flatFrom: flatFrom(noisy), ...worsening(noisy) }
}

/** A series turned so that higher is better. */
interface Course {
  readonly blocks: readonly Block[]
  readonly direction: Direction
  readonly means: readonly number[]
  readonly bests: readonly number[]
  readonly levels: readonly number[]
  /** Standard deviations of a block's mean and of a tenth's level about a smooth course. */
  readonly noise: number
  readonly levelNoise: number
}

function tenthsOf(values: readonly number[]): readonly number[][] {
  return Array.from({ length: TENTHS }, (_, tenth) =>
    values.slice(
      Math.floor((tenth * values.length) / TENTHS),
      Math.floor(((tenth + 1) * values.length) / TENTHS),
    ),
  )
}

/**
 * The standard deviation of the noise, from what each value lies off the middle of its neighbours (Gasser, Sroka and Jennen-Steinmetz 1986), by
 * the median of absolutes so that jumps do not count.
 */
function noiseOf(values: readonly number[]): number {
  const off = values
    .slice(2)
    .map((value, index) => Math.abs(value - 2 * (values[index + 1] ?? 0) + (values[index] ?? 0)))
  return (1.4826 * median(off)) / Math.sqrt(6)
}

/** How far neighbouring levels usually lie apart. */
function wanderOf(levels: readonly number[]): number {
  return median(levels.slice(1).map((level, index) => Math.abs(level - (levels[index] ?? level))))
}

function worsening({ levels, levelNoise }: Course): Pick<CurveShape, 'worsenedBy' | 'diverged'> {
  const [start = 0] = levels
  const [beforeEnd = 0, end = 0] = levels.slice(-2)
  const peak = highestOf(levels)
  const lost = peak - end
  const gained = peak - start
  const size = Math.abs(peak)
  const wander = wanderOf(levels)
  const least = Math.max(WANDERINGS * wander, LEVEL_NOISES * levelNoise)
  const isWorse = lost > 0 && lost >= least && 2 * (peak - beforeEnd) >= lost
  return {
    worsenedBy: isWorse && lost >= 0.01 * size && (lost >= 0.1 * gained || lost >= 0.05 * size) ? lost : null,
    diverged: isWorse && lost >= COLLAPSE * wander && lost >= GIVEN_BACK * gained && lost >= 0.1 * size,
  }
}

/**
 * Slope by least squares; its standard error is widened by the square root of (1 + r) / (1 - r), r being the correlation
 * of neighbouring residuals (Bayley and Hammersley 1946, for a first-order autoregression). Residuals count for no less than
 * the noise of the whole series.
 */
function lateGain({ means, bests, levels, noise }: Course): number | null {
  const end = levels.at(-1) ?? 0
  const best = highestOf(bests)
  const size = Math.max(5, Math.ceil(means.length / 5))
  const tail = means.slice(-size)
  if (end < highestOf(levels) || bests.indexOf(best) < means.length - size) return null
  const { m: slope, b: intercept } = linearRegression(tail.map((value, index) => [index, value]))
  const gain = slope * (size - 1)
  const range = best - (levels[0] ?? 0)
  if (!(slope > 0) || (gain < FLAT_SHARE * range && gain < LATE_LEVEL * Math.abs(end))) return null
  const residuals = tail.map((value, index) => value - intercept - slope * index)
  const squares = residuals.reduce((sum, one) => sum + one * one, 0)
  const products = residuals.slice(1).reduce((sum, one, index) => sum + one * (residuals[index] ?? 0), 0)
  const r = squares === 0 ? 0 : Math.min(0.9, Math.max(0, products / squares))
  const spread = (size * (size * size - 1)) / 12
  // A few points may lie on a line by chance: they scatter as much as the whole series does, at the least.
  const scatter = Math.max(squares / (size - 2), noise * noise)
  const error = Math.sqrt((scatter / spread) * ((1 + r) / (1 - r)))
  return slope >= STANDARD_ERRORS * error ? gain : null
}

function flatFrom({ blocks, bests, levels, noise, levelNoise, direction }: Course): CurveShape['flatFrom'] {
  const [start = 0] = levels
  const best = highestOf(bests)
  const range = best - start
  if (range <= 0) return null
  const small = FLAT_SHARE * Math.min(range, Math.abs(best))
  const index = bests.findIndex((value) => value >= best - Math.max(small, POINT_NOISES * noise))
  const block = blocks[index]
  const last = blocks.at(-1)
  if (block === undefined || last === undefined) return null
  const share = (block.from + block.count) / (last.from + last.count)
  const after = levels.slice(Math.ceil(share * TENTHS))
  if (after.length < 3) return null
  const half = Math.floor(after.length / 2)
  const risen = mean(after.slice(-half)) - mean(after.slice(0, half))
  const isRising = risen > Math.max(small, 2 * levelNoise * Math.sqrt(2 / half))
  const gained = median([...after]) - start
  const isGain = gained > 0 && gained >= WANDERINGS * wanderOf(after) && gained >= LEVEL_NOISES * levelNoise
  return isRising || !isGain
    ? null
    : { step: direction === 'higher' ? block.high.step : block.low.step, share }
}

function highestOf(values: readonly number[]): number {
  return values.reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY)
}
