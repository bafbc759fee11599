import { readFile } from 'node:fs/promises'
import { type Document, isMap, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { messageOf, NarrateError } from '../errors.ts'
import { type Settings, settingsSchema } from '../settings.ts'

/** The settings of a project without narrate.yaml. */
export function defaultSettings(): Settings {
  return settingsSchema.parse({})
}

/**
 * Reads a narrate.yaml. Throws `NarrateError('configuration')` that names file, line and what to do, for YAML that does
 * not parse, unknown keys, and values of the wrong kind. `shown` is the file's name as the user knows it.
 */
export async function readSettings(file: string, shown: string): Promise<Settings> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new NarrateError('configuration', `${shown} could not be read: ${messageOf(error)}.`, {
      cause: error,
    })
  }
  return parseSettings(text, shown)
}

/** Parses the text of a narrate.yaml; errors as `readSettings`. */
export function parseSettings(text: string, shown: string): Settings {
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
      hint: '`narrate init` in an empty folder writes one to start from.',
    })
  }
  // A key with nothing behind it ("goal:") means that it was left out.
  const result = settingsSchema.safeParse(withoutNulls(value ?? {}))
  if (result.success) return checkMeaning(result.data, shown)

  const [issue] = result.error.issues
  if (issue === undefined) throw result.error
  const line = lineOf(issue.path)
  const at = line === null ? shown : `${shown}:${line}`
  const isMissing = issue.code === 'invalid_type' && document.getIn(issue.path) === undefined
  const { sentence, hint } = isMissing
    ? { sentence: `${shownPath(issue.path)} is missing.`, hint: 'Add it.' }
    : describe(issue)
  throw new NarrateError('configuration', `${at}: ${sentence}`, { hint, cause: result.error })

  function lineOf(path: readonly PropertyKey[]): number | null {
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

/**
 * What a faulty narrate.yaml still tells of where and how a note is kept: its folder, the user's day, what is masked. The
 * rest, and what cannot be made out, is as in a project without the file.
 */
export async function readSalvaged(file: string): Promise<Settings> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const written = salvage(text)
  const { store, day, mask } = settingsSchema.shape
  const zoned = day.safeParse(written.day)
  const masks = z.array(z.string().refine(isPattern)).safeParse(written.mask)
  return {
    ...defaultSettings(),
    store: store.safeParse(written.store).data ?? defaultSettings().store,
    ...(zoned.success && (zoned.data.zone === undefined || isTimeZone(zoned.data.zone))
      ? { day: zoned.data }
      : {}),
    ...(masks.success ? { mask: mask.parse(masks.data) } : {}),
  }
}

function salvage(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = withoutNulls(parseDocument(text, { prettyErrors: false }).toJS())
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    // A file of which nothing can be made out tells nothing; its fault is reported by `readSettings`.
    return {}
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
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

/** What the schema cannot see: two sources of one alias would give two runs one key, and no clock shows an invented zone. */
function checkMeaning(settings: Settings, shown: string): Settings {
  const { zone } = settings.day
  if (zone !== undefined && !isTimeZone(zone)) {
    throw new NarrateError('configuration', `${shown}: day.zone "${zone}" is no time zone.`, {
      hint: 'Write one like Europe/Oslo or UTC, or leave it out: then the zone of the machine is used.',
    })
  }
  const seen = new Set<string>()
  for (const { as } of settings.sources) {
    if (seen.has(as)) {
      throw new NarrateError('configuration', `${shown}: two sources are called "${as}".`, {
        hint: 'Give each source an alias of its own (as: …): run keys begin with it.',
      })
    }
    seen.add(as)
  }
  return settings
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function describe(issue: z.core.$ZodIssue): { sentence: string; hint: string } {
  const name = shownPath(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys
      const known = keysAt(issue.path)
      const close = closest(key, known)
      return {
        sentence: `there is no setting called "${name === '' ? key : `${name}.${key}`}".`,
        hint: close === null ? `Known here: ${known.join(', ')}.` : `Did you mean "${close}"?`,
      }
    }
    case 'invalid_type':
      return issue.expected === 'string'
        ? { sentence: `${name} must be text.`, hint: 'Put the value in quotes.' }
        : {
            sentence: `${name} must be ${EXPECTED[issue.expected] ?? issue.expected}.`,
            hint: 'See the comments that `narrate init` writes.',
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
      return { sentence: `${name} must be ${WRITTEN[name] ?? 'of another form'}.`, hint: 'Change the value.' }
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

const WRITTEN: Readonly<Record<string, string>> = {
  users: 'all, or a list of names in quotes ("[ines, tom]")',
}

/** Names of the settings at a path, read off the schema. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input' })
  let here: unknown = schema
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

/** The name within two edits of what was typed, or null. */
export function closest(typed: string, known: readonly string[]): string | null {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.min(2, Math.floor(name.length / 2)))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.name ?? null
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution))
    }
    previous = current
  }
  return previous[b.length] ?? 0
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

function withoutNulls(value: unknown): unknown {
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
