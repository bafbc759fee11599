import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMarkdownFile, renderMarkdownFile } from '../../src/stores/front-matter.ts'

describe('renderMarkdownFile', () => {
  it('keeps the order and quotes text that a YAML reader could take for something else', () => {
    const text = renderMarkdownFile(
      {
        id: '2026-11-20-smote-7f3a',
        title: 'SMOTE: no winner',
        date: '2026-11-20',
        runs: ['00123', '1e5', 'mlflow:2/3fa2'],
        answer: 'yes',
        nothing: null,
        count: 47,
      },
      '# Body\n',
    )
    expect(text).toBe(`---
id: 2026-11-20-smote-7f3a
title: "SMOTE: no winner"
date: "2026-11-20"
runs:
  - "00123"
  - "1e5"
  - mlflow:2/3fa2
answer: "yes"
nothing: null
count: 47
---

# Body
`)
  })

  it('comes back as it was, whatever the title and the body', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (title, body) => {
        expect(parseMarkdownFile(renderMarkdownFile({ title }, body))).toEqual({
          kind: 'parts',
          frontMatter: { title },
          body: `\n${body}`,
        })
      }),
      {
        examples: [
          ['---', '---\nx\n---\n'],
          ['a\n---\nb', ''],
          ['\u0000\u0085\u2028\r\n', '\r'],
          ['*a', '&a'],
        ],
      },
    )
  })
})

describe('parseMarkdownFile', () => {
  it.each([
    [
      'with line ends of Windows and a byte order mark',
      '\uFEFF---\r\nid: 00123\r\n---\r\nbody\r\n',
      'body\r\n',
    ],
    ['with spaces behind the fences', '---  \nid: 00123\n---\t\nbody\n', 'body\n'],
    ['with no body', '---\nid: 00123\n---', ''],
    ['with a rule in the body', '---\nid: 00123\n---\na\n\n---\n\nb\n', 'a\n\n---\n\nb\n'],
  ])('reads a file %s', (_name, text, body) => {
    expect(parseMarkdownFile(text)).toEqual({ kind: 'parts', frontMatter: { id: '00123' }, body })
  })

  it.each(['', 'no front matter\n', 'a\n---\nid: x\n---\n', '----\nid: x\n----\n'])(
    'finds no front matter in %j',
    (text) => {
      expect(parseMarkdownFile(text)).toEqual({ kind: 'none' })
    },
  )

  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n`
  it.each([
    ['without an end', '---\nid: x\n', 'has no end'],
    ['that is no YAML', '---\nid: [x\n---\n', 'is not YAML'],
    ['with a name twice', '---\nid: x\nid: y\n---\n', 'is not YAML'],
    ['that is a list', '---\n- x\n---\n', 'is not a list of names and values'],
    ['that is empty', '---\n---\n', 'is not a list of names and values'],
    ['that grows when it is read', `---\n${bomb}---\n`, 'cannot be read'],
  ])('says what is wrong with front matter %s', (_name, text, why) => {
    expect(parseMarkdownFile(text)).toEqual({ kind: 'broken', why: expect.stringContaining(why) })
  })
})
