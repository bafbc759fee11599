import { z } from 'zod'
import { type Document, KIND_NAME } from '../documents/document.ts'
import type { JsonObject } from '../json.ts'
import { digestOf } from './canonical-json.ts'

/** The newest schema of an evidence record that this version reads and writes. */
export const SCHEMA_VERSION = 1

/** An earlier record, by its id and the SHA-256 of its canonical JSON. */
export interface RecordLink {
  readonly id: string
  readonly digest: string
}

const linkSchema = z.object({ id: z.string(), digest: z.string().regex(/^[0-9a-f]{64}$/) })

/** A moment as milliseconds since 1970 or ISO 8601. */
const moment = z.union([z.number(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])

const recordSchema = z.looseObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string(),
  kind: z.string().regex(KIND_NAME),
  title: z.string(),
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  runs: z.array(z.string()),
  notes: z.array(z.string()),
  supersedes: z.string().nullable(),
  savedAt: moment,
  previous: z.array(linkSchema),
  body: z.string(),
  places: z.record(z.string(), z.string()).default({}),
  told: z.array(z.object({ key: z.string(), status: z.string(), endedAt: moment.nullable() })).default([]),
})

/** The fields of a frozen evidence record that the store itself reads; the rest is carried. */
export type EvidenceRecord = z.infer<typeof recordSchema>

/**
 * The record that is frozen with a document: what the store knows of it, then the evidence as it was given, then the
 * body. `schemaVersion`, `savedAt` and `body` of the evidence stand where they are given; all else that the document or
 * the store says (`id`, `kind`, `title`, `date`, `runs`, `notes`, `places`, `supersedes`, `previous`) wins over the evidence.
 */
export function makeRecord(
  document: Document,
  now: string,
  previous: readonly RecordLink[],
): { readonly value: JsonObject; readonly record: EvidenceRecord } {
  const {
    schemaVersion = SCHEMA_VERSION,
    savedAt = now,
    body = document.body,
    ...evidence
  } = document.evidence
  const { id, kind, title, date, runs, notes, supersedes, places } = document
  const known: JsonObject = {
    ...{ schemaVersion, id, kind, title, date, runs, notes, supersedes, savedAt },
    ...(places === undefined ? {} : { places: { ...places } }),
  }
  const own = { ...known, previous: previous.map((link) => ({ id: link.id, digest: link.digest })) }
  // Twice: the first gives the order of the names, the second the values.
  const value = { ...own, ...evidence, ...own, body }
  return { value, record: recordSchema.parse(value) }
}

/** Reads a record of an evidence file, or says why it cannot be. */
export function parseRecord(
  value: JsonObject,
): { readonly record: EvidenceRecord } | { readonly why: string } {
  const version = value.schemaVersion
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    return { why: `it was written by a newer narrate (schema ${version}; this one knows ${SCHEMA_VERSION})` }
  }
  const parsed = recordSchema.safeParse(value)
  if (parsed.success) return { record: parsed.data }
  const [issue] = parsed.error.issues
  return { why: `${issue?.path.join('.') || 'the evidence'} is not as it was saved: ${issue?.message ?? ''}` }
}

/** The links of any record, an unreadable or newer one included: the chain must not break on what we cannot show. */
export function previousOf(value: JsonObject): readonly RecordLink[] {
  const parsed = z.array(linkSchema).safeParse(value.previous)
  return parsed.success ? parsed.data : []
}

/** When a record was saved, ms since 1970; a record that does not tell is older than all that do. */
export function savedAtOf(value: JsonObject): number {
  return moment.safeParse(value.savedAt).data ?? Number.NEGATIVE_INFINITY
}

/** A record's own link, as the next one will name it. */
export function linkTo(id: string, value: JsonObject): RecordLink {
  return { id, digest: digestOf(value) }
}
