import { describe, expect, it } from 'vitest'
import { faultsOf, parseQuery, parseSchema } from './graphql-check.ts'

const SCHEMA = parseSchema(`
scalar Long
type Query { shelf(name: String!, most: Long): Shelf }
type Shelf { id: ID!  books(first: Int): [Book!]! }
type Book { title: String }
`)

describe('the check of a query', () => {
  it.each([
    ['query A($n: String!) { shelf(name: $n) { id books { title } } }', { n: 'a' }, []],
    [
      'query A($n: String!) { shelf(name: $n) { owner } }',
      { n: 'a' },
      ['Cannot query field "owner" on type "Shelf".'],
    ],
    [
      'query A($n: String!) { shelf(name: $n) }',
      { n: 'a' },
      ['Field "shelf" must have a selection of subfields.'],
    ],
    [
      'query A($n: String!) { shelf(name: $n) { id { x } } }',
      { n: 'a' },
      ['Field "id" must not have a selection.'],
    ],
    ['query A { shelf { id } }', {}, ['Field "shelf" argument "name" of type "String!" is required.']],
    [
      'query A($n: String!, $m: Int) { shelf(name: $n, most: $m) { id } }',
      { n: 'a' },
      ['Variable "$m" of type "Int" used in position expecting type "Long".'],
    ],
    [
      'query A($n: String!) { shelf(name: $n, colour: $n) { id } }',
      { n: 'a' },
      ['Unknown argument "colour" on field "Query.shelf".'],
    ],
    ['query A($n: String!) { shelf(name: $n) { id } }', {}, ['Variable "$n" got invalid value undefined.']],
    [
      'query A($n: String!, $u: Int) { shelf(name: $n) { id } }',
      { n: 'a' },
      ['Variable "$u" is never used.'],
    ],
    [
      'query A($n: String!) { shelf(name: $n) { id } }',
      { n: 'a', more: 1 },
      ['Variable "$more" is not declared.'],
    ],
  ] as const)('%s', (text, given, faults) => {
    expect(faultsOf(parseQuery(text), SCHEMA, given)).toEqual(faults)
  })

  it('refuses what is no query', () => {
    expect(() => parseQuery('query A { shelf')).toThrow()
    expect(() => parseQuery('mutation A { shelf { id } }')).toThrow()
  })
})
