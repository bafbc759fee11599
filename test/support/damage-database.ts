import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** One way in which a SQLite database is damaged. */
export interface DatabaseDamage {
  readonly detail: string
  /** Whether values themselves are replaced, so that others than before are rightly read. */
  readonly changesValues: boolean
  /** Damages the database at a path; gives what undoes all that lies outside of its file. */
  apply(path: string): () => void
}

const NOTHING = () => {}
const ENDLESS = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT'

/** What a database must bear beyond what every file does: locks, unfinished writes, unknown schemas, hostile values, pages that are gone. */
export function databaseDamages(path: string): readonly DatabaseDamage[] {
  const bytes = readFileSync(path)
  const size = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16)
  const tables = tablesOf(path)
  return [
    { detail: 'locked by a writer', changesValues: false, apply: locked },
    { detail: 'with a write-ahead log that is not merged', changesValues: false, apply: (at) => logged(at) },
    ...['-wal', '-shm', '-journal'].flatMap((end) => [
      {
        detail: `noise in ${end}`,
        changesValues: false,
        apply: (at: string) => beside(at, end, noise(5000)),
      },
      { detail: `${end} is empty`, changesValues: false, apply: (at: string) => beside(at, end, '') },
      { detail: `${end} is a folder`, changesValues: false, apply: (at: string) => beside(at, end, null) },
    ]),
    { detail: 'left in the middle of a write', changesValues: false, apply: unfinished },
    {
      detail: 'a write-ahead log full of noise',
      changesValues: false,
      apply: (at) => logged(at, noise(9000)),
    },
    ...Array.from({ length: 100 }, (_, at) => [0, 0xff].map((byte) => header(at, byte))).flat(),
    ...Array.from({ length: Math.floor(bytes.length / size) }, (_, page) => ({
      detail: `page ${page + 1} is noise`,
      changesValues: false,
      apply: (at: string) => {
        const copy = Buffer.from(bytes)
        noise(size).copy(copy, page * size)
        writeFileSync(at, copy)
        return NOTHING
      },
    })),
    changed('a version of its own', false, 'PRAGMA user_version = 99'),
    ...tables.flatMap(({ table, columns }) => [
      changed(`no table ${table}`, false, `DROP TABLE "${table}"`),
      changed(`table ${table} has another name`, false, `ALTER TABLE "${table}" RENAME TO "${table}_v2"`),
      changed(`nothing in ${table}`, false, `DELETE FROM "${table}"`),
      changed(`one more column in ${table}`, false, `ALTER TABLE "${table}" ADD COLUMN "news" TEXT`),
      changed(
        `table ${table} is a view without end`,
        true,
        `DROP TABLE "${table}"; CREATE VIEW "${table}" AS ${ENDLESS} ${columns.map((name) => `x AS "${name}"`).join(', ')} FROM n`,
      ),
      ...columns.flatMap((column) => [
        changed(
          `${table}.${column} has another name`,
          false,
          `ALTER TABLE "${table}" RENAME COLUMN "${column}" TO "${column}_v2"`,
        ),
        ...["x'ff00fe'", "'no value'", 'NULL', '9223372036854775807', '1e400', "''"].map((value) =>
          changed(
            `${table}.${column} = ${value}`,
            true,
            `UPDATE OR IGNORE "${table}" SET "${column}" = ${value}`,
          ),
        ),
      ]),
    ]),
  ]
}

function changed(detail: string, changesValues: boolean, sql: string): DatabaseDamage {
  return {
    detail,
    changesValues,
    apply(path) {
      withDatabase(path, (database) => {
        database.exec('PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON')
        try {
          database.exec(sql)
        } catch (error) {
          // A column that may not be null, or that an index needs.
          if (!(error instanceof Error && 'errcode' in error)) throw error
        }
      })
      return NOTHING
    },
  }
}

function header(place: number, byte: number): DatabaseDamage {
  return {
    detail: `byte ${place} of its header is ${byte}`,
    changesValues: true,
    apply(path) {
      const bytes = readFileSync(path)
      bytes[place] = byte
      writeFileSync(path, bytes)
      return NOTHING
    },
  }
}

function locked(path: string): () => void {
  const writer = new DatabaseSync(path)
  writer.exec('BEGIN EXCLUSIVE')
  return () => writer.close()
}

/** Leaves a write-ahead log beside the database as a writer does that was killed: whole, or with this in its place. */
function logged(path: string, instead?: Buffer): () => void {
  const writer = new DatabaseSync(path)
  writer.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE news (x); INSERT INTO news VALUES (1)',
  )
  const [database, log] = [readFileSync(path), readFileSync(`${path}-wal`)]
  writer.close()
  writeFileSync(path, database)
  return beside(path, '-wal', instead ?? log)
}

/** Leaves a journal that has to be rolled back. */
function unfinished(path: string): () => void {
  const writer = new DatabaseSync(path)
  writer.exec('PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; CREATE TABLE news (x)')
  writer.exec(`INSERT INTO news VALUES (zeroblob(200000)); INSERT INTO news VALUES (zeroblob(200000))`)
  const journal = existsSync(`${path}-journal`) ? readFileSync(`${path}-journal`) : Buffer.alloc(0)
  const database = readFileSync(path)
  writer.close()
  writeFileSync(path, database)
  return beside(path, '-journal', journal)
}

/** Writes a file beside the database, or a folder where there is no content. */
function beside(path: string, end: string, content: Buffer | string | null): () => void {
  if (content === null) mkdirSync(`${path}${end}`)
  else writeFileSync(`${path}${end}`, content)
  return () => rmSync(`${path}${end}`, { recursive: true, force: true })
}

function tablesOf(path: string): readonly { readonly table: string; readonly columns: readonly string[] }[] {
  return withDatabase(path, (database) =>
    database
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all()
      .map(({ name }) => ({
        table: String(name),
        columns: database
          .prepare('SELECT name FROM pragma_table_info(?)')
          .all(String(name))
          .map((column) => String(column.name)),
      })),
  )
}

function withDatabase<Value>(path: string, act: (database: DatabaseSync) => Value): Value {
  const database = new DatabaseSync(path)
  try {
    return act(database)
  } finally {
    database.close()
  }
}

function noise(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (at * 131 + (at >> 3) * 17 + 7) & 0xff))
}
