import type { z } from 'zod'

/** A reply that could be parsed; or what is wrong with it, in one line that can be sent back, with its raw text. */
export type ParsedReply<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'invalid'; readonly reason: string; readonly text: string }

/**
 * Reads the JSON object of a model's reply and checks it by the schema. Around the object it drops what models put there
 * (`<think>…</think>`, code fences, remarks); within it nothing is mended or guessed.
 */
export function parseReply<T>(text: string, schema: z.ZodType<T>): ParsedReply<T> {
  const json = parseJson(text)
  if (json.kind === 'invalid') return json
  const checked = schema.safeParse(json.value)
  if (checked.success) return { kind: 'parsed', value: checked.data }
  return { kind: 'invalid', reason: reasonOf(checked.error), text }
}

/** The JSON object of a reply, not yet checked. */
export function parseJson(text: string): ParsedReply<unknown> {
  const cut = cutThinking(text)
  if (cut.kind === 'endless')
    return { kind: 'invalid', reason: 'The answer ends before its thinking does.', text }
  const first = parseObject(cut.text)
  // Some templates swallow the tag that opens the thinking. The closing one then stands outside the first object, or in
  // what is no object at all; within a sound one it belongs to a quotation.
  const close = cut.text.indexOf(CLOSE)
  if (close === -1 || (first.kind === 'parsed' && !first.around.includes(CLOSE))) return withText(first, text)
  const second = parseObject(cut.text.slice(close + CLOSE.length))
  return withText(second.kind === 'parsed' || first.kind === 'parsed' ? second : first, text)
}

const OPEN = '<think>'
const CLOSE = '</think>'

type ParsedObject =
  | { readonly kind: 'parsed'; readonly value: unknown; readonly around: string }
  | { readonly kind: 'invalid'; readonly reason: string }

function withText(parsed: ParsedObject, text: string): ParsedReply<unknown> {
  return parsed.kind === 'parsed' ? { kind: 'parsed', value: parsed.value } : { ...parsed, text }
}

function cutThinking(
  text: string,
): { readonly kind: 'cut'; readonly text: string } | { readonly kind: 'endless' } {
  const start = text.trimStart()
  if (!start.startsWith(OPEN)) return { kind: 'cut', text }
  const end = start.indexOf(CLOSE)
  return end === -1 ? { kind: 'endless' } : { kind: 'cut', text: start.slice(end + CLOSE.length) }
}

function parseObject(text: string): ParsedObject {
  const open = text.indexOf('{')
  if (open === -1) return { kind: 'invalid', reason: 'The answer holds no JSON object.' }
  const close = matchingBrace(text, open)
  if (close === -1) return { kind: 'invalid', reason: 'The JSON of the answer breaks off before its last }.' }
  try {
    const value: unknown = JSON.parse(text.slice(open, close + 1))
    return { kind: 'parsed', value, around: `${text.slice(0, open)}\n${text.slice(close + 1)}` }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { kind: 'invalid', reason: `The answer is not JSON: ${line(error.message)}.` }
  }
}

/** Where the brace at `open` is closed again, braces in strings aside; -1 where it never is. */
function matchingBrace(text: string, open: number): number {
  let depth = 0
  let isString = false
  for (let index = open; index < text.length; index += 1) {
    const character = text[index]
    if (isString) {
      if (character === '\\') index += 1
      else if (character === '"') isString = false
    } else if (character === '"') isString = true
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth === 0) return index
    }
  }
  return -1
}

function reasonOf(error: z.ZodError): string {
  const [first, ...others] = error.issues
  const where = first === undefined ? '' : printPath(first.path)
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return `${where}: ${line(first?.message ?? 'wrong')}${more}`
}

/** `reading[2].basis`, `the answer` for the object itself. */
function printPath(path: readonly PropertyKey[]): string {
  const printed = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return printed === '' ? 'the answer' : line(printed.replace(/^\./, ''))
}

function line(text: string): string {
  const flat = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return flat.length > 200 ? `${flat.slice(0, 199)}…` : flat
}
