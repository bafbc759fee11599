import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { exampleCopy } from '../support/example-copy.ts'

test.each<[readonly string[], number, string]>([
  [['sync', 'nowhere.md'], 2, 'nowhere.md cannot be read: it does not exist.'],
  [['sync', 'folder'], 2, 'folder cannot be read: it is a folder.'],
  [['log', '--notes', 'nowhere.md'], 3, 'The notes in nowhere.md could not be read: it does not exist.'],
  [['log', '--notes', 'folder'], 3, 'The notes in folder could not be read: it is a folder.'],
  [['tried', '--config', 'folder'], 2, '--config folder could not be read: it is a folder.'],
])('%j says in a sentence what is wrong with the file', async (argv, exit, sentence) => {
  const copy = await exampleCopy()
  await mkdir(path.join(copy.root, 'folder'))
  const { code, stderr } = await copy.run(argv)
  expect(stderr.split('\n')[0]).toBe(`narrate: ${sentence}`)
  expect(code).toBe(exit)
})

test.each([['ask', 'smote', '--no-model'], ['coverage'], ['search', 'smote']])(
  '%s names a record that is cut off, once, and answers from the rest',
  async (...argv) => {
    const copy = await exampleCopy()
    await copy.run([
      'log',
      '--since',
      '2026-03-09',
      '--until',
      '2026-03-09',
      '--all-users',
      '--no-model',
      '--yes',
    ])
    const folder = path.join(copy.root, 'narrative/evidence')
    const [name = ''] = await readdir(folder)
    const text = await readFile(path.join(folder, name), 'utf8')
    await writeFile(path.join(folder, name), text.slice(0, 5000))
    const { code, stderr, stdout } = await copy.run(argv)
    expect(stderr.match(/its evidence is not JSON/g)).toHaveLength(1)
    expect(stdout).not.toBe('')
    expect(code).toBe(1)
  },
)
