import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dropThinking, withoutThinking } from '../../src/models/thinking.ts'

describe('withoutThinking', () => {
  test.each([
    ['<think>a { b</think>{"x":1}', '{"x":1}'],
    [' \n<think></think> {"x":1}', ' {"x":1}'],
    ['{"x":"<think>no</think>"}', '{"x":"<think>no</think>"}'],
    ['<thinking>aloud', '<thinking>aloud'],
    ['<think>never ends', ''],
  ])('passes on of %j what is the answer, wherever it is cut', (text, rest) => {
    expect(dropThinking(text)).toBe(rest)
    for (const size of [1, 2, 5, 100]) {
      const heard: string[] = []
      const pass = withoutThinking((piece) => heard.push(piece))
      for (let at = 0; at < text.length; at += size) pass(text.slice(at, at + size))
      expect(heard.join('')).toBe(rest)
    }
  })

  test('loses nothing of a text without a tag but what is held back as its beginning', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (pieces) => {
        const heard: string[] = []
        const pass = withoutThinking((piece) => heard.push(piece))
        for (const piece of ['{', ...pieces]) pass(piece)
        expect(heard.join('')).toBe(`{${pieces.join('')}`)
      }),
    )
  })
})
