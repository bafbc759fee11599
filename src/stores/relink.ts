import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import { digestOf } from './canonical-json.ts'
import type { RecordLink } from './evidence-record.ts'

const relinkSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('relink'),
  id: z.string(),
  at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  by: z.string().nullable(),
  because: z.string().nullable(),
  links: z.array(z.object({ from: z.string(), to: z.string(), why: z.string() })).min(1),
})

/**
 * That runs have other keys than documents call them by: a record of its own in the chain, beside the evidence. What was
 * called `from` until `at` (ms since 1970) is the run `to`, for the reason given. No document is touched: keys are
 * followed wherever they are looked up (`keyHistory`).
 */
export type Relink = z.infer<typeof relinkSchema>

/** One run's old key, its new one, and what showed that they are one run. */
export type KeyLink = Relink['links'][number]

/** Who relinks, and their own reason. */
export type RelinkTold = Pick<Relink, 'by' | 'because'>

/** Whether a record calls itself a relink, readable or not. */
export function isRelink(value: JsonObject): boolean {
  return value.kind === 'relink'
}

/** Reads a relink; null where the record is of another kind, or no longer the one that was made. */
export function parseRelink(value: JsonObject): Relink | null {
  const parsed = relinkSchema.safeParse(value)
  if (!parsed.success) return null
  const { id, ...unnamed } = value
  return id === idOf(String(value.at), unnamed) ? parsed.data : null
}

/** The record of a relink. `at` is ISO 8601; its id is that day and four characters of its own digest. */
export function makeRelink(
  links: readonly KeyLink[],
  { by, because }: RelinkTold,
  at: string,
  previous: readonly RecordLink[],
): JsonObject & { readonly id: string } {
  const unnamed = {
    ...{ schemaVersion: 1, kind: 'relink', at, by, because },
    links: links.map(({ from, to, why }) => ({ from, to, why })),
    previous: previous.map((link) => ({ ...link })),
  }
  return { ...unnamed, id: idOf(at, unnamed) }
}

/** What the id of a relink looks like: other records may be large, and need not be read to find these. */
export const RELINK_ID = /-relinked-[0-9a-f]{4}$/

function idOf(at: string, unnamed: JsonObject): string {
  return `${at.slice(0, 10)}-relinked-${digestOf(unnamed).slice(0, 4)}`
}
