import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseMarkdown } from '../../src/stores/normalise-markdown.ts'

describe('normaliseMarkdown', () => {
  it.each([
    ['line ends of Windows', 'a\r\nb\r\n', 'a\nb\n'],
    ['line ends of old Macs', 'a\rb\r', 'a\nb\n'],
    ['spaces and tabs at line ends', 'a  \nb \t\n', 'a\nb\n'],
    ['decomposed letters', 'e\u0301', 'é\n'],
    ['a missing newline at the end', 'a', 'a\n'],
    ['many newlines at the end', 'a\n\n \n', 'a\n'],
    ['blank lines at the beginning', '\n \na\n', 'a\n'],
    ['a lone surrogate', 'a\uD800', 'a\uFFFD\n'],
    ['nothing', ' \n', ''],
  ])('takes away %s', (_name, markdown, expected) => {
    expect(normaliseMarkdown(markdown)).toBe(expected)
  })

  it.each([
    ['a word', 'a b\n', 'a c\n'],
    ['a space within a line', 'a  b\n', 'a b\n'],
    ['indentation', '    code\n', 'code\n'],
    ['a blank line between two', 'a\n\nb\n', 'a\nb\n'],
    ['a no-break space', 'a\u00a0b\n', 'a b\n'],
  ])('keeps %s', (_name, left, right) => {
    expect(normaliseMarkdown(left)).not.toBe(normaliseMarkdown(right))
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = normaliseMarkdown(text)
        expect(normaliseMarkdown(once)).toBe(once)
      }),
    )
  })
})
