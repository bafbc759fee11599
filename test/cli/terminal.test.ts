import { describe, expect, test, vi } from 'vitest'
import { cleanLine, cleanText } from '../../src/cli/terminal/clean-text.ts'
import { displayWidth, truncate } from '../../src/cli/terminal/display-width.ts'
import { startProgress, startProgressAtTerminal } from '../../src/cli/terminal/progress.ts'
import { renderMarkdown } from '../../src/cli/terminal/render-markdown.ts'
import { renderTable } from '../../src/cli/terminal/render-table.ts'
import { makeStyle } from '../../src/cli/terminal/style.ts'
import { makeWorld } from '../support/make-world.ts'

const plain = makeStyle(makeWorld({ cwd: '/' }).world.stdout, {})

describe('text that others wrote', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['a\u001b]8;;http://evil\u0007link\u001b]8;;\u0007', 'alink'],
    ['\u001b[2J\u001b[1;1Hgone?', 'gone?'],
    ['bell\u0007 back\b nul\u0000 c1\u009b31m', 'bell back nul c1'],
    ['over\rwritten', 'overwritten'],
    ['safe\u202egpj.exe\u2066x', 'safegpj.exex'],
    ['tab\tand\nline stay, æøå 日本 🙂 too', 'tab\tand\nline stay, æøå 日本 🙂 too'],
  ])('%j reaches a terminal as %j', (text, shown) => {
    expect(cleanText(text)).toBe(shown)
  })

  test('on one line has no line feeds', () => {
    expect(cleanLine(' a\n\n b\tc ')).toBe('a b c')
  })
})

describe('a table', () => {
  test('squeezes what may be squeezed, and then leaves out what is optional, to fit', () => {
    const columns = [
      { head: 'name', least: 6 },
      { head: 'value', align: 'right' as const },
      { head: 'extra', optional: true },
    ]
    const rows = [['a very long name indeed', '0.1', 'xxxxxxxx']]
    expect(renderTable(columns, rows, 30, plain)).toBe(
      'name           value  extra\na very long …    0.1  xxxxxxxx',
    )
    expect(renderTable(columns, rows, 18, plain)).toBe('name         value\na very lon…    0.1')
  })

  test('keeps its columns under wide characters', () => {
    const table = renderTable(
      [{ head: 'name' }, { head: 'v' }],
      [
        ['日本', '1'],
        ['abcde', '2'],
        ['🙂', '3'],
      ],
      40,
      plain,
    )
    expect(table).toBe('name   v\n日本   1\nabcde  2\n🙂     3')
  })

  test.each([
    ['日本語', 6],
    ['e\u0301', 1],
    ['👩‍🔬', 2],
    ['æøå', 3],
  ])('%s is %i wide', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })

  test('cuts by width and not by letters', () => {
    expect(truncate('日本語日本語', 7)).toBe('日本語…')
  })
})

describe('Markdown for a terminal', () => {
  const look = { width: 40, style: plain, unfold: false }

  test('shows headings, emphasis, lists, quotes and tables as text, and folded parts as one line', () => {
    const markdown = [
      '---',
      'id: x',
      '---',
      '# Title \\*with\\* &lt;b&gt;',
      '',
      'A **bold** word, `code`, a [link](http://x/y) and enough words to wrap the line twice over.',
      '',
      '- one',
      '- two with [r1](#r1)',
      '',
      '> quoted',
      '',
      '| a | b |',
      '|---|--:|',
      '| x | 1 |',
      '',
      '<details><summary>All runs (3)</summary>',
      '',
      '| hidden |',
      '|---|',
      '| row |',
      '',
      '</details>',
      '',
    ].join('\n')
    expect(renderMarkdown(markdown, look)).toBe(
      [
        'Title *with* <b>',
        '',
        'A bold word, code, a link and enough',
        'words to wrap the line twice over.',
        '',
        '• one',
        '• two with r1',
        '',
        '│ quoted',
        '',
        'a  b',
        'x  1',
        '',
        '▸ All runs (3)',
        '',
      ].join('\n'),
    )
    expect(renderMarkdown(markdown, { ...look, unfold: true })).toContain('All runs (3)\n\nhidden\nrow')
  })

  test('is not hung by markup made to hang a parser', () => {
    const hostile = '*a_'.repeat(20_000)
    expect(renderMarkdown(hostile, look)).toBe(hostile)
  })

  test('never lets an escape sequence through', () => {
    expect(renderMarkdown('a \u001b[31mred **x\u001b[0m**', look)).toBe('a red x\n')
  })
})

describe('a line of progress', () => {
  test('asks what is going on whenever it is drawn, and leaves nothing behind', async () => {
    const { world, stderr } = makeWorld({ cwd: '/', terminal: 40 })
    let read = 0
    const progress = startProgress(world, {}, () => `Reading runs: ${read}`)
    read = 2000
    await vi.waitFor(() => expect(stderr()).toContain('Reading runs: 2000'))
    progress.clear()
    expect(stderr()).toContain('Reading runs: 0')
    expect(stderr().endsWith('\r\u001b[2K\u001b[?25h')).toBe(true)
  })

  test('elsewhere than at a terminal only stands where its command says something there', () => {
    const { world, stderr } = makeWorld({ cwd: '/' })
    startProgressAtTerminal(world, {}, () => 'Reading runs').clear()
    expect(stderr()).toBe('')
    startProgress(world, {}, () => 'Reading runs').clear()
    expect(stderr()).toBe('Reading runs\n')
  })
})
