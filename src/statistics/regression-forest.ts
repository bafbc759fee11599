/** Columns of whole numbers from 0 to 31, a value per row: see `binned`. */
export type BinnedColumns = readonly Uint8Array[]

/** Where a row that is to be predicted stands in a column. */
export type BinAt = (column: number) => number

type Tree =
  | { readonly kind: 'leaf'; readonly value: number }
  /** Rows up to this bin go to `low`. */
  | {
      readonly kind: 'split'
      readonly column: number
      readonly upTo: number
      readonly low: Tree
      readonly high: Tree
    }

const BINS = 32
const FEWEST_IN_LEAF = 2
const FEWEST_TO_SPLIT = 5
const DEEPEST = 12

/**
 * Numbers as at most 32 classes in their order: distinct values, or 32 classes of about equal size where there are more.
 * Trees look at the order alone, so that a scale, logarithmic or not, makes no difference.
 */
export function binned(values: readonly number[]): Uint8Array {
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  if (sorted.length <= BINS) {
    const places = new Map(sorted.map((value, index) => [value, index]))
    return Uint8Array.from(values, (value) => places.get(value) ?? 0)
  }
  const all = [...values].sort((a, b) => a - b)
  const first = new Map<number, number>()
  for (const [index, value] of all.entries()) if (!first.has(value)) first.set(value, index)
  return Uint8Array.from(values, (value) =>
    Math.min(BINS - 1, Math.floor(((first.get(value) ?? 0) / all.length) * BINS)),
  )
}

/**
 * A random forest for numbers (Breiman 2001): each tree grows on a bootstrap sample of the rows, each split takes the best of
 * two thirds of the columns, drawn anew, by the least squared error. Splits are sought over bins, as histogram-based
 * boosting does, so that growing takes time in proportion to rows and columns. Gives the mean prediction of the trees.
 */
export function growForest(request: {
  readonly columns: BinnedColumns
  readonly target: readonly number[]
  /** The rows to learn from. */
  readonly rows: readonly number[]
  readonly trees: number
  readonly random: () => number
}): (binAt: BinAt) => number {
  const { columns, target, rows, random } = request
  const tried = Math.max(1, Math.ceil((columns.length * 2) / 3))
  const trees = Array.from({ length: request.trees }, () =>
    grow(
      rows.map(() => rows[Math.floor(random() * rows.length)] ?? 0),
      0,
    ),
  )
  return (binAt) => trees.reduce((sum, tree) => sum + predict(tree, binAt), 0) / trees.length

  function grow(own: readonly number[], depth: number): Tree {
    const sum = own.reduce((all, row) => all + (target[row] ?? 0), 0)
    const split = own.length < FEWEST_TO_SPLIT || depth >= DEEPEST ? null : bestSplit(own, sum)
    if (split === null) return { kind: 'leaf', value: sum / own.length }
    const bins = columns[split.column]
    const isLow = (row: number): boolean => (bins?.[row] ?? 0) <= split.upTo
    return {
      kind: 'split',
      ...split,
      low: grow(own.filter(isLow), depth + 1),
      high: grow(
        own.filter((row) => !isLow(row)),
        depth + 1,
      ),
    }
  }

  /** The split that leaves the least squared error; null where none leaves less than the whole. */
  function bestSplit(
    own: readonly number[],
    sum: number,
  ): { readonly column: number; readonly upTo: number } | null {
    let best: { readonly column: number; readonly upTo: number } | null = null
    // The squared error falls as the squared sums over the counts grow.
    let bestScore = (sum * sum) / own.length + 1e-9 * (1 + Math.abs(sum))
    const counts = new Float64Array(BINS)
    const sums = new Float64Array(BINS)
    for (const column of drawColumns()) {
      const bins = columns[column]
      if (bins === undefined) continue
      counts.fill(0)
      sums.fill(0)
      for (const row of own) {
        const bin = bins[row] ?? 0
        counts[bin] = (counts[bin] ?? 0) + 1
        sums[bin] = (sums[bin] ?? 0) + (target[row] ?? 0)
      }
      let low = 0
      let lowSum = 0
      for (let bin = 0; bin < BINS - 1; bin++) {
        if (counts[bin] === 0) continue
        low += counts[bin] ?? 0
        lowSum += sums[bin] ?? 0
        const high = own.length - low
        if (high < FEWEST_IN_LEAF) break
        if (low < FEWEST_IN_LEAF) continue
        const score = (lowSum * lowSum) / low + (sum - lowSum) ** 2 / high
        if (score > bestScore) {
          bestScore = score
          best = { column, upTo: bin }
        }
      }
    }
    return best
  }

  function drawColumns(): readonly number[] {
    const order = columns.map((_, column) => column)
    for (let index = 0; index < tried; index++) {
      const other = index + Math.floor(random() * (order.length - index))
      const [a, b] = [order[index] ?? 0, order[other] ?? 0]
      order[index] = b
      order[other] = a
    }
    return order.slice(0, tried)
  }
}

function predict(tree: Tree, binAt: BinAt): number {
  let node = tree
  while (node.kind === 'split') node = binAt(node.column) <= node.upTo ? node.low : node.high
  return node.value
}
