import { link, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { kill } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import { discardFile, hasNoHardLinks, prepareFile, removeFile } from './atomic-write.ts'
import { isSystemError } from './store-error.ts'

const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** ISO 8601. */
  since: z.string(),
  /** Tells this holding from every other; it also names the guard of a take-over, so it must be a plain word. */
  token: z.string().regex(/^[a-z0-9]{1,40}$/),
})
type Holder = z.infer<typeof holderSchema>

/** Tokens that this process holds or claims. A lock of our own process id that is not among them was left by another. */
const ownTokens = new Set<string>()

export interface LockOptions {
  readonly world: Pick<World, 'now' | 'processId' | 'hostName' | 'randomName' | 'signal'>
  /** What the lock guards, as an error names it: "the folder narrative". */
  readonly guards: string
  /** How often to look again, and how long to wait in between. */
  readonly attempts?: number
  readonly pauseMilliseconds?: number
  /** Whether a process of this machine lives. */
  readonly isAlive?: (processId: number) => boolean
}

/**
 * Runs an action while no other process runs one under the same lock file. The file names its holder (process, machine,
 * time). A holder of this machine that is dead is replaced at once; any other is waited for, and after about 15 seconds
 * a `store` error says who it is. Ctrl-C ends the waiting.
 */
export async function withLock<T>(path: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  return await whileHolding(path, options, async () => {
    await removeLeftovers(path, options)
    return await action()
  })
}

/**
 * Who holds a lock file now, without waiting or changing anything: `gone` where the process of this machine that held it is
 * dead (the next save takes the lock over), `unknown` where the file names nobody.
 */
export async function readLock(
  path: string,
  world: LockOptions['world'],
): Promise<
  { readonly state: 'free' | 'gone' | 'unknown' } | { readonly state: 'held'; readonly by: string }
> {
  const holder = await readHolder(path)
  if (holder === null) return { state: 'free' }
  if (holder === 'unreadable') return { state: 'unknown' }
  const isGone: boolean = isDead(holder, { world, guards: '' })
  if (isGone) return { state: 'gone' }
  return { state: 'held', by: `process ${holder.pid} on ${holder.host}, since ${holder.since}` }
}

async function whileHolding<T>(path: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  const holder = holderOf(options)
  ownTokens.add(holder.token)
  try {
    await acquire(path, holder, options)
    try {
      return await action()
    } finally {
      await release(path, holder)
    }
  } finally {
    ownTokens.delete(holder.token)
  }
}

async function acquire(path: string, holder: Holder, options: LockOptions): Promise<void> {
  const { attempts = 750, pauseMilliseconds = 20 } = options
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const current = await readHolder(path)
    if (current === null) {
      if (await create(path, holder, options)) return
    } else if (isDead(current, options)) {
      if (await takeOver(path, current, holder, options)) return
    } else {
      await pause(pauseMilliseconds, options)
    }
  }
  throw heldError(path, await readHolder(path), options)
}

/** Writes the lock file in one step with its content, so that nobody ever reads half a holder. False where it exists. */
async function create(path: string, holder: Holder, options: LockOptions): Promise<boolean> {
  const text = JSON.stringify(holder)
  const prepared = await prepareFile(path, text, options.world)
  try {
    await link(prepared.temporary, path)
    return true
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false
    if (!hasNoHardLinks(error)) throw error
    return await createWithoutLinks(path, text)
  } finally {
    await discardFile(prepared)
  }
}

async function createWithoutLinks(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * Puts oneself in the place of a dead holder. Two processes may see the same dead one: the guard, a lock of its own named
 * by the dead holder's token, lets one of them through, and the second finds that the token has changed. A process that
 * dies inside the guard is itself taken over in the same way.
 */
async function takeOver(path: string, dead: Holder, holder: Holder, options: LockOptions): Promise<boolean> {
  return await whileHolding(`${path}.${dead.token}`, options, async () => {
    const current = await readHolder(path)
    if (current === null || current === 'unreadable' || current.token !== dead.token) return false
    const prepared = await prepareFile(path, JSON.stringify(holder), options.world)
    await rename(prepared.temporary, path)
    return true
  })
}

async function release(path: string, holder: Holder): Promise<void> {
  const current = await readHolder(path)
  if (current !== null && current !== 'unreadable' && current.token === holder.token) await removeFile(path)
}

/** Takes away guards and temporary files of processes that died; called by the holder only. */
async function removeLeftovers(path: string, options: LockOptions): Promise<void> {
  const folder = dirname(path)
  const guard = `${basename(path)}.`
  const temporary = `.${basename(path)}.`
  for (const name of await readdir(folder)) {
    if (!name.startsWith(guard) && !(name.startsWith(temporary) && name.endsWith('.tmp'))) continue
    const left = await readHolder(join(folder, name))
    const processId = Number(/\.(\d+)-[a-z0-9]+\.tmp$/.exec(name)?.[1])
    const isEmptyOfDead = left === 'unreadable' && processId > 0 && !isAliveHere(processId, options)
    if (isDead(left, options) || isEmptyOfDead) await removeFile(join(folder, name))
  }
}

function holderOf({ world }: LockOptions): Holder {
  return {
    pid: world.processId,
    host: world.hostName,
    since: new Date(world.now()).toISOString(),
    token: world.randomName(16),
  }
}

/** Who holds the lock; null where nobody does, `unreadable` where the file is not (yet) one of ours. */
async function readHolder(path: string): Promise<Holder | 'unreadable' | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null
    throw error
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'unreadable'
  }
  const parsed = holderSchema.safeParse(value)
  return parsed.success ? parsed.data : 'unreadable'
}

function isDead(holder: Holder | 'unreadable' | null, options: LockOptions): holder is Holder {
  if (holder === null || holder === 'unreadable') return false
  if (holder.host !== options.world.hostName) return false
  // Process ids come again: in a container narrate often has the very id that a killed one had.
  if (holder.pid === options.world.processId) return !ownTokens.has(holder.token)
  return !isAliveHere(holder.pid, options)
}

function isAliveHere(processId: number, { isAlive = processIsAlive }: LockOptions): boolean {
  return isAlive(processId)
}

function processIsAlive(processId: number): boolean {
  try {
    kill(processId, 0)
    return true
  } catch (error) {
    // Another user's process lives, though it may not be signalled.
    if (isSystemError(error, 'EPERM')) return true
    if (isSystemError(error, 'ESRCH')) return false
    throw error
  }
}

async function pause(milliseconds: number, { world, guards }: LockOptions): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal: world.signal })
  } catch (error) {
    if (!world.signal.aborted) throw error
    throw new NarrateError('cancelled', `Stopped while waiting for ${guards}; nothing was saved.`, {
      cause: error,
    })
  }
}

function heldError(
  path: string,
  holder: Holder | 'unreadable' | null,
  { guards }: LockOptions,
): NarrateError {
  const who =
    holder === null || holder === 'unreadable'
      ? 'a process that it does not name'
      : `process ${holder.pid} on ${holder.host}, since ${holder.since}`
  return new NarrateError('store', `${capitalised(guards)} is locked by ${who}.`, {
    hint: `Wait until it is done. If that process is gone, or is not narrate, remove ${path}.`,
  })
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
