/** Who has to act, and so which exit code the command ends with. */
export type ErrorKind = 'usage' | 'configuration' | 'source' | 'template' | 'model' | 'store' | 'cancelled'

/**
 * Something the user must mend: what happened to which thing, in a sentence that ends, and a hint on what to do next.
 *
 * The only class of the project. What the reader must weigh is a `Gap` or a `Verdict` instead; what we must mend is an
 * ordinary error that keeps its stack.
 */
export class NarrateError extends Error {
  readonly kind: ErrorKind
  readonly hint: string | undefined

  constructor(
    kind: ErrorKind,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'NarrateError'
    this.kind = kind
    this.hint = options.hint
  }
}

/** The exit code of each kind of error, as `narrate --help` tells it. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  configuration: 2,
  source: 3,
  template: 4,
  model: 5,
  store: 6,
  cancelled: 130,
}

/** The sentence an unknown thrown value stands for. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
