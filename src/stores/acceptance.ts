import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import { canonicalJson, digestOf } from './canonical-json.ts'
import type { RecordLink } from './evidence-record.ts'
import { normaliseMarkdown } from './normalise-markdown.ts'

/** A detached signature in its own armour, over `signedText` of the record that carries it. */
export interface Signature {
  readonly format: 'ssh' | 'gpg'
  readonly text: string
}

const linkSchema = z.object({ id: z.string(), digest: z.string() })

const acceptanceSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('acceptance'),
  id: z.string(),
  /** The document's evidence record. */
  of: linkSchema,
  /** SHA-256 of the Markdown body as it was accepted, normalised: hand edits before it are accepted too. */
  body: z.string(),
  by: z.string(),
  email: z.string().nullable(),
  at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  because: z.string().nullable(),
  /** How many findings of each kind `verify` had when it was accepted all the same; not there where it stood. */
  despite: z.record(z.string(), z.number().int()).optional(),
  previous: z.array(linkSchema),
  signature: z.object({ format: z.enum(['ssh', 'gpg']), text: z.string() }).nullable(),
})

/**
 * Somebody's name under a document: a record of its own in the chain, beside the evidence and with no Markdown. It binds
 * the digest of the evidence and that of the body as it stood.
 */
export type Acceptance = z.infer<typeof acceptanceSchema>

/** What a person gives to accept a document. */
export interface Approval {
  readonly by: string
  readonly email: string | null
  readonly because: string | null
  /** Findings of the document that it is accepted with, counted by kind; null where it stands. */
  readonly despite: Readonly<Record<string, number>> | null
  /** Signs the text given; null where the acceptance is to be unsigned. */
  readonly sign: ((text: string) => Promise<Signature>) | null
}

/** Reads an acceptance; null where the record is of another kind, or no longer has the form of one. */
export function parseAcceptance(value: JsonObject): Acceptance | null {
  const parsed = acceptanceSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}

/** Whether a record calls itself an acceptance, readable or not. */
export function isAcceptance(value: JsonObject): boolean {
  return value.kind === 'acceptance'
}

/** The record of an acceptance, signed where the approval says so. Its id is that of the document and four characters of its own digest. */
export async function makeAcceptance(
  { of, body }: { readonly of: RecordLink; readonly body: string },
  { by, email, because, despite, sign }: Approval,
  at: string,
  previous: readonly RecordLink[],
): Promise<JsonObject & { readonly id: string }> {
  const unnamed = {
    schemaVersion: 1,
    kind: 'acceptance',
    of: { ...of },
    body: digestOfBody(body),
    by,
    email,
    at,
    because,
    ...(despite === null ? {} : { despite: { ...despite } }),
    previous: previous.map((link) => ({ ...link })),
  }
  const id = `${of.id}-accepted-${digestOf(unnamed).slice(0, 4)}`
  const unsigned: JsonObject & { readonly id: string } = { ...unnamed, id }
  return { ...unsigned, signature: sign === null ? null : { ...(await sign(signedText(unsigned))) } }
}

/** What is signed: the canonical JSON of the record without its signature. */
export function signedText(record: JsonObject): string {
  const { signature: _, ...unsigned } = record
  return canonicalJson(unsigned)
}

/** SHA-256 of a Markdown body, normalised as it is compared. */
export function digestOfBody(body: string): string {
  return digestOf(normaliseMarkdown(body))
}
