import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

const BIN = path.join(import.meta.dirname, '../../src/cli/bin.ts')

async function pipe(bytes: Uint8Array) {
  const cwd = await temporaryFolder({ 'narrate.yaml': 'day: {endsAtHour: 0, zone: UTC}\n' })
  const { status, stdout } = spawnSync(process.execPath, [BIN, 'note', '--json'], {
    cwd,
    input: bytes,
    encoding: 'utf8',
  })
  const answer = JSON.parse(stdout)
  const journal = await readFile(path.join(cwd, String(answer.note?.path ?? 'none')), 'utf8').catch(
    () => null,
  )
  return { status, answer, journal }
}

test.each([
  ['UTF-8', Buffer.from('café ≥ 0.8')],
  ['UTF-8 with a mark', Buffer.from('\ufeffcafé ≥ 0.8')],
  ['UTF-16 with a mark, as Windows writes it', Buffer.from('\ufeffcafé ≥ 0.8', 'utf16le')],
])('a note piped in as %s is kept letter by letter', async (_, bytes) => {
  const { status, answer, journal } = await pipe(bytes)
  expect(answer.note.text).toBe('café ≥ 0.8')
  expect(journal).toContain('café ≥ 0.8')
  expect(status).toBe(0)
})

test('a note piped in as Latin-1 keeps its letters', async () => {
  expect((await pipe(Buffer.from('caf\u00e9', 'latin1'))).answer.note.text).toBe('café')
})

test('what is no text is refused, and nothing is kept', async () => {
  const { status, answer, journal } = await pipe(Uint8Array.from([1, 2, 0, 3, 200, 0, 0, 9, 7]))
  expect(answer.error.kind).toBe('source')
  expect(journal).toBeNull()
  expect(status).toBe(3)
})
