import type { Address, FindingText, FindingValue } from '../evidence.ts'

/** What a claim of a note is about. */
export const NOTE_CLAIM_KINDS = [
  'value',
  'status',
  'setting',
  'count',
  'superlative',
  'negative',
  'group',
  'comparison',
  'command',
  'table',
  'note',
  'language',
  'alias',
] as const

export type NoteClaimKind = (typeof NOTE_CLAIM_KINDS)[number]

/**
 * What came of holding a claim against the runs. `cannot tell`: no reading of it is false, and none is certain. `not checked`:
 * the language it is written in is not known to what finds claims. `proposed`: words that may be a name of a run, which is applied nowhere.
 */
export const JUDGEMENTS = [
  'agree',
  'contradict',
  'no such run',
  'cannot tell',
  'not checked',
  'proposed',
] as const

export type Judgement = (typeof JUDGEMENTS)[number]

/** How much a contradiction changes: the conclusion of the day, what is known of a run, or a detail. */
export const CONSEQUENCES = ['conclusion', 'run', 'detail'] as const

export type Consequence = (typeof CONSEQUENCES)[number]

/** Something that a note says of runs, and what the log has of it. The note itself is untouched. */
export interface NoteClaim {
  /** The quote it stands in, `n4`; null for a row of a table, which is no quote. */
  readonly quote: Address | null
  /** The words that say it, verbatim. */
  readonly said: string
  /** Where it stands: the note's place and line. */
  readonly place: string
  readonly kind: NoteClaimKind
  readonly judgement: Judgement
  readonly consequence: Consequence
  /** Runs whose log decided. */
  readonly runs: readonly Address[]
  /** The log's side, with slots, in neutral words: "[[r4]] failed."; null where there is nothing to set against the note. */
  readonly log: string | null
  readonly values: Readonly<Record<string, FindingValue>>
  readonly texts: Readonly<Record<string, FindingText>>
}
