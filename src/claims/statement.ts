import type { Address } from '../evidence/evidence.ts'

/** What a statement rests on; see DESIGN "What each basis needs". */
export type Basis = 'observed' | 'noted' | 'inferred' | 'proposed'

/** One assertion of a draft: words with slots `[[expression]]`, what it rests on, and checks that must hold. */
export interface Statement {
  /** Where it stands in the draft: `reading[2]`; names it in reasons sent back to the model. */
  readonly path: string
  readonly text: string
  readonly basis: Basis
  readonly checks: readonly string[]
}

/** A piece of a statement as it will be printed. `value` of a slot in full precision is in `exact`. */
export type Segment =
  | { readonly kind: 'words'; readonly text: string }
  | {
      readonly kind: 'slot'
      readonly expression: string
      /** What the reader sees: four significant digits, a run's name, a quotation. */
      readonly printed: string
      /** The full value, as the evidence keeps it. */
      readonly exact: string
      /** What kind of thing is printed, for the renderer: a run is linked, a quote is put in quotation marks, code is not escaped. */
      readonly shows: 'run' | 'number' | 'text' | 'quote' | 'relation' | 'time' | 'code'
      readonly cites: readonly Address[]
    }

/** A judgement on a statement. Only a supported one, or an unsupported one with neither digit nor relation, is printed. */
export type Verdict =
  | {
      readonly kind: 'supported'
      /** As it is shown: a cause or a reading told as an observation has become an inference. */
      readonly statement: Statement
      /** What the statement says in English, where it was written in another language: that is what was judged. */
      readonly readAs?: string
      /** Told as an observation, and shown as an inference: it is marked as one wherever it stands. */
      readonly isTurned?: true
      readonly segments: readonly Segment[]
      readonly cites: readonly Address[]
      readonly checks: readonly CheckResult[]
    }
  | {
      readonly kind: 'contradicted'
      readonly statement: Statement
      /** What the statement says in English, where it was written in another language: that is what was judged. */
      readonly readAs?: string
      readonly reason: string
      readonly checks: readonly CheckResult[]
    }
  | {
      readonly kind: 'unsupported'
      readonly statement: Statement
      /** What the statement says in English, where it was written in another language: that is what was judged. */
      readonly readAs?: string
      readonly reason: string
      /** Present when it may still be printed, marked unchecked: it has no digit and no relation, and every slot resolves. */
      readonly segments: readonly Segment[] | null
      readonly checks: readonly CheckResult[]
    }

/** One check as the model wrote it, whether it holds, and what the evidence says instead. */
export interface CheckResult {
  readonly written: string
  readonly holds: boolean
  readonly actual: string
}
