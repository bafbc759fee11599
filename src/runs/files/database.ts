import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { messageOf, NarrateError } from '../../errors.ts'
import { type Gap, gap } from '../../gap.ts'

export type Row = readonly SQLOutputValue[]

/** A database opened read-only. Rows come as arrays, whole numbers as bigint: an id or a time may be beyond 2^53. */
export interface Database {
  /** Names of the columns of a table; empty where there is no such table, or a view in its place. */
  columns(table: string): ReadonlySet<string>
  /** The name of an index over all rows that begins with these columns; null where there is none. */
  indexOn(table: string, columns: readonly string[]): string | null
  all(sql: string, ...parameters: readonly SQLInputValue[]): readonly Row[]
  /** Runs to its end without giving way, so that no lock is ever held while somebody else works. */
  each(sql: string, parameters: readonly SQLInputValue[], take: (row: Row) => void): void
  /** One view of the database for several statements. */
  consistent<Value>(read: () => Value): Value
  /** What is doubtful about everything read from it. */
  readonly gaps: readonly Gap[]
  /** An error of a statement as one that the user can act on; any other error is thrown as it is. */
  explain(error: unknown): NarrateError
  close(): void
}

// A view has no rows of its own: it may compute without end.
const COLUMNS = `SELECT c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name = ?`
const BUSY_MILLISECONDS = 5000

/**
 * Opens a SQLite file read-only, waiting a few seconds where another program is writing. Throws `NarrateError('source')` where it
 * cannot be read. A database with a write-ahead log in a folder that cannot be written is read as it was before the log,
 * and says so in `gaps`.
 */
export function openDatabase(path: string): Database {
  const uri = `${pathToFileURL(path).href}?mode=ro`
  const plain = tryOpen(uri)
  if (plain.kind === 'open') return databaseOf(plain.database, path, [])
  // Without its log beside it SQLite calls such a folder read-only; an unfinished write is read-only, too, and no view at all.
  const isClosed =
    plain.code === SQLITE_CANTOPEN || (plain.code === SQLITE_READONLY && sizeOf(`${path}-journal`) === 0)
  if (!isClosed) throw explain(path, plain.error)
  const immutable = tryOpen(`${uri}&immutable=1`)
  if (immutable.kind === 'failed') throw explain(path, immutable.error)
  const unmerged = sizeOf(`${path}-wal`) > 0
  const why = unmerged
    ? 'its folder cannot be written, so the newest entries, in the write-ahead log, are not seen'
    : 'its folder cannot be written, so entries that are added meanwhile may not be seen'
  return databaseOf(immutable.database, path, [gap('the newest entries', basename(path), why)])
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_READONLY = 8
const SQLITE_CANTOPEN = 14

/** Whether a page of the database is damaged, so that other pages may still be read. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error)
  return code !== null && code !== SQLITE_BUSY && code !== SQLITE_LOCKED
}

type Opening =
  | { readonly kind: 'open'; readonly database: DatabaseSync }
  | { readonly kind: 'failed'; readonly error: unknown; readonly code: number }

function tryOpen(uri: string): Opening {
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(uri, { readOnly: true, timeout: BUSY_MILLISECONDS })
    // Opening touches nothing: the first statement finds out.
    database.prepare('SELECT name FROM sqlite_master LIMIT 1').all()
    return { kind: 'open', database }
  } catch (error) {
    database?.close()
    const code = codeOf(error)
    if (code === null) throw error
    return { kind: 'failed', error, code }
  }
}

function databaseOf(database: DatabaseSync, path: string, gaps: readonly Gap[]): Database {
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const statement = (sql: string) => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const made = database.prepare(sql)
    made.setReturnArrays(true)
    made.setReadBigInts(true)
    prepared.set(sql, made)
    return made
  }
  const all = (sql: string, ...parameters: readonly SQLInputValue[]): readonly Row[] =>
    statement(sql).all(...parameters) as unknown as readonly Row[]
  return {
    gaps,
    explain: (error) => explain(path, error),
    all,
    columns: (table) => new Set(all(COLUMNS, table).map(([name]) => String(name))),
    indexOn(table, columns) {
      const indexes = all('SELECT name FROM pragma_index_list(?) WHERE partial = 0', table).map(([name]) =>
        String(name),
      )
      const begins = (index: string) => {
        const indexed = all('SELECT name FROM pragma_index_info(?) ORDER BY seqno', index)
        return columns.every((column, at) => indexed[at]?.[0] === column)
      }
      return indexes.find(begins) ?? null
    },
    each(sql, parameters, take) {
      for (const row of statement(sql).iterate(...parameters)) take(row as unknown as Row)
    },
    consistent(read) {
      database.exec('BEGIN')
      try {
        return read()
      } finally {
        if (database.isTransaction) database.exec('ROLLBACK')
      }
    },
    close() {
      if (database.isOpen) database.close()
    },
  }
}

function explain(path: string, error: unknown): NarrateError {
  const code = codeOf(error)
  if (code === null) throw error
  if (code === SQLITE_BUSY || code === SQLITE_LOCKED)
    return new NarrateError('source', `${path} is locked by another program.`, {
      hint: 'Try again when it has finished writing.',
      cause: error,
    })
  // Reading on would mean rolling back what a crashed writer left, and nothing is written here.
  if (code === SQLITE_READONLY && sizeOf(`${path}-journal`) > 0)
    return new NarrateError(
      'source',
      `${path} was left in the middle of a write, and cannot be read as it is.`,
      {
        hint: `Start its tracker on it once, or run: sqlite3 ${path} "select 1". Either rolls the unfinished write back.`,
        cause: error,
      },
    )
  return new NarrateError('source', `${path} cannot be read: ${messageOf(error)}.`, {
    hint: `Is it whole? sqlite3 ${path} "pragma integrity_check" tells.`,
    cause: error,
  })
}

function codeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  // The low byte is the primary code; the others say more of it.
  return error.errcode & 0xff
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
