import { expect, it } from 'vitest'
import { textOfLoose } from '../../../src/runs/files/loose-json.ts'
import { parseLooseYaml } from '../../../src/runs/files/loose-yaml.ts'

const level = (name: string, below: string) =>
  `${name}: &${name} [${Array(9).fill(`*${below}`).join(', ')}]\n`
const BOMB = `a: &a [x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}${level('f', 'e')}${level('g', 'f')}${level('h', 'g')}`

it.each([
  [
    'every scalar as it was written',
    'id: 123456789012345678\nlr: 0.10\non: yes\nday: 2024-01-01\n',
    '{"id":"123456789012345678","lr":"0.10","on":"yes","day":"2024-01-01"}',
  ],
  ['null as null', 'a: ~\nb:\nc: null\n', '{"a":null,"b":null,"c":null}'],
  [
    'what a tag stands on, never what it names',
    'a: !!python/tuple [1, 2]\nb: !!python/object:os.System {x: 1}\nc: !own y\n',
    '{"a":["1","2"],"b":{"x":"1"},"c":"y"}',
  ],
  ['names that are no words', '? [1, 2]\n: x\n3: y\n', '{"[\\"1\\",\\"2\\"]":"x","3":"y"}'],
  ['aliases', 'a: &a {x: 1}\nb: *a\n', '{"a":{"x":"1"},"b":{"x":"1"}}'],
])('keeps %s', (_, text, expected) => {
  const parsed = parseLooseYaml(text)
  expect(parsed.kind === 'json' ? textOfLoose(parsed.value) : parsed.why).toBe(expected)
})

it.each([
  ['aliases that explode', BOMB],
  ['aliases that explode in a name', `${BOMB}? *h\n: x\n`],
  ['an alias inside of what it stands for', 'a: &a\n  b: *a\n'],
  ['brackets without end', '[ '.repeat(5000)],
  ['no YAML', 'a: {\n'],
  ['nothing', ''],
])('refuses %s', (_, text) => {
  expect(parseLooseYaml(text).kind).toBe('broken')
})
