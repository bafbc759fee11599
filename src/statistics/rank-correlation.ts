import { sampleCorrelation } from 'simple-statistics'
import { tailsOfT } from './student-t.ts'

/** Spearman's rank correlation (-1 to 1) and the chance of one as far from zero where there is none. */
export interface RankCorrelation {
  readonly rho: number
  readonly chance: number
}

/** Up to this many pairs, all orders are tried (8! = 40 320). */
const FEW = 8

/**
 * Spearman's rho: Pearson's correlation of the ranks, equal values sharing the mean of their ranks (Spearman 1904; Kendall &
 * Gibbons 1990, ch. 3). The two-sided chance is exact over all orders for up to eight pairs, and Student's t with n - 2 degrees of freedom
 * for more (Zar 1972), as scipy.stats.spearmanr has it. Null for fewer than three pairs or where one side does not vary.
 */
export function rankCorrelation(left: readonly number[], right: readonly number[]): RankCorrelation | null {
  const count = left.length
  if (count !== right.length) throw new Error(`${count} values cannot be paired with ${right.length}`)
  if (count < 3 || !varies(left) || !varies(right)) return null
  const [a, b] = [ranksOf(left), ranksOf(right)]
  const rho = sampleCorrelation([...a], [...b])
  if (count <= FEW) return { rho, chance: exactChance(a, b) }
  const t = rho * Math.sqrt((count - 2) / Math.max(0, 1 - rho * rho))
  return { rho, chance: tailsOfT(t, count - 2) }
}

/** Ranks from one on; equal values share the mean of theirs. */
export function ranksOf(values: readonly number[]): readonly number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value)
  const ranks: number[] = new Array<number>(values.length).fill(0)
  for (let from = 0; from < order.length; ) {
    let until = from + 1
    while (until < order.length && order[until]?.value === order[from]?.value) until += 1
    for (const { index } of order.slice(from, until)) ranks[index] = (from + 1 + until) / 2
    from = until
  }
  return ranks
}

/** The share of all orders of one side whose ranks agree, or disagree, as much as these do. */
function exactChance(a: readonly number[], b: readonly number[]): number {
  const middle = (a.length + 1) / 2
  const agreement = (order: readonly number[]): number =>
    Math.abs(order.reduce((sum, rank, index) => sum + (rank - middle) * ((a[index] ?? 0) - middle), 0))
  const observed = agreement(b)
  let all = 0
  let asFar = 0
  const order = [...b]
  const permute = (from: number): void => {
    if (from === order.length - 1) {
      all += 1
      if (agreement(order) >= observed - 1e-9) asFar += 1
      return
    }
    for (let index = from; index < order.length; index++) {
      swap(order, from, index)
      permute(from + 1)
      swap(order, from, index)
    }
  }
  permute(0)
  return asFar / all
}

function swap(values: number[], a: number, b: number): void {
  const [left, right] = [values[a], values[b]]
  if (left === undefined || right === undefined) return
  values[a] = right
  values[b] = left
}

function varies(values: readonly number[]): boolean {
  return values.some((value) => value !== values[0])
}
