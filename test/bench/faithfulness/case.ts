import type { Basis } from '../../../src/claims/statement.ts'
import type { Random } from '../../support/seeded-random.ts'
import type { Ground, GroundRun } from './ground.ts'

/** The families that the table sums up. */
export const FAMILIES = ['numeric', 'relational', 'cause', 'notes', 'runs', 'work', 'digits'] as const

export type Family = (typeof FAMILIES)[number]

/**
 * How a liar goes about it. `naive` types what it likes; `careless` puts a wrong slot under right words, or a check that
 * does not hold beside them; `clever` hides behind checks that hold and do not belong to the claim, hedges, negations
 * and another basis.
 */
export const LIARS = ['naive', 'careless', 'clever'] as const

export type Liar = (typeof LIARS)[number]

/** A statement as a model would answer it, and what is true instead. */
export interface Told {
  readonly text: string
  readonly basis: Basis
  /** Checks that say exactly what the text says: they hold for an honest statement and for no lie. */
  readonly checks: readonly string[]
  readonly about: { readonly runs: readonly GroundRun[]; readonly metric: string | null }
  /** Checks that hold and say the opposite of the text, where there are any: a liar hides behind them. */
  readonly opposite?: readonly string[]
  /** What the runs say, in plain values: shows that a lie is one. */
  readonly fact: string
}

/** A way to say something that is either true or false of a history, in many wordings. */
export interface Form {
  readonly family: Family
  readonly kind: string
  /** Null where the history has nothing to say it of. */
  readonly tell: (ground: Ground, random: Random, isTrue: boolean) => Told | null
}

/** A statement that nothing stands behind, whatever the history: it has no honest counterpart. */
export interface Fabrication {
  readonly family: Family
  readonly kind: string
  readonly liar: Liar
  readonly tell: (ground: Ground, random: Random) => Told | null
}

/** One statement of the bench. `liar` is null for an honest one. */
export interface BenchCase {
  readonly id: string
  readonly history: string
  readonly family: Family | 'honest'
  readonly kind: string
  readonly liar: Liar | null
  readonly statement: { readonly text: string; readonly basis: Basis; readonly checks: readonly string[] }
  readonly fact: string
}
