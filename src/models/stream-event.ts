import type { z } from 'zod'

/**
 * One event of a stream, parsed by the schema of its type; null for types that are not in `schemas`, which providers add
 * at will. An event of a known type in another shape is a SyntaxError, like a line that is not JSON.
 */
export function parseEvent<T extends z.ZodType>(
  schemas: Readonly<Record<string, T>>,
  event: unknown,
): z.infer<T> | null {
  const type = typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined
  const schema = typeof type === 'string' && Object.hasOwn(schemas, type) ? schemas[type] : undefined
  if (schema === undefined) return null
  const parsed = schema.safeParse(event)
  if (!parsed.success) throw new SyntaxError(`An event ${type} has an unknown shape.`)
  return parsed.data
}
