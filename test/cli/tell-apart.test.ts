import { expect, test } from 'vitest'
import { tellApart } from '../../src/cli/terminal/tell-apart.ts'

test.each([
  [['short', 'other'], 20, ['short', 'other']],
  [['a', null], 20, ['a', '–']],
  [['one long text that goes on', 'another'], 12, ['one long te…', 'another']],
  [
    ["['rain', 'temperature', 'level']", "['rain', 'temperature', 'flow', 'level']"],
    24,
    ["…re', 'level']", "…re', 'flow', 'level']"],
  ],
  [
    ['none', "['rain', 'temperature', 'level']", "['rain', 'temperature', 'flow', 'level']"],
    24,
    ['none', "…re', 'level']", "…re', 'flow', 'level']"],
  ],
  [['the same long text', 'the same long text'], 10, ['…g text', '…g text']],
])('%j in %i columns', (texts, width, expected) => {
  expect(tellApart(texts, width)).toEqual(expected)
})
