import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findNoteFiles, globPattern } from '../../src/notes/find-note-files.ts'
import type { SessionNote } from '../../src/notes/note.ts'
import { type NotesRequest, readNotes } from '../../src/notes/read-notes.ts'
import { readSeenNotes, saveSeenNotes } from '../../src/notes/seen-notes.ts'
import type { BlamedLine } from '../../src/repository/commit.ts'

let project = ''
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'narrate-notes-'))
})
afterEach(() => rm(project, { recursive: true, force: true }))

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true })
    await writeFile(join(project, path), content)
  }
}
const at = (iso: string) => Date.parse(iso)
const request = (changes: Partial<NotesRequest> = {}): NotesRequest => ({
  project,
  globs: ['**/*.md', '**/*.txt', '**/*.ipynb'],
  exclude: ['narrative'],
  span: { from: 0, until: 4e12 },
  day: { timeZone: 'Europe/Oslo', endsAtHour: 4 },
  now: at('2026-03-20T12:00:00Z'),
  told: [],
  repository: null,
  seen: null,
  ...changes,
})
/** Time (and how it is known), then the quotes: what these tests are about. */
const summaryOf = (notes: readonly SessionNote[]) =>
  notes.map(({ time, quotes }) => [
    time.kind === 'dated' ? `${new Date(time.at).toISOString().slice(0, 16)} ${time.by}` : 'undated',
    ...quotes.map((quote) => quote.text),
  ])
const readSummary = async (changes: Partial<NotesRequest> = {}) => {
  const { notes, undated } = await readNotes(request(changes))
  return summaryOf([...notes, ...undated])
}
/** A repository of which only blame is asked. */
const blaming = (lines: Readonly<Record<number, string>>, author = 'Ada') => ({
  root: project,
  identity: async () => ({ name: null, email: null }),
  commits: async () => [],
  blame: async () =>
    new Map<number, BlamedLine>(
      Object.entries(lines).map(([line, iso]) => [Number(line), { commit: 'c0ffee', author, at: at(iso) }]),
    ),
})

describe('readNotes', () => {
  test('dates lines by the headings above them, as far as these reach', async () => {
    await write({
      'log.md': [
        '# Log',
        'about this file',
        '## 2026-03-02',
        'monday',
        '### morning',
        'coffee',
        '## 3 March 2026, 18:30',
        'tuesday',
        '## Ideas',
        'some day',
        '**04.03.2026**',
        'wednesday',
        '### deeper than the line above',
        'still wednesday? no: a heading ends it',
        '## plan for after 2026-03-05',
        'not of that day',
        '## 2027-01-01',
        'a plan',
      ].join('\n'),
    })
    expect(await readSummary()).toEqual([
      ['2026-03-02T11:00 heading', 'monday', 'coffee'],
      ['2026-03-03T17:30 heading', 'tuesday'],
      ['2026-03-04T11:00 heading', 'wednesday', 'still wednesday? no: a heading ends it'],
      ['undated', 'about this file', 'some day', 'not of that day', 'a plan'],
    ])
  })

  test('dates list items and lines that begin with a date, and what belongs to them', async () => {
    await write({
      'log.txt': [
        '- 2026-03-02: tried SMOTE',
        '  - no gain',
        '- deadline is 2026-03-30',
        '',
        '2026-03-03 - forest',
        'dropped it',
        '2026-03-04 - lgbm',
      ].join('\n'),
    })
    expect(await readSummary()).toEqual([
      ['2026-03-02T11:00 heading', '2026-03-02: tried SMOTE', 'no gain'],
      ['2026-03-03T11:00 heading', '2026-03-03 - forest', 'dropped it'],
      ['2026-03-04T11:00 heading', '2026-03-04 - lgbm'],
      ['undated', 'deadline is 2026-03-30'],
    ])
  })

  test('falls back to the name of the file or folder, then the front matter', async () => {
    await write({
      '2026-03-02.md': 'by name',
      'notes_20260303.md':
        '---\ndate: 2026-01-01\n---\nname before front matter\n## 2026-03-05\nheading before name',
      '2026-03-04_SOAP/README.md': 'by folder',
      'a/front.md': '---\ntitle: x\ndate: 2026-03-06 10:00\n---\nby front matter',
      'a/plain.md': 'nothing says when',
    })
    expect(await readSummary()).toEqual([
      ['2026-03-02T11:00 filename', 'by name'],
      ['2026-03-03T11:00 filename', 'name before front matter'],
      ['2026-03-04T11:00 filename', 'by folder'],
      ['2026-03-05T11:00 heading', 'heading before name'],
      ['2026-03-06T09:00 frontmatter', 'by front matter'],
      ['undated', 'nothing says when'],
    ])
  })

  test('asks git for the lines that no date reaches, and leaves uncommitted ones undated', async () => {
    await write({ 'living.md': '- old\n- new\n- not committed\n## 2026-03-01\n- dated by hand' })
    const repository = blaming({
      1: '2026-02-01T10:00:00Z',
      2: '2026-03-02T10:00:00Z',
      5: '2026-03-03T10:00:00Z',
    })
    expect(await readSummary({ repository })).toEqual([
      ['2026-02-01T10:00 commit', 'old'],
      ['2026-03-01T11:00 heading', 'dated by hand'],
      ['2026-03-02T10:00 commit', 'new'],
      ['undated', 'not committed'],
    ])
    const { notes } = await readNotes(request({ repository }))
    expect(notes.map((note) => note.author)).toEqual(['Ada', null, 'Ada'])
  })

  test('takes a passage for as new as its newest line', async () => {
    const first = 'We oversampled the minority class with three ratios and'
    await write({ 'living.md': `${first}\nkept the rest of the pipeline as it was yesterday.` })
    const repository = blaming({ 1: '2026-02-01T10:00:00Z', 2: '2026-03-02T10:00:00Z' })
    expect(await readSummary({ repository })).toEqual([
      ['2026-03-02T10:00 commit', `${first} kept the rest of the pipeline as it was yesterday.`],
    ])
  })

  test('leaves a passage undated where one of its lines is', async () => {
    const first = 'We oversampled the minority class with three ratios and'
    await write({ 'living.md': `${first}\nkept the rest of the pipeline as it was yesterday.` })
    const told = await readSummary({ repository: blaming({ 1: '2026-02-01T10:00:00Z' }) })
    expect(told.map(([time]) => time)).toEqual(['undated'])
  })

  test('gives the notes of the span; of a note whose day alone is known, any part of the day counts', async () => {
    await write({
      'log.md': '## 2026-03-01\na\n## 2026-03-02\nb\n## 2026-03-03 18:30\nc\n## 2026-03-03 20:00\nd',
    })
    const span = { from: at('2026-03-02T17:00:00Z'), until: at('2026-03-03T18:00:00Z') }
    expect(await readSummary({ span })).toEqual([
      ['2026-03-02T11:00 heading', 'b'],
      ['2026-03-03T17:30 heading', 'c'],
    ])
  })

  test('leaves out what was told: undated lines by their words, dated ones by words and time', async () => {
    await write({
      'living.md': '- told   before\n- new',
      'log.md': '## 2026-03-01\nOOM again\n## 2026-03-02\nOOM again\n## 2026-03-03\nall told',
    })
    const noon = (day: string) => at(`${day}T11:00:00Z`)
    const told = [
      { text: 'told before', at: null },
      { text: 'OOM again', at: noon('2026-03-01') },
      { text: 'all told', at: noon('2026-03-03') },
    ]
    expect(await readSummary({ told })).toEqual([
      ['2026-03-02T11:00 heading', 'OOM again'],
      ['undated', 'new'],
    ])
    const repository = blaming({ 1: '2026-03-02T10:00:00Z', 2: '2026-03-02T10:00:00Z' })
    expect(await readSummary({ told, repository, globs: ['living.md'] })).toEqual([
      ['2026-03-02T10:00 commit', 'new'],
    ])
  })

  test('takes what was not there at the last reading for new, where that was shortly before', async () => {
    const span = { from: at('2026-03-20T03:00:00Z'), until: at('2026-03-21T03:00:00Z') }
    await write({ 'living.md': '- old\n- told' })
    const yesterday = at('2026-03-19T18:00:00Z')
    const first = await readNotes(request({ span, now: yesterday, globs: ['*.md'] }))
    expect(summaryOf(first.undated)).toEqual([['undated', 'old', 'told']])
    await saveSeenNotes(project, first.seen, { randomName: () => 'abc' })
    const seen = await readSeenNotes(project)
    expect(seen).toEqual(first.seen)

    await write({ 'living.md': '- old,   changed\n-   old\n- told\n- new' })
    expect(await readSummary({ span, seen })).toEqual([
      ['2026-03-20T12:00 difference', 'old,   changed', 'new'],
      ['undated', 'old', 'told'],
    ])
    const stale = first.seen.digests
    expect(await readSummary({ span, seen: { at: at('2026-03-01T18:00:00Z'), digests: stale } })).toEqual([
      ['undated', 'old,   changed', 'old', 'told', 'new'],
    ])
    await rm(join(project, 'living.md'))
    const without = await readNotes(request({ span, seen }))
    expect(without.seen.digests).toEqual(stale)
  })

  test('forgets what was seen where the file of it is lost or broken', async () => {
    expect(await readSeenNotes(project)).toBeNull()
    await write({ '.narrate/cache/notes-seen.json': '{"at": 1, "dig' })
    expect(await readSeenNotes(project)).toBeNull()
    await write({ '.narrate/cache/notes-seen.json': '{"at": "x"}' })
    expect(await readSeenNotes(project)).toBeNull()
  })

  test('reads the Markdown cells of notebooks, dated by headings or by git, and tells of broken ones', async () => {
    const notebook = {
      cells: [
        { cell_type: 'markdown', source: ['# Analysis\n', '- rf is worse'] },
        { cell_type: 'code', source: ['print("not a note")'], outputs: [] },
        { cell_type: 'markdown', source: '## 2026-03-02\nfrom one string' },
      ],
      nbformat: 4,
    }
    const text = JSON.stringify(notebook, null, 1)
    const line = text.split('\n').findIndex((row) => row.includes('rf is worse')) + 1
    await write({
      'a.ipynb': text,
      'broken.ipynb': '{"cells": [',
      'other.ipynb': '{"a": 1}',
      'old.ipynb': JSON.stringify({
        worksheets: [
          {
            cells: [
              { cell_type: 'markdown', source: ['old'] },
              { cell_type: 'code', input: 'x' },
            ],
          },
        ],
      }),
    })
    const repository = blaming({ [line]: '2026-03-01T10:00:00Z' })
    const { notes, undated, gaps } = await readNotes(request({ repository, globs: ['*.ipynb'] }))
    expect([...notes, ...undated].map((note) => [note.kind, note.place, ...summaryOf([note])])).toEqual([
      ['notebook', 'a.ipynb#cell-1', ['2026-03-01T10:00 commit', 'rf is worse']],
      ['notebook', 'a.ipynb#cell-3', ['2026-03-02T11:00 heading', 'from one string']],
      ['notebook', 'old.ipynb#cell-1', ['undated', 'old']],
    ])
    expect(gaps.map((one) => [one.where, one.why.slice(0, 26)])).toEqual([
      ['broken.ipynb', 'The file is no valid JSON:'],
      ['other.ipynb', 'The file is JSON, but no n'],
    ])
  })

  test('reads the encodings people have, and tells what it could not', async () => {
    const wide = (text: string) => Buffer.from(text, 'utf16le')
    await write({
      'bom.md': '\uFEFFBlåbær',
      'latin.md': Buffer.from('Bl\xe5b\xe6r i latin', 'latin1'),
      'wide.md': Buffer.concat([Buffer.from([0xff, 0xfe]), wide('Blåbær i UTF-16')]),
      'widebare.md': wide('plain words in UTF-16 without a mark'),
      'binary.md': Buffer.from([0, 1, 2, 255, 0, 7, 9]),
      'large.md': Buffer.alloc(5 * 1024 * 1024, 'a'),
    })
    const { undated, gaps } = await readNotes(request({ globs: ['*.md'] }))
    expect(undated.map((note) => note.text)).toEqual([
      'Blåbær',
      'Blåbær i latin',
      'Blåbær i UTF-16',
      'plain words in UTF-16 without a mark',
    ])
    expect(gaps).toMatchObject([
      { where: 'binary.md', why: 'The file is binary, not text.' },
      { where: 'large.md', why: 'The file has 5.0 MB; up to 4.0 MB are read.' },
      { what: 'encoding', where: 'latin.md' },
    ])
  })

  test('carries attachments, and the text of each note as typed', async () => {
    await write({ 'log.md': '# 2026-03-02\nsee\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n# 2026-03-03\nmore' })
    const { notes } = await readNotes(request())
    expect(
      notes.map(({ text, attachments }) => [text, attachments.map(({ kind, line }) => [kind, line])]),
    ).toEqual([
      ['# 2026-03-02\nsee\n\n| a | b |\n|---|---|\n| 1 | 2 |', [['table', 4]]],
      ['# 2026-03-03\nmore', []],
    ])
  })

  test('dates real write-ups by heading or folder', async () => {
    await cp('test/fixtures/notes/modded-nanogpt', project, { recursive: true })
    const { notes } = await readNotes(request())
    expect(
      notes.map(({ place, time, quotes }) => [place, time.kind === 'dated' && time.by, quotes.length]),
    ).toEqual([
      ['2024-10-09_SOAP/README.md', 'heading', 6],
      ['2024-10-29_Optimizers/README.md', 'filename', 37],
    ])
  })
})

describe('findNoteFiles', () => {
  test('stays in the project and out of the store, of links and of folders nobody writes in', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'narrate-outside-'))
    try {
      await writeFile(join(outside, 'secret.md'), 'x')
      await write({
        'a.md': '',
        'docs/b.md': '',
        'docs/deep/c.md': '',
        'docs/skip.md': '',
        'narrative/log/d.md': '',
        'node_modules/e.md': '',
        '.git/f.md': '',
        '.narrate/g.md': '',
      })
      await symlink(join(outside, 'secret.md'), join(project, 'link.md'))
      await symlink(outside, join(project, 'linked'))
      await symlink(join(project, 'a.md'), join(project, 'inside.md'))
      const globs = ['./**/*.md', '!docs/skip.md', '../*.md', '/etc/*.md', 'none/*.md', 'docs/../../x.md']
      const { files, gaps } = await findNoteFiles(project, globs, ['./narrative/'])
      expect(files).toEqual(['a.md', 'docs/b.md', 'docs/deep/c.md', 'inside.md'])
      expect(gaps.map((one) => one.where)).toEqual([
        'link.md',
        '../*.md',
        '/etc/*.md',
        'none/*.md',
        'docs/../../x.md',
      ])
    } finally {
      await rm(outside, { recursive: true, force: true })
    }
  })

  test.each([
    ['*.md', 'a.md', true],
    ['*.md', 'x/a.md', false],
    ['**/*.md', 'a.md', true],
    ['**/*.md', 'x/y/a.md', true],
    ['notes/**', 'notes/x/a.md', true],
    ['notes/**', 'notes', false],
    ['log-?.md', 'log-1.md', true],
    ['log-?.md', 'log-/.md', false],
    ['log[0-9].md', 'log7.md', true],
    ['log[!0-9].md', 'log7.md', false],
    ['*.{md,txt}', 'a.txt', true],
    ['*.{md,txt}', 'a.rst', false],
    ['a+(b).md', 'a+(b).md', true],
    ['a.md', 'axmd', false],
  ])('matches %s against %s: %s', (glob, path, matches) => {
    expect(globPattern(glob).test(path)).toBe(matches)
  })
})
