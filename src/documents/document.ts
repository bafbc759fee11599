import type { JsonObject } from '../json.ts'
import type { RunKey } from '../runs/run.ts'

/** Kinds of document that narrate brings, each with a folder of its own in the store. */
export const BUILT_IN_KINDS = ['log', 'phase', 'plan', 'decision', 'reconstruction'] as const

/** The name of a kind: one that narrate brings, or a project's own, in lower-case letters, digits and hyphens. */
export type DocumentKindName = string

/** What may be the name of a kind; it names folders and files. */
export const KIND_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * A finished document: Markdown and what stands behind it. `id` is date, slug and the first four characters of the
 * digest of its evidence. The store adds `previous` (the chain) to the evidence when it saves.
 */
export interface Document {
  readonly id: string
  readonly kind: DocumentKindName
  readonly title: string
  /** The day it is about, `2026-11-20`, in the user's zone. */
  readonly date: string
  readonly runs: readonly RunKey[]
  readonly notes: readonly string[]
  /** Printed as YAML in this order; `id`, `kind`, `title`, `date`, `runs` are among it. */
  readonly frontMatter: JsonObject
  /** Markdown without front matter, LF, ending in a newline. */
  readonly body: string
  /** The frozen evidence without `previous`. Non-finite numbers are the strings NaN, Infinity, -Infinity. */
  readonly evidence: JsonObject
  readonly supersedes: string | null
  /** Digests of the places that the logs of its runs were at, by alias: a log keeps its alias, whatever is found beside it. */
  readonly places?: Readonly<Record<string, string>>
}
