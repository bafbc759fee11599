import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { logSubjectSchema } from '../documents/log-subject.ts'
import { type Gap, isGap } from '../gap.ts'
import type { DocumentSummary, Store } from '../stores/store.ts'

/** What earlier entries told: nothing of it is told again. */
export interface Told {
  /** Runs, with the end that was told (null: still open). */
  readonly runs: readonly { readonly key: string; readonly endedAt: number | null }[]
  readonly noteIds: ReadonlySet<string>
  /** Quotes of the entries, with the time they had there. */
  readonly quotes: readonly { readonly text: string; readonly at: number | null }[]
  /** Where the newest entry's coverage ended, ms since 1970; null where there is none. */
  readonly coveredUntil: number | null
  /** The entries that were not superseded, in the order in which they were saved. */
  readonly entries: readonly DocumentSummary[]
  /** Entries that could not be read: what they told may be told again. */
  readonly gaps: readonly Gap[]
}

const frozenSchema = z.object({
  subject: logSubjectSchema.optional(),
  evidence: z.object({
    span: z.object({ until: z.string() }),
    quotes: z.array(z.object({ text: z.string(), at: z.number().nullable() })),
  }),
})

/** Reads what the log entries of a store told. `root` is the project's folder. */
export async function readTold(store: Store, root: string): Promise<Told> {
  const entries: DocumentSummary[] = []
  const gaps: Gap[] = []
  for await (const found of store.list({ kind: 'log' })) {
    if (isGap(found)) gaps.push(found)
    else entries.push(found)
  }
  const quotes: Told['quotes'][number][] = []
  let coveredUntil: number | null = null
  for (const entry of entries) {
    // The store's `read` looks through the whole folder each time; a year has hundreds of entries.
    const text = await readFile(path.join(root, entry.evidencePath), 'utf8')
    const frozen = frozenSchema.safeParse(JSON.parse(text))
    if (!frozen.success) continue
    const { span, quotes: told } = frozen.data.evidence
    quotes.push(...told)
    // An entry over chosen runs leaves the other runs of its span to be told.
    if ((frozen.data.subject?.selection ?? null) === null)
      coveredUntil = Math.max(coveredUntil ?? 0, Date.parse(span.until))
  }
  return {
    runs: entries.flatMap(({ told }) => told.map(({ key, endedAt }) => ({ key, endedAt }))),
    noteIds: new Set(entries.flatMap(({ notes }) => notes)),
    quotes,
    coveredUntil,
    entries: entries
      .filter(({ supersededBy }) => supersededBy === null)
      .sort((a, b) => a.savedAt - b.savedAt),
    gaps,
  }
}
