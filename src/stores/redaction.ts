import { z } from 'zod'
import type { JsonObject, JsonValue } from '../json.ts'
import { digestOf } from './canonical-json.ts'
import type { RecordLink } from './evidence-record.ts'

/** What stands where words were taken out. */
export const REDACTED = '[redacted]'

const redactionSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('redaction'),
  id: z.string(),
  document: z.string(),
  /** Digests of the document's record before and after. */
  before: z.string().regex(/^[0-9a-f]{64}$/),
  after: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime({ offset: true }),
  by: z.string().nullable(),
  why: z.string().nullable(),
  /** In how many places of the document's text words were taken out. */
  places: z.number().int(),
})

/**
 * That words were taken out of a document on purpose: when, by whom, why, and the digests of its record before and after.
 * A record of its own in the chain, beside the evidence. It never holds what was taken out.
 */
export type Redaction = z.infer<typeof redactionSchema>

/** Who takes words out, and why. `at` is ISO 8601. */
export type RedactionTold = Pick<Redaction, 'at' | 'by' | 'why'>

/** Whether a record calls itself a redaction, readable or not. */
export function isRedaction(value: JsonObject): boolean {
  return value.kind === 'redaction'
}

/** Reads a redaction; null where the record is of another kind, or no longer the one that was made. */
export function parseRedaction(value: JsonObject): Redaction | null {
  const parsed = redactionSchema.safeParse(value)
  if (!parsed.success) return null
  const { id, ...unnamed } = value
  return id === idOf(parsed.data.document, unnamed) ? parsed.data : null
}

/** The record of a redaction. Its id is that of the document and four characters of its own digest. */
export function makeRedaction(
  of: Pick<Redaction, 'document' | 'before' | 'after' | 'places'>,
  { at, by, why }: RedactionTold,
  previous: readonly RecordLink[],
): JsonObject & { readonly id: string } {
  const { document, before, after, places } = of
  const unnamed = {
    ...{ schemaVersion: 1, kind: 'redaction', document, before, after, at, by, why, places },
    previous: previous.map((link) => ({ ...link })),
  }
  return { ...unnamed, id: idOf(document, unnamed) }
}

function idOf(document: string, unnamed: JsonObject): string {
  return `${document}-redacted-${digestOf(unnamed).slice(0, 4)}`
}

/** Takes words out of texts. Digests and ids of runs are no words: what stands inside of one is left. */
export interface Eraser {
  /** The text with the mark in place of the words. */
  readonly erase: (text: string) => string
  /** How often the words, whole, stand in a text. */
  readonly count: (text: string) => number
}

/**
 * An eraser of words, whatever their case and the spaces in them; also of what is left of them where a text was cut
 * (`…`). `asShown` gives words as Markdown shows them.
 */
export function eraserOf(words: readonly string[], asShown: (text: string) => string): Eraser {
  const spellings = [...new Set(words.flatMap((one) => [one, asShown(one)]))]
    .flatMap((one) => [...new Set([one.normalize('NFC'), one.normalize('NFD')])])
    .toSorted((a, b) => b.length - a.length)
  const whole = spellings.map(patternOf)
  const cut = spellings.flatMap((one) => {
    const characters = [...one]
    return Array.from({ length: Math.max(0, characters.length - SHORTEST_WORDS) }, (_, index) => [
      `${patternOf(characters.slice(0, characters.length - 1 - index).join(''))}(?=\\s*…)`,
      `(?<=…\\s*)${patternOf(characters.slice(index + 1).join(''))}`,
    ]).flat()
  })
  const digest = words.some((one) => new RegExp(DIGEST, 'iu').test(one)) ? [] : [DIGEST]
  const any = new RegExp([...digest, `(?<words>${[...whole, ...cut].join('|')})`].join('|'), 'giu')
  const entire = new RegExp([...digest, `(?<words>${whole.join('|')})`].join('|'), 'giu')
  return {
    erase: (text) =>
      text.replace(any, (...found) => {
        const { words: hit } = found.at(-1) as { readonly words?: string }
        return hit === undefined ? String(found[0]) : REDACTED
      }),
    count: (text) => [...text.matchAll(entire)].filter(({ groups }) => groups?.words !== undefined).length,
  }
}

/** Shorter words stand in too many others. */
export const SHORTEST_WORDS = 3

/** A digest, or the beginning of one. */
const DIGEST = '\\b(?=[a-f]*\\d)[0-9a-f]{8,}\\b'

function patternOf(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+')
}

/** Fields that name things: another text in them would be about something else, and words in them stay. */
const NAMING = new Set(['id', 'key', 'address', 'noteId', 'status', 'expression', 'digest', 'kind'])
const NAMING_AT_TOP = new Set(['date', 'runs', 'notes', 'told', 'supersedes', 'savedAt', 'previous'])

/**
 * A record without the words, the places of its printed values moved along. Words in names, ids and slots are left, but for
 * what a slot quotes of a note.
 */
export function eraseRecord(record: JsonObject, { erase }: Eraser): JsonObject {
  const body = typeof record.body === 'string' ? record.body : ''
  const pieces: string[] = []
  let [from, length] = [0, 0]
  const add = (text: string): void => {
    pieces.push(text)
    length += text.length
  }
  const spans = spansOf(record).map((span) => {
    add(erase(body.slice(from, span.start)))
    const start = length
    const printed = erase(body.slice(span.start, span.end))
    add(printed)
    from = span.end
    const expression = erasedInQuotations(span.expression, erase)
    return { ...span, start, end: length, expression, printed, exact: erase(span.exact) }
  })
  add(erase(body.slice(from)))
  const rest = Object.entries(record).map(([name, value]) => [
    name,
    NAMING_AT_TOP.has(name) ? value : erased(value, name, erase),
  ])
  return {
    ...(Object.fromEntries(rest) as JsonObject),
    ...(record.body === undefined ? {} : { body: pieces.join('') }),
    ...(record.spans === undefined ? {} : { spans }),
  }
}

/** The first place of a record at which words still stand, its names included; null where they are out. */
export function placeOf(value: JsonValue, { count }: Pick<Eraser, 'count'>, path = ''): string | null {
  if (typeof value === 'string') return count(value) > 0 ? path : null
  if (typeof value !== 'object' || value === null) return null
  for (const [name, one] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
    if (!Array.isArray(value) && count(name) > 0) return path === '' ? 'a name' : `a name in ${path}`
    const found = placeOf(one, { count }, at)
    if (found !== null) return found
  }
  return null
}

function erased(value: JsonValue, name: string, erase: Eraser['erase']): JsonValue {
  if (NAMING.has(name)) return value
  if (typeof value === 'string')
    return value
      .split(/(\[\[[^\]]*(?:\](?!\])[^\]]*)*\]\])/)
      .map((piece, index) => (index % 2 === 1 ? erasedInQuotations(piece, erase) : erase(piece)))
      .join('')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => erased(one, '', erase))
  return Object.fromEntries(Object.entries(value).map(([inner, one]) => [inner, erased(one, inner, erase)]))
}

/** The words that an expression quotes: `quote(n4, "…")`. */
const QUOTED = /(\bquote\(\s*[nd]\d+\s*,\s*)("(?:[^"\\]|\\.)*")/g

/** An expression without the words where it quotes them, as the note itself is without them; all else of it names things. */
function erasedInQuotations(expression: string, erase: Eraser['erase']): string {
  return expression.replace(QUOTED, (whole, lead: string, literal: string) => {
    const said = wordsIn(literal)
    const left = said === null ? null : erase(said)
    return left === null || left === said ? whole : `${lead}${JSON.stringify(left)}`
  })
}

/** The text that a literal in quotation marks stands for; null where it is none. */
function wordsIn(literal: string): string | null {
  try {
    return z.string().parse(JSON.parse(literal))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const spanSchema = z.looseObject({
  start: z.number(),
  end: z.number(),
  expression: z.string(),
  printed: z.string(),
  exact: z.string(),
})

function spansOf(record: JsonObject) {
  return z.array(spanSchema).default([]).parse(record.spans) as readonly (JsonObject &
    z.infer<typeof spanSchema>)[]
}
