import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../src/json.ts'
import { canonicalJson, digestOf } from '../../src/stores/canonical-json.ts'

describe('canonicalJson', () => {
  it.each<[JsonValue, string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ 10: 1, 9: 2, Z: 3, a: 4 }, '{"10":1,"9":2,"Z":3,"a":4}'],
    ['e\u0301', '"é"'],
    [{ 'e\u0301': -0 }, '{"é":0}'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
    ['line\nend "quoted"', '"line\\nend \\"quoted\\""'],
    [{}, '{}'],
    [[], '[]'],
  ])('prints %j in one way', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected)
  })

  it('keeps both values of two names that are one in NFC, in an order of its own', () => {
    const decomposed = 'e\u0301'
    expect(canonicalJson({ é: 1, [decomposed]: 2 })).toBe('{"é":1,"é":2}')
    expect(canonicalJson({ [decomposed]: 2, é: 1 })).toBe('{"é":1,"é":2}')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    expect(() => canonicalJson({ value })).toThrow(RangeError)
  })
})

describe('digestOf', () => {
  it('is the SHA-256 of the canonical text', () => {
    // printf '{"a":1}' | sha256sum
    expect(digestOf({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862')
  })

  it('is the same after a value was written prettily, with other line ends and Unicode form, and read again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = value as JsonValue
        const written = JSON.stringify(json, null, 2).replaceAll('\n', '\r\n').normalize('NFD')
        expect(digestOf(JSON.parse(written))).toBe(digestOf(json))
      }),
    )
  })

  it.each<[JsonValue, JsonValue]>([
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [
      [1, 2],
      [2, 1],
    ],
    [
      [[1], 2],
      [1, [2]],
    ],
    ['a b', 'a  b'],
    [0.1, 0.10000000000000002],
  ])('tells %j from %j', (left, right) => {
    expect(digestOf(left)).not.toBe(digestOf(right))
  })
})
