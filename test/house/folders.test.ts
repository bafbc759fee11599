import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { KIND_FOLDERS } from '../../src/stores/store-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const namesIn = (path: string) => readdir(join(root, path))

/** The paths that a file imports, as it writes them. */
async function importsOf(path: string): Promise<readonly string[]> {
  const text = await readFile(join(root, path), 'utf8')
  return [...text.matchAll(/\b(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '')
}

describe('a registry', () => {
  it('of run sources has every file and folder of src/runs/sources', async () => {
    const imports = await importsOf('src/runs/registry.ts')
    const names = await namesIn('src/runs/sources')
    expect(names).not.toEqual([])
    const unknown = names.filter(
      (name) =>
        !imports.some((path) => path === `./sources/${name}` || path.startsWith(`./sources/${name}/`)),
    )
    expect(unknown).toEqual([])
  })

  it('of stores has every file that is named a store', async () => {
    const imports = await importsOf('src/stores/registry.ts')
    const names = (await namesIn('src/stores')).filter((name) => name.endsWith('-store.ts'))
    expect(names).not.toEqual([])
    expect(names.filter((name) => !imports.includes(`./${name}`))).toEqual([])
  })
})

describe('a kind of document', () => {
  it('that has a template has a prompt, and a folder in the store', async () => {
    const kinds = (await namesIn('templates'))
      .filter((name) => name.endsWith('.md.hbs'))
      .map((name) => name.replace('.md.hbs', ''))
    expect(kinds).toContain('log')
    // An answer is printed and not kept.
    expect(kinds.filter((kind) => kind !== 'ask' && !(kind in KIND_FOLDERS))).toEqual([])
    const prompts = await namesIn('prompts')
    expect(kinds.filter((kind) => !prompts.includes(`${kind}.hbs`))).toEqual([])
  })
})

describe('files', () => {
  it('are named in kebab-case', async () => {
    const names = await Promise.all(
      ['src', 'test'].map((folder) => readdir(join(root, folder), { recursive: true, withFileTypes: true })),
    )
    const code = names.flat().filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    expect(code.length).toBeGreaterThan(50)
    const odd = code.filter((entry) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(entry.name))
    expect(odd.map((entry) => entry.name)).toEqual([])
    expect(code.filter((entry) => entry.name === 'index.ts')).toEqual([])
  })

  it('of the code touch the process in one place, and where it is handed to', async () => {
    const names = await readdir(join(root, 'src'), { recursive: true })
    const touching = []
    for (const name of names.filter((each) => each.endsWith('.ts'))) {
      const text = await readFile(join(root, 'src', name), 'utf8')
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      if (/\bprocess\.(env|argv|exit|stdin|stdout|stderr|cwd|on|exitCode)\b/.test(code)) touching.push(name)
    }
    expect(touching.toSorted()).toEqual(['cli/bin.ts', 'cli/make-world.ts'])
  })
})
