import { FAILSAFE_SCHEMA, load, nullCoreTag, realMapTag, YAMLException } from 'js-yaml'

/** A `meta.yaml`, every scalar as the text it was written as: an 18-digit id would lose digits as a number. */
export type Meta = ReadonlyMap<string, unknown>

/** A parsed `meta.yaml`, or why it is none. */
export type MetaParse =
  | { readonly kind: 'meta'; readonly meta: Meta }
  | { readonly kind: 'broken'; readonly why: string }

const SCHEMA = FAILSAFE_SCHEMA.withTags(nullCoreTag, realMapTag)

// The flat form that MLflow writes: a plain word or number, a quoted text without quotes inside, null, or an empty list.
const FLAT_LINE =
  /^([A-Za-z_]\w*): (?:([A-Za-z0-9_./][\w./+@%=-]*(?::[\w./+@%=\\-]+)*)|'([^'\n]*)'|(\[\]|\{\}))$/

/**
 * Parses a `meta.yaml` (a map at the top). The flat form that MLflow writes takes a fast path of its own; anything
 * unusual goes to the YAML parser, with limits on aliases and depth.
 */
export function parseMetaYaml(text: string): MetaParse {
  const flat = parseFlat(text)
  if (flat !== null) return { kind: 'meta', meta: flat }
  try {
    const meta = load(text, { schema: SCHEMA, maxAliases: 100, maxDepth: 50 })
    return meta instanceof Map ? { kind: 'meta', meta } : { kind: 'broken', why: 'it holds no map' }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    // Only the reason: the parser's message quotes the file.
    const line = error.mark === undefined ? '' : `, line ${error.mark.line + 1}`
    return { kind: 'broken', why: `it is no YAML: ${error.reason}${line}` }
  }
}

/** The text under a name: null where it is missing, null or no scalar. */
export function metaText(meta: Meta, name: string): string | null {
  const value = meta.get(name)
  return typeof value === 'string' ? value : null
}

function parseFlat(text: string): Meta | null {
  const meta = new Map<string, unknown>()
  let from = 0
  while (from < text.length) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end === -1 ? text.length : end)
    const match = FLAT_LINE.exec(line)
    if (match === null) return null
    const [, name = '', plain, quoted, empty] = match
    if (meta.has(name)) return null
    meta.set(name, empty === undefined ? (quoted ?? plainValue(plain ?? '')) : [])
    from = end === -1 ? text.length : end + 1
  }
  return meta.size === 0 ? null : meta
}

function plainValue(plain: string): string | null {
  return /^(?:null|Null|NULL)$/.test(plain) ? null : plain
}
