import { difference } from '../../statistics/difference.ts'

/**
 * One finalist's row: what each criterion is worth to it, 0 (worst) to 1 (best), null where nothing tells; and whether it
 * may win at all.
 */
export interface Row {
  readonly utilities: readonly (number | null)[]
  readonly mayWin: boolean
}

/** A weighted sum of utilities; where values are missing, what it is at worst and at best. */
export interface Score {
  readonly low: number
  readonly high: number
}

/** The weights as shares of their sum. All weights are 0 or more, one of them more. */
export function sharesOf(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** The score of a row: utilities times shares. */
export function scoreOf(row: Row, shares: readonly number[]): Score {
  const sum = (missing: number): number =>
    shares.reduce((total, share, index) => total + share * (row.utilities[index] ?? missing), 0)
  return { low: sum(0), high: sum(1) }
}

/** Whether every criterion that weighs is known of a row. */
export function isComplete(row: Row, shares: readonly number[]): boolean {
  return shares.every((share, index) => share === 0 || (row.utilities[index] ?? null) !== null)
}

/**
 * The rows that may win and are complete, by their places in the table, best first; those that are level stand in the
 * order of the table.
 */
export function ranking(rows: readonly Row[], shares: readonly number[]): readonly number[] {
  return rows
    .flatMap((row, index) =>
      row.mayWin && isComplete(row, shares) ? [{ index, score: scoreOf(row, shares).low }] : [],
    )
    .sort((a, b) => difference(a.score, b.score) || a.index - b.index)
    .map(({ index }) => index)
}

/**
 * Where one criterion has to count how much for another row to win. `share` is that criterion's share of all weight at which
 * the two are level (beyond it the other one is ahead), when all other weights keep their proportions; `by` is the row.
 */
export interface Flip {
  readonly share: number
  readonly by: number
}

/** How far the weight of a criterion may grow and shrink before another row wins; null: as far as it can. */
export interface WeightMoves {
  readonly up: Flip | null
  readonly down: Flip | null
}

/**
 * For each criterion how far its weight must move before another row wins, in closed form. With the share t on the criterion
 * and the others in proportion, the winner is ahead of another row by t · d + (1 - t) · r, where d is its lead on this
 * criterion and r its lead on all others together: they are level at t = r / (r - d). More weight lets the other win
 * only where d < 0, less only where r < 0. Leaving the other weights as they are and moving one alone meets the same
 * points. Only complete rows that may win are looked at.
 */
export function weightMoves(
  rows: readonly Row[],
  shares: readonly number[],
  winner: number,
): readonly WeightMoves[] {
  const best = rows[winner]
  if (best === undefined) throw new Error('the winner is a row of the table')
  const others = rows.flatMap((row, index) =>
    index !== winner && row.mayWin && isComplete(row, shares) ? [{ row, index }] : [],
  )
  return shares.map((share, criterion) => {
    const rest = 1 - share
    const leads = others.flatMap(({ row, index }) => {
      const lead = (place: number): number =>
        difference(row.utilities[place] ?? 0, best.utilities[place] ?? 0)
      const isKnown = isUtility(best.utilities[criterion]) && isUtility(row.utilities[criterion])
      if (!isKnown) return []
      const onOthers = shares.reduce(
        (sum, other, place) => (place === criterion ? sum : sum + other * lead(place)),
        0,
      )
      // Where all weight lies on one criterion, nothing says how the others would share what it leaves.
      return [{ index, here: lead(criterion), there: rest <= 0 ? 0 : notNearly(onOthers / rest) }]
    })
    return {
      up: first(leads, 'here', -1),
      down: first(leads, 'there', 1),
    }
  })
}

/** The utility of the winner on one criterion at which another row draws level with it, and which row. */
export interface Fall {
  readonly utility: number
  readonly by: number
}

/**
 * For each criterion how little it may be worth to the winner, all else as it is, before another row wins: of rows that it
 * leads by D the nearest, at its utility less D over the criterion's share. Null where nothing it could be worth there lets another win.
 */
export function utilityFalls(
  rows: readonly Row[],
  shares: readonly number[],
  winner: number,
): readonly (Fall | null)[] {
  const best = rows[winner]
  if (best === undefined) throw new Error('the winner is a row of the table')
  const own = scoreOf(best, shares).low
  const [nearest] = ranking(rows, shares).filter((index) => index !== winner)
  const other = nearest === undefined ? undefined : rows[nearest]
  if (nearest === undefined || other === undefined) return shares.map(() => null)
  const lead = notNearly(own - scoreOf(other, shares).low)
  return shares.map((share, criterion) => {
    const here = best.utilities[criterion]
    if (!isUtility(here) || share === 0) return null
    const utility = notNearly(here - lead / share)
    return utility < 0 ? null : { utility, by: nearest }
  })
}

interface Lead {
  readonly index: number
  /** What the winner is ahead by on the criterion, and on all others together. */
  readonly here: number
  readonly there: number
}

/** The nearest point at which a row that is ahead on `side` overtakes: the lowest share for -1, the highest for 1. */
function first(leads: readonly Lead[], side: 'here' | 'there', sign: 1 | -1): Flip | null {
  const [nearest] = leads
    .filter((lead) => lead[side] < 0)
    .map((lead) => ({ lead, share: Math.min(1, Math.max(0, lead.there / (lead.there - lead.here))) }))
    // Of two that overtake at the same share, the one that is further ahead beyond it.
    .sort((a, b) => sign * difference(a.share, b.share) || a.lead[side] - b.lead[side])
  return nearest === undefined ? null : { share: nearest.share, by: nearest.lead.index }
}

/** The shares of one criterion, from low to high, at which a row is ahead of all others or level with them. */
export interface ShareSpan {
  readonly from: number
  readonly to: number
}

/**
 * For each criterion the shares of all weight with which a row wins, others keeping their proportions; null where it wins
 * with none. In closed form: its lead on another row, t · d + (1 - t) · r, is linear in the share t, so that each
 * other row bounds t from one side. Of a row that does not win now the end nearest to the present share tells how far that
 * weight must move for it.
 */
export function sharesToWin(
  rows: readonly Row[],
  shares: readonly number[],
  place: number,
): readonly (ShareSpan | null)[] {
  const own = rows[place]
  if (own === undefined) throw new Error('the row is one of the table')
  const others = rows.flatMap((row, index) =>
    index !== place && row.mayWin && isComplete(row, shares) ? [row] : [],
  )
  return shares.map((share, criterion) => {
    const rest = 1 - share
    let [from, to] = [0, 1]
    for (const row of others) {
      const lead = (at: number): number => difference(row.utilities[at] ?? 0, own.utilities[at] ?? 0)
      const onOthers = shares.reduce((sum, other, at) => (at === criterion ? sum : sum + other * lead(at)), 0)
      const here =
        isUtility(own.utilities[criterion]) && isUtility(row.utilities[criterion]) ? lead(criterion) : 0
      const there = rest <= 0 ? 0 : notNearly(onOthers / rest)
      if (here < 0 && there < 0) return null
      const level = there === here ? null : there / (there - here)
      if (level === null) {
        if (here < 0) return null
      } else if (here < 0) to = Math.min(to, level)
      else if (there < 0) from = Math.max(from, level)
    }
    return from > to ? null : { from, to }
  })
}

const NEARLY = 1e-12

/** What rounding leaves of a sum of products of numbers up to 1 is no lead. */
function notNearly(value: number): number {
  return Math.abs(value) < NEARLY ? 0 : value
}

function isUtility(value: number | null | undefined): value is number {
  return value !== null && value !== undefined
}

/** For each row the rows that dominate it: no worse on any criterion, and better on one. Rows with gaps are in no relation. */
export function dominatedBy(rows: readonly Row[]): readonly (readonly number[])[] {
  return rows.map((row, index) =>
    rows.flatMap((other, place) => (place !== index && dominates(other, row) ? [place] : [])),
  )
}

function dominates(a: Row, b: Row): boolean {
  const leads = a.utilities.map((utility, index) => {
    const other = b.utilities[index]
    return isUtility(utility) && isUtility(other) ? difference(other, utility) : Number.NaN
  })
  return leads.every((lead) => lead >= 0) && leads.some((lead) => lead > 0)
}
