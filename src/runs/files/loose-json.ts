/**
 * A value of a log's JSON. A number keeps the text it was written as, so that a parameter is told as logged and an 18-digit
 * id loses no digit; objects are maps in the order of the file, so that no name is special.
 */
export type LooseJson =
  | null
  | boolean
  | string
  | LooseNumber
  | readonly LooseJson[]
  | ReadonlyMap<string, LooseJson>

export interface LooseNumber {
  readonly kind: 'number'
  readonly value: number
  /** As written: `1e-05`, `NaN`, `123456789012345678`. */
  readonly source: string
}

/** A parsed text, or why it is none: in words, with the character (from 0) where it stopped. */
export type LooseParse =
  | { readonly kind: 'json'; readonly value: LooseJson; readonly end: number }
  | { readonly kind: 'broken'; readonly why: string; readonly at: number }

const DEEPEST = 200
const SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0x0a])
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const NON_FINITE = /[+-]?(?:NaN|Infinity|nan|inf)(?![A-Za-z0-9_])/y
const WORD = /(?:null|true|false)(?![A-Za-z0-9_])/y
const SPECIAL = /["\\]/g
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y
const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * Parses one JSON text (RFC 8259) with what Python's `json.dumps` writes beside it: NaN, Infinity, -Infinity. A name that
 * comes twice has its last value. Nothing but white space may follow.
 */
export function parseLooseJson(text: string): LooseParse {
  const parsed = parseFirstJson(text, 0)
  if (parsed.kind === 'broken') return parsed
  const end = skipSpace(text, parsed.end)
  return end === text.length ? parsed : { kind: 'broken', why: 'something follows after its end', at: end }
}

/** Parses the JSON value that begins at `from`, whatever follows it; `end` is where it stops. */
export function parseFirstJson(text: string, from: number): LooseParse {
  let at = from
  try {
    const value = parseValue(0)
    return { kind: 'json', value, end: at }
  } catch (error) {
    if (error !== STOP) throw error
    const why = at >= text.length ? 'it ends too early' : `it is no JSON at character ${at + 1}`
    return { kind: 'broken', why, at }
  }

  function parseValue(depth: number): LooseJson {
    if (depth > DEEPEST) throw STOP
    at = skipSpace(text, at)
    switch (text[at]) {
      case '{':
        return parseObject(depth)
      case '[':
        return parseArray(depth)
      case '"':
        return parseString()
      default:
        return parseWord()
    }
  }

  function parseObject(depth: number): LooseJson {
    const object = new Map<string, LooseJson>()
    at = skipSpace(text, at + 1)
    if (take('}')) return object
    for (;;) {
      at = skipSpace(text, at)
      const name = parseString()
      at = skipSpace(text, at)
      if (!take(':')) throw STOP
      object.set(name, parseValue(depth + 1))
      at = skipSpace(text, at)
      if (take('}')) return object
      if (!take(',')) throw STOP
    }
  }

  function parseArray(depth: number): LooseJson {
    const array: LooseJson[] = []
    at = skipSpace(text, at + 1)
    if (take(']')) return array
    for (;;) {
      array.push(parseValue(depth + 1))
      at = skipSpace(text, at)
      if (take(']')) return array
      if (!take(',')) throw STOP
    }
  }

  /** Control characters are taken as they stand: writers that do not escape them are about. */
  function parseString(): string {
    if (text[at] !== '"') throw STOP
    const end = text.indexOf('"', at + 1)
    const plain = text.slice(at + 1, end === -1 ? undefined : end)
    // Nearly all are without an escape.
    if (end !== -1 && !plain.includes('\\')) {
      at = end + 1
      return plain
    }
    const parts: string[] = []
    for (let start = at + 1; ; ) {
      SPECIAL.lastIndex = start
      const special = SPECIAL.exec(text)
      if (special === null) {
        // The end of a cut text is told as such.
        at = text.length
        throw STOP
      }
      parts.push(text.slice(start, special.index))
      at = special.index + 1
      if (special[0] === '"') return parts.join('')
      const written = match(ESCAPE)
      if (written === null) throw STOP
      parts.push(
        written.length === 5
          ? String.fromCharCode(Number.parseInt(written.slice(1), 16))
          : unescaped(written),
      )
      start = at
    }
  }

  function parseWord(): LooseJson {
    const number = match(NUMBER)
    if (number !== null && !/[A-Za-z0-9_.+-]/.test(text[at] ?? ''))
      return { kind: 'number', value: Number(number), source: number }
    if (number !== null) at -= number.length
    const word = match(WORD)
    if (word !== null) return word === 'null' ? null : word === 'true'
    const other = match(NON_FINITE)
    if (other === null) throw STOP
    return looseNumber(other)
  }

  function take(character: string): boolean {
    if (text[at] !== character) return false
    at += 1
    return true
  }

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null) return null
    at += found[0].length
    return found[0]
  }
}

/** A number of a log by its text. */
export function looseNumber(source: string): LooseNumber {
  return { kind: 'number', value: numberOfText(source) ?? Number.NaN, source }
}

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A number written as text, Python's words for what is not finite included; null where the whole text is none. */
export function numberOfText(text: string): number | null {
  const written = text.trim()
  if (FLOAT.test(written)) return Number(written)
  const word = /^([+-]?)(nan|inf|infinity)$/i.exec(written)
  if (word === null) return null
  if (word[2]?.toLowerCase() === 'nan') return Number.NaN
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

export function isLooseMap(value: LooseJson | undefined): value is ReadonlyMap<string, LooseJson> {
  return value instanceof Map
}

export function isLooseList(value: LooseJson | undefined): value is readonly LooseJson[] {
  return Array.isArray(value)
}

export function isLooseNumber(value: LooseJson | undefined): value is LooseNumber {
  return typeof value === 'object' && value !== null && 'kind' in value
}

/** The number that a value is: a number, or a text that is wholly one; null for anything else. */
export function numberOfLoose(value: LooseJson | undefined): number | null {
  if (typeof value === 'string') return numberOfText(value)
  return isLooseNumber(value) ? value.value : null
}

/** A value as text: a string as it is, a number as it was written, anything else as JSON. */
export function textOfLoose(value: LooseJson): string {
  return typeof value === 'string' ? value : jsonOfLoose(value)
}

/** A value as JSON again, without spaces, numbers as they were written. */
export function jsonOfLoose(value: LooseJson): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (isLooseNumber(value)) return value.source
  if (isLooseList(value)) return `[${value.map(jsonOfLoose).join(',')}]`
  return `{${[...value].map(([name, inner]) => `${JSON.stringify(name)}:${jsonOfLoose(inner)}`).join(',')}}`
}

const MOST_LEAVES = 10_000

/**
 * The leaves of nested maps by names joined with dots, lists being leaves; no more than 10 000. A value that is no map is one
 * leaf under `prefix`.
 */
export function leavesOf(value: LooseJson, prefix = ''): ReadonlyMap<string, LooseJson> {
  const leaves = new Map<string, LooseJson>()
  visit(value, prefix)
  return leaves

  function visit(inner: LooseJson, name: string): void {
    if (leaves.size >= MOST_LEAVES) return
    if (!isLooseMap(inner) || (inner.size === 0 && name !== '')) leaves.set(name, inner)
    else for (const [key, each] of inner) visit(each, name === '' ? key : `${name}.${key}`)
  }
}

function unescaped(written: string): string {
  return ESCAPED[written] ?? written
}

/** Where the next thing begins after white space. */
function skipSpace(text: string, from: number): number {
  let at = from
  while (SPACE.has(text.charCodeAt(at))) at += 1
  return at
}

/** Thrown and caught within one parse. */
const STOP = Symbol('no JSON')
