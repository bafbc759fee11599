import { symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { idOfPath } from '../../../src/runs/files/id-of-path.ts'
import { walkFolders } from '../../../src/runs/files/walk-folders.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('a walk through folders', () => {
  it('gives each once, parents first, and says which links it did not follow', async () => {
    const root = await temporaryFolder({
      'b/x.txt': '',
      'a/deep/y.txt': '',
      'node_modules/z.txt': '',
      '.git/c': '',
    })
    const outside = await temporaryFolder()
    symlinkSync(outside, join(root, 'a', 'outside'))
    symlinkSync('..', join(root, 'a', 'up'))
    symlinkSync('loop', join(root, 'a', 'loop'))
    symlinkSync('no such place', join(root, 'a', 'nowhere'))
    const told = [...walkFolders(root)].map((each) =>
      each.kind === 'gap' ? `${each.where}: ${each.why}` : `${each.name} [${each.files.join()}]`,
    )
    expect(told).toEqual([
      ' []',
      'a []',
      'a/loop: it is a symbolic link, which is not followed',
      'a/nowhere: it is a symbolic link that leads nowhere',
      'a/outside: it is a symbolic link that leads elsewhere, and not followed',
      'a/deep [y.txt]',
      'b [x.txt]',
    ])
  })

  it('goes no deeper than told, and says so', async () => {
    const root = await temporaryFolder()
    await mkdir(join(root, 'a/b/c'), { recursive: true })
    const told = [...walkFolders(root, { deepest: 1 })].map((each) =>
      each.kind === 'gap' ? each.why : each.name,
    )
    expect(told).toEqual(['', 'a', 'the folders are nested too deep'])
  })

  it('says so where the root is none', async () => {
    const root = await temporaryFolder({ file: '' })
    expect([...walkFolders(join(root, 'file'))].map(({ kind }) => kind)).toEqual(['gap'])
    expect([...walkFolders(join(root, 'nothing'))].map(({ kind }) => kind)).toEqual(['gap'])
  })
})

describe('an id made of a path', () => {
  it.each([
    ['', '.'],
    ['a/b c', 'a/b c'],
    ['a\nb', 'a\\u000ab'],
    ['a\\u000ab', 'a\\\\u000ab'],
    ['\u001b[31m', '\\u001b[31m'],
    ['naïve 🎉', 'naïve 🎉'],
  ])('%j is %j', (path, id) => {
    expect(idOfPath(path)).toBe(id)
  })
})
