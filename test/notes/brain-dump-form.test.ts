import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseForm, renderForm } from '../../src/notes/brain-dump-form.ts'

const form = renderForm({
  day: '2026-11-20',
  lines: ['16 runs: 13 finished, 2 failed, 1 running', 'two\nlines'],
})

describe('the brain-dump form', () => {
  test('asks little, and shows the day as comments', () => {
    expect(form).toBe(
      [
        ';; 2026-11-20: write what you remember, in any language, as short as you like.',
        ';; Lines that begin with ;; are dropped, and so are headings with nothing under them. Write without them if you prefer.',
        ';; Save and close to go on; leave it empty to go on without a note.',
        ';; 16 runs: 13 finished, 2 failed, 1 running',
        ';; two',
        ';; lines',
        '',
        '## What I tried',
        '',
        '',
        '## What came out',
        '',
        '',
        '## What did not work',
        '',
        '',
        '## Open questions',
        '',
        '',
        '## Tomorrow',
        '',
        '',
      ].join('\n'),
    )
  })

  test('is empty as long as nobody wrote anything', () => {
    expect(parseForm(form)).toEqual({ text: '', empty: true })
    expect(parseForm('')).toEqual({ text: '', empty: true })
  })

  test('keeps what was written and the headings that have something under them', () => {
    const filled = `free thought\n${form}`
      .replace('## What came out\n\n', '## What came out\n\n  rf ~0.81\n\n  lgbm better\n')
      .replace('## Tomorrow\n\n', '## Tomorrow\nseeds\r\n')
    expect(parseForm(filled)).toEqual({
      text: 'free thought\n\n## What came out\n\n  rf ~0.81\n\n  lgbm better\n\n## Tomorrow\n\nseeds',
      empty: false,
    })
  })

  test('gives back any text that was written under it', () => {
    const line = fc
      .string({ unit: 'grapheme' })
      .filter((text) => !text.startsWith(';;') && !text.startsWith('## '))
    const lines = fc
      .tuple(line, fc.array(line), line)
      .map(([first, rest, last]) => [`a${first}`, ...rest, `z${last}`])
    fc.assert(
      fc.property(lines, (written) => {
        const text = written.join('\n')
        expect(parseForm(`${form}\n${text}\n`).text).toBe(`## Tomorrow\n\n${text}`)
        expect(parseForm(parseForm(`${form}\n${text}\n`).text).text).toBe(`## Tomorrow\n\n${text}`)
      }),
    )
  })
})
