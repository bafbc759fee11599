import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { FAILSAFE_SCHEMA, load, realMapTag, YAMLException } from 'js-yaml'
import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import { whyUnread } from './why-unread.ts'

const SCHEMA = FAILSAFE_SCHEMA.withTags(realMapTag)

/**
 * The parameters of a configuration file, YAML or JSON: names with dots where they are nested, values as the text they
 * were written as. Throws `NarrateError('usage')` for a file that cannot be read, does not parse or holds no names.
 */
export async function readConfig(file: string, world: World): Promise<ReadonlyMap<string, string>> {
  let text: string
  try {
    text = await readFile(path.resolve(world.cwd, file), 'utf8')
  } catch (error) {
    if (isMissing(error)) {
      throw new NarrateError('usage', `--config ${file} is not there.`, {
        hint: 'Name a YAML or JSON file of parameters.',
        cause: error,
      })
    }
    throw new NarrateError('usage', `--config ${file} could not be read: ${whyUnread(error)}.`, {
      cause: error,
    })
  }
  return parseConfig(text, file)
}

/** The same of a text; `shown` is the file's name as the user knows it. */
export function parseConfig(text: string, shown: string): ReadonlyMap<string, string> {
  let value: unknown
  try {
    value = load(text, { schema: SCHEMA, maxAliases: 100, maxDepth: 50 })
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const line = error.mark === undefined ? '' : `:${error.mark.line + 1}`
    throw new NarrateError('usage', `${shown}${line}: this is neither YAML nor JSON: ${error.reason}.`, {
      cause: error,
    })
  }
  const params = new Map<string, string>()
  if (value instanceof Map) flatten(value, '', params)
  if (params.size === 0) {
    throw new NarrateError('usage', `${shown} holds no "name: value" lines.`, {
      hint: 'Name a YAML or JSON file of parameters; nested ones get names with dots.',
    })
  }
  return params
}

function flatten(map: ReadonlyMap<unknown, unknown>, prefix: string, into: Map<string, string>): void {
  for (const [key, value] of map) {
    const name = `${prefix}${String(key)}`
    if (value instanceof Map) flatten(value, `${name}.`, into)
    else into.set(name, Array.isArray(value) ? JSON.stringify(plain(value)) : String(value ?? ''))
  }
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  return value instanceof Map
    ? Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]))
    : value
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
