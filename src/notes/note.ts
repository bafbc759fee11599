/** When something was written, and how that is known; an undated note feeds phases, never a day. */
export type NoteTime =
  | {
      readonly kind: 'dated'
      readonly at: number
      readonly precision: 'instant' | 'day'
      readonly by: 'journal' | 'heading' | 'commit' | 'frontmatter' | 'filename'
    }
  | { readonly kind: 'undated' }

/**
 * One passage that a person wrote and that may be cited: a list item, a sentence or a short paragraph, verbatim.
 * `heading` is the heading it stands under, which scopes it.
 */
export interface Quote {
  readonly text: string
  readonly file: string
  readonly line: number
  readonly heading: string | null
  readonly time: NoteTime
}

/** What a person wrote: one text from one place, split into the passages that may be cited. */
export interface SessionNote {
  /** Stable id: digest of kind, place and text (16 hex digits). */
  readonly id: string
  /** `journal` (typed at narrate), `file`, `notebook`, `commit` (message), `experiment` (its description in the tracker). */
  readonly kind: 'journal' | 'file' | 'notebook' | 'commit' | 'experiment'
  /** Who wrote it, where known. */
  readonly author: string | null
  /** Path relative to the project, or a commit id, or a place in the tracker. */
  readonly place: string
  readonly time: NoteTime
  /** The text as typed. It is untrusted. */
  readonly text: string
  readonly quotes: readonly Quote[]
  /** Runs the author tied it to (`narrate note --run`), as typed. */
  readonly runs: readonly string[]
}
