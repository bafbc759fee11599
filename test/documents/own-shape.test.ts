import { describe, expect, test } from 'vitest'
import { kindNameProblem } from '../../src/documents/own-kind.ts'
import { parseOwnShape, printShape, schemaOfShape, statementsOfShape } from '../../src/documents/own-shape.ts'
import type { JsonValue } from '../../src/json.ts'
import { strictJsonSchema } from '../../src/models/json-schema.ts'

const STATEMENT = { $ref: '#/$defs/statement' }
const SCHEMA = {
  type: 'object',
  properties: {
    title: { type: 'string', description: 'a line' },
    mood: { enum: ['good', 'bad'] },
    well: { type: 'array', items: STATEMENT, maxItems: 2 },
    risk: { type: 'object', properties: { what: STATEMENT, who: { type: 'string' } } },
  },
}
const said = (text: string) => ({ text, basis: 'observed', checks: [] })
const ANSWER = {
  title: 'T',
  mood: 'good',
  well: [said('one'), said('two'), said('three')],
  risk: { what: said('R'), who: 'W' },
}

function shape(schema: JsonValue = SCHEMA) {
  const parsed = parseOwnShape(schema)
  if ('why' in parsed) throw new Error(`${parsed.where}: ${parsed.why}`)
  return parsed
}

describe('a schema of a kind of one’s own', () => {
  test('becomes one that every provider takes', () => {
    const strict = strictJsonSchema(schemaOfShape(shape()))
    expect(strict).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['title', 'mood', 'well', 'risk'],
      properties: { title: { type: 'string', description: 'a line' } },
    })
    expect(schemaOfShape(shape()).safeParse(ANSWER).success).toBe(true)
    expect(schemaOfShape(shape()).safeParse({ ...ANSWER, mood: 'fine' }).success).toBe(false)
  })

  test('every text of an answer is a statement', () => {
    expect(statementsOfShape(shape(), ANSWER).map(({ path, text, basis }) => [path, text, basis])).toEqual([
      ['title', 'T', 'inferred'],
      ['well[0]', 'one', 'observed'],
      ['well[1]', 'two', 'observed'],
      ['well[2]', 'three', 'observed'],
      ['risk.what', 'R', 'observed'],
      ['risk.who', 'W', 'inferred'],
    ])
  })

  test('what does not stand is not printed, nor more than the schema allows', () => {
    const printed = printShape(shape(), ANSWER, (path) =>
      path === 'well[0]' || path === 'risk.who' ? null : path,
    )
    expect(printed).toEqual({
      title: 'title',
      mood: 'good',
      well: ['well[1]', 'well[2]'],
      risk: { what: 'risk.what', who: null },
    })
  })

  test('without a model everything is there, and empty', () => {
    expect(printShape(shape(), null, (path) => path)).toEqual({
      title: null,
      mood: null,
      well: [],
      risk: { what: null, who: null },
    })
  })

  test.each<[JsonValue, string, string]>([
    [[], 'the schema', 'it is no object'],
    [{ type: 'array', items: STATEMENT }, 'the schema', 'its type is no object'],
    [{ type: 'object' }, 'the schema', 'it has no properties'],
    [{ type: 'object', properties: { n: { type: 'number' } } }, 'properties.n', 'a model types no number'],
    [{ type: 'object', properties: { 'N-1': STATEMENT } }, 'properties.N-1', 'lower-case'],
    [{ type: 'object', properties: { a: { enum: ['top 3'] } } }, 'properties.a', 'holds a digit'],
    [{ type: 'object', properties: { a: { $ref: '#/x' } } }, 'properties.a', '"#/$defs/statement"'],
    [{ type: 'object', properties: { a: { oneOf: [] } } }, 'properties.a', '"oneOf" is not among'],
    [
      { type: 'object', properties: { a: { type: 'array', items: { type: 'integer' } } } },
      'properties.a.items',
      'a model types no number',
    ],
  ])('%j is refused at %s', (schema, where, why) => {
    const parsed = parseOwnShape(schema)
    expect(parsed).toMatchObject({ where })
    expect('why' in parsed ? parsed.why : '').toContain(why)
  })
})

test.each<[string, boolean]>([
  ['retro', true],
  ['weekly-review', true],
  ['log', false],
  ['notes', false],
  ['evidence', false],
  ['Retro', false],
  ['../x', false],
  ['a--b', false],
])('%s may name a kind: %s', (name, may) => {
  expect(kindNameProblem(name) === null).toBe(may)
})
