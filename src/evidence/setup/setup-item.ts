import type { Address } from '../evidence.ts'

/**
 * How an item of a setup is known, the surest first. LOGGED: the run's own record holds it (a field, a file it left).
 * REPORTED: a person wrote it of this run. GIT: it stands in the code at the run's own commit. SIBLING: other runs logged it, and
 * nothing speaks for another value here. INFERRED: it follows from something else. UNKNOWN: nothing tells.
 */
export const SETUP_LABELS = ['LOGGED', 'REPORTED', 'GIT', 'SIBLING', 'INFERRED', 'UNKNOWN'] as const

export type SetupLabel = (typeof SETUP_LABELS)[number]

/** The parts of a setup, in the order in which a document tells them. */
export const SETUP_GROUPS = [
  'Data',
  'Code',
  'Randomness',
  'Environment',
  'Preprocessing',
  'Metric',
  'Hyperparameters',
  'Who and when',
] as const

export type SetupGroup = (typeof SETUP_GROUPS)[number]

/** One source's word on one item. */
export interface SetupClue {
  /** `commit`, `seed`, `param:lr`; see `itemOf`. */
  readonly item: string
  /** What it says; for a run's own fact the text that is compared with others. */
  readonly value: string
  readonly label: Exclude<SetupLabel, 'UNKNOWN'>
  /** Where it stands: a fact's address, `notes/a.md:12`, `3fa2c1ab:train.py:40`, a run's key. */
  readonly where: string
  /** What makes it so, in a few words of ours; null where the place says all. */
  readonly how: string | null
  /** Of two clues of one label the heavier one decides. */
  readonly weight: number
  /** The slot that prints it, where the evidence has it as a fact: `r1.param["lr"]`. */
  readonly slot: string | null
  readonly rests: readonly Address[]
}

/** One item of a setup, with what decided and what speaks against it. */
export interface SetupItem {
  readonly id: string
  /** As it is printed: "seed", "num_leaves". */
  readonly name: string
  readonly group: SetupGroup
  readonly label: SetupLabel
  /** Null where nothing tells. */
  readonly clue: SetupClue | null
  /** Sources that say otherwise, the surest first. */
  readonly against: readonly SetupClue[]
  /** Sources that say the same. */
  readonly agreeing: readonly SetupClue[]
  /** Of an unknown item: values that other runs had, the most frequent first. */
  readonly candidates: readonly string[]
  /** Whether a run cannot be run again without it. */
  readonly isNeeded: boolean
}

const NO_CLUE = { how: null, weight: 1, slot: null, rests: [] } as const

/** A clue; what is left out is nothing. */
export function clueOf(
  clue: Pick<SetupClue, 'item' | 'value' | 'label' | 'where'> & Partial<SetupClue>,
): SetupClue {
  return { ...NO_CLUE, ...clue }
}

/** The item that a parameter is. */
export function paramItem(name: string): string {
  return `param:${name}`
}

/** A name without notation: case, dashes, dots and underscores put aside. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^-+/, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

const SHORT_FOR: Readonly<Record<string, string>> = {
  lr: 'learning_rate',
  bs: 'batch_size',
  wd: 'weight_decay',
  random_state: 'seed',
  random_seed: 'seed',
  n_epochs: 'epochs',
  num_epochs: 'epochs',
  max_epochs: 'epochs',
  optimiser: 'optimizer',
}

/** What a name stands for: `lr` and `learning-rate` are one. */
export function meantBy(name: string): string {
  const plain = plainName(name)
  return SHORT_FOR[plain] ?? plain
}

/** Whether two names of a setting are one, by their whole names, or by the last part where one of them stands under something. */
export function isSameName(a: string, b: string): boolean {
  if (meantBy(a) === meantBy(b)) return true
  const lastOf = (name: string): string => meantBy(name.split(/[./:]|__/).at(-1) ?? name)
  const isNested = (name: string): boolean => /[./:]|__/.test(name)
  // `clf__norm` and `tfidf__norm` are two.
  return isNested(a) !== isNested(b) && lastOf(a) === lastOf(b) && lastOf(a).length > 1
}
