import type { Gap } from '../../../gap.ts'
import type { LooseJson } from '../../files/loose-json.ts'

/** What a trial is called and how it stands, as its storage tells it. */
export interface Trial {
  /** Its number among all trials of the storage: Optuna's dashboard names trials by it. */
  readonly id: string
  /** Its number in its study, from 0. */
  readonly number: string
  /** Optuna's word: `COMPLETE`, `PRUNED`, …; whatever else is stored as it stands. */
  readonly state: string
  readonly start: string | null
  readonly end: string | null
}

/** What a storage keeps of one trial, alike for every kind of storage; `line` is where the storage is a file of lines. */
export interface TrialParts {
  readonly params: Iterable<{
    readonly name: string
    readonly stored: number | null
    readonly distribution: string | null
    readonly line?: number
  }>
  /** Null where the value of an objective cannot be read. */
  readonly values: Iterable<{
    readonly objective: number
    readonly value: number | null
    readonly line?: number
  }>
  /** What was reported on the way in order of step: all of it, or the last alone where no history is wanted. */
  steps(withHistory: boolean): Iterable<{
    readonly step: number | null
    /** The step as it is stored, for a message. */
    readonly written: string
    readonly value: number | null
    readonly line?: number
  }>
  readonly user: Attributes
  readonly system: Attributes
}

export interface Attributes {
  readonly attributes: ReadonlyMap<string, LooseJson>
  readonly gaps: readonly Gap[]
}
