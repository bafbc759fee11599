import { type Gap, isGap } from '../gap.ts'
import type { CurvePoint } from './curve.ts'
import { type Extreme, foldBlocks } from './fold-blocks.ts'
import type { Point } from './run.ts'

/** A series for a plot: finite points only, in order; what was left out is counted. */
export interface ThinSeries {
  readonly points: readonly CurvePoint[]
  /** How many points were logged, non-finite ones included. */
  readonly count: number
  readonly nonFinite: number
  readonly gaps: readonly Gap[]
}

/**
 * At most `most` points (two at least) that keep the look of a series: of each of equally long stretches its lowest and its highest point, in
 * the order they stood. Series that are short enough stay whole. One pass and bounded memory.
 */
export async function thinSeries(series: AsyncIterable<Point | Gap>, most: number): Promise<ThinSeries> {
  const stretches = Math.max(1, Math.floor(most / 2))
  const folded = foldBlocks(8 * stretches)
  const gaps: Gap[] = []
  let count = 0
  let nonFinite = 0
  for await (const point of series) {
    if (isGap(point)) {
      gaps.push(point)
      continue
    }
    count += 1
    if (Number.isFinite(point.value)) folded.add(point.step, point.value)
    else nonFinite += 1
  }
  const blocks = folded.blocks()
  if (count - nonFinite <= most && blocks.every((block) => block.count === 1))
    return { points: blocks.map(({ low }) => toPoint(low)), count, nonFinite, gaps }
  const points: CurvePoint[] = []
  for (let index = 0; index < stretches; index += 1) {
    const stretch = blocks.slice(
      Math.floor((index * blocks.length) / stretches),
      Math.floor(((index + 1) * blocks.length) / stretches),
    )
    const [first, ...others] = stretch
    if (first === undefined) continue
    const low = others.reduce((lowest, one) => (one.low.value < lowest.value ? one.low : lowest), first.low)
    const high = others.reduce(
      (highest, one) => (one.high.value > highest.value ? one.high : highest),
      first.high,
    )
    const both = low.position < high.position ? [low, high] : [high, low]
    points.push(...(low.value === high.value ? [low] : both).map(toPoint))
  }
  return { points, count, nonFinite, gaps }
}

function toPoint({ step, value }: Extreme): CurvePoint {
  return { step, value }
}
