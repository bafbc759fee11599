import { z } from 'zod'

/**
 * A JSON object as a map of its own names, each value of one shape. Names come out of a log and may be any text: `z.record` builds
 * a plain object and drops one that is called `__proto__`. An issue names its place as with a record.
 */
export function mapOf<Value>(shape: z.ZodType<Value>) {
  return z.unknown().transform((given, context): ReadonlyMap<string, Value> => {
    const read = new Map<string, Value>()
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      context.issues.push({ code: 'invalid_type', expected: 'record', input: given })
      return read
    }
    for (const [name, value] of Object.entries(given)) {
      const parsed = shape.safeParse(value)
      if (parsed.success) read.set(name, parsed.data)
      else
        for (const { message, path } of parsed.error.issues)
          context.issues.push({ code: 'custom', message, path: [name, ...path], input: value })
    }
    return read
  })
}
