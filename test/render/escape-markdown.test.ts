import fc from 'fast-check'
import { marked } from 'marked'
import { describe, expect, test } from 'vitest'
import { escapeMarkdown, unescapeMarkdown } from '../../src/render/escape-markdown.ts'

describe('escapeMarkdown', () => {
  test.each([
    ['<script>alert(1)</script>', '\\<script>alert(1)\\</script>'],
    ['test_loss and val_auc', 'test_loss and val_auc'],
    ['_emphasis_ **bold**', '\\_emphasis\\_ \\*\\*bold\\*\\*'],
    ['[text](javascript:x)', '\\[text\\](javascript:x)'],
    ['a | b', 'a \\| b'],
    ['a < 50 MB', 'a < 50 MB'],
    ['vect__input', 'vect__input'],
    ['>quoted', '\\>quoted'],
    ['# heading', '\\# heading'],
    ['1. item', '1\\. item'],
    ['line\nbreak\r\n\ttab', 'line break tab'],
    ['\u001b[31mred', '\\[31mred'],
    ['ev\u202eil', 'evil'],
    ['&#52;2', '&amp;#52;2'],
  ])('%j becomes %j', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected)
  })

  test('any text is shown as text: no tag, no image, no block but one paragraph', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const html = marked.parse(`before ${escapeMarkdown(text)} after`, { async: false })
        expect(html).toMatch(/^<p>[^<]*<\/p>\n$/)
      }),
    )
  })

  test('markup characters in any order stay text, web addresses aside', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '*',
            '_',
            '`',
            '[',
            ']',
            '(',
            ')',
            '<',
            '>',
            '!',
            '#',
            '-',
            '+',
            '|',
            '&lt;',
            '\\',
            'a',
            ' ',
            '\n',
            '~',
            'http://x.y',
            '1.',
            '=',
          ),
        ),
        (parts) => {
          const html = marked.parse(`x ${escapeMarkdown(parts.join(''))} y`, { async: false })
          const withoutAddresses = html.replace(/<a href="http:\/\/[^"<>]*">[^<]*<\/a>/g, '')
          expect(withoutAddresses).toMatch(/^<p>[^<]*<\/p>\n$/)
        },
      ),
    )
  })

  test('an escaped title reads as it was typed', () => {
    for (const title of ['test_loss: [a] | b', 'x < y & z', '*new*'])
      expect(unescapeMarkdown(escapeMarkdown(title))).toBe(title)
  })
})
