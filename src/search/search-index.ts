import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { Passage, PrintedValue } from './passage.ts'
import { plainWords } from './terms.ts'

/** What an index is made of. */
export interface Searchable {
  readonly passages: readonly Passage[]
  readonly values: readonly PrintedValue[]
}

/** The passages and printed values of a project, looked up by their words and numbers. */
export interface SearchIndex {
  /** How many passages there are; they are numbered from 1. */
  readonly count: number
  /** The numbers of the passages that hold one of the phrases, whatever the endings of their words. */
  find(phrases: readonly string[]): ReadonlySet<number>
  passage(number: number): Passage
  /** What documents print that is this number, or rounds to it within so much. */
  values(number: number, tolerance: number): readonly PrintedValue[]
  close(): void
}

/** To be raised whenever the index is made in another way. */
const VERSION = 3

/**
 * The index in a file (SQLite with full text) where it was made under this stamp; else it is made anew of what `read` gives and put
 * there whole. Where the folder cannot be written it is made in memory.
 */
export async function openSearchIndex(
  file: string,
  stamp: string,
  processId: number,
  read: () => Promise<Searchable>,
): Promise<SearchIndex> {
  const known = openKnown(file, `${VERSION} ${stamp}`)
  if (known !== null) return indexOf(known)
  const searchable = await read()
  const temporary = `${file}.${processId}`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await rm(temporary, { force: true })
    fill(temporary, `${VERSION} ${stamp}`, searchable).close()
    await rename(temporary, file)
  } catch (error) {
    if (!isUnwritable(error)) throw error
    await rm(temporary, { force: true })
    return indexOf(fill(':memory:', stamp, searchable))
  }
  return indexOf(openKnown(file, `${VERSION} ${stamp}`) ?? fill(':memory:', stamp, searchable))
}

/** An index of what is not kept: descriptions and notes that lie in a tracker. */
export function searchIndexOf(searchable: Searchable): SearchIndex {
  return indexOf(fill(':memory:', '', searchable))
}

/** A cache that cannot be kept is no failure: read-only checkouts, full disks, another program that holds the file. */
function isUnwritable(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EBUSY', 'ERR_SQLITE_ERROR'].includes(String(error.code))
}

/** Null where there is no such file, it is no index, or it was made of something else. */
function openKnown(file: string, stamp: string): DatabaseSync | null {
  let database: DatabaseSync
  try {
    database = new DatabaseSync(file, { readOnly: true })
  } catch (error) {
    if (isSqlite(error)) return null
    throw error
  }
  try {
    const made = database.prepare('SELECT stamp FROM made').get()
    if (made?.stamp === stamp) return database
  } catch (error) {
    if (!isSqlite(error)) throw error
  }
  database.close()
  return null
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

function fill(file: string, stamp: string, { passages, values }: Searchable): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec(`
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    BEGIN;
    CREATE TABLE passage (number INTEGER PRIMARY KEY, json TEXT NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5(text, title, content='', tokenize='porter unicode61 remove_diacritics 2');
    CREATE TABLE value (exact REAL, json TEXT NOT NULL);
    CREATE INDEX value_by_exact ON value (exact);
    CREATE TABLE made (stamp TEXT NOT NULL);
  `)
  const addPassage = database.prepare('INSERT INTO passage (number, json) VALUES (?, ?)')
  const addWords = database.prepare('INSERT INTO words (rowid, text, title) VALUES (?, ?, ?)')
  for (const [index, passage] of passages.entries()) {
    addPassage.run(index + 1, JSON.stringify(passage))
    addWords.run(index + 1, plainWords(passage.text).join(' '), headingOf(passage))
  }
  const addValue = database.prepare('INSERT INTO value (exact, json) VALUES (?, ?)')
  for (const value of values) addValue.run(Number(value.exact), JSON.stringify(value))
  database.prepare('INSERT INTO made (stamp) VALUES (?)').run(stamp)
  database.exec('COMMIT')
  return database
}

/** What a passage stands under is part of what it says; a document's title is a sentence of its own. */
function headingOf({ kind, title }: Passage): string {
  return kind === 'document' ? '' : plainWords(title).join(' ')
}

function indexOf(database: DatabaseSync): SearchIndex {
  const find = database.prepare('SELECT rowid FROM words WHERE words MATCH ?')
  const passage = database.prepare('SELECT json FROM passage WHERE number = ?')
  const values = database.prepare('SELECT json FROM value WHERE exact BETWEEN ? AND ? ORDER BY rowid')
  const total = database.prepare('SELECT count(*) AS total FROM passage').get()
  return {
    count: Number(total?.total ?? 0),
    find(phrases) {
      const query = phrases.map((phrase) => quoted(phrase)).filter((one) => one !== '""')
      if (query.length === 0) return new Set()
      return new Set(find.all(query.join(' OR ')).map(({ rowid }) => Number(rowid)))
    },
    passage: (number) => parse<Passage>(passage.get(number)),
    values: (number, tolerance) =>
      values
        .all(number - tolerance * (1 + 1e-9), number + tolerance * (1 + 1e-9))
        .map((row) => parse<PrintedValue>(row)),
    close: () => database.close(),
  }
}

/** A phrase as FTS5 reads it: words in quotation marks stand side by side, and nothing in them is an operator. */
function quoted(phrase: string): string {
  return `"${plainWords(phrase).join(' ')}"`
}

/** What `fill` wrote: the file is made under a stamp of this version alone. */
function parse<Value>(row: Record<string, SQLOutputValue> | undefined): Value {
  if (typeof row?.json !== 'string') throw new Error('the search index misses a row')
  return JSON.parse(row.json)
}
