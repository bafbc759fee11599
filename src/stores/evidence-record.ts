import { z } from 'zod'
import type { Document } from '../documents/document.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { digestOf } from './canonical-json.ts'

/** The newest schema of an evidence record that this version reads and writes. */
export const SCHEMA_VERSION = 1

/** An earlier record, by its id and the SHA-256 of its canonical JSON. */
export interface RecordLink {
  readonly id: string
  readonly digest: string
}

const linkSchema = z.object({ id: z.string(), digest: z.string().regex(/^[0-9a-f]{64}$/) })

const recordSchema = z.looseObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** What the document said of itself when it was saved. */
  document: z.object({
    id: z.string(),
    kind: z.enum(['log', 'phase', 'plan', 'decision', 'reconstruction']),
    title: z.string(),
    date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    runs: z.array(z.string()),
    notes: z.array(z.string()),
    supersedes: z.string().nullable(),
  }),
  savedAt: z.iso.datetime({ offset: true }),
  previous: z.array(linkSchema),
  body: z.string(),
  told: z
    .array(z.object({ key: z.string(), status: z.string(), endedAt: z.number().nullable() }))
    .default([]),
})

/** The fields of a frozen evidence record that the store itself reads; the rest is carried. */
export type EvidenceRecord = z.infer<typeof recordSchema>

/**
 * The record that is frozen with a document: what the store knows first, then the evidence as it was given, then the
 * body. `schemaVersion`, `savedAt` and `body` of the evidence win where they are there; `document` and `previous` are ours.
 */
export function makeRecord(
  document: Document,
  savedAt: string,
  previous: readonly RecordLink[],
): { readonly value: JsonObject; readonly record: EvidenceRecord } {
  const { schemaVersion = SCHEMA_VERSION, savedAt: givenAt = savedAt, body, ...rest } = document.evidence
  const value: Record<string, JsonValue> = {
    schemaVersion,
    document: {
      id: document.id,
      kind: document.kind,
      title: document.title,
      date: document.date,
      runs: document.runs,
      notes: document.notes,
      supersedes: document.supersedes,
    },
    savedAt: givenAt,
    previous: previous.map(({ id, digest }) => ({ id, digest })),
  }
  for (const [name, member] of Object.entries(rest)) {
    if (!(name in value)) value[name] = member
  }
  value.body = body ?? document.body
  return { value, record: recordSchema.parse(value) }
}

/** Reads a record of an evidence file, or says why it cannot be. */
export function parseRecord(value: JsonObject): EvidenceRecord | { readonly why: string } {
  const version = value.schemaVersion
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    return { why: `it was written by a newer narrate (schema ${version}; this one knows ${SCHEMA_VERSION})` }
  }
  const parsed = recordSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return { why: `${issue?.path.join('.') || 'the evidence'} is not as it was saved: ${issue?.message ?? ''}` }
}

/** The links of any record, an unreadable or newer one included: the chain must not break on what we cannot show. */
export function previousOf(value: JsonObject): readonly RecordLink[] {
  const parsed = z.array(linkSchema).safeParse(value.previous)
  return parsed.success ? parsed.data : []
}

/** A record's own link, as the next one will name it. */
export function linkTo(id: string, value: JsonObject): RecordLink {
  return { id, digest: digestOf(value) }
}
