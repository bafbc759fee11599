import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isGap } from '../../src/gap.ts'
import { commitsAsNotes } from '../../src/notes/commits-as-notes.ts'
import type { Repository } from '../../src/repository/commit.ts'
import { openRepository } from '../../src/repository/git.ts'

let folder = ''
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'narrate-git-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** An environment in which no configuration but the repository's own counts. */
const env = () => ({
  PATH: process.env.PATH ?? '',
  HOME: folder,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CEILING_DIRECTORIES: tmpdir(),
})
const world = () => ({ env: env(), signal: new AbortController().signal })
const git = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  promisify(execFile)('git', [...args], { cwd: folder, env: { ...env(), ...more } })

async function start(): Promise<void> {
  await git(['init', '--quiet', '--initial-branch=main'])
  await git(['config', 'user.name', 'Ada Lovelace'])
  await git(['config', 'user.email', 'ada@example.org'])
}
async function commit(message: string, at: string, author = 'Ada Lovelace <ada@example.org>'): Promise<void> {
  await git(['add', '-A'])
  const times = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at }
  await git(['commit', '--quiet', '--allow-empty', `--author=${author}`, '-m', message], times)
}
async function open(): Promise<Repository> {
  const repository = await openRepository(folder, world())
  if (!repository || isGap(repository)) throw new Error('no repository')
  return repository
}
const at = (iso: string) => Date.parse(iso)
const all = { since: 0, until: 4e12 }

describe('openRepository', () => {
  test('is null outside of a repository and a gap where git is missing', async () => {
    expect(await openRepository(folder, world())).toBeNull()
    const none = await openRepository(folder, { ...world(), env: { PATH: join(folder, 'nothing') } })
    expect(none).toMatchObject({ kind: 'gap', what: 'git' })
  })

  test('is a gap where git refuses the repository of another owner', async () => {
    await start()
    const repository = await openRepository(folder, {
      ...world(),
      env: { ...env(), GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' },
    })
    expect(repository).toMatchObject({ kind: 'gap', why: expect.stringContaining('dubious ownership') })
  })

  test('finds the repository from a folder in it, whatever the environment points at', async () => {
    await start()
    await mkdir(join(folder, 'deep'))
    const other = { ...world(), env: { ...env(), GIT_DIR: '/nowhere', GIT_WORK_TREE: '/nowhere' } }
    expect(await openRepository(join(folder, 'deep'), other)).toMatchObject({ root: folder })
  })

  test('tells the versions of a file, newest first, with the later one of author and committer time', async () => {
    await start()
    const file = join(folder, 'criteria.yaml')
    await writeFile(file, 'one\n')
    expect(await (await open()).versions(file, 10)).toEqual([])
    await commit('first', '2026-11-01T08:00:00Z')
    await writeFile(join(folder, 'other.txt'), 'x')
    await commit('another file', '2026-11-02T08:00:00Z')
    await writeFile(file, 'two\n')
    await git(['add', '-A'])
    await git(['commit', '--quiet', '-m', 'back-dated'], {
      GIT_AUTHOR_DATE: '2026-10-01T08:00:00Z',
      GIT_COMMITTER_DATE: '2026-11-03T08:00:00Z',
    })
    const repository = await open()
    const versions = await repository.versions(file, 10)
    expect(versions).toMatchObject([
      { author: 'Ada Lovelace', at: at('2026-11-03T08:00:00Z'), text: 'two\n' },
      { author: 'Ada Lovelace', at: at('2026-11-01T08:00:00Z'), text: 'one\n' },
    ])
    expect(await repository.versions(file, 1)).toHaveLength(1)
  })

  test('knows who the user is, or that nobody said', async () => {
    await start()
    expect(await (await open()).identity()).toEqual({ name: 'Ada Lovelace', email: 'ada@example.org' })
    await git(['config', '--unset', 'user.name'])
    expect(await (await open()).identity()).toEqual({ name: null, email: 'ada@example.org' })
  })
})

describe('commits', () => {
  test('gives those of the span by author time, without merges, oldest first', async () => {
    await start()
    expect(await (await open()).commits(all)).toEqual([])
    await commit('before', '2026-11-18T12:00:00Z')
    await commit('drop SMOTE\n\nNo gain on F1.\nSee 3fa2c1.', '2026-11-20T12:00:00+01:00')
    await git(['checkout', '--quiet', '-b', 'side'])
    await commit('wip', '2026-11-20T13:00:00Z', 'Grace Hopper <grace@example.org>')
    await git(['checkout', '--quiet', 'main'])
    await commit('other', '2026-11-20T14:00:00Z')
    const noon = { GIT_AUTHOR_DATE: '2026-11-20T12:30:00Z', GIT_COMMITTER_DATE: '2026-11-20T12:30:00Z' }
    await git(['merge', '--quiet', '--no-edit', '--no-ff', 'side'], noon)
    const repository = await open()
    const span = { since: at('2026-11-20T00:00:00Z'), until: at('2026-11-20T14:00:00Z') }
    const commits = await repository.commits(span)
    expect(commits).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{40}$/),
        author: 'Ada Lovelace',
        email: 'ada@example.org',
        at: at('2026-11-20T11:00:00Z'),
        subject: 'drop SMOTE',
        body: 'No gain on F1.\nSee 3fa2c1.',
      },
      expect.objectContaining({ subject: 'wip', author: 'Grace Hopper', body: '' }),
    ])
    const mine = await repository.commits({ ...span, authors: ['ADA@example.org', 'nobody'] })
    expect(mine).toEqual([commits[0]])
  })

  test('tells a commit once that a rebase left on two branches, at the time its author wrote it', async () => {
    await start()
    await commit('base', '2026-11-01T12:00:00Z')
    await git(['checkout', '--quiet', '-b', 'side'])
    await writeFile(join(folder, 'a'), 'a')
    await commit('idea', '2026-11-10T12:00:00Z')
    await git(['checkout', '--quiet', 'main'])
    await git(['checkout', '--quiet', '-b', 'rebased'])
    await writeFile(join(folder, 'b'), 'b')
    await commit('below', '2026-11-09T12:00:00Z')
    await git(['cherry-pick', 'side'], { GIT_COMMITTER_DATE: '2026-11-20T12:00:00Z' })
    const commits = await (await open()).commits({
      since: at('2026-11-10T00:00:00Z'),
      until: at('2026-11-11T00:00:00Z'),
    })
    expect(commits.map((one) => (isGap(one) ? one : one.subject))).toEqual(['idea'])
  })

  test('lets no configuration of the user colour, sign, page or run anything', async () => {
    await start()
    const trap = join(folder, 'trap.sh')
    await writeFile(trap, `#!/bin/sh\ntouch ${join(folder, 'sprung')}\ncat\n`)
    await chmod(trap, 0o755)
    await writeFile(join(folder, '.gitattributes'), '*.md diff=trap\n')
    await writeFile(join(folder, 'notes.md'), 'one\n')
    await commit('Zeile mit Ümläut \u001f und mehr', '2026-11-20T12:00:00Z')
    for (const [name, value] of [
      ['color.ui', 'always'],
      ['log.showSignature', 'true'],
      ['gpg.program', trap],
      ['core.pager', trap],
      ['core.fsmonitor', trap],
      ['diff.external', trap],
      ['diff.trap.textconv', trap],
      ['format.pretty', 'oneline'],
      ['log.date', 'relative'],
      ['blame.showEmail', 'true'],
    ] as const) {
      await git(['config', name, value])
    }
    await rm(join(folder, 'sprung'), { force: true })
    const repository = await open()
    expect(await repository.commits(all)).toMatchObject([
      { subject: 'Zeile mit Ümläut \u001f und mehr', body: '' },
    ])
    const blamed = await repository.blame('notes.md')
    expect(isGap(blamed) ? blamed : [...blamed.keys()]).toEqual([1])
    await expect(realpath(join(folder, 'sprung'))).rejects.toThrow()
  })
})

describe('blame', () => {
  test('says who wrote each committed line and when, and nothing of the others', async () => {
    await start()
    const file = join(folder, 'my notes.md')
    await writeFile(file, 'first\nsecond\n')
    await commit('a', '2026-11-18T12:00:00Z')
    await writeFile(file, 'first\nsecond, changed\nthird\n')
    await commit('b', '2026-11-19T12:00:00Z', 'Grace Hopper <grace@example.org>')
    await writeFile(file, '  first\nnot committed\nsecond, changed\nthird\n')
    const blamed = await (await open()).blame('my notes.md')
    if (isGap(blamed)) throw new Error(blamed.why)
    const told = [...blamed].map(([line, { author, at: time }]) => [
      line,
      author,
      new Date(time).toISOString(),
    ])
    expect(told).toEqual([
      [1, 'Ada Lovelace', '2026-11-18T12:00:00.000Z'],
      [3, 'Grace Hopper', '2026-11-19T12:00:00.000Z'],
      [4, 'Grace Hopper', '2026-11-19T12:00:00.000Z'],
    ])
  })

  test('is empty for a file that git does not know, or that is only staged', async () => {
    await start()
    await writeFile(join(folder, 'new.md'), 'x\n')
    expect(await (await open()).blame('new.md')).toEqual(new Map())
    await git(['add', '-A'])
    expect(await (await open()).blame('new.md')).toEqual(new Map())
  })
})

describe('commitsAsNotes', () => {
  test('makes a note of each message, without the trailers nobody wrote as a thought', () => {
    const message = { id: 'c0ffee', author: 'Ada', email: 'a@b.c', at: 5000, subject: 'drop SMOTE' }
    const notes = commitsAsNotes([
      {
        ...message,
        body: '- no gain on F1\n- slower\n\nCo-authored-by: Grace <g@b.c>\nSigned-off-by: Ada <a@b.c>',
      },
      { ...message, id: 'decaf', body: '' },
    ])
    expect(
      notes.map(({ kind, place, author, time, text, quotes }) => ({
        kind,
        place,
        author,
        time,
        text,
        quotes: quotes.map((quote) => quote.text),
      })),
    ).toEqual([
      {
        kind: 'commit',
        place: 'c0ffee',
        author: 'Ada',
        time: { kind: 'dated', at: 5000, precision: 'instant', by: 'commit' },
        text: 'drop SMOTE\n\n- no gain on F1\n- slower',
        quotes: ['drop SMOTE', 'no gain on F1', 'slower'],
      },
      expect.objectContaining({ place: 'decaf', text: 'drop SMOTE', quotes: ['drop SMOTE'] }),
    ])
  })
})
