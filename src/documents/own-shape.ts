import { z } from 'zod'
import type { Statement } from '../claims/statement.ts'
import type { JsonValue } from '../json.ts'
import { statementSchema } from './statement-schema.ts'

/** What a model answers for a kind of document that a project brings. Every text of it is a statement, and is checked. */
export type OwnShape =
  | { readonly kind: 'statement'; readonly description: string | null }
  /** A statement without checks of its own, by inference: a title. */
  | { readonly kind: 'text'; readonly description: string | null }
  | { readonly kind: 'choice'; readonly options: readonly string[]; readonly description: string | null }
  | {
      readonly kind: 'list'
      readonly of: OwnShape
      /** No more than so many are printed. */
      readonly most: number | null
      readonly description: string | null
    }
  | {
      readonly kind: 'group'
      readonly fields: ReadonlyMap<string, OwnShape>
      readonly description: string | null
    }

/** What is wrong with a schema, and where in it: `properties.lessons.items`. */
export interface SchemaProblem {
  readonly where: string
  readonly why: string
}

const FIELD = /^[a-z][a-z0-9_]*$/
const DEEPEST = 5
const KNOWN: readonly string[] = [
  '$schema',
  '$id',
  '$defs',
  '$ref',
  'title',
  'description',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'maxItems',
  'enum',
]

/**
 * The shape that a JSON Schema describes: an object of statements (`{ "$ref": "#/$defs/statement" }`, narrate's own), texts,
 * choices (`enum`), lists and objects of these. There is no number: a model types none, and a document prints none that
 * is no slot.
 */
export function parseOwnShape(schema: JsonValue): OwnShape | SchemaProblem {
  const shape = shapeOf(schema, 'the schema', 0)
  if ('why' in shape || shape.kind === 'group') return shape
  return { where: 'the schema', why: 'its type is no object' }
}

function shapeOf(schema: JsonValue, where: string, depth: number): OwnShape | SchemaProblem {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    return { where, why: 'it is no object' }
  const node = schema as { readonly [name: string]: JsonValue }
  const strange = Object.keys(node).find((name) => !KNOWN.includes(name))
  if (strange !== undefined)
    return { where, why: `"${strange}" is not among what narrate reads: ${KNOWN.join(', ')}` }
  const description = typeof node.description === 'string' ? node.description : null
  if (depth > DEEPEST) return { where, why: 'it is nested too deep' }
  if (node.$ref !== undefined)
    return node.$ref === '#/$defs/statement'
      ? { kind: 'statement', description }
      : { where, why: 'the only reference there is is "#/$defs/statement"' }
  if (node.enum !== undefined) {
    const options = node.enum
    if (!Array.isArray(options) || options.length === 0 || !options.every((one) => typeof one === 'string'))
      return { where, why: 'its enum is no list of texts' }
    const digits = options.find((one) => /\p{N}/u.test(one))
    if (digits !== undefined) return { where, why: `"${digits}" holds a digit, and no choice may print one` }
    return { kind: 'choice', options, description }
  }
  switch (node.type) {
    case 'string':
      return { kind: 'text', description }
    case 'array': {
      const of = shapeOf(node.items ?? null, `${where}.items`, depth + 1)
      if ('why' in of) return of
      const most = typeof node.maxItems === 'number' ? node.maxItems : null
      return { kind: 'list', of, most, description }
    }
    case 'object':
      return groupOf(node, where, depth, description)
    case 'number':
    case 'integer':
      return { where, why: 'a model types no number: a statement holds values as slots' }
    default:
      return { where, why: 'its type is none of object, array, string' }
  }
}

function groupOf(
  { properties }: { readonly [name: string]: JsonValue },
  where: string,
  depth: number,
  description: string | null,
): OwnShape | SchemaProblem {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties))
    return { where, why: 'it has no properties' }
  const fields = new Map<string, OwnShape>()
  for (const [name, field] of Object.entries(properties)) {
    const inner = `${where === 'the schema' ? '' : `${where}.`}properties.${name}`
    if (!FIELD.test(name)) return { where: inner, why: 'its name is not in lower-case letters, digits and _' }
    const shape = shapeOf(field, inner, depth + 1)
    if ('why' in shape) return shape
    fields.set(name, shape)
  }
  return fields.size === 0 ? { where, why: 'it has no properties' } : { kind: 'group', fields, description }
}

/** The shape as a schema that answers are parsed by, and that a provider is told. */
export function schemaOfShape(shape: OwnShape): z.ZodType {
  const schema = plainSchema(shape)
  return shape.description === null ? schema : schema.describe(shape.description)
}

function plainSchema(shape: OwnShape): z.ZodType {
  switch (shape.kind) {
    case 'statement':
      return statementSchema
    case 'text':
      return z.string()
    case 'choice': {
      const [first = '', ...rest] = shape.options
      return z.enum([first, ...rest])
    }
    case 'list':
      return z.array(schemaOfShape(shape.of))
    case 'group':
      return z.object(
        Object.fromEntries([...shape.fields].map(([name, field]) => [name, schemaOfShape(field)])),
      )
    default:
      return shape satisfies never
  }
}

/** Every assertion of an answer of this shape, with its path: `lessons[0]`. */
export function statementsOfShape(shape: OwnShape, value: JsonValue, path = ''): readonly Statement[] {
  switch (shape.kind) {
    case 'statement':
      return [{ path, ...statementSchema.parse(value) }]
    case 'text':
      return typeof value === 'string' ? [{ path, text: value, basis: 'inferred', checks: [] }] : []
    case 'choice':
      return []
    case 'list':
      return Array.isArray(value)
        ? value.flatMap((one, index) => statementsOfShape(shape.of, one, `${path}[${index}]`))
        : []
    case 'group': {
      const fields = value as { readonly [name: string]: JsonValue }
      return [...shape.fields].flatMap(([name, field]) =>
        statementsOfShape(field, fields[name] ?? null, path === '' ? name : `${path}.${name}`),
      )
    }
    default:
      return shape satisfies never
  }
}

/** An answer as its template reads it: printed texts, null or an empty list where nothing stands. */
export type PrintedShape = string | null | readonly PrintedShape[] | { readonly [name: string]: PrintedShape }

/** What of an answer is printed; `printAt` gives the text of the statement at a path, null where it does not stand. */
export function printShape(
  shape: OwnShape,
  value: JsonValue,
  printAt: (path: string) => string | null,
  path = '',
): PrintedShape {
  switch (shape.kind) {
    case 'statement':
    case 'text':
      return value === null ? null : printAt(path)
    case 'choice':
      return typeof value === 'string' ? value : null
    case 'list': {
      const members = Array.isArray(value) ? value : []
      const printed = members.map((one, index) => printShape(shape.of, one, printAt, `${path}[${index}]`))
      return printed.filter((one) => one !== null).slice(0, shape.most ?? undefined)
    }
    case 'group': {
      const fields = (value ?? {}) as { readonly [name: string]: JsonValue }
      return Object.fromEntries(
        [...shape.fields].map(([name, field]) => [
          name,
          printShape(field, fields[name] ?? null, printAt, path === '' ? name : `${path}.${name}`),
        ]),
      )
    }
    default:
      return shape satisfies never
  }
}
