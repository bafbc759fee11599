import { appendFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NarrateError } from '../../../src/errors.ts'
import { type Line, streamLines } from '../../../src/runs/files/stream-lines.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function linesOf(content: string | Uint8Array, longest = 100) {
  const path = join(await temporaryFolder(), 'log')
  writeFileSync(path, content)
  const lines: Line[] = []
  const read = await streamLines(path, { longest, stop: () => {} }, (line) => lines.push(line))
  return { read, lines: lines.map(({ text, number, ended, damage }) => [number, text, ended, damage]) }
}

describe('the lines of a file', () => {
  it.each<readonly [string, string | Uint8Array, unknown]>([
    ['nothing', '', []],
    ['one line', 'a\n', [[1, 'a', true, null]]],
    [
      'a last line without end',
      'a\nb',
      [
        [1, 'a', true, null],
        [2, 'b', false, null],
      ],
    ],
    [
      'CRLF',
      'a\r\n\r\nb\r\n',
      [
        [1, 'a', true, null],
        [2, '', true, null],
        [3, 'b', true, null],
      ],
    ],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0a]), [[1, 'a', true, null]]],
    [
      'latin-1',
      Buffer.from('é\nb\n', 'latin1'),
      [
        [1, '�', true, 'no UTF-8'],
        [2, 'b', true, null],
      ],
    ],
    [
      'a line that is too long',
      `${'x'.repeat(101)}\nb\n`,
      [
        [1, 'x'.repeat(100), true, 'too long'],
        [2, 'b', true, null],
      ],
    ],
    ['a line as long as may be', `${'x'.repeat(100)}\n`, [[1, 'x'.repeat(100), true, null]]],
  ])('are told of %s', async (_, content, expected) => {
    expect((await linesOf(content)).lines).toEqual(expected)
  })

  it('are told across the pieces that a large file is read in', async () => {
    const lines = Array.from({ length: 40_000 }, (_, index) => `line ${index} ${'é'.repeat(index % 20)}`)
    const { lines: read } = await linesOf(lines.join('\n'))
    expect(read.map(([, text]) => text)).toEqual(lines)
    const long = await linesOf(`${'x'.repeat(1_000_000)}\n${'y'.repeat(300_000)}`)
    expect(
      long.lines.map(([number, text, ended, damage]) => [number, String(text).length, ended, damage]),
    ).toEqual([
      [1, 100, true, 'too long'],
      [2, 100, false, 'too long'],
    ])
  })

  it.each([
    [0xff, 0xfe],
    [0xfe, 0xff],
  ])('are not guessed of UTF-16 (%d %d)', async (...mark) => {
    expect((await linesOf(Buffer.from([...mark, 0x61, 0x00]))).read.kind).toBe('unreadable')
  })

  it('are read while the file grows, and not through a link', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'log')
    writeFileSync(path, 'a\n'.repeat(200_000))
    let grown = 0
    const read = await streamLines(
      path,
      {
        longest: 10,
        stop: () => {
          if (grown++ === 0) appendFileSync(path, 'b\n')
        },
      },
      () => {},
    )
    expect(read).toEqual({ kind: 'read', lines: 200_001 })
    symlinkSync(path, join(folder, 'link'))
    for (const other of ['link', '.', 'no'])
      expect(
        (await streamLines(join(folder, other), { longest: 10, stop: () => {} }, () => {})).kind,
      ).not.toBe('read')
  })

  it('stop where the user has stopped', async () => {
    const path = join(await temporaryFolder({ log: 'a\n' }), 'log')
    const stop = () => {
      throw new NarrateError('cancelled', 'Enough.')
    }
    await expect(streamLines(path, { longest: 10, stop }, () => {})).rejects.toThrow('Enough.')
  })
})
