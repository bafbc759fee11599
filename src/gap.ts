/**
 * Something that could not be read, is missing or is not a number. It is carried with what could be read and told to
 * the reader; it is never dropped and never guessed away.
 */
export interface Gap {
  readonly kind: 'gap'
  /** What is missing, in the reader's words: "metric val_loss", "experiment 7". */
  readonly what: string
  /** Where: a path relative to the source, with line or row where known. */
  readonly where: string
  /** Why, in a sentence: "the line has one field". */
  readonly why: string
}

/** A gap as a value. */
export function gap(what: string, where: string, why: string): Gap {
  return { kind: 'gap', what, where, why }
}

/** Whether a value that came out of a stream is a gap. */
export function isGap(value: object): value is Gap {
  return 'kind' in value && value.kind === 'gap'
}
