import { linearRegression, median, quantile } from 'simple-statistics'
import type { Direction } from '../settings.ts'
import type { Block, Extreme } from './fold-blocks.ts'

/** A finite value of a series and where it stood. */
export interface CurvePoint {
  readonly step: number | null
  readonly value: number
}

/**
 * What the course of a series tells, where lower (or higher) is better. Each rule is meant to keep silent on noise: a
 * tenth's *level* is the median of its points, *noise* what neighbouring points scatter about a straight line.
 */
export interface CurveShape {
  /**
   * The best point before the last fifth (before the last five points where those are more), of a series that still became
   * better in it; null where that is not told from noise: the slope of a straight line through that fifth is less than four of
   * its standard errors (widened for neighbours that resemble each other), the best value is not in that fifth, the last tenth
   * is not the best tenth, or the rise of that line is less than 2 % of the range and less than 5 % of the level.
   */
  readonly lateFrom: CurvePoint | null
  /**
   * Where the curve became flat: the first step of the flat rest, the share of the points before it, and the best values before it
   * and in it. Flat is a rest of three tenths of the points or more, and ten at least, that does not rise and whose best is not
   * better than the best before, by more than 2 % of what had been gained or of the best value (the smaller of the two) or the
   * noise of the rest itself, which excuses no more than a tenth of the gain, and where there is a trace of a rise no more than
   * 5 % of the level. A best that is better than the best before by 5 % of it or more is a gain to whoever reads the two
   * values, whatever the noise: there is no plateau before it. What had been gained is counted from the worst quarter of the points before, so that a huge first point
   * does not count. Null where there is no such rest, or where the curve had not gained more than noise before.
   */
  readonly flatFrom: FlatFrom | null
  /**
   * How much worse the last tenth is than the best tenth. Null where the last two tenths are not both worse by more than
   * four times what the tenths stray from a smooth course and six times the noise of one, and by a tenth of what had been gained or 5 % of the
   * best level. Where the last tenth lost more than twice what the one before it did, that one must have diverged by itself.
   */
  readonly worsenedBy: number | null
  /** Whether, by the same measure, nine tenths or more of the gain were given back, a tenth of the best level, and five times what the tenths stray. */
  readonly diverged: boolean
}

export interface FlatFrom {
  readonly step: number | null
  readonly share: number
  readonly bestBefore: number
  readonly bestSince: number
}

/** Series of fewer finite points have no shape. */
const FEWEST_POINTS = 10
/** The share of a curve's range below which a gain counts as none. */
const FLAT_SHARE = 0.02
/** The places where a plateau may begin, in shares of the points: each twentieth up to seven tenths. */
const CUTS = Array.from({ length: 14 }, (_, index) => (index + 1) / 20)
const WORST_QUARTER = 0.25
const SEEN_OF_RANGE = 0.1
const SEEN_OF_LEVEL = 0.05
const LEVEL_ERRORS = 1.2
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

const NO_SHAPE: CurveShape = { lateFrom: null, flatFrom: null, worsenedBy: null, diverged: false }

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
  return { lateFrom: lateFrom(noisy), flatFrom: flatFrom(noisy), ...worsening(noisy) }
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

/**
 * How far neighbouring levels lie apart beyond the course that both are on: by what each lies off the middle of its neighbours, which
 * a smooth rise or fall leaves at nought and a random walk makes as large as its steps.
 */
function strayOf(levels: readonly number[]): number {
  const off = levels
    .slice(2)
    .map((level, index) => Math.abs(level - 2 * (levels[index + 1] ?? 0) + (levels[index] ?? 0)))
  return median(off) / Math.SQRT2
}

function worsening({ levels, levelNoise }: Course): Pick<CurveShape, 'worsenedBy' | 'diverged'> {
  const [start = 0] = levels
  const [beforeEnd = 0, end = 0] = levels.slice(-2)
  const peak = highestOf(levels)
  const lost = peak - end
  const gained = peak - start
  const size = Math.abs(peak)
  const wander = strayOf(levels)
  const least = Math.max(WANDERINGS * wander, LEVEL_NOISES * levelNoise)
  const isCollapse = (by: number): boolean =>
    by >= least && by >= COLLAPSE * wander && by >= GIVEN_BACK * gained && by >= 0.1 * size
  // What blows up loses most at the very end: there the last tenth but one must have given everything back by itself.
  const isWorse =
    lost > 0 && lost >= least && (2 * (peak - beforeEnd) >= lost || isCollapse(peak - beforeEnd))
  return {
    worsenedBy: isWorse && lost >= 0.01 * size && (lost >= 0.1 * gained || lost >= 0.05 * size) ? lost : null,
    diverged: isWorse && isCollapse(lost),
  }
}

/**
 * Slope by least squares; its standard error is widened by the square root of (1 + r) / (1 - r), r being the correlation
 * of neighbouring residuals (Bayley and Hammersley 1946, for a first-order autoregression). Residuals count for no less than
 * the noise of the whole series.
 */
function lateFrom({ blocks, direction, means, bests, levels, noise }: Course): CurvePoint | null {
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
  if (slope < STANDARD_ERRORS * error) return null
  const { step, value } = bestPoint(blocks.slice(0, -size), direction)
  return { step, value }
}

function flatFrom(course: Course): CurveShape['flatFrom'] {
  const { blocks, direction, means } = course
  const last = blocks.at(-1)
  const cut = CUTS.map((share) => Math.floor(share * means.length)).find((place) => isFlatFrom(place, course))
  const first = cut === undefined ? undefined : blocks[cut]
  if (first === undefined || last === undefined) return null
  return {
    step: first.firstStep,
    share: first.from / (last.from + last.count),
    bestBefore: bestPoint(blocks.slice(0, cut), direction).value,
    bestSince: bestPoint(blocks.slice(cut), direction).value,
  }
}

/** Whether nothing is gained from a block on. The noise is that of the rest: what a curve scatters while it falls says nothing of its end. */
function isFlatFrom(cut: number, { means, bests, levels, levelNoise }: Course): boolean {
  const [start = 0] = levels
  const rest = means.slice(cut)
  if (cut === 0 || rest.length < FEWEST_POINTS) return false
  const noise = noiseOf(rest)
  const best = highestOf(bests)
  const range = best - quantile(means.slice(0, cut), WORST_QUARTER)
  const small = FLAT_SHARE * Math.min(range, Math.abs(best))
  const rises = [
    riseOf(rest.slice(0, Math.floor(rest.length / 3)), rest.slice(-Math.floor(rest.length / 3)), noise),
    riseOf(rest.slice(0, Math.ceil(rest.length / 5)), rest.slice(Math.ceil(rest.length / 5)), noise),
  ]
  if (rises.some(({ by, error }) => by > Math.max(small, 2 * error))) return false
  // Where there is a trace of a rise, noise excuses no gain that a reader of the values would call one.
  const isLevel = rises.every(({ by, error }) => by <= LEVEL_ERRORS * error)
  const excused = Math.min(
    POINT_NOISES * noise,
    SEEN_OF_RANGE * range,
    isLevel ? Number.POSITIVE_INFINITY : SEEN_OF_LEVEL * Math.abs(median(rest)),
  )
  const before = highestOf(bests.slice(0, cut))
  const gainedSince = best - before
  if (gainedSince > Math.max(small, excused) || gainedSince >= SEEN_OF_LEVEL * Math.abs(before)) return false
  const after = levels.slice(Math.ceil((cut / means.length) * TENTHS))
  const gained = median(after) - start
  return gained > 0 && gained >= WANDERINGS * wanderOf(after) && gained >= LEVEL_NOISES * levelNoise
}

/** From the median of one stretch to that of another, with the standard error that noise gives it. */
function riseOf(
  from: readonly number[],
  to: readonly number[],
  noise: number,
): { readonly by: number; readonly error: number } {
  return {
    by: median([...to]) - median([...from]),
    error: OF_MEDIAN * noise * Math.sqrt(1 / from.length + 1 / to.length),
  }
}

/** The first of the best points of some blocks. */
function bestPoint(blocks: readonly Block[], direction: Direction): Extreme {
  return blocks
    .map(({ low, high }) => (direction === 'higher' ? high : low))
    .reduce((best, one) =>
      (direction === 'higher' ? one.value > best.value : one.value < best.value) ? one : best,
    )
}

function highestOf(values: readonly number[]): number {
  return values.reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY)
}
