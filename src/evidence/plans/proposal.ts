import type { Address } from '../evidence.ts'

/** An experiment that somebody proposes: a run to begin from, and what to change in it. */
export interface Proposal {
  /** The run that it begins from. */
  readonly from: Address
  /** Parameters as they were proposed, whatever the words and units: `lr` may mean `learning_rate`, `15%` 0.15. */
  readonly set: ReadonlyMap<string, string>
  /** How many runs of it, each with a seed of its own. */
  readonly seeds: number
}
