import { type Gap, isGap } from '../gap.ts'
import type { Point } from './run.ts'

const MOST_POINTS = 12
const BETWEEN = 64

/**
 * A few points that stand for a series, in its order: first, last, lowest and highest finite one (the first of equals),
 * and evenly spread ones between, at most twelve. Memory is bounded whatever the length; what could not be read comes along.
 */
export async function samplePoints(
  series: AsyncIterable<Point | Gap>,
): Promise<{ readonly points: readonly Point[]; readonly gaps: readonly Gap[] }> {
  const gaps: Gap[] = []
  const spread: Placed[] = []
  let stride = 1
  let index = 0
  let first: Placed | null = null
  let last: Placed | null = null
  let lowest: Placed | null = null
  let highest: Placed | null = null
  for await (const point of series) {
    if (isGap(point)) {
      gaps.push(point)
      continue
    }
    const placed = { index, point }
    first ??= placed
    last = placed
    if (Number.isFinite(point.value)) {
      if (lowest === null || point.value < lowest.point.value) lowest = placed
      if (highest === null || point.value > highest.point.value) highest = placed
    }
    if (index % stride === 0) spread.push(placed)
    if (spread.length > BETWEEN) {
      // Twice the stride: every other point goes.
      stride *= 2
      spread.splice(0, spread.length, ...spread.filter((kept) => kept.index % stride === 0))
    }
    index += 1
  }
  const chosen = new Map<number, Point>()
  for (const placed of [first, last, lowest, highest]) {
    if (placed !== null) chosen.set(placed.index, placed.point)
  }
  const others = spread.filter((placed) => !chosen.has(placed.index))
  const room = Math.min(MOST_POINTS - chosen.size, others.length)
  for (let at = 0; at < room; at += 1) {
    const placed = others[Math.floor(((at + 0.5) * others.length) / room)]
    if (placed !== undefined) chosen.set(placed.index, placed.point)
  }
  return {
    points: [...chosen].sort(([a], [b]) => a - b).map(([, point]) => point),
    gaps,
  }
}

interface Placed {
  readonly index: number
  readonly point: Point
}
