import { mean } from 'simple-statistics'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../../evidence.ts'
import { headlineValue } from '../../headline.ts'
import type { Cell, SettingPair } from '../../minimal-pairs.ts'
import type { NoiseFloor } from '../../noise-floor.ts'
import type { Search } from '../../search-of.ts'
import { seedOf } from '../../seed-of.ts'
import { isTelling } from '../../what-varied.ts'
import type { Judgement } from './judge.ts'

/**
 * What every sentence about pairs needs: the runs and the metric, how seeds scatter, and how many comparisons share
 * the level.
 */
export interface Teller {
  readonly evidence: EvidenceWithoutFindings
  readonly metric: string
  readonly told: ReadonlySet<string>
  /** All runs that may be held against each other here, with whatever other settings. */
  readonly runs: readonly EvidenceRun[]
  readonly floor: NoiseFloor | null
  /** A run of the only group that the noise floor rests on; null where there are more, or none. */
  readonly only: EvidenceRun | null
  /** What the runs share that others of the session do not, where these may not be held against them; else empty. */
  readonly label: string
  readonly spoken: readonly string[]
  /** What the session chose among: what its best is ahead by may be luck, whatever two settings differ by. */
  readonly search: Search | null
  /** How many comparisons could be told. */
  readonly comparisons: number
  /** The confidence of a single comparison, so that all of them together have 95 % (Bonferroni). */
  readonly level: number
}

/** A finding that may be told, and how strong its evidence is. */
export interface Candidate {
  readonly param: string
  readonly strength: number
  readonly finding: NewFinding
  /** What it did to other metrics, where that is beyond seeds. */
  readonly also: readonly NewFinding[]
  /** What it says of seeds; null where it says nothing of them. */
  readonly judgement: Judgement | null
}

/** The values of the metric in the runs of a cell. */
export function valuesOf(cell: Cell, { evidence, metric }: Teller): readonly number[] {
  return cell.runs.flatMap((one) => headlineValue(one, metric, evidence.metrics) ?? [])
}

/** The mean of the metric over the runs of a cell. */
export function meanOf(cell: Cell, teller: Teller): number {
  return mean([...valuesOf(cell, teller)])
}

/** Whether all runs of a cell log a seed. */
export function isSeeded({ runs }: Cell): boolean {
  return runs.every(({ run }) => seedOf(run) !== null)
}

/** Whether a run of either side is told by the document. */
export function isOfSession({ from, to }: SettingPair, told: ReadonlySet<string>): boolean {
  return [...from.runs, ...to.runs].some(({ address }) => told.has(address))
}

/** Whether all runs of some pairs are told by the document. */
export function scopeOf(pairs: readonly SettingPair[], told: ReadonlySet<string>): 'session' | 'project' {
  return scopeOfRuns(
    pairs.flatMap(({ from, to }) => [...from.runs, ...to.runs]),
    told,
  )
}

/** Whether all of these runs are told by the document. */
export function scopeOfRuns(runs: readonly EvidenceRun[], told: ReadonlySet<string>): 'session' | 'project' {
  return runs.every(({ address }) => told.has(address)) ? 'session' : 'project'
}

/** The addresses of the runs of some cells, the first hundred. */
export function restsOf(cells: readonly Cell[]): readonly string[] {
  return [...new Set(cells.flatMap(({ runs }) => runs.map(({ address }) => address)))].slice(0, 100)
}

/** How much a parameter is what a comparison is about: by its name, and by the notes. */
export function telling(param: string, { spoken }: Teller): number {
  return (isTelling(param) ? 8 : 0) + (spoken.includes(param) ? 8 : 0)
}
