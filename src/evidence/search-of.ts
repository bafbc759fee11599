import { difference } from '../statistics/difference.ts'
import { expectedMaximum } from '../statistics/expected-maximum.ts'
import { studentT } from '../statistics/student-t.ts'
import { type Candidate, candidatesAmong } from './candidates.ts'
import { comparableFor } from './comparable-as.ts'
import { comparableSets } from './comparable-sets.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'
import { floorOf, isStill, measuredReplicates, type NoiseFloor, unlabelledReplicates } from './noise-floor.ts'
import { remember } from './remember.ts'
import { triedIn } from './setting-of.ts'

/** Settings that make a search: of two the better one is no selection among many. */
const FEWEST = 3
/** Luck is ruled out where a search among equal settings would lead by this much in one of a hundred cases only. */
const SURE = 0.99
const BISECTIONS = 40

/** What a session chose among: its largest set of runs that may be ranked by the lead metric. */
export interface Search {
  readonly metric: string
  readonly runs: readonly EvidenceRun[]
  /** Best first. */
  readonly candidates: readonly Candidate[]
  /** What the runs share that others of the session do not; empty where there are no others. */
  readonly label: string
  readonly noise: SearchNoise | null
  /** How far ahead its best is; null where it has fewer than three settings, or nothing tells how seeds scatter. */
  readonly ahead: SearchLead | null
}

export type SearchNoise = NoiseFloor & {
  readonly scope: 'session' | 'project'
  /** Whether it rests on runs that differ in a logged seed; else on runs with the same settings and no seed logged. */
  readonly isSeeded: boolean
}

/** The lead of the best of a search, and what luck alone would make of it. */
export interface SearchLead {
  /** Of the best setting's mean over the median of all. */
  readonly lead: number
  /** What the best of as many equal settings would be ahead by, and what it would exceed in one of a hundred searches. */
  readonly luck: number
  readonly most: number
  readonly verdict: 'may be luck' | 'stands out' | 'not known'
  /** A run of the only setting whose seeds are known, where that lies too far from the best to tell; then nothing is known. */
  readonly lender: EvidenceRun | null
}

/** The search of a session; null where it holds no runs that may be ranked. Left-behind data and protocols come after all others. */
export const searchOf = remember((evidence: EvidenceWithoutFindings): Search | null => {
  const metric = evidence.lead?.metric
  if (metric === undefined) return null
  const sets = comparableSets(evidence, metric).map((set) => ({
    runs: set.own,
    label: set.label,
    candidates: candidatesAmong(set.own, metric, evidence.metrics),
  }))
  const chosen = sets.find(({ candidates }) => candidates.length >= FEWEST) ?? sets[0]
  if (chosen === undefined) return null
  const noise = noiseOf(evidence, metric, chosen.runs)
  return { ...chosen, metric, noise, ahead: noise === null ? null : leadOf(chosen.candidates, noise) }
})

/**
 * What a search says of its best, where all better sides of a comparison by its metric are that best one; else null.
 *
 * One document judges one difference once. A comparison of two settings asks whether seeds make their difference; a search
 * asks whether the best of many would lead by as much were all of them equal, and knows the scatter of all of them. What the best
 * of a search is ahead by is both, so there the search decides: where its lead may be luck, no difference up to what luck
 * gives the best at times (`most`) is called more than seeds explain; where it stands out, no difference from its lead on is
 * called less.
 */
export function leadBehind(search: Search | null, better: readonly Side[]): SearchLead | null {
  const [winner] = search?.candidates ?? []
  return search !== null && winner !== undefined && isSetting(winner, better, search.metric)
    ? search.ahead
    : null
}

/** Whether a difference is as large as the lead of a search, but for what summing in another order does to the last digits. */
export function isWholeLead(difference: number, { lead }: SearchLead): boolean {
  return difference >= lead * (1 - 1e-9)
}

/** Whether all sides of some comparisons by a metric are this one setting, as far as the two may be ranked together. */
export function isSetting(candidate: Candidate, sides: readonly Side[], metric: string): boolean {
  const settingOf = (one: EvidenceRun): string =>
    JSON.stringify([triedIn(one.run), comparableFor(one, metric)])
  const own = new Set(candidate.runs.map(settingOf))
  return sides.length > 0 && sides.every(({ runs }) => runs.some((one) => own.has(settingOf(one))))
}

/** Runs of one setting. */
interface Side {
  readonly runs: readonly EvidenceRun[]
}

function leadOf(candidates: readonly Candidate[], noise: NoiseFloor): SearchLead | null {
  const [winner] = candidates
  if (winner === undefined || candidates.length < FEWEST) return null
  const scale = noise.sd * Math.sqrt(meanOf(candidates.map(({ values }) => 1 / values.length)))
  const middle = middleOf(candidates)
  const [lead, luck, most] = [
    Math.abs(difference(middle, winner.mean)),
    expectedMaximum(candidates.length) * scale,
    largestByLuck(candidates, noise),
  ]
  // Values at the edge of what a double holds have no finite lead.
  if (![lead, luck, most].every(Number.isFinite)) return null
  const lender = lead <= most ? null : lenderFarFrom(winner.mean, middle, noise)
  const verdict = lead <= most ? 'may be luck' : lender === null ? 'stands out' : 'not known'
  return { lead, luck, most, verdict, lender }
}

/**
 * The first run of the only group that the noise rests on, where it lies nearer to the middle than to the best, or beyond
 * it: how values scatter there (at the floor of a metric, say) tells nothing of the best.
 */
function lenderFarFrom(best: number, middle: number, { firsts, means }: NoiseFloor): EvidenceRun | null {
  const [first, other] = firsts
  const [mean] = means
  if (first === undefined || mean === undefined || other !== undefined) return null
  return Math.abs(mean - best) < Math.abs(mean - middle) ? null : first
}

/**
 * What the best of these candidates stays below in 99 of 100 searches, were all of them equal: the x at which the product of
 * T(x · √draws / sd) over the candidates is 0.99, T being Student's distribution with the degrees of freedom of the noise.
 */
function largestByLuck(candidates: readonly Candidate[], noise: NoiseFloor): number {
  const byDraws = [...Map.groupBy(candidates, ({ values }) => values.length)]
  const isBelow = (x: number): boolean => {
    const logarithm = byDraws.reduce(
      (sum, [draws, members]) =>
        sum + members.length * Math.log(studentT((x * Math.sqrt(draws)) / noise.sd, noise.degreesOfFreedom)),
      0,
    )
    return logarithm >= Math.log(SURE)
  }
  let high = noise.sd
  while (high < Number.MAX_VALUE && !isBelow(high)) high *= 2
  let low = 0
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2
    if (isBelow(middle)) high = middle
    else low = middle
  }
  return high
}

/**
 * The scatter between seeds: of these runs, else of the project's other ones that may be ranked with them; none where
 * seeds are known to change little here. Where no two runs differ in a logged seed, the scatter of runs with the same settings.
 */
function noiseOf(
  evidence: EvidenceWithoutFindings,
  metric: string,
  runs: readonly EvidenceRun[],
): SearchNoise | null {
  const groups = measuredReplicates(evidence, metric, runs)
  const own = floorOf(groups)
  if (own !== null) return { ...own, scope: 'session', isSeeded: true }
  const [first] = runs
  if (first === undefined || (groups.length > 0 && groups.filter(isStill).length * 2 >= groups.length))
    return null
  const side = comparableFor(first, metric)
  const others = evidence.earlier.filter((one) => comparableFor(one, metric) === side)
  const all = [...runs, ...others]
  const seeded = measuredReplicates(evidence, metric, all)
  const wider = floorOf(seeded)
  if (wider !== null) return { ...wider, scope: 'project', isSeeded: true }
  if (seeded.length > 0) return null
  const unlabelled = floorOf(unlabelledReplicates(evidence, metric, runs))
  if (unlabelled !== null) return { ...unlabelled, scope: 'session', isSeeded: false }
  const widest = floorOf(unlabelledReplicates(evidence, metric, all))
  return widest === null ? null : { ...widest, scope: 'project', isSeeded: false }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The median of the means; candidates come in order. */
function middleOf(candidates: readonly Candidate[]): number {
  const half = (candidates.length - 1) / 2
  const [low, high] = [candidates[Math.floor(half)], candidates[Math.ceil(half)]]
  return ((low?.mean ?? Number.NaN) + (high?.mean ?? Number.NaN)) / 2
}
