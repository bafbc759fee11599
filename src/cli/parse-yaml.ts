import { type Document, isMap, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { NarrateError } from '../errors.ts'
import { closest } from './closest.ts'

/** A file of "name: value" lines: its schema, and what its reader is told. */
export interface YamlFile<Schema extends z.ZodType> {
  readonly schema: Schema
  /** The file's name as the user knows it. */
  readonly shown: string
  /** What a name in it is called: "setting". */
  readonly called: string
  /** Where to look up how values are written, as a sentence. */
  readonly see: string
  /** What to do with a file that holds no such lines, as a sentence. */
  readonly start: string
  /** How a value of several forms is written, by its name: "all, or a list". */
  readonly written: Readonly<Record<string, string>>
}

/** What a file says, and the line that each place of it stands at (1 where it stands nowhere). */
export interface ParsedYaml<Value> {
  readonly value: Value
  lineOf(path: readonly PropertyKey[]): number
}

/**
 * Parses YAML with a schema. Throws `NarrateError('configuration')` that names file, line and what to do, for YAML that does
 * not parse, unknown keys, and values of the wrong kind.
 */
export function parseYaml<Schema extends z.ZodType>(
  text: string,
  file: YamlFile<Schema>,
): ParsedYaml<z.output<Schema>> {
  const { schema, shown } = file
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [fault] = document.errors
  if (fault !== undefined) {
    throw new NarrateError(
      'configuration',
      `${shown}:${lines.linePos(fault.pos[0]).line}: this is not YAML: ${firstLine(fault.message)}.`,
      { hint: 'Indent with spaces, and put text that holds a colon or a # in quotes.', cause: fault },
    )
  }
  const root = document.contents
  const value = contentOf(document, shown)
  if (root !== null && !isMap(root) && value !== null) {
    throw new NarrateError('configuration', `${shown}:1: the file must hold "name: value" lines.`, {
      hint: file.start,
    })
  }
  // A key with nothing behind it ("goal:") means that it was left out.
  const result = schema.safeParse(withoutNulls(value ?? {}))
  if (result.success) return { value: result.data, lineOf: (path) => lineOf(path) ?? 1 }

  const [issue] = result.error.issues
  if (issue === undefined) throw result.error
  const line = lineOf(issue.path, issue)
  const at = line === null ? shown : `${shown}:${line}`
  const isMissing = issue.code === 'invalid_type' && document.getIn(issue.path) === undefined
  const { sentence, hint } = isMissing
    ? { sentence: `${shownPath(issue.path)} is missing.`, hint: 'Add it.' }
    : describe(issue, file)
  throw new NarrateError('configuration', `${at}: ${sentence}`, { hint, cause: result.error })

  function lineOf(path: readonly PropertyKey[], issue?: z.core.$ZodIssue): number | null {
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    for (let length = path.length; length >= 0; length -= 1) {
      const steps = path.slice(0, length)
      if (unknown !== undefined && length === path.length) {
        const key = keyNode(steps, unknown)
        if (key !== null) return lines.linePos(key).line
      }
      const last = steps.at(-1)
      if (typeof last === 'string') {
        const key = keyNode(steps.slice(0, -1), last)
        if (key !== null) return lines.linePos(key).line
      }
      const node = document.getIn(steps, true)
      if (steps.length > 0 && isRanged(node)) return lines.linePos(node.range[0]).line
    }
    return null
  }

  function keyNode(steps: readonly PropertyKey[], key: string): number | null {
    const map = steps.length === 0 ? root : document.getIn(steps, true)
    if (!isMap(map)) return null
    const pair = map.items.find((candidate) => isRanged(candidate.key) && String(candidate.key) === key)
    return pair !== undefined && isRanged(pair.key) ? pair.key.range[0] : null
  }
}

/** The value of a YAML document. An anchor that is missing, repeated without end or inside itself is a fault of the file. */
function contentOf(document: Document, shown: string): unknown {
  try {
    const value: unknown = document.toJS()
    JSON.stringify(value)
    return value
  } catch (error) {
    throw new NarrateError('configuration', `${shown}: an anchor or alias (&name, *name) leads nowhere.`, {
      hint: 'Write the value itself in the place of the *name, or in quotes where it is text.',
      cause: error,
    })
  }
}

function describe(
  issue: z.core.$ZodIssue,
  { schema, called, see, written }: YamlFile<z.ZodType>,
): { sentence: string; hint: string } {
  const name = shownPath(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys
      const known = keysAt(schema, issue.path)
      const close = closest(key, known)
      return {
        sentence: `there is no ${called} called "${name === '' ? key : `${name}.${key}`}".`,
        hint: close === null ? `Known here: ${known.join(', ')}.` : `Did you mean "${close}"?`,
      }
    }
    case 'invalid_type':
      return issue.expected === 'string'
        ? { sentence: `${name} must be text.`, hint: 'Put the value in quotes.' }
        : {
            sentence: `${name} must be ${EXPECTED[issue.expected] ?? issue.expected}.`,
            hint: see,
          }
    case 'invalid_value':
      return {
        sentence: `${name} must be ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}.`,
        hint: 'Change the value.',
      }
    case 'too_small':
      if (issue.origin === 'string')
        return { sentence: `${name} is empty.`, hint: 'Write a text, or leave it out.' }
      return {
        sentence: `${name} must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}.`,
        hint: 'Raise the value.',
      }
    case 'too_big':
      return { sentence: `${name} must be at most ${issue.maximum}.`, hint: 'Lower the value.' }
    case 'invalid_format':
      return {
        sentence: `${name} is not ${issue.format === 'url' ? 'a URL' : 'well formed'}: ${issue.message}.`,
        hint:
          issue.format === 'url'
            ? 'Write it whole, like http://localhost:11434/v1.'
            : 'Change the value, for instance to "main".',
      }
    case 'invalid_union':
      return { sentence: `${name} must be ${written[name] ?? 'of another form'}.`, hint: 'Change the value.' }
    default:
      return { sentence: `${name}: ${issue.message}.`, hint: 'Change the value.' }
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  array: 'a list ("- one" on lines of their own)',
  object: '"name: value" lines, indented',
  record: '"name: value" lines, indented',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

/** Names at a path, read off the schema. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let here: unknown = z.toJSONSchema(schema, { io: 'input' })
  for (const step of path) {
    here = typeof step === 'number' ? field(here, 'items') : field(field(here, 'properties'), String(step))
  }
  return Object.keys(field(here, 'properties') ?? {})
}

function field(value: unknown, name: string): object | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const inner: unknown = Reflect.get(value, name)
  return typeof inner === 'object' && inner !== null ? inner : undefined
}

function shownPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step + 1}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('')
}

function isRanged(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}

/** A value without the keys that have nothing behind them: they were left out. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [name, withoutNulls(inner)]),
  )
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).replace(/; please use .*/, '').replace(/[.:]$/, '')
}
