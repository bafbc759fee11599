import type { EvidenceRun, EvidenceWithoutFindings } from '../../evidence/evidence.ts'
import { floorOf, type NoiseFloor } from '../../evidence/noise-floor.ts'
import { remember } from '../../evidence/remember.ts'
import { runsOfOneSetting } from '../../evidence/replicates.ts'
import { seedOf } from '../../evidence/seed-of.ts'
import { isDone } from '../../runs/run.ts'
import type { Direction } from '../../settings.ts'
import { difference } from '../../statistics/difference.ts'
import { keeps, parseAggregation, parseThreshold } from './criteria.ts'
import type { DecisionSubject, SubjectCriterion } from './decision-subject.ts'
import {
  dominatedBy,
  type Fall,
  isComplete,
  type Row,
  ranking,
  type Score,
  type ShareSpan,
  scoreOf,
  sharesOf,
  sharesToWin,
  utilityFalls,
  type WeightMoves,
  weightMoves,
} from './decision-table.ts'
import {
  directionOf,
  type FinalistValue,
  finalistValue,
  type Measure,
  measureOf,
  unitOf,
  valueOfRun,
} from './finalist-value.ts'

/** A criterion with its scale. */
export interface ScoredCriterion {
  readonly criterion: SubjectCriterion
  readonly measure: Measure
  readonly direction: Direction | null
  readonly unit: string | null
  /** Its part of all weight, 0 to 1. */
  readonly share: number
  /** The ends of its scale; null where no finalist has a value and none was given. */
  readonly worst: number | null
  readonly best: number | null
  /** Which ends nobody gave: they are the finalists' own extremes. */
  readonly assumed: readonly ('worst' | 'best')[]
}

/** Why a finalist may not win: a threshold it fails, or cannot be shown to keep; a run that did not finish. */
export interface Bar {
  readonly kind: 'fails' | 'unknown' | 'unfinished'
  /** The place of the criterion; -1 where it is none. */
  readonly criterion: number
}

/** A finalist with what it is worth. */
export interface ScoredFinalist {
  readonly name: string
  readonly runs: readonly EvidenceRun[]
  readonly values: readonly FinalistValue[]
  readonly row: Row
  readonly score: Score
  readonly isComplete: boolean
  readonly bars: readonly Bar[]
  /** Criteria whose value lies beyond the end of its scale: it counts as the end. */
  readonly beyond: readonly number[]
  /** Places of the finalists that are no worse on any criterion, and better on one. */
  readonly dominatedBy: readonly number[]
  /** Whether its runs differ in the seed alone. */
  readonly areReplicates: boolean
  /** The weighted score of each of its runs, by the same scale; only runs that have every value. */
  readonly perRun: readonly { readonly one: EvidenceRun; readonly value: number }[]
}

/** What the margin of the first over the second is worth. */
export interface Margin {
  readonly value: number
  /** How the weighted scores of the finalists' own runs scatter; null where nothing among them tells. */
  readonly noise: NoiseFloor | null
}

/** The finalists over the criteria, and all that follows from it. */
export interface DecisionTable {
  readonly criteria: readonly ScoredCriterion[]
  readonly shares: readonly number[]
  readonly finalists: readonly ScoredFinalist[]
  /** Places of those that may win and have every value, best first. */
  readonly ranking: readonly number[]
  /** The place of the first and of the second; null where there is none. */
  readonly winner: number | null
  readonly runnerUp: number | null
  readonly margin: Margin | null
  /** Of the first, for each criterion. */
  readonly moves: readonly WeightMoves[]
  /** How little each criterion may be worth to the first before another wins. */
  readonly falls: readonly (Fall | null)[]
  /** Of the finalist that was chosen, where it is not the first by score; else null. */
  readonly toSelect: readonly (ShareSpan | null)[] | null
}

/**
 * Scores the finalists: each value between the worst (0) and the best (1) end of its criterion, cut off there, times the
 * criterion's share of all weight. Ends that nobody gave are the finalists' own extremes. Values that are not recorded leave a
 * finalist without a rank; what its score would be at worst and at best is told.
 */
export const scoreFinalists = remember2(
  (evidence: EvidenceWithoutFindings, subject: DecisionSubject): DecisionTable => {
    const byKey = new Map(evidence.runs.map((one) => [one.run.key, one]))
    const runsOf = subject.finalists.map(({ runs }) => runs.flatMap((key) => byKey.get(key) ?? []))
    const values = runsOf.map((runs, finalist) =>
      subject.criteria.map((criterion, place) =>
        finalistValue(runs, { finalist, criterion: place }, criterion, evidence),
      ),
    )
    const shares = sharesOf(subject.criteria.map(({ weight }) => weight))
    const criteria = subject.criteria.map((criterion, place): ScoredCriterion => {
      const direction = directionOf(criterion, evidence)
      return {
        criterion,
        measure: measureOf(criterion),
        direction,
        unit: unitOf(criterion, evidence),
        share: shares[place] ?? 0,
        ...scaleOf(
          criterion,
          direction,
          values.flatMap((own) => own[place]?.value ?? []),
        ),
      }
    })
    const rows = values.map((own, place): Row => {
      const bars = barsOf(runsOf[place] ?? [], own, subject.criteria)
      return {
        utilities: criteria.map((one, index) => utilityOf(one, own[index]?.value ?? null)),
        mayWin: bars.length === 0,
      }
    })
    const dominators = dominatedBy(rows)
    const finalists = rows.map((row, place): ScoredFinalist => {
      const own = values[place] ?? []
      return {
        name: subject.finalists[place]?.name ?? '',
        runs: runsOf[place] ?? [],
        values: own,
        row,
        score: scoreOf(row, shares),
        isComplete: isComplete(row, shares),
        bars: barsOf(runsOf[place] ?? [], own, subject.criteria),
        beyond: criteria.flatMap((one, index) => (isBeyond(one, own[index]?.value ?? null) ? [index] : [])),
        dominatedBy: dominators[place] ?? [],
        areReplicates: areReplicates(runsOf[place] ?? []),
        perRun: scoresOfRuns(runsOf[place] ?? [], own, criteria, evidence),
      }
    })
    const ranked = ranking(rows, shares)
    const [winner = null, runnerUp = null] = ranked
    const chosen = subject.selected?.finalist ?? winner
    return {
      criteria,
      shares,
      finalists,
      ranking: ranked,
      winner,
      runnerUp,
      margin: marginOf(finalists, winner, runnerUp),
      moves: winner === null ? [] : weightMoves(rows, shares, winner),
      falls: winner === null ? [] : utilityFalls(rows, shares, winner),
      toSelect:
        chosen === null || chosen === winner || finalists[chosen]?.isComplete !== true
          ? null
          : sharesToWin(rows, shares, chosen),
    }
  },
)

/** The ends of a criterion's scale. */
function scaleOf(
  criterion: SubjectCriterion,
  direction: Direction | null,
  values: readonly number[],
): Pick<ScoredCriterion, 'worst' | 'best' | 'assumed'> {
  const low = values.length === 0 ? null : Math.min(...values)
  const high = values.length === 0 ? null : Math.max(...values)
  const [worst, best] = direction === 'lower' ? [high, low] : [low, high]
  return {
    worst: criterion.worst ?? worst,
    best: criterion.best ?? best,
    assumed: [
      ...(criterion.worst === null ? (['worst'] as const) : []),
      ...(criterion.best === null ? (['best'] as const) : []),
    ],
  }
}

/** Where a value lies between the worst (0) and the best (1) end; 1 for all where the two ends are one. */
function utilityOf({ worst, best, direction }: ScoredCriterion, value: number | null): number | null {
  if (value === null || worst === null || best === null || direction === null) return null
  const length = difference(worst, best)
  if (length === 0) return 1
  return Math.min(1, Math.max(0, (value - worst) / length))
}

function isBeyond({ worst, best }: ScoredCriterion, value: number | null): boolean {
  if (value === null || worst === null || best === null) return false
  const [low, high] = [Math.min(worst, best), Math.max(worst, best)]
  return value < low || value > high
}

function barsOf(
  runs: readonly EvidenceRun[],
  values: readonly FinalistValue[],
  criteria: readonly SubjectCriterion[],
): readonly Bar[] {
  const isUnfinished = runs.length > 0 && runs.every(({ run }) => !isDone(run))
  return [
    ...(isUnfinished ? [{ kind: 'unfinished', criterion: -1 } as const] : []),
    ...criteria.flatMap(({ threshold }, criterion): readonly Bar[] => {
      if (threshold === null) return []
      const value = values[criterion]?.value ?? null
      if (value === null) return [{ kind: 'unknown', criterion }]
      return keeps(parseThreshold(threshold), value) ? [] : [{ kind: 'fails', criterion }]
    }),
  ]
}

/**
 * What each run would score alone, on the scale of all; given values are the same for all runs of a finalist. Values beyond the
 * end of a scale are not cut off here: where the finalists' means are the ends, half of their runs lie beyond.
 */
function scoresOfRuns(
  runs: readonly EvidenceRun[],
  values: readonly FinalistValue[],
  criteria: readonly ScoredCriterion[],
  evidence: EvidenceWithoutFindings,
): ScoredFinalist['perRun'] {
  return runs.flatMap((one) => {
    const value = scoreOfRun(one, criteria, evidence, (index) => values[index]?.value ?? null)
    return value === null ? [] : [{ one, value }]
  })
}

/** The weighted score of one finished run, not cut off at the ends of scales; null where a value that weighs is missing. */
export function scoreOfRun(
  one: EvidenceRun,
  criteria: readonly ScoredCriterion[],
  evidence: EvidenceWithoutFindings,
  given: (index: number) => number | null = () => null,
): number | null {
  if (!isDone(one.run)) return null
  let sum = 0
  for (const [index, { best, criterion, measure, share, worst }] of criteria.entries()) {
    if (share === 0) continue
    if (parseAggregation(criterion.aggregation ?? undefined).over !== 'mean') return null
    const value = measure.kind === 'given' ? given(index) : valueOfRun(one, measure, evidence)
    if (value === null || worst === null || best === null) return null
    const length = difference(worst, best)
    if (length !== 0) sum += ((value - worst) / length) * share
  }
  return sum
}

/** Whether runs differ in the seed alone, each in another one. */
function areReplicates(runs: readonly EvidenceRun[]): boolean {
  const [group, another] = runsOfOneSetting(runs)
  return (
    another === undefined &&
    group?.length === runs.length &&
    new Set(runs.map(({ run }) => seedOf(run))).size === runs.length
  )
}

function marginOf(
  finalists: readonly ScoredFinalist[],
  winner: number | null,
  runnerUp: number | null,
): Margin | null {
  const [first, second] = [finalists[winner ?? -1], finalists[runnerUp ?? -1]]
  if (first === undefined || second === undefined) return null
  return {
    value: difference(second.score.low, first.score.low),
    noise: floorOf(finalists.map(({ perRun }) => perRun).filter((group) => group.length > 1)),
  }
}

/** Remembers what a function gave for an evidence and a subject. */
function remember2<A extends object, B extends object, Result>(
  make: (a: A, b: B) => Result,
): (a: A, b: B) => Result {
  const byFirst = remember((_: A) => new WeakMap<B, { readonly result: Result }>())
  return (a, b) => {
    const known = byFirst(a)
    const before = known.get(b)
    if (before !== undefined) return before.result
    const result = make(a, b)
    known.set(b, { result })
    return result
  }
}
