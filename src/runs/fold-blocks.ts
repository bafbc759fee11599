/** A point of a series and its place in it, from nought. */
export interface Extreme {
  readonly value: number
  readonly step: number | null
  readonly position: number
}

/** A stretch of a series: neighbouring finite points folded into one. `from` is the position of its first point. */
export interface Block {
  readonly from: number
  readonly count: number
  readonly mean: number
  /** The first of its lowest and of its highest points. */
  readonly low: Extreme
  readonly high: Extreme
  readonly firstStep: number | null
}

/**
 * Folds a series, in order, into neighbouring blocks: one per point up to `most`, then blocks of equal length, never
 * fewer than half of `most`. One pass and bounded memory, whatever the length.
 */
export function foldBlocks(most: number): {
  add(step: number | null, value: number): void
  blocks(): readonly Block[]
} {
  const folded: Block[] = []
  let length = 1
  let position = 0
  return {
    add(step, value) {
      const last = folded.at(-1)
      const point = pointBlock(position, step, value)
      position += 1
      if (last !== undefined && last.count < length) {
        folded[folded.length - 1] = joined(last, point)
        return
      }
      if (folded.length === most) {
        // Two neighbours become one; where there is an odd one at the end, it goes on growing.
        for (let index = 0; 2 * index < most; index += 1) {
          const left = folded[2 * index]
          const right = folded[2 * index + 1]
          if (left !== undefined) folded[index] = right === undefined ? left : joined(left, right)
        }
        folded.length = Math.ceil(most / 2)
        length *= 2
      }
      const open = folded.at(-1)
      if (open !== undefined && open.count < length) folded[folded.length - 1] = joined(open, point)
      else folded.push(point)
    },
    blocks: () => folded,
  }
}

function pointBlock(position: number, step: number | null, value: number): Block {
  const point = { value, step, position }
  return { from: position, count: 1, mean: value, low: point, high: point, firstStep: step }
}

function joined(left: Block, right: Block): Block {
  const count = left.count + right.count
  return {
    from: left.from,
    count,
    // Not (sum / count): a sum of large values may overflow.
    mean: left.mean * (left.count / count) + right.mean * (right.count / count),
    low: right.low.value < left.low.value ? right.low : left.low,
    high: right.high.value > left.high.value ? right.high : left.high,
    firstStep: left.firstStep,
  }
}
