import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findBlocks, replaceBlocks } from '../../src/render/managed-blocks.ts'

const BEGIN = '<!-- narrate:begin -->'
const END = '<!-- narrate:end -->'

function sync(text: string, content: string): string {
  const found = findBlocks(text)
  if (found.kind === 'broken') throw new Error(found.why)
  return replaceBlocks(
    text,
    found.blocks,
    found.blocks.map(() => content),
  )
}

describe('a managed block', () => {
  test('is replaced, and nothing else is', () => {
    const once = sync(`a\n${BEGIN}\n${END}\nz`, 'one\ntwo\n\n')
    expect(once).toMatch(/^a\n<!-- narrate:begin -->\none\ntwo\n<!-- narrate:end [0-9a-f]{12} -->\nz$/)
    expect(sync(once, 'one\ntwo')).toBe(once)
    expect(sync(once, 'three').replace(/ [0-9a-f]{12} /, ' ')).toBe(`a\n${BEGIN}\nthree\n${END}\nz`)
  })

  test('keeps the line breaks of its file', () => {
    const once = sync(`a\r\n${BEGIN}\r\n${END}\r\nz`, 'one\ntwo')
    expect(once.replace(/ [0-9a-f]{12} /, ' ')).toBe(`a\r\n${BEGIN}\r\none\r\ntwo\r\n${END}\r\nz`)
    const found = findBlocks(once.replaceAll('\r\n', '\n'))
    expect(found).toMatchObject({ kind: 'blocks', blocks: [{ isUntouched: true }] })
  })

  test.each<[string, boolean]>([
    [`${BEGIN}\n${END}`, true],
    [`${BEGIN}\n  \n${END}`, true],
    [`${BEGIN}\nmine\n${END}`, false],
    [sync(`${BEGIN}\n${END}`, 'ours'), true],
    [sync(`${BEGIN}\n${END}`, 'ours').replace('ours', 'mine'), false],
  ])('%j is as narrate left it: %s', (text, isUntouched) => {
    expect(findBlocks(text)).toMatchObject({ blocks: [{ isUntouched }] })
  })

  test.each<[string, number, string]>([
    [`x\n${BEGIN}\n`, 2, 'never ends'],
    [`x\ny\n${END}\n`, 3, 'never began'],
    [`${BEGIN}\n${BEGIN}\n${END}`, 2, 'begins inside'],
    [`${BEGIN}\n${END}\n${END}`, 3, 'never began'],
    ['<!-- narrate: start -->', 1, 'no mark'],
    [`text ${BEGIN}\n${END}`, 1, 'no mark'],
    ['<!-- narrate:begin rows=3 -->\n<!-- narrate:end -->', 1, 'name="value"'],
    [`${BEGIN}\n<!-- narrate:end xyz -->`, 2, 'no mark'],
  ])('%j is broken in line %d', (text, line, why) => {
    const found = findBlocks(text)
    expect(found).toMatchObject({ kind: 'broken', line })
    expect(found.kind === 'broken' ? found.why : '').toContain(why)
  })

  test('marks in fenced code are examples', () => {
    expect(findBlocks(`write \`${BEGIN}\` there\n`)).toEqual({ kind: 'blocks', blocks: [] })
    const text = `\`\`\`\n${BEGIN}\n${END}\n\`\`\`\n`
    expect(findBlocks(text)).toEqual({ kind: 'blocks', blocks: [] })
    expect(sync(text, 'x')).toBe(text)
  })

  test('what the mark asks for is read', () => {
    const found = findBlocks('<!-- narrate:begin experiment="a b" rows="3" -->\n<!-- narrate:end -->')
    expect(found.kind === 'blocks' ? [...(found.blocks[0]?.attributes ?? [])] : null).toEqual([
      ['experiment', 'a b'],
      ['rows', '3'],
    ])
  })

  test('whatever stands around two blocks stays, byte for byte', () => {
    const other = fc
      .string({ unit: 'binary' })
      .filter((text) => !text.includes('<!--') && !text.includes('`') && !text.includes('~'))
    fc.assert(
      fc.property(other, other, other, (a, b, c) => {
        const text = `${a}\n${BEGIN}\n${END}\n${b}\n${BEGIN}\r\n${END}\n${c}`
        const made = sync(text, 'content')
        expect(made.startsWith(`${a}\n${BEGIN}\n`)).toBe(true)
        expect(made.endsWith(`\n${c}`)).toBe(true)
        expect(made).toContain(` -->\n${b}\n${BEGIN}\r\n`)
        expect(sync(made, 'content')).toBe(made)
      }),
    )
  })
})
