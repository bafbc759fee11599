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
  const found = findObject(text)
  if (found.kind === 'invalid') return { ...found, text }
  try {
    return { kind: 'parsed', value: JSON.parse(found.written) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { kind: 'invalid', reason: `The answer is not JSON: ${line(error.message)}.`, text }
  }
}

type FoundObject =
  | { readonly kind: 'found'; readonly written: string }
  | { readonly kind: 'invalid'; readonly reason: string }

const CLOSE = '</think>'

function findObject(text: string): FoundObject {
  const start = text.trimStart()
  if (start.startsWith('<think>')) {
    const end = start.indexOf(CLOSE)
    if (end === -1) return { kind: 'invalid', reason: 'The answer ends before its thinking does.' }
    return cutObject(start.slice(end + CLOSE.length))
  }
  // Some templates swallow the opening tag. A closing one outside the first object then ends the thinking; one inside
  // it belongs to a quotation.
  const open = text.indexOf('{')
  const close = open === -1 ? -1 : matchingBrace(text, open)
  const outside = close === -1 ? text.indexOf(CLOSE) : findOutside(text, open, close)
  return cutObject(outside === -1 ? text : text.slice(outside + CLOSE.length))
}

function findOutside(text: string, open: number, close: number): number {
  const before = text.slice(0, open).indexOf(CLOSE)
  return before === -1 ? text.indexOf(CLOSE, close) : before
}

function cutObject(text: string): FoundObject {
  const open = text.indexOf('{')
  if (open === -1) return { kind: 'invalid', reason: 'The answer holds no JSON object.' }
  const close = matchingBrace(text, open)
  if (close === -1) return { kind: 'invalid', reason: 'The JSON of the answer breaks off before its last }.' }
  return { kind: 'found', written: text.slice(open, close + 1) }
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
