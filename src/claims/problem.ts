/**
 * Something wrong with a statement. `contradicted` where the evidence says otherwise, `unsupported` where nothing stands
 * behind the words; only a `bare` one (no digit, no relation, every slot good) may still be printed as unchecked.
 */
export interface Problem {
  readonly kind: 'contradicted' | 'unsupported' | 'bare'
  /** One sentence: what is wrong and what to write instead. */
  readonly reason: string
  /** Whether nothing is wrong where the statement is shown as an inference. */
  readonly isInference?: true
}

export function contradicted(reason: string): Problem {
  return { kind: 'contradicted', reason }
}

export function unsupported(reason: string): Problem {
  return { kind: 'unsupported', reason }
}

export function bare(reason: string): Problem {
  return { kind: 'bare', reason }
}

/** A problem of an observation that an inference does not have. */
export function asInference(problem: Problem): Problem {
  return { ...problem, isInference: true }
}
