import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { decodeRun, encodeRun } from './encode-run.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { KnownRun } from './loaded-run.ts'
import { isSettled, type RunMemory } from './run-memory.ts'

/** To be raised whenever what is kept, or how, changes. */
const VERSION = 3
const PENDING = 200

/**
 * The runs of one location in a file (SQLite), so that a second look reads only what has changed; `near` is asked first. It is a cache: a file that is
 * damaged, of another stamp or not writable is put away and begun anew, or done without. Each run is kept with a digest, so no damage reaches a
 * reader.
 */
export function keepRuns(file: string, stamp: string, near: RunMemory, now: () => number): RunMemory {
  let database = openCache(file, `${VERSION} ${stamp}`)
  let pending: { id: string; isWhole: boolean; print: string; text: string }[] = []
  let there: ReadonlySet<string> | null = null
  let find: StatementSync | null = null
  return {
    recall(id, print, isWhole) {
      const remembered = near.recall(id, print, isWhole)
      if (remembered !== null) return remembered
      const found = orGiveUp((open) => {
        find ??= open.prepare('SELECT print, digest, text FROM run WHERE id = ? AND whole = ?')
        return readRun(find, id, print, isWhole)
      })
      if (found === null) return null
      near.keep(id, print, isWhole, found)
      return found
    },
    keep(id, print, isWhole, run) {
      near.keep(id, print, isWhole, run)
      if (database === null || !isSettled(print, now())) return
      pending.push({ id, isWhole, print: print.text, text: encodeRun(run) })
      if (pending.length >= PENDING) flush()
    },
    retain(ids) {
      near.retain(ids)
      there = ids
    },
    async close() {
      flush()
      const ids = there
      if (ids !== null) orGiveUp((open) => forget(open, ids))
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
      if (!isHeld) remove(file)
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

function openCache(file: string, stamp: string): DatabaseSync | null {
  for (const isLastTry of [false, true]) {
    let database: DatabaseSync | null = null
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(join(dirname(file), '.gitignore'), '*\n')
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
      return database
    } catch (error) {
      database?.close()
      if (!isSqlite(error) && !isUnwritable(error)) throw error
      if (isLastTry || !isSqlite(error) || ('errcode' in error && error.errcode === BUSY)) return null
      remove(file)
    }
  }
  return null
}

function readRun(find: StatementSync, id: string, print: Fingerprint, isWhole: boolean): KnownRun | null {
  const row = find.get(id, Number(isWhole))
  if (row === undefined || row.print !== print.text) return null
  const { digest, text } = row
  if (typeof text !== 'string' || digest !== digestOf(id, isWhole, print.text, text)) return null
  return decodeRun(text)
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
  return createHash('sha256')
    .update(JSON.stringify([id, isWhole, print]))
    .update(text)
    .digest('hex')
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
