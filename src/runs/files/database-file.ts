import { closeSync, openSync, readSync, statSync } from 'node:fs'

const MAGIC = 'SQLite format 3\0'

/** Whether a file begins as SQLite files do. */
export function isDatabaseFile(path: string): boolean {
  try {
    // A pipe would block; anything but an ordinary file is none.
    if (!statSync(path).isFile()) return false
    const file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(MAGIC.length)
      return readSync(file, head, 0, MAGIC.length, 0) === MAGIC.length && head.toString('latin1') === MAGIC
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
