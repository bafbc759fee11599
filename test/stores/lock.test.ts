import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NarrateError } from '../../src/errors.ts'
import { type LockOptions, withLock } from '../../src/stores/lock.ts'
import { storeWorld } from './store-world.ts'

describe('withLock', () => {
  let folder: string
  let path: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'narrate-lock-'))
    path = join(folder, '.lock')
  })

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  const here = (changes: Partial<LockOptions> = {}): LockOptions => ({
    world: storeWorld({ processId: 100, hostName: 'laptop' }),
    guards: 'the folder narrative',
    attempts: 3,
    pauseMilliseconds: 1,
    isAlive: (processId) => processId !== 666,
    ...changes,
  })

  const heldBy = (changes: object = {}) =>
    JSON.stringify({ pid: 200, host: 'laptop', since: '2026-11-20T18:00:00.000Z', token: 'aaaa', ...changes })

  it('names the holder while the action runs, and is gone afterwards', async () => {
    const held = await withLock(path, here(), async () => JSON.parse(await readFile(path, 'utf8')))
    expect(held).toEqual({
      pid: 100,
      host: 'laptop',
      since: '2026-11-20T18:30:01.000Z',
      token: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('is gone when the action fails', async () => {
    await expect(withLock(path, here(), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['at a time', async () => {}],
    ['at a time when all of them find a dead holder', () => writeFile(path, heldBy({ pid: 666 }))],
  ])('lets one action run %s', async (_name, prepare) => {
    let running = 0
    let most = 0
    const action = async () => {
      running += 1
      most = Math.max(most, running)
      for (let pause = 0; pause < 5; pause += 1) await readdir(folder)
      running -= 1
    }
    const options = here({ attempts: 10_000 })
    for (let round = 0; round < 25; round += 1) {
      await prepare()
      await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => withLock(path, options, action)))
    }
    expect(most).toBe(1)
  })

  it.each<[string, string, string]>([
    ['a living process', heldBy(), 'process 200 on laptop, since 2026-11-20T18:00:00.000Z'],
    [
      'another machine',
      heldBy({ pid: 666, host: 'server' }),
      'process 666 on server, since 2026-11-20T18:00:00.000Z',
    ],
    ['nobody it names', '', 'a process that it does not name'],
    ['a token that is a path', heldBy({ pid: 666, token: '../x' }), 'a process that it does not name'],
  ])('waits for the lock of %s, then says who it is and what to do', async (_name, content, who) => {
    await writeFile(path, content)
    const error = await withLock(path, here(), async () => 'ran').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(NarrateError)
    expect(error).toMatchObject({
      kind: 'store',
      message: `The folder narrative is locked by ${who}.`,
      hint: expect.stringContaining(`remove ${path}.`),
    })
    expect(await readFile(path, 'utf8')).toBe(content)
  })

  it('takes over from a dead process of this machine', async () => {
    await writeFile(path, heldBy({ pid: 666 }))
    expect(await withLock(path, here(), async () => 'ran')).toBe('ran')
    expect(await readdir(folder)).toEqual([])
  })

  it('takes over from a dead process that had the very id of this one', async () => {
    await writeFile(path, heldBy({ pid: 100 }))
    expect(await withLock(path, here(), async () => 'ran')).toBe('ran')
  })

  it('takes over from one that died while it was taking over', async () => {
    await writeFile(path, heldBy({ pid: 666 }))
    await writeFile(`${path}.aaaa`, heldBy({ pid: 666, token: 'bbbb' }))
    await writeFile(`${path}.aaaa.bbbb`, heldBy({ pid: 666, token: 'cccc' }))
    expect(await withLock(path, here(), async () => 'ran')).toBe('ran')
    expect(await readdir(folder)).toEqual([])
  })

  it('takes away what dead processes left, and leaves what others may still need', async () => {
    await writeFile(`${path}.gone`, heldBy({ pid: 666 }))
    await writeFile(join(folder, '..lock.666-abcdef.tmp'), '')
    const kept = ['..lock.200-abcdef.tmp', '.lock.live', '.lock.server', 'notes.md']
    await writeFile(join(folder, '..lock.200-abcdef.tmp'), '')
    await writeFile(`${path}.live`, heldBy())
    await writeFile(`${path}.server`, heldBy({ pid: 666, host: 'server' }))
    await writeFile(join(folder, 'notes.md'), '')
    await withLock(path, here(), async () => 'ran')
    expect((await readdir(folder)).toSorted()).toEqual(kept)
  })

  it('leaves a lock that somebody else put in its place', async () => {
    await withLock(path, here(), () => writeFile(path, heldBy()))
    expect(await readFile(path, 'utf8')).toBe(heldBy())
  })

  it('knows by itself which processes live', async () => {
    const { isAlive: _ownJudgement, ...options } = here()
    await writeFile(path, heldBy({ pid: process.pid }))
    await expect(withLock(path, options, async () => 'ran')).rejects.toThrow(
      `process ${process.pid} on laptop`,
    )
    await writeFile(path, heldBy({ pid: 2 ** 30 }))
    expect(await withLock(path, options, async () => 'ran')).toBe('ran')
  })

  it('stops waiting on Ctrl-C', async () => {
    await writeFile(path, heldBy())
    const world = storeWorld({ hostName: 'laptop', signal: AbortSignal.abort() })
    const error = await withLock(path, here({ world }), async () => 'ran').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ kind: 'cancelled' })
  })
})
