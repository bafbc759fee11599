/** A span of time in milliseconds since 1970: `from` belongs to it, `until` does not. */
export interface Span {
  readonly from: number
  readonly until: number
}

/**
 * When something was written, and how that is known; an undated note feeds phases, never a day. `at` is milliseconds
 * since 1970; where only the day is known it is noon of that day in the user's zone, so that the day can be told from
 * it wherever a day ends.
 */
export type NoteTime =
  | {
      readonly kind: 'dated'
      readonly at: number
      readonly precision: 'instant' | 'day'
      /** `difference`: it was not there when narrate last looked, shortly before. */
      readonly by: 'journal' | 'heading' | 'commit' | 'frontmatter' | 'filename' | 'difference'
    }
  | { readonly kind: 'undated' }

/**
 * One passage that a person wrote and that may be cited: a list item, a sentence or a short paragraph, verbatim, with
 * wrapped lines joined by one space. A `command` is a block of pasted commands and `code` a block of code, with their
 * line breaks. `heading` is what it stands under, which scopes it: the nearest headings and list items above, joined
 * by ` › `.
 */
export interface Quote {
  readonly kind: 'passage' | 'command' | 'code'
  readonly text: string
  readonly file: string
  /** Line it begins at, counted from 1. */
  readonly line: number
  /** How many lines it reaches over. */
  readonly lines: number
  readonly heading: string | null
  readonly time: NoteTime
}

/**
 * A part of a note that is no passage and stays out of prompts: a table (its values may be offered as *reported*), a
 * block of bare numbers, a long listing (code or a program's output), a picture. `lines` counts how many it has.
 */
export interface Attachment {
  readonly kind: 'table' | 'numbers' | 'listing' | 'picture'
  readonly text: string
  readonly file: string
  readonly line: number
  readonly lines: number
  readonly heading: string | null
  readonly time: NoteTime
}

/** A prediction: what its author tied it to, and when it was recorded. */
export interface Expectation {
  /** Parameters that the runs it is about have, as typed: `lr=0.1`. */
  readonly settings: readonly string[]
  /** When narrate recorded it, in milliseconds since 1970; null where the journal tells its day only. */
  readonly recordedAt: number | null
}

/** What a person wrote: one text from one place, split into the passages that may be cited. */
export interface SessionNote {
  /** Stable id: digest of kind, place and text, and of the time of a journalled note (16 hex digits). */
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
  /** What was kept out of the quotes. */
  readonly attachments: readonly Attachment[]
  /** Runs the author tied it to (`narrate note --run`), as typed. */
  readonly runs: readonly string[]
  /** Set for what was recorded with `narrate expect`. */
  readonly expectation: Expectation | null
}
