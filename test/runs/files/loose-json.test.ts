import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  leavesOf,
  numberOfText,
  parseFirstJson,
  parseLooseJson,
  textOfLoose,
} from '../../../src/runs/files/loose-json.ts'

const textAgain = (text: string): string => {
  const parsed = parseLooseJson(text)
  return parsed.kind === 'json' ? textOfLoose(parsed.value) : `broken: ${parsed.why}`
}

describe('JSON as logs hold it', () => {
  it('is read as JSON.parse reads it, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(
          JSON.parse(textAgain(text).startsWith('broken') ? text : JSON.stringify(JSON.parse(text))),
        ).toEqual(JSON.parse(text))
        expect(parseLooseJson(text).kind).toBe('json')
      }),
    )
  })

  it.each([
    ['{"id": 123456789012345678, "lr": 1e-05, "x": 0.10}', '{"id":123456789012345678,"lr":1e-05,"x":0.10}'],
    ['[NaN, Infinity, -Infinity]', '[NaN,Infinity,-Infinity]'],
    ['{"a": 1, "a": 2}', '{"a":2}'],
    ['{"__proto__": {"x": 1}}', '{"__proto__":{"x":1}}'],
    ['"\\u00e9\\n\\ud83d\\ude00"', 'é\n😀'],
    ['{"a": "two\nlines"}', '{"a":"two\\nlines"}'],
    ['', 'broken: it ends too early'],
    ['{"a": 1', 'broken: it ends too early'],
    ['"abc', 'broken: it ends too early'],
    ['{"a": 01}', 'broken: it is no JSON at character 7'],
    ['1.', 'broken: it is no JSON at character 1'],
    ['truely', 'broken: it is no JSON at character 1'],
    ["{'a': 1}", 'broken: it is no JSON at character 2'],
    ['{"a": 1} {"b": 2}', 'broken: something follows after its end'],
  ])('%s is %s', (text, expected) => {
    expect(textAgain(text)).toBe(expected)
  })

  it('never nests so deep that reading it fails', () => {
    expect(textAgain('['.repeat(100_000))).toMatch(/^broken/)
    expect(textAgain('{"a":'.repeat(100_000))).toMatch(/^broken/)
  })

  it('tells where the first of several values ends', () => {
    expect(parseFirstJson('{"a":1}{"b":2}', 0)).toMatchObject({ kind: 'json', end: 7 })
    expect(parseFirstJson('{"a":1}{"b":2}', 7)).toMatchObject({ kind: 'json', end: 14 })
  })

  it('gives leaves by names with dots, lists whole', () => {
    const parsed = parseLooseJson('{"a": {"b": [1, 2], "c": {}}, "d": null}')
    const leaves = parsed.kind === 'json' ? leavesOf(parsed.value) : new Map()
    expect([...leaves].map(([name, value]) => [name, textOfLoose(value)])).toEqual([
      ['a.b', '[1,2]'],
      ['a.c', '{}'],
      ['d', 'null'],
    ])
  })

  it.each([
    ['0.84', 0.84],
    [' 1e-05 ', 1e-5],
    ['nan', Number.NaN],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['84%', null],
    ['', null],
    ['0x10', null],
    ['1_000', null],
  ])('%j as a number is %s', (text, number) => {
    expect(numberOfText(text)).toBe(number)
  })
})
