import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkChain } from '../../src/stores/chain.ts'
import { directoryStore } from '../../src/stores/directory-store.ts'
import { listed } from '../support/store-contract.ts'
import { sampleSave } from './sample-save.ts'
import { storeWorld } from './store-world.ts'

const script = fileURLToPath(new URL('saving-process.ts', import.meta.url))

describe('directoryStore among processes', { timeout: 120_000 }, () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'narrate-store-'))
  })

  afterEach(async () => {
    await rm(root, { recursive: true, force: true })
  })

  const open = () => directoryStore({ root, folder: 'narrative', world: storeWorld({ now: Date.now }) })

  function start(...words: readonly (string | number)[]): ChildProcess {
    return spawn(execPath, [script, root, ...words.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  /** All that a process prints, line by line; `onLine` sees each as it comes. */
  async function linesOf(child: ChildProcess, onLine?: (line: string) => void): Promise<readonly string[]> {
    const lines: string[] = []
    if (child.stdout === null) return lines
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      onLine?.(line)
    }
    return lines
  }

  /** Every document is whole, none is lost that was told as saved, and the chain holds. */
  async function expectWhole(saved: readonly string[]) {
    const store = open()
    const { summaries, gaps } = await listed(store)
    expect(gaps).toEqual([])
    expect(summaries.filter(({ edited }) => edited)).toEqual([])
    const ids = summaries.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([...saved]))
    const records = await Promise.all(
      ids.map(async (id) => ({ id, evidence: (await store.read(id)).evidence })),
    )
    const { breaks, heads } = checkChain(records)
    expect(breaks).toEqual([])
    return { ids, heads, records }
  }

  async function deadProcess(): Promise<number> {
    return spawnSync(execPath, ['-e', '0']).pid
  }

  it('four that save at once, and find the lock of a dead one, make one chain', async () => {
    await mkdir(join(root, 'narrative'))
    const since = new Date().toISOString()
    const dead = { pid: await deadProcess(), host: hostname(), since, token: 'abc' }
    await writeFile(join(root, 'narrative/.lock'), JSON.stringify(dead))
    const names = ['a', 'b', 'c', 'd']
    const printed = await Promise.all(names.map((name) => linesOf(start(name, 10))))
    const saved = printed.flat().filter((line) => line.startsWith('2026-'))
    expect(saved).toHaveLength(40)
    const { ids, heads, records } = await expectWhole(saved)
    expect(ids).toHaveLength(40)
    expect(heads).toHaveLength(1)
    const previous = records.map(({ evidence }) => JSON.stringify(evidence.previous))
    expect(new Set(previous).size).toBe(40)
    expect(await readdir(join(root, 'narrative'))).toEqual(['evidence', 'log'])
  })

  it('four that save the same document at once give four ids', async () => {
    const printed = await Promise.all([1, 2, 3, 4].map(() => linesOf(start('same', 3))))
    const saved = printed.flat().filter((line) => line.startsWith('2026-'))
    expect(new Set(saved).size).toBe(12)
    await expectWhole(saved)
  })

  it('killed at fifty random moments, it leaves whole documents and an unbroken chain', async () => {
    const saved: string[] = []
    for (let round = 0; round < 50; round += 1) {
      const child = start(`round-${round}`, 1000, 20_000)
      const lines = await linesOf(child, (line) => {
        if (line === 'ready') void setTimeout(Math.random() * 40).then(() => child.kill('SIGKILL'))
      })
      expect(lines.filter((line) => line.startsWith('error'))).toEqual([])
      saved.push(...lines.filter((line) => line.startsWith('2026-')))
      await expectWhole(saved)
    }
    await expectCleanAfterNextSave(saved)
  })

  it('killed before each operation on the file system in turn, it leaves all or nothing', async () => {
    const [, first = '', operations = ''] = await linesOf(start('whole', 1))
    const count = Number(operations.replace('operations ', ''))
    expect(count).toBeGreaterThan(10)
    for (let dieAt = 1; dieAt <= count; dieAt += 1) {
      const lines = await linesOf(start('round', dieAt, 0, dieAt))
      expect(lines.at(-1)).not.toMatch(/^(error|operations)/)
      await expectWhole([first, ...lines.filter((line) => line.startsWith('2026-'))])
    }
    await expectCleanAfterNextSave([first])
  })

  async function expectCleanAfterNextSave(saved: readonly string[]): Promise<void> {
    await open().save(sampleSave('last', 1, 0))
    const { ids, heads } = await expectWhole(saved)
    expect(heads).toHaveLength(1)
    const names = await readdir(join(root, 'narrative'), { recursive: true })
    const expected = ['evidence', 'log', ...ids.flatMap((id) => [`evidence/${id}.json`, `log/${id}.md`])]
    expect(names.toSorted()).toEqual(expected.toSorted())
  }

  it.skipIf(process.platform === 'win32')('a disk that takes no more leaves nothing behind', async () => {
    await open().save(sampleSave('first', 1, 0))
    const limited = ['-c', 'ulimit -f 64; exec "$@"', 'sh', execPath, script, root, 'large', '1', '1000000']
    const { stdout } = spawnSync('sh', limited, { encoding: 'utf8' })
    expect(stdout).toBe(
      'ready\nerror Saving 2026-11-20-large-1-0000 in narrative failed: there is no room left on the disk.\n',
    )
    const names = await readdir(join(root, 'narrative'), { recursive: true })
    expect(names.filter((name) => !name.includes('first')).toSorted()).toEqual(['evidence', 'log'])
    await expectCleanAfterNextSave(['2026-11-20-first-1-0000'])
  })

  it('keeps what a person wrote into the folder while others save', async () => {
    await mkdir(join(root, 'narrative/log'), { recursive: true })
    const own = join(root, 'narrative/log/2026-11-20-a-2-0000.md')
    await writeFile(own, 'mine\n')
    const lines = await linesOf(start('a', 3))
    expect(lines.filter((line) => line.startsWith('2026-'))).toHaveLength(3)
    expect(await readFile(own, 'utf8')).toBe('mine\n')
  })
})
