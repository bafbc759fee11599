import { z } from 'zod'
import type { JsonObject, JsonValue } from '../json.ts'
import { digestOf } from './canonical-json.ts'

/** What stands where a passage was taken out. */
export const REDACTED = '[redacted]'

/** The folder of redaction records inside the store. */
export const REDACTION_FOLDER = 'redactions'

const redactionSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('redaction'),
  document: z.string(),
  /** Digests of the document's record before and after. */
  before: z.string().regex(/^[0-9a-f]{64}$/),
  after: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime({ offset: true }),
  by: z.string().nullable(),
  why: z.string().nullable(),
  /** The expressions of the printed values that were taken out. */
  expressions: z.array(z.string()),
})

/**
 * That passages of a document were taken out on purpose: which ones, when, by whom, and the digests of its record before
 * and after. It never holds what was taken out.
 */
export type Redaction = z.infer<typeof redactionSchema>

/** Reads a redaction record; null where the value is none. */
export function parseRedaction(value: JsonObject): Redaction | null {
  const parsed = redactionSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}

/**
 * A document's record without the texts of some printed values, wherever in it they stand, and the redaction that says
 * so. `expressions` name the values (`n3`, `r2.param["owner"]`). Only texts can be taken out: a number that is printed
 * stands in the evidence as a number, and what was computed from it would still tell it.
 */
export function redactRecord(
  record: JsonObject,
  expressions: readonly string[],
  told: Pick<Redaction, 'at' | 'by' | 'why'>,
): { readonly record: JsonObject; readonly redaction: Redaction } {
  const spans = spansOf(record)
  const texts = spans
    .filter(({ expression }) => expressions.includes(expression))
    .flatMap(({ exact, printed }) => [exact, printed, printed.replace(/\s*…$/, '')])
    .filter((text) => /\p{L}/u.test(text) && text.length > 1)
    .toSorted((a, b) => b.length - a.length)
  const without = (text: string): string =>
    texts.reduce((rest, gone) => rest.replaceAll(gone, REDACTED), text)
  const body = typeof record.body === 'string' ? record.body : ''
  const pieces: string[] = []
  let [from, length] = [0, 0]
  const add = (text: string): void => {
    pieces.push(text)
    length += text.length
  }
  const moved = spans.map((span) => {
    add(without(body.slice(from, span.start)))
    const start = length
    const printed = expressions.includes(span.expression)
      ? REDACTED
      : without(body.slice(span.start, span.end))
    add(printed)
    from = span.end
    return { ...span, start, end: length, printed, exact: without(span.exact) }
  })
  add(without(body.slice(from)))
  const { id } = record
  const redacted = {
    ...(withoutTexts(record, without) as JsonObject),
    ...(id === undefined ? {} : { id }),
    body: pieces.join(''),
    spans: moved,
  }
  return {
    record: redacted,
    redaction: {
      schemaVersion: 1,
      kind: 'redaction',
      document: typeof id === 'string' ? id : '',
      before: digestOf(record),
      after: digestOf(redacted),
      ...told,
      expressions: [...expressions],
    },
  }
}

function withoutTexts(value: JsonValue, without: (text: string) => string): JsonValue {
  if (typeof value === 'string') return without(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => withoutTexts(one, without))
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutTexts(one, without)]))
}

const spanSchema = z.looseObject({
  start: z.number(),
  end: z.number(),
  expression: z.string(),
  printed: z.string(),
  exact: z.string(),
})

function spansOf(record: JsonObject) {
  return z.array(spanSchema).parse(record.spans) as readonly (JsonObject & z.infer<typeof spanSchema>)[]
}
