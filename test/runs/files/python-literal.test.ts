import { expect, it } from 'vitest'
import { jsonOfLoose } from '../../../src/runs/files/loose-json.ts'
import { parsePythonLiteral } from '../../../src/runs/files/python-literal.ts'

it.each([
  ["{'lr': 0.001, 'flag': True, 'none': None}", '{"lr":0.001,"flag":true,"none":null}'],
  ['{"it\'s": \'a "b"\'}', '{"it\'s":"a \\"b\\""}'],
  ["{'t': (1, 2), 'one': (1,), 'n': nan, 'i': -inf}", '{"t":[1,2],"one":[1],"n":nan,"i":-inf}'],
  ["{'a': {'b': ['x', 'y']}}", '{"a":{"b":["x","y"]}}'],
  ["{'path': 'C:\\\\new', 'nl': 'a\\nb', 'u': '\\xe9'}", '{"path":"C:\\\\new","nl":"a\\nb","u":"é"}'],
  ["['lr', 'sweep']", '["lr","sweep"]'],
])('reads %s', (text, json) => {
  const parsed = parsePythonLiteral(text)
  expect(parsed.kind === 'json' ? jsonOfLoose(parsed.value) : parsed.why).toBe(json)
})

it.each([
  ["{'a': <object at 0x1>}"],
  ["{'a': array([1])}"],
  ["{'a': 'unended}"],
  ["{'a'}"],
  ['__import__("os")'],
])('says that %s is none', (text) => expect(parsePythonLiteral(text).kind).toBe('broken'))
