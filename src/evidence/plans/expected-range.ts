import { expectedMaximum } from '../../statistics/expected-maximum.ts'
import type { EvidenceRun } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { leastDifference } from '../noise-floor.ts'
import { settingOf } from '../setting-of.ts'
import { isNone, type SettingValue, settingValue } from '../setting-value.ts'
import { isSeed, isTelling } from '../what-varied.ts'
import { anyChange, type Bucket, bucketsOf, inOrder, sameChange } from './effects.ts'
import type { Past, PastCell } from './past.ts'
import type { Change, SettledProposal } from './settle-proposal.ts'

/** What the expected effect of a change rests on, strongest first. */
export type GroundKind = 'same change' | 'between' | 'beyond' | 'own curve' | 'like runs' | 'other changes'

/** What is known of one changed parameter. */
export interface Ground {
  readonly param: string
  readonly kind: GroundKind
  /** The pairs of settings, or for like runs the runs, that it rests on. */
  readonly count: number
  readonly runs: readonly EvidenceRun[]
  /** Of a pair or a step: a run of each of its two settings, in the order of the step. */
  readonly two: readonly [EvidenceRun, EvidenceRun] | null
  /** Whether it comes from runs of another protocol or other data alone. */
  readonly isElsewhere: boolean
  /** The effect on the metric: from the least to the greatest. */
  readonly low: number
  readonly high: number
}

/** What an experiment is expected to give, worked out of past runs. */
export interface ExpectedRange {
  /** The mean of the new runs. */
  readonly low: number
  readonly high: number
  /** The setting that it begins from, and the mean of its runs. */
  readonly base: PastCell
  readonly grounds: readonly Ground[]
  /** What was added on either side for seeds; null where no replicates tell. */
  readonly noise: number | null
  /** What was taken off the worse side because the setting is the best of many single runs; nought where it is not. */
  readonly luck: number
}

/** Why there is no range: the parameters of which nothing is known, or that the run begun from has no value to begin from. */
export interface NoGround {
  readonly unknown: readonly string[]
  readonly reason: 'no value' | 'no ground' | 'no replicates'
}

/**
 * The range that a change of a run is expected to give: the mean of its setting, moved by what each changed parameter did before
 * (added up where there are several), wider by what seeds may do to the means of both (95 %, from replicates). The best of many
 * single runs owes part of its lead to luck: so much is taken off the worse side.
 *
 * An effect is known from the same change between settings alike in all else; from levels on both sides of the new one, half
 * their distance added at either end; from the
 * last step towards it, as far again either way; from a curve that was
 * still getting better, for a longer run; from runs that have the new level; from other changes of the same
 * parameter, either way. One pair alone gives a range from nothing to what it showed.
 */
export function expectedRange(
  { from, changes, params }: Pick<SettledProposal, 'from' | 'changes' | 'params'>,
  seeds: number,
  past: Past,
): ExpectedRange | NoGround {
  const base = cellOf(from, past)
  if (base === undefined) return ofLikeRuns(params, seeds, past)
  const moved = changes.filter(({ param }) => !isSeed(param))
  const grounds = moved.map((change) => groundOf(change, base, past) ?? ofCurve(change, from, past))
  const unknown = moved.flatMap(({ param }, index) => (grounds[index] === null ? [param] : []))
  if (unknown.length > 0) return { unknown, reason: 'no ground' }
  const noise = past.floor === null ? null : leastDifference(past.floor, seeds, base.runs.length)
  if (moved.length === 0 && noise === null) return { unknown: [], reason: 'no replicates' }
  const known = grounds.filter((ground) => ground !== null)
  const isPicked = base === past.present[0] && base.runs.length === 1
  const luck = isPicked && past.floor !== null ? past.floor.sd * expectedMaximum(past.present.length) : 0
  const sum = (pick: (ground: Ground) => number): number =>
    known.reduce((total, ground) => total + pick(ground), base.mean)
  const isHigher = past.direction === 'higher'
  return {
    low: sum(({ low }) => low) - (noise ?? 0) - (isHigher ? luck : 0),
    high: sum(({ high }) => high) + (noise ?? 0) + (isHigher ? 0 : luck),
    base,
    grounds: known,
    noise,
    luck,
  }
}

const LENGTH = /(^|[_./-])(n_|num_|max_)?(epochs?|steps|iterations|iters)$/i
/** A curve's last fifth is what its late gain is told of. */
const LATE = 0.2
const MOST_FIFTHS = 2

/** A longer run where the curve was still getting better: from nothing to what its last fifth gained, at most as often again as it is longer, and at most twice. */
function ofCurve({ param, from: before, to }: Change, one: EvidenceRun, past: Past): Ground | null {
  const [was, will] = [parseNumber(before ?? ''), parseNumber(to ?? '')]
  const curve = one.curves.get(past.metric)
  const shape = curve?.shape[past.direction]
  if (!LENGTH.test(param) || was === null || will === null || will <= was || was <= 0) return null
  if (curve === undefined || shape === undefined || shape.lateFrom === null) return null
  const end = past.direction === 'higher' ? curve.highest.value : curve.lowest.value
  const gain = (end - shape.lateFrom.value) * Math.min(MOST_FIFTHS, (will / was - 1) / LATE)
  return {
    param,
    kind: 'own curve',
    count: 1,
    runs: [one],
    two: null,
    isElsewhere: false,
    low: Math.min(0, gain),
    high: Math.max(0, gain),
  }
}

/** What the present settings of the same model gave, all together. */
function ofLikeRuns(
  params: ReadonlyMap<string, string>,
  seeds: number,
  past: Past,
): ExpectedRange | NoGround {
  const like = alikeInMethod(params, past)
  const [base] = like
  if (base === undefined || like.length < FEWEST_LIKE) return { unknown: [], reason: 'no value' }
  const means = like.map(({ mean }) => mean)
  const noise = past.floor === null ? null : leastDifference(past.floor, seeds, base.runs.length)
  const [low, high] = [Math.min(...means), Math.max(...means)]
  return {
    low: low - (noise ?? 0),
    high: high + (noise ?? 0),
    base,
    grounds: [
      {
        param: [...params.keys()].find((name) => MODEL.test(name)) ?? '',
        kind: 'like runs',
        count: like.flatMap(({ runs }) => runs).length,
        runs: runsOf(like),
        two: null,
        isElsewhere: false,
        low: low - base.mean,
        high: high - base.mean,
      },
    ],
    noise,
    luck: 0,
  }
}

/** The setting of a run among those that may be ranked now. */
function cellOf(from: EvidenceRun, { present, rules }: Past): PastCell | undefined {
  const own = present.find(({ runs }) => runs.includes(from))
  if (own !== undefined) return own
  const tried = settingOf(from.run, rules)?.tried
  return tried === undefined
    ? undefined
    : present.find(({ runs: [first] }) => settingOf(first.run, rules)?.tried === tried)
}

/** The present settings of the same model and methods, for a run that was measured under another protocol or on other data. */
function alikeInMethod(params: ReadonlyMap<string, string>, { present }: Past): readonly PastCell[] {
  const telling = [...params].filter(([name]) => isTelling(name))
  const known = telling.filter(([name, text]) =>
    present.some(({ values }) => values.get(name)?.key === settingValue(name, text).key),
  )
  const model = known.filter(([name]) => MODEL.test(name))
  const asked = model.length > 0 ? model : known
  if (asked.length === 0 || telling.some(([name]) => MODEL.test(name)) !== model.length > 0) return []
  return present.filter(({ values }) =>
    asked.every(([name, text]) => values.get(name)?.key === settingValue(name, text).key),
  )
}

const MODEL = /model|arch|estimator|algorithm|classifier|learner/i

const MOST_RATIO = 2

function groundOf({ param, from, to }: Change, base: PastCell, past: Past): Ground | null {
  const [before, after] = [setTo(param, from), setTo(param, to)]
  for (const [cells, isElsewhere] of [
    [past.present, false],
    [past.elsewhere, true],
  ] as const) {
    const buckets = bucketsOf(param, cells)
    const found =
      known(before, after, buckets, base) ?? (isElsewhere ? null : likeRuns(param, after, base, past))
    if (found !== null) return { param, isElsewhere, ...found }
  }
  for (const [cells, isElsewhere] of [
    [past.present, false],
    [past.elsewhere, true],
  ] as const) {
    const effects = anyChange(bucketsOf(param, cells))
    const most = Math.max(...effects.map(({ by }) => Math.abs(by)))
    if (effects.length > 0)
      return {
        param,
        kind: 'other changes',
        count: effects.length,
        runs: runsOf(effects.flatMap((effect) => [effect.from, effect.to])),
        two: null,
        isElsewhere,
        low: -most,
        high: most,
      }
  }
  return null
}

type Known = Omit<Ground, 'param' | 'isElsewhere'>

function known(
  before: SettingValue | null,
  after: SettingValue | null,
  buckets: readonly Bucket[],
  base: PastCell,
): Known | null {
  const same = sameChange(buckets, before, after)
  if (same.length > 0) {
    const effects = same.map(({ by }) => by)
    // One pair shows a direction, and hardly how far.
    const shown = same.length === 1 ? [0, ...effects] : effects
    return {
      kind: 'same change',
      count: same.length,
      runs: runsOf(same.flatMap((effect) => [effect.from, effect.to])),
      two: twoOf(same[0]?.from, same[0]?.to),
      low: Math.min(...shown),
      high: Math.max(...shown),
    }
  }
  if (before?.kind !== 'number' || after?.kind !== 'number') return null
  const lines = buckets
    .map(({ levels }) => inOrder(levels))
    .filter((line) => line !== null)
    .filter((line) => line.some(({ value }) => value.key === before.key))
    .sort((a, b) => Number(holds(b, base)) - Number(holds(a, base)))
  for (const line of lines) {
    const start = line.find(({ value }) => value.key === before.key)
    const below = line.findLast(({ value }) => value.value < after.value)
    const above = line.find(({ value }) => value.value > after.value)
    if (start === undefined) continue
    if (below !== undefined && above !== undefined) {
      const effects = [below, above].map(({ cell }) => cell.mean - start.cell.mean)
      const [low, high] = [Math.min(...effects), Math.max(...effects)]
      // What lies between may lie above or below both.
      const beside = (high - low) / 2
      return {
        kind: 'between',
        count: 1,
        runs: runsOf([below.cell, above.cell]),
        two: twoOf(below.cell, above.cell),
        low: low - beside,
        high: high + beside,
      }
    }
    const [edge, next] = below === undefined ? [line[0], line[1]] : [line.at(-1), line.at(-2)]
    if (edge === undefined || next === undefined) continue
    const isPositive = [edge, next].every(({ value }) => value.value > 0) && after.value > 0
    const place = (value: number): number => (isPositive ? Math.log(value) : value)
    const step = Math.abs(place(edge.value.value) - place(next.value.value))
    const ratio = Math.min(MOST_RATIO, Math.abs(place(after.value) - place(edge.value.value)) / step)
    const reach = Math.abs(edge.cell.mean - next.cell.mean) * ratio
    const at = edge.cell.mean - start.cell.mean
    return {
      kind: 'beyond',
      count: 1,
      runs: runsOf([next.cell, edge.cell]),
      two: twoOf(next.cell, edge.cell),
      low: at - reach,
      high: at + reach,
    }
  }
  return null
}

function holds(line: readonly { readonly cell: PastCell }[], base: PastCell): boolean {
  return line.some(({ cell }) => cell === base)
}

const FEWEST_LIKE = 2

/** Runs that have the new level, whatever else differs. */
function likeRuns(
  param: string,
  after: SettingValue | null,
  base: PastCell,
  { present }: Past,
): Known | null {
  if (after === null) return null
  const like = present.filter(({ values }) => values.get(param)?.key === after.key)
  if (like.length < FEWEST_LIKE) return null
  const effects = like.map(({ mean }) => mean - base.mean)
  return {
    kind: 'like runs',
    count: like.flatMap(({ runs }) => runs).length,
    runs: runsOf(like),
    two: null,
    low: Math.min(...effects),
    high: Math.max(...effects),
  }
}

function runsOf(cells: readonly PastCell[]): readonly EvidenceRun[] {
  return [...new Set(cells.flatMap(({ runs }) => runs))]
}

function twoOf(a: PastCell | undefined, b: PastCell | undefined): Ground['two'] {
  return a === undefined || b === undefined ? null : [a.runs[0], b.runs[0]]
}

function setTo(param: string, text: string | null): SettingValue | null {
  if (text === null) return null
  const value = settingValue(param, text)
  return isNone(value) ? null : value
}
