import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NarrateError } from '../../src/errors.ts'
import { journalNote, readJournal } from '../../src/notes/journal.ts'
import { parseJournal, renderEntry } from '../../src/notes/journal-format.ts'

let project = ''
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'narrate-journal-'))
})
afterEach(() => rm(project, { recursive: true, force: true }))

const place = () => ({
  project,
  folder: join(project, 'narrative', 'notes'),
  timeZone: 'Europe/Oslo',
  endsAtHour: 4,
})
const clock = (iso: string) => ({ now: () => Date.parse(iso) })
const always = { from: 0, until: 4e12 }
const fileOf = (day: string) => join(place().folder, `${day}.md`)

describe('journalNote', () => {
  test('appends a note that reads well, and gives it back with its quotes at their lines', async () => {
    await journalNote({ text: 'SMOTE is no help', author: 'Ada' }, place(), clock('2026-11-20T17:30:05.250Z'))
    const note = await journalNote(
      {
        text: '- rf dropped\n- next: seeds',
        author: 'Ada',
        runs: ['3fa2c1', 'mlflow:2/9,b'],
        kind: 'expectation',
      },
      place(),
      clock('2026-11-20T18:00:00Z'),
    )
    expect(await readFile(fileOf('2026-11-20'), 'utf8')).toBe(
      [
        '',
        '## 2026-11-20 18:30:05 +01:00 · Ada',
        '',
        'SMOTE is no help',
        '',
        '## 2026-11-20 19:00:00 +01:00 · Ada',
        '- kind: expectation',
        '- runs: 3fa2c1, "mlflow:2/9,b"',
        '',
        '- rf dropped',
        '- next: seeds',
        '',
      ].join('\n'),
    )
    expect(note).toMatchObject({
      kind: 'journal',
      author: 'Ada',
      place: 'narrative/notes/2026-11-20.md',
      time: { kind: 'dated', at: Date.parse('2026-11-20T18:00:00Z'), precision: 'instant', by: 'journal' },
      runs: ['3fa2c1', 'mlflow:2/9,b'],
      quotes: [
        { line: 10, text: 'rf dropped' },
        { line: 11, text: 'next: seeds' },
      ],
    })
    expect((await readJournal(place(), always)).notes[1]).toEqual(note)
  })

  test('puts a note typed past midnight into the file of the day before', async () => {
    await journalNote({ text: 'late' }, place(), clock('2026-11-21T02:10:00Z'))
    await journalNote({ text: 'early' }, place(), clock('2026-11-21T03:10:00Z'))
    expect((await readdir(place().folder)).toSorted()).toEqual(['2026-11-20.md', '2026-11-21.md'])
    const day = { from: Date.parse('2026-11-20T03:00:00Z'), until: Date.parse('2026-11-21T03:00:00Z') }
    expect((await readJournal(place(), day)).notes.map((note) => note.text)).toEqual(['late'])
  })

  test('gives two notes of the same words two ids', async () => {
    const one = await journalNote({ text: 'OOM again' }, place(), clock('2026-11-20T10:00:00Z'))
    const two = await journalNote({ text: 'OOM again' }, place(), clock('2026-11-20T15:00:00Z'))
    expect(one.id).not.toBe(two.id)
  })

  test('throws the typed text back where the disk is full', async () => {
    await journalNote({ text: 'first' }, place(), clock('2026-11-19T10:00:00Z'))
    await symlink('/dev/full', fileOf('2026-11-20'))
    const lost = journalNote({ text: 'do not\nlose me' }, place(), clock('2026-11-20T10:00:00Z'))
    const error: unknown = await lost.then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(NarrateError)
    expect(error).toMatchObject({ kind: 'store', message: expect.stringContaining('ENOSPC') })
    expect((error as NarrateError).hint).toContain('do not\nlose me')
  })

  test('throws the typed text back where a file is in the way of the folder', async () => {
    await writeFile(join(project, 'narrative'), 'a file')
    await expect(journalNote({ text: 'kept' }, place(), clock('2026-11-20T10:00:00Z'))).rejects.toMatchObject(
      {
        kind: 'store',
        hint: expect.stringContaining('kept'),
      },
    )
  })

  test('loses nothing when processes write at once and some are killed', async () => {
    const script = join(project, 'write.mjs')
    const module = new URL('../../src/notes/journal.ts', import.meta.url).href
    await writeFile(
      script,
      `import { journalNote } from ${JSON.stringify(module)}
const [name, count] = process.argv.slice(2)
const place = ${JSON.stringify(place())}
for (let index = 0; index < Number(count); index += 1) {
  const text = name + ' ' + index + '\\n## 2026-11-20 10:00\\n' + 'x'.repeat(index * 50)
  await journalNote({ text }, place, { now: () => Date.parse('2026-11-20T10:00:00Z') })
  process.stdout.write(name + ' ' + index + '\\n')
}`,
    )
    const finished = ['a', 'b'].map((name) => promisify(execFile)('node', [script, name, '25']))
    const doomed = spawn('node', [script, 'doomed', '100000'], { stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    doomed.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      if (said.includes('doomed 10\n')) doomed.kill('SIGKILL')
    })
    await Promise.all([...finished, new Promise((resolve) => doomed.on('close', resolve))])
    const { notes, gaps } = await readJournal(place(), always)
    const written = new Set(notes.map((note) => note.text.split('\n')[0]))
    const promised = said.split('\n').filter((line) => line !== '')
    expect(promised.length).toBeGreaterThan(10)
    const all = ['a', 'b'].flatMap((name) => Array.from({ length: 25 }, (_, index) => `${name} ${index}`))
    expect([...all, ...promised].filter((line) => !written.has(line))).toEqual([])
    expect(notes.every((note) => /^\w+ \d+\n## 2026-11-20 10:00\nx*$/.test(note.text))).toBe(true)
    expect(gaps).toEqual([])
  })
})

describe('readJournal', () => {
  test('is empty where nobody has written yet', async () => {
    expect(await readJournal(place(), always)).toEqual({ notes: [], gaps: [] })
  })

  test('is kind to what a person writes into the files by hand', async () => {
    await journalNote({ text: 'typed' }, place(), clock('2026-11-20T10:00:00Z'))
    const own = await readFile(fileOf('2026-11-20'), 'utf8')
    await writeFile(
      fileOf('2026-11-20'),
      `loose thought\n\n## my own heading\nmore${own}\nadded below\n\n## 2026-11-20 20:15 · Grace\nby hand\n## 2026-11-20\nno time, no end`,
    )
    await writeFile(join(place().folder, 'README.md'), 'no day')
    const { notes } = await readJournal(place(), always)
    const told = notes.map(({ text, author, time }) => [
      text,
      author,
      time.kind === 'dated' && time.precision,
    ])
    expect(told).toEqual([
      ['typed\n\nadded below', null, 'instant'],
      ['loose thought\n\n## my own heading\nmore', null, 'day'],
      ['no time, no end', null, 'day'],
      ['by hand', 'Grace', 'instant'],
    ])
  })

  test('reads both sides of an unsolved merge as they were typed, and says so', async () => {
    await journalNote({ text: 'before' }, place(), clock('2026-11-20T17:00:00Z'))
    const before = await readFile(fileOf('2026-11-20'), 'utf8')
    await writeFile(
      fileOf('2026-11-20'),
      `${before}\n<<<<<<< HEAD\n## 2026-11-20 19:00:00 +01:00\n\nours\n=======\n## 2026-11-20 19:00:05 +01:00\n\ntheirs\n>>>>>>> other\n`,
    )
    const { notes, gaps } = await readJournal(place(), always)
    expect(notes.map(({ text }) => text)).toEqual(['before', 'ours', 'theirs'])
    expect(gaps).toEqual([
      {
        kind: 'gap',
        what: 'journalled notes',
        where: 'narrative/notes/2026-11-20.md',
        why: 'The file holds an unsolved merge: both sides were read.',
      },
    ])
  })

  test('takes a merge that somebody pasted into a note for words', async () => {
    const text = 'see:\n<<<<<<< HEAD\n## 2026-11-20\na\n=======\nb\n>>>>>>> other'
    await journalNote({ text }, place(), clock('2026-11-20T17:00:00Z'))
    const { notes, gaps } = await readJournal(place(), always)
    expect(notes.map((note) => note.text)).toEqual([text])
    expect(gaps).toEqual([])
  })

  test('reads files that git turned into CRLF, and tells what is no text', async () => {
    const note = await journalNote({ text: 'one\ntwo', runs: ['ab'] }, place(), clock('2026-11-20T10:00:00Z'))
    const own = await readFile(fileOf('2026-11-20'), 'utf8')
    await writeFile(fileOf('2026-11-20'), own.replaceAll('\n', '\r\n'))
    await writeFile(fileOf('2026-11-21'), Buffer.from([0, 1, 2, 3, 0]))
    const { notes, gaps } = await readJournal(place(), always)
    expect(notes).toMatchObject([{ id: note.id, text: 'one\ntwo', runs: ['ab'] }])
    expect(gaps).toMatchObject([
      { where: 'narrative/notes/2026-11-21.md', why: 'The file is binary, not text.' },
    ])
  })
})

describe('the format', () => {
  test('gives back any text, runs and author, whatever they look like', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '',
        '## 2026-11-20 18:30:05 +01:00 · Ada',
        '\\## 2026-11-20',
        '\\\\## 2026-11-20 10:00',
        '- kind: x',
      ),
      fc.constantFrom('- runs: a', '```', '\r', '## 2026-11-20\r', '# head', ' ', '---'),
    )
    const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))
    const fields = {
      at: fc.integer({ min: 9e8, max: 2e9 }).map((second) => second * 1000),
      kind: fc.constantFrom(null, 'expectation'),
      author: fc.constantFrom(null, 'Ada · Lovelace', 'Åse Øy'),
      runs: fc.array(fc.string({ minLength: 1 }), { maxLength: 3 }),
      settings: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
      text,
    }
    const entry = fc.record(fields, { requiredKeys: ['at', 'kind', 'author', 'runs', 'text'] })
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 4 }),
        fc.constantFrom('Europe/Oslo', 'Asia/Kolkata'),
        (entries, zone) => {
          const file = entries.map((one) => renderEntry(one, zone)).join('')
          const read = parseJournal(file, zone)
          const expected = entries.map(({ at, ...one }) => ({
            ...one,
            time: { kind: 'dated', at, precision: 'instant', by: 'journal' },
          }))
          expect(read.map(({ firstLine: _, ...one }) => one)).toEqual(expected)
          const lines = file.split('\n')
          for (const one of read) {
            const first = one.text.split('\n')[0] ?? ''
            expect((lines[one.firstLine - 1] ?? '').endsWith(first)).toBe(true)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('shows a part that a full disk left behind as a note of its own and harms no other', () => {
    const whole = renderEntry({ at: 0, kind: null, author: null, runs: [], text: 'long thought' }, 'UTC')
    const next = renderEntry({ at: 1000, kind: null, author: null, runs: [], text: 'next' }, 'UTC')
    for (let length = 0; length <= whole.length; length += 1) {
      const texts = parseJournal(`${whole.slice(0, length)}${next}`, 'UTC').map((entry) => entry.text)
      expect(texts.at(-1)).toBe('next')
    }
  })
})
