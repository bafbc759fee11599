import type { Block } from './canonical-blocks.ts'

/** A place where two texts differ: what one has, what the other has instead; either may be empty, not both. */
export interface Change {
  readonly before: readonly Block[]
  readonly after: readonly Block[]
}

/** Longer texts are compared at their common beginning and end only. */
const MOST_COMPARED = 4_000_000

/** Where two lists of blocks differ, by a longest common subsequence. */
export function diffBlocks(before: readonly Block[], after: readonly Block[]): readonly Change[] {
  let start = 0
  while (start < before.length && start < after.length && before[start]?.text === after[start]?.text) start++
  let [endBefore, endAfter] = [before.length, after.length]
  while (endBefore > start && endAfter > start && before[endBefore - 1]?.text === after[endAfter - 1]?.text) {
    endBefore--
    endAfter--
  }
  return changesOf(before.slice(start, endBefore), after.slice(start, endAfter))
}

function changesOf(before: readonly Block[], after: readonly Block[]): readonly Change[] {
  if (before.length === 0 && after.length === 0) return []
  if (before.length === 0 || after.length === 0 || before.length * after.length > MOST_COMPARED)
    return [{ before, after }]
  const width = after.length + 1
  // lengths[i * width + j]: the longest common subsequence of before from i on and after from j on.
  const lengths = new Uint32Array((before.length + 1) * width)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        before[i]?.text === after[j]?.text ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const changes: { before: Block[]; after: Block[] }[] = []
  let open: { before: Block[]; after: Block[] } | null = null
  const opened = () => {
    if (open === null) {
      open = { before: [], after: [] }
      changes.push(open)
    }
    return open
  }
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [left, right] = [before[i], after[j]]
    if (left !== undefined && right !== undefined && left.text === right.text) {
      open = null
      i++
      j++
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      opened().before.push(left)
      i++
    } else if (right !== undefined) {
      opened().after.push(right)
      j++
    }
  }
  return changes
}
