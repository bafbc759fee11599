/** A selected field of a query, with its arguments and what is selected of it. */
export interface Selection {
  readonly field: string
  readonly arguments: ReadonlyMap<string, string>
  readonly selections: readonly Selection[]
}

/** A query as far as it is understood here: one operation, fields, arguments that are variables; no fragments, no aliases. */
export interface Query {
  readonly name: string
  readonly variables: ReadonlyMap<string, string>
  readonly selections: readonly Selection[]
}

interface Field {
  readonly type: string
  readonly arguments: ReadonlyMap<string, string>
}

/** The types of a schema by name: their fields, or null for a scalar. */
export type Schema = ReadonlyMap<string, ReadonlyMap<string, Field> | null>

const SCALARS = ['String', 'Int', 'Float', 'Boolean', 'ID']

/** Reads a schema of `scalar` and `type` definitions (GraphQL's schema language, without descriptions and directives). */
export function parseSchema(text: string): Schema {
  const read = reader(text)
  const schema = new Map<string, ReadonlyMap<string, Field> | null>(SCALARS.map((name) => [name, null]))
  while (read.peek() !== '') {
    const kind = read.next()
    const name = read.next()
    if (kind === 'scalar') {
      schema.set(name, null)
      continue
    }
    if (kind !== 'type') throw new Error(`a schema has no ${kind} here`)
    const fields = new Map<string, Field>()
    read.take('{')
    while (read.peek() !== '}') {
      const field = read.next()
      const args = new Map<string, string>()
      if (read.peek() === '(') {
        read.take('(')
        while (read.peek() !== ')') {
          const argument = read.next()
          read.take(':')
          args.set(argument, typeOf(read))
        }
        read.take(')')
      }
      read.take(':')
      fields.set(field, { type: typeOf(read), arguments: args })
    }
    read.take('}')
    schema.set(name, fields)
  }
  return schema
}

/** Reads one query; throws where it is none. */
export function parseQuery(text: string): Query {
  const read = reader(text)
  read.take('query')
  const name = read.next()
  const variables = new Map<string, string>()
  if (read.peek() === '(') {
    read.take('(')
    while (read.peek() !== ')') {
      const variable = read.next()
      read.take(':')
      variables.set(variable, typeOf(read))
    }
    read.take(')')
  }
  const selections = selectionsOf(read)
  if (read.peek() !== '') throw new Error(`Syntax Error: Unexpected "${read.peek()}".`)
  return { name, variables, selections }
}

/**
 * What a GraphQL server would refuse of a query: fields and arguments that the schema has not, arguments left out that must be given, variables that are
 * not declared, not used, or of another type, objects without a selection and scalars with one, variables without their value.
 */
export function faultsOf(
  query: Query,
  schema: Schema,
  given: Readonly<Record<string, unknown>>,
): readonly string[] {
  const faults: string[] = []
  const used = new Set<string>()
  visit(query.selections, 'Query')
  for (const [variable, type] of query.variables) {
    if (!used.has(variable)) faults.push(`Variable "${variable}" is never used.`)
    if (!schema.has(named(type))) faults.push(`Unknown type "${named(type)}".`)
    const value = given[variable.slice(1)]
    if (!holds(value, type)) faults.push(`Variable "${variable}" got invalid value ${JSON.stringify(value)}.`)
  }
  for (const name of Object.keys(given))
    if (!query.variables.has(`$${name}`)) faults.push(`Variable "$${name}" is not declared.`)
  return faults

  function visit(selections: readonly Selection[], type: string): void {
    const fields = schema.get(type)
    for (const { field, arguments: args, selections: inner } of selections) {
      const known = fields?.get(field)
      if (known === undefined) {
        faults.push(`Cannot query field "${field}" on type "${type}".`)
        continue
      }
      for (const [argument, variable] of args) {
        const wanted = known.arguments.get(argument)
        const declared = query.variables.get(variable)
        used.add(variable)
        if (wanted === undefined) faults.push(`Unknown argument "${argument}" on field "${type}.${field}".`)
        else if (declared === undefined) faults.push(`Variable "${variable}" is not defined.`)
        else if (declared !== wanted && declared !== `${wanted}!`)
          faults.push(
            `Variable "${variable}" of type "${declared}" used in position expecting type "${wanted}".`,
          )
      }
      for (const [argument, wanted] of known.arguments)
        if (wanted.endsWith('!') && !args.has(argument))
          faults.push(`Field "${field}" argument "${argument}" of type "${wanted}" is required.`)
      const isObject = schema.get(named(known.type)) !== null
      if (isObject && inner.length === 0) faults.push(`Field "${field}" must have a selection of subfields.`)
      if (!isObject && inner.length > 0) faults.push(`Field "${field}" must not have a selection.`)
      if (isObject) visit(inner, named(known.type))
    }
  }
}

function holds(value: unknown, type: string): boolean {
  if (type.endsWith('!')) return value !== undefined && value !== null && holds(value, type.slice(0, -1))
  if (value === undefined || value === null) return true
  if (type.startsWith('[')) return Array.isArray(value) && value.every((one) => holds(one, type.slice(1, -1)))
  if (type === 'Int' || type === 'Int64') return Number.isInteger(value)
  if (type === 'JSONString') return typeof value === 'string' && JSON.parse(value) !== undefined
  return type !== 'String' || typeof value === 'string'
}

type Reader = ReturnType<typeof reader>

function reader(text: string) {
  const tokens = text.replace(/#.*$/gm, '').match(/\$?\w+|[{}():![\]=]|[^\s,\w]/g) ?? []
  let at = 0
  const next = (): string => {
    at += 1
    return tokens[at - 1] ?? ''
  }
  return {
    peek: () => tokens[at] ?? '',
    next,
    take(wanted: string): void {
      const found = next()
      if (found !== wanted) throw new Error(`Syntax Error: Expected "${wanted}", found "${found}".`)
    },
  }
}

function typeOf(read: Reader): string {
  let type = read.next()
  if (type === '[') {
    type = `[${typeOf(read)}]`
    read.take(']')
  }
  if (read.peek() !== '!') return type
  read.take('!')
  return `${type}!`
}

function selectionsOf(read: Reader): readonly Selection[] {
  const found: Selection[] = []
  read.take('{')
  while (read.peek() !== '}') {
    const field = read.next()
    if (!/^\w+$/.test(field)) throw new Error(`Syntax Error: Expected Name, found "${field}".`)
    const args = new Map<string, string>()
    if (read.peek() === '(') {
      read.take('(')
      while (read.peek() !== ')') {
        const argument = read.next()
        read.take(':')
        args.set(argument, read.next())
      }
      read.take(')')
    }
    found.push({ field, arguments: args, selections: read.peek() === '{' ? selectionsOf(read) : [] })
  }
  read.take('}')
  return found
}

function named(type: string): string {
  return type.replace(/[[\]!]/g, '')
}
