import { type Gap, isGap } from '../gap.ts'
import { foldBlocks } from './fold-blocks.ts'
import type { Point } from './run.ts'

/** A series thinned for drawing: neighbours are averaged, so that memory is bounded whatever its length. */
export interface ThinCurve {
  /** Finite values in the order of the series, at a step, or at a place in the series where steps tell nothing. */
  readonly points: readonly { readonly x: number; readonly value: number }[]
  readonly unit: 'step' | 'point'
  /** All points, those that are not finite included. */
  readonly count: number
  readonly nonFinite: number
  readonly nonFiniteFrom: number | null
  readonly gaps: readonly Gap[]
}

/**
 * Reads a series once and keeps at most `most` points of it. Where no two points have different steps, points are counted
 * from 1 instead. A mean of several points stands at the first of them; the last one ends the axis.
 */
export async function thinCurve(series: AsyncIterable<Point | Gap>, most = 2048): Promise<ThinCurve> {
  const folded = { step: foldBlocks(most), point: foldBlocks(most) }
  const gaps: Gap[] = []
  const steps = new Set<number | null>()
  let count = 0
  let nonFinite = 0
  let firstBad: { readonly point: number; readonly step: number | null } | null = null
  let newest = { point: 0, step: 0 }
  for await (const point of series) {
    if (isGap(point)) {
      gaps.push(point)
      continue
    }
    count += 1
    // Two different ones, and whether one is missing, are all that is asked.
    if (steps.size < 2 || point.step === null) steps.add(point.step)
    if (!Number.isFinite(point.value)) {
      nonFinite += 1
      firstBad ??= { point: count, step: point.step }
      continue
    }
    newest = { point: count, step: point.step ?? count }
    folded.step.add(point.step, point.value)
    folded.point.add(count, point.value)
  }
  const unit = steps.size > 1 && !steps.has(null) ? 'step' : 'point'
  const blocks = folded[unit].blocks()
  return {
    points: blocks.map(({ firstStep, mean }, index) => ({
      x: index > 0 && index === blocks.length - 1 ? newest[unit] : (firstStep ?? 0),
      value: mean,
    })),
    unit,
    count,
    nonFinite,
    nonFiniteFrom: firstBad === null ? null : firstBad[unit],
    gaps,
  }
}
