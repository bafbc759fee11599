import {
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  FAILSAFE_SCHEMA,
  load,
  nullCoreTag,
  realMapTag,
  YAMLException,
} from 'js-yaml'
import { type LooseJson, type LooseParse, textOfLoose } from './loose-json.ts'

const MOST_ALIASES = 100
const DEEPEST = 50
const MOST_NODES = 200_000

// Nothing is ever constructed from a tag (`!!python/object`): what it stands on is kept as plain text, list or map.
const TAGS = ['!', 'tag:'].flatMap((prefix) => [
  defineScalarTag(prefix, { matchByTagPrefix: true, resolve: (source) => source, identify: () => false }),
  defineSequenceTag<unknown[]>(prefix, {
    matchByTagPrefix: true,
    identify: () => false,
    create: () => [],
    addItem: (list, value) => {
      list.push(value)
    },
  }),
  defineMappingTag<Map<unknown, unknown>, Map<unknown, unknown>>(prefix, {
    matchByTagPrefix: true,
    identify: () => false,
    create: () => new Map(),
    addPair: (map, key, value) => {
      map.set(key, value)
      return ''
    },
    has: (map, key) => map.has(key),
    keys: (map) => map.keys(),
    get: (map, key) => map.get(key),
  }),
])

const SCHEMA = FAILSAFE_SCHEMA.withTags(nullCoreTag, realMapTag, ...TAGS)

/**
 * Parses a YAML text; every scalar is the text it was written as (`true`, `0.10`, an 18-digit id). Aliases, depth and size are
 * limited: a text of a few bytes can stand for more than any memory.
 */
export function parseLooseYaml(text: string): LooseParse {
  let nodes = 0
  let loaded: unknown
  try {
    loaded = load(text, { schema: SCHEMA, maxAliases: MOST_ALIASES, maxDepth: DEEPEST })
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    // Only the reason: the parser's message quotes the file.
    const line = error.mark === undefined ? '' : `, line ${error.mark.line + 1}`
    return { kind: 'broken', why: `it is no YAML: ${error.reason}${line}`, at: error.mark?.position ?? 0 }
  }
  const value = plain(loaded, 0)
  if (nodes > MOST_NODES)
    return { kind: 'broken', why: 'it stands for too many values: its aliases explode', at: 0 }
  return { kind: 'json', value, end: text.length }

  function plain(inner: unknown, depth: number): LooseJson {
    nodes += 1
    // An alias may stand inside of what it stands for.
    if (depth > DEEPEST) nodes = MOST_NODES + 1
    if (nodes > MOST_NODES || inner === null || inner === undefined) return null
    if (Array.isArray(inner)) return inner.map((each) => plain(each, depth + 1))
    if (!(inner instanceof Map)) return String(inner)
    return new Map(
      [...inner].map(([key, each]) => [textOfLoose(plain(key, depth + 1)), plain(each, depth + 1)]),
    )
  }
}
