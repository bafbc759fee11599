import { createHash, hash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { isSettled, type RunMemory } from './run-memory.ts'

/** To be raised whenever what is kept, or how, changes. */
const VERSION = 4
const PENDING = 200
/** What is longer as text is read anew each time: a run is rarely some kilobytes. */
const LONGEST = 256 * 1024
/** A file that was not asked for so long (ms) is of a log that is gone, or named otherwise by now. */
const FORGOTTEN = 60 * 24 * 3_600_000

/** What is kept of a run, as text. `decode` gives back what `encode` was given. */
export interface KeptAs<Known> {
  encode(known: Known): string
  decode(text: string): Known
}

/**
 * The runs of one location in a file (SQLite), so that a second look reads only what has changed; `near` is asked first. It is a cache: a file that is
 * damaged or of another stamp is put away and begun anew; one that cannot be written is read, and nothing is kept. Each run is kept with a digest, so
 * no damage reaches a reader. Runs that are gone are dropped, and so are files of other logs that nobody asked for in sixty days.
 */
export function keepRuns<Known>(
  file: string,
  stamp: string,
  near: RunMemory<Known>,
  { encode, decode }: KeptAs<Known>,
  now: () => number,
): RunMemory<Known> {
  const opened = openCache(file, `${VERSION} ${stamp}`, now())
  let database = opened?.database ?? null
  const isWritable = opened?.isWritable === true
  let pending: { id: string; isWhole: boolean; print: string; text: string }[] = []
  let there: ReadonlySet<string> | null = null
  let find: StatementSync | null = null
  return {
    recall(id, print, isWhole) {
      const remembered = near.recall(id, print, isWhole)
      if (remembered !== null) return remembered
      const found = orGiveUp((open) => {
        find ??= open.prepare('SELECT print, digest, text FROM run WHERE id = ? AND whole = ?')
        const text = readText(find, id, print.text, isWhole)
        return text === null ? null : decode(text)
      })
      if (found === null) return null
      near.keep(id, print, isWhole, found)
      return found
    },
    keep(id, print, isWhole, run) {
      near.keep(id, print, isWhole, run)
      if (database === null || !isWritable || !isSettled(print, now())) return
      const text = encode(run)
      if (text.length > LONGEST) return
      pending.push({ id, isWhole, print: print.text, text })
      if (pending.length >= PENDING) flush()
    },
    retain(ids) {
      near.retain(ids)
      there = ids
    },
    async close() {
      flush()
      const ids = there
      if (ids !== null && isWritable) orGiveUp((open) => forget(open, ids))
      database?.close()
      database = null
      await near.close()
    },
  }

  function flush(): void {
    const writing = pending
    pending = []
    if (writing.length === 0) return
    orGiveUp((open) => {
      open.exec('BEGIN IMMEDIATE')
      const put = open.prepare(
        'INSERT OR REPLACE INTO run (id, whole, print, digest, text) VALUES (?, ?, ?, ?, ?)',
      )
      for (const { id, isWhole, print, text } of writing)
        put.run(id, Number(isWhole), print, digestOf(id, isWhole, print, text), text)
      open.exec('COMMIT')
      return null
    })
  }

  /** Where SQLite cannot go on the cache is done without; a damaged file is put away for the next time. */
  function orGiveUp<Value>(act: (open: DatabaseSync) => Value | null): Value | null {
    if (database === null) return null
    try {
      return act(database)
    } catch (error) {
      if (!isSqlite(error)) throw error
      const isHeld = 'errcode' in error && (error.errcode === BUSY || error.errcode === LOCKED)
      database.close()
      database = null
      if (!isHeld && isWritable) remove(file)
      return null
    }
  }
}

/** The file for the runs of a location: `key` is whatever makes it another one. */
export function cacheFile(folder: string, key: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24)
  return join(folder, `${digest}.sqlite`)
}

const BUSY = 5
const LOCKED = 6
const READONLY = 8
const CANTOPEN = 14

interface OpenCache {
  readonly database: DatabaseSync
  readonly isWritable: boolean
}

function openCache(file: string, stamp: string, now: number): OpenCache | null {
  for (const isLastTry of [false, true]) {
    let database: DatabaseSync | null = null
    try {
      prepareFolder(file, now)
      database = new DatabaseSync(file)
      database.exec('PRAGMA busy_timeout = 300; PRAGMA synchronous = OFF')
      database.exec(`CREATE TABLE IF NOT EXISTS made (stamp TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS run (id TEXT NOT NULL, whole INTEGER NOT NULL, print TEXT NOT NULL, digest TEXT NOT NULL,
          text TEXT NOT NULL, UNIQUE (id, whole))`)
      const made = database.prepare('SELECT stamp FROM made').all()
      if (made.length === 0) database.prepare('INSERT INTO made (stamp) VALUES (?)').run(stamp)
      else if (made.length > 1 || made[0]?.stamp !== stamp) {
        database.exec('DELETE FROM run; DELETE FROM made')
        database.prepare('INSERT INTO made (stamp) VALUES (?)').run(stamp)
      }
      return { database, isWritable: true }
    } catch (error) {
      database?.close()
      if (!isSqlite(error) && !isUnwritable(error)) throw error
      const code = error instanceof Error && 'errcode' in error ? error.errcode : null
      if (!isSqlite(error) || code === READONLY || code === CANTOPEN) return openToRead(file, stamp)
      if (isLastTry || code === BUSY) return null
      remove(file)
    }
  }
  return null
}

/** In a checkout that cannot be written, what was kept before is believed all the same. */
function openToRead(file: string, stamp: string): OpenCache | null {
  let database: DatabaseSync | null = null
  try {
    if (!existsSync(file)) return null
    database = new DatabaseSync(file, { readOnly: true })
    const made = database.prepare('SELECT stamp FROM made').all()
    if (made.length === 1 && made[0]?.stamp === stamp) return { database, isWritable: false }
  } catch (error) {
    if (!isSqlite(error)) throw error
  }
  database?.close()
  return null
}

/** Makes the folder, which git leaves alone, and puts away what nobody asked for any more. */
function prepareFolder(file: string, now: number): void {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, '.gitignore'))) writeFileSync(join(folder, '.gitignore'), '*\n')
  if (existsSync(file)) utimesSync(file, now / 1000, now / 1000)
  for (const name of readdirSync(folder)) {
    const other = join(folder, name)
    if (!OWN_NAME.test(name) || other === file) continue
    const found = statSync(other, { throwIfNoEntry: false })
    if (found?.isFile() && found.mtimeMs < now - FORGOTTEN) remove(other)
  }
}

const OWN_NAME = /^[0-9a-f]{24}\.sqlite$/

function readText(find: StatementSync, id: string, print: string, isWhole: boolean): string | null {
  const row = find.get(id, Number(isWhole))
  if (row === undefined || row.print !== print) return null
  const { digest, text } = row
  return typeof text === 'string' && digest === digestOf(id, isWhole, print, text) ? text : null
}

function forget(database: DatabaseSync, there: ReadonlySet<string>): null {
  const gone = database
    .prepare('SELECT DISTINCT id FROM run')
    .all()
    .map(({ id }) => String(id))
    .filter((id) => !there.has(id))
  if (gone.length === 0) return null
  database.exec('BEGIN IMMEDIATE')
  const drop = database.prepare('DELETE FROM run WHERE id = ?')
  for (const id of gone) drop.run(id)
  database.exec('COMMIT')
  return null
}

function digestOf(id: string, isWhole: boolean, print: string, text: string): string {
  return hash('sha256', `${JSON.stringify([id, isWhole, print])}${text}`)
}

function remove(file: string): void {
  try {
    for (const each of [file, `${file}-journal`]) rmSync(each, { force: true })
  } catch (error) {
    if (!isUnwritable(error)) throw error
  }
}

function isSqlite(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

/** A cache that cannot be kept is no failure: read-only checkouts, full disks, a file where its folder should be. */
function isUnwritable(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EBUSY', 'EEXIST', 'ENOTDIR', 'EISDIR', 'ENOENT'].includes(
    String(error.code),
  )
}
