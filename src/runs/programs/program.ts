import type { Origin } from '../run.ts'

/** The mean of a candidate over the validation set, called as GEPA's tables call it; its trackers have the values of all of them in one series. */
export const SCORE = 'valset_score'

/** A program's name at the end of an id. */
export const PROGRAM = /(?:^|\/)(?:seed|iteration-\d+(?:\.\d+)?|candidate-\d+)$/

/** A text or a value with the place it was read at. */
export interface Told<Kind> {
  readonly value: Kind
  readonly origin: Origin
}

/**
 * What an optimiser of prompts tried, as a tracker's tables tell it: a candidate, or a proposal that was rejected. It is a run, below the
 * candidate it was made from.
 */
export interface Program {
  /** Its name below the optimisation: `seed`, `iteration-3`, `iteration-3.2`, `candidate-4`. */
  readonly id: string
  readonly name: string
  /** The name of the one it was made from; null for the seed, and where nothing tells. */
  readonly parent: string | null
  /** Null where nothing tells yet. */
  readonly isAccepted: boolean | null
  /** Texts by component, and what else is set for it. */
  readonly params: ReadonlyMap<string, Told<string>>
  readonly metrics: ReadonlyMap<string, Told<number>>
  readonly tags: ReadonlyMap<string, string>
  readonly origin: Origin
}

/** A program's id below its optimisation: the seed is iteration 0, `nth` counts those of one iteration from 0. */
export function programId(iteration: number | null, nth: number, index: number | null): string {
  if (iteration === null) return `candidate-${index ?? nth}`
  return iteration === 0 ? 'seed' : `iteration-${iteration}${nth === 0 ? '' : `.${nth + 1}`}`
}

/** What a program is called: by its index among the candidates, else by the iteration that proposed it and what became of it. */
export function programName(
  {
    index,
    iteration,
    isAccepted,
  }: {
    readonly index: number | null
    readonly iteration: number | null
    readonly isAccepted: boolean | null
  },
  optimisation: string,
): string {
  if (index === 0) return `seed of ${optimisation}`
  if (index !== null) return `candidate ${index} of ${optimisation}`
  return `${isAccepted === false ? 'rejected proposal' : 'proposal'} ${iteration} of ${optimisation}`
}

/** What became of a program, and what it was merged from. */
export function programTags(
  isAccepted: boolean | null,
  parents: readonly number[],
): ReadonlyMap<string, string> {
  return new Map([
    ...(isAccepted === null ? [] : ([['gepa.proposal', isAccepted ? 'accepted' : 'rejected']] as const)),
    ...(parents.length > 1
      ? ([['gepa.merged', parents.map((each) => `candidate ${each}`).join(', ')]] as const)
      : []),
  ])
}
