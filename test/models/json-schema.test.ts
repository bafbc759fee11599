import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { strictJsonSchema } from '../../src/models/json-schema.ts'

describe('strictJsonSchema', () => {
  test('keeps the shape and drops what providers refuse', () => {
    const schema = z.strictObject({
      title: z
        .string()
        .min(1)
        .max(80)
        .regex(/^[^\n]*$/)
        .describe('One line.'),
      count: z.number().int().min(0).max(5),
      when: z.iso.date().nullable(),
      basis: z.enum(['observed', 'noted']),
      yes: z.literal(true),
      items: z
        .array(z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.null()]) }))
        .min(1)
        .max(3),
    })
    expect(strictJsonSchema(schema)).toEqual({
      type: 'object',
      properties: {
        title: { type: 'string', description: 'One line.' },
        count: { type: 'integer' },
        when: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        basis: { type: 'string', enum: ['observed', 'noted'] },
        yes: { type: 'boolean', const: true },
        items: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              value: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
            },
            required: ['name', 'value'],
            additionalProperties: false,
          },
        },
      },
      required: ['title', 'count', 'when', 'basis', 'yes', 'items'],
      additionalProperties: false,
    })
  })

  test('writes alternatives as anyOf', () => {
    const schema = z.strictObject({
      step: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('run'), id: z.string() }),
        z.strictObject({ kind: z.literal('stop') }),
      ]),
    })
    const written = JSON.stringify(strictJsonSchema(schema))
    expect(written).toContain('"anyOf"')
    expect(written).not.toContain('oneOf')
  })

  test('keeps a property that is named like a keyword', () => {
    const schema = z.strictObject({ pattern: z.string(), $ref: z.string(), oneOf: z.string() })
    expect(strictJsonSchema(schema)).toMatchObject({ required: ['pattern', '$ref', 'oneOf'] })
  })

  test('says an intersection of objects as one object', () => {
    const schema = z.intersection(z.object({ b: z.string() }), z.object({ c: z.string() }))
    expect(strictJsonSchema(schema)).toEqual(strictJsonSchema(z.object({ b: z.string(), c: z.string() })))
  })

  const node = z.strictObject({
    name: z.string(),
    get children() {
      return z.array(node)
    },
  })
  let deep: z.ZodType = z.strictObject({ a: z.string() })
  for (let level = 0; level < 12; level += 1) deep = z.strictObject({ a: z.array(deep) })

  test.each([
    ['a list at its root', z.array(z.string()), 'The root of an answer must be an object.'],
    [
      'alternatives at its root',
      z.union([z.strictObject({}), z.strictObject({ a: z.string() })]),
      'The root of an answer must be an object.',
    ],
    [
      'an optional property',
      z.strictObject({ a: z.strictObject({ b: z.string().optional() }) }),
      'a.b is optional: make it nullable.',
    ],
    [
      'a map',
      z.strictObject({ a: z.record(z.string(), z.number()) }),
      'a uses propertyNames, which a strict schema cannot say.',
    ],
    [
      'an open object',
      z.looseObject({ a: z.string() }),
      'the root is open or a map: use a list of { name, value }.',
    ],
    [
      'a tuple',
      z.strictObject({ a: z.tuple([z.string(), z.number()]) }),
      'a uses prefixItems, which a strict schema cannot say.',
    ],
    ['anything', z.strictObject({ a: z.unknown() }), 'a may be anything, which a strict schema cannot say.'],
    [
      'a list of anything',
      z.strictObject({ a: z.array(z.unknown()) }),
      'a.[] may be anything, which a strict schema cannot say.',
    ],
    ['a reference to itself', node, /cycle/i],
    ['a date', z.strictObject({ a: z.date() }), /Date cannot be represented/],
    ['too many levels', deep, /nested too deep/],
  ])('refuses %s', (_name, schema, message) => {
    expect(() => strictJsonSchema(schema)).toThrow(message)
  })
})
