import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isGap } from '../../src/gap.ts'
import { type CodeHistory, openCodeHistory } from '../../src/repository/code-history.ts'
import { codeProject } from '../support/code-project.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const world = {
  env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
  signal: new AbortController().signal,
}

async function open(folder: string): Promise<CodeHistory> {
  const history = await openCodeHistory(folder, world)
  if (history === null || isGap(history)) throw new Error('no repository')
  return history
}

test('reads commits, files, blame and changes as they were, whatever lies in the work tree', async () => {
  const project = await codeProject()
  const first = await project.commit('first', '2026-03-01T10:00:00Z', {
    'train.py': 'a = 1\nb = 2\n',
    'src/x.py': 'x\n',
  })
  const second = await project.commit(
    'second',
    '2026-03-02T10:00:00Z',
    { 'train.py': 'a = 1\nb = 3\n' },
    'Bo <bo@example.org>',
  )
  await writeFile(path.join(project.root, 'train.py'), 'changed')
  const history = await open(project.root)
  expect(await history.commit(first.slice(0, 8))).toMatchObject({
    id: first,
    subject: 'first',
    author: 'Ada Lovelace',
  })
  expect(await history.newestBefore(Date.parse('2026-03-02T09:00:00Z'))).toMatchObject({ id: first })
  expect(await history.newestBefore(Date.parse('2026-02-01T09:00:00Z'))).toBeNull()
  expect(await history.files(first)).toEqual(['.gitignore', 'src/x.py', 'train.py'])
  expect(await history.read(first, 'train.py', 100)).toBe('a = 1\nb = 2\n')
  const blamed = await history.blame(second, 'train.py')
  expect(isGap(blamed) ? [] : [...blamed].map(([line, { author }]) => [line, author])).toEqual([
    [1, 'Ada Lovelace'],
    [2, 'Bo'],
  ])
  expect(await history.changes(first, second)).toEqual([{ path: 'train.py', added: 1, removed: 1 }])
})

test.each([
  ['--output=/tmp/x', 'train.py'],
  ['HEAD', 'train.py'],
  ['0123456', '../etc/passwd'],
  ['0123456', '/etc/passwd'],
  ['0123456', 'a/../../b'],
  ['deadbeefdeadbeef', 'train.py'],
])('what is no id of a commit, or leaves the tree, names nothing: %s %s', async (id, file) => {
  const project = await codeProject()
  await project.commit('first', '2026-03-01T10:00:00Z', { 'train.py': 'a\n' })
  const history = await open(project.root)
  expect(await history.commit(id)).toBeNull()
  expect(await history.read(id, file, 100)).toBeNull()
})

test('a file that is too large or no text is a gap, and a damaged repository tells nothing wrong', async () => {
  const project = await codeProject()
  const id = await project.commit('first', '2026-03-01T10:00:00Z', {
    'train.py': 'a'.repeat(200),
    'x.bin': 'a\0b',
  })
  const history = await open(project.root)
  for (const file of ['train.py', 'x.bin']) {
    const read = await history.read(id, file, 100)
    expect(read !== null && typeof read !== 'string' && isGap(read)).toBe(true)
  }
  await rm(path.join(project.root, '.git', 'objects'), { recursive: true })
  expect(await history.read(id, 'train.py', 1000)).toBeNull()
})

test('a folder that is in no repository has no history', async () => {
  const folder = await temporaryFolder()
  expect(
    await openCodeHistory(folder, {
      ...world,
      env: { ...world.env, GIT_CEILING_DIRECTORIES: path.dirname(folder) },
    }),
  ).toBeNull()
})
