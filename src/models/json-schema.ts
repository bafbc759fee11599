import { z } from 'zod'

/**
 * The JSON Schema of an answer in the subset that every provider takes: an object whose properties are all required, no
 * other properties, nullable instead of optional, no limits of length, number or pattern (zod checks those afterwards),
 * no oneOf, no maps, no references. Throws for what cannot be said in it: that is a mistake of ours.
 */
export function strictJsonSchema(schema: z.ZodType): object {
  const whole = z.toJSONSchema(schema, { io: 'output', cycles: 'throw', reused: 'inline' })
  const strict = strictNode(whole, [])
  if (!('type' in strict) || strict.type !== 'object')
    throw new Error('The root of an answer must be an object.')
  return strict
}

interface StrictNode {
  readonly [name: string]: unknown
}

type Node = z.core.JSONSchema.BaseSchema

// What zod writes and a provider may refuse, without taking away from the shape. Zod checks it when the answer is there.
const DROPPED: ReadonlySet<string> = new Set([
  '$schema',
  'title',
  'default',
  'examples',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
])

const MAXIMAL_DEPTH = 10

function strictNode(node: Node, path: readonly string[]): StrictNode {
  const where = path.length === 0 ? 'the root' : path.join('.')
  if (path.length > MAXIMAL_DEPTH * 2) throw new Error(`${where} is nested too deep for a strict schema.`)
  const kept: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(node)) {
    switch (keyword) {
      case 'type':
        // Not every server takes a list of types.
        if (Array.isArray(value)) kept.anyOf = value.map((type) => ({ type }))
        else kept.type = value
        break
      case 'enum':
      case 'const':
      case 'description':
        kept[keyword] = value
        break
      case 'anyOf':
      case 'oneOf':
        // Alternatives that exclude each other by a literal field do so under anyOf as well.
        kept.anyOf = nodes(value).map((each, index) => strictNode(each, [...path, `${index}`]))
        break
      case 'items':
        if (Array.isArray(value)) throw new Error(`${where} is a tuple, which a strict schema cannot say.`)
        kept.items = strictNode(asNode(value), [...path, '[]'])
        break
      case 'properties':
        kept.properties = strictProperties(node, path)
        break
      case 'required':
        break
      case 'additionalProperties':
        if (value !== false) throw new Error(`${where} is open or a map: use a list of { name, value }.`)
        break
      default:
        if (!DROPPED.has(keyword))
          throw new Error(`${where} uses ${keyword}, which a strict schema cannot say.`)
    }
  }
  if (node.type === 'object') {
    kept.properties ??= {}
    kept.required = Object.keys(node.properties ?? {})
    kept.additionalProperties = false
  }
  if (node.type === 'array' && kept.items === undefined)
    throw new Error(`${where} does not say what it lists.`)
  if (!['type', 'enum', 'const', 'anyOf'].some((keyword) => keyword in kept))
    throw new Error(`${where} may be anything, which a strict schema cannot say.`)
  return kept
}

function strictProperties(node: Node, path: readonly string[]): Readonly<Record<string, StrictNode>> {
  const required = new Set(node.required ?? [])
  return Object.fromEntries(
    nodeEntries(node.properties).map(([name, property]) => {
      if (!required.has(name)) throw new Error(`${[...path, name].join('.')} is optional: make it nullable.`)
      return [name, strictNode(property, [...path, name])]
    }),
  )
}

function nodeEntries(properties: Node['properties']): readonly (readonly [string, Node])[] {
  return Object.entries(properties ?? {}).map(([name, property]) => [name, asNode(property)])
}

function nodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.map(asNode) : []
}

function asNode(value: unknown): Node {
  if (typeof value !== 'object' || value === null)
    throw new Error('A schema of true or false cannot be strict.')
  return { ...value }
}
