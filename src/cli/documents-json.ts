import type { JsonObject } from '../json.ts'
import type { DocumentSummary } from '../stores/store.ts'

/** A stored document as `list --json` and `show --json` give it; paths are relative to the project. */
export function documentToJson(summary: DocumentSummary): JsonObject {
  return {
    id: summary.id,
    kind: summary.kind,
    title: summary.title,
    date: summary.date,
    path: summary.path,
    evidence: summary.evidencePath,
    runs: summary.runs,
    ...(summary.relinked.length === 0
      ? {}
      : { relinked: summary.relinked.map(({ from, to }) => ({ from, to })) }),
    notes: summary.notes,
    supersedes: summary.supersedes,
    supersededBy: summary.supersededBy,
    edited: summary.edited,
    acceptances: summary.acceptances.map(({ id, by, email, at, because, despite, signed, isOfThisText }) => ({
      id,
      by,
      email,
      at: new Date(at).toISOString(),
      because,
      despite,
      signed,
      ofThisText: isOfThisText,
    })),
    redactions: summary.redactions.map(({ id, at, by, why, places }) => ({ id, at, by, why, places })),
  }
}
