import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { ToldChoice } from '../documents/compose-sync.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isGap } from '../gap.ts'
import { keyHistory } from '../stores/key-history.ts'
import type { DocumentSummary, Store } from '../stores/store.ts'

const recordSchema = z.object({
  subject: z.object({
    finalists: z.array(z.object({ runs: z.array(z.string()) })),
    selected: z.object({ finalist: z.number(), because: z.string() }).nullable(),
  }),
})

/**
 * What the newest decision that was not superseded chose among these runs; null where none did. Its link is relative to
 * `folder`, with `/`.
 */
export async function readChoice(
  store: Store,
  root: string,
  folder: string,
  { runs }: Evidence,
): Promise<ToldChoice | null> {
  const decisions: DocumentSummary[] = []
  for await (const found of store.list({ kind: 'decision' }))
    if (!isGap(found) && found.supersededBy === null) decisions.push(found)
  const history = keyHistory(await store.relinks())
  const keys = new Set(runs.map(({ run }) => run.key))
  for (const { acceptances, date, evidencePath, id, path: place, savedAt, title } of decisions.toReversed()) {
    const record = recordSchema.safeParse(JSON.parse(await readFile(path.join(root, evidencePath), 'utf8')))
    const selected = record.success ? record.data.subject.selected : null
    if (!record.success || selected === null) continue
    const written = record.data.subject.finalists[selected.finalist]?.runs ?? []
    const chosen = written.map((key) => history.now(key, savedAt))
    if (!chosen.some((key) => keys.has(key))) continue
    return {
      id,
      title,
      date,
      link: encodeURI(path.relative(folder, path.join(root, place)).split(path.sep).join('/')),
      runs: chosen,
      because: selected.because,
      acceptedBy: acceptances.filter(({ isOfThisText }) => isOfThisText).map(({ by }) => by),
    }
  }
  return null
}
