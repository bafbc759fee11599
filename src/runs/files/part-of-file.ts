import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { whyNotRead } from './read-text.ts'

const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** The first bytes of a file (with `end`: the last) as Latin-1, never through a link; empty where it cannot be read. */
export function partOfFile(path: string, bytes: number, end = false): string {
  try {
    const file = openSync(path, FLAGS)
    try {
      const found = fstatSync(file)
      if (!found.isFile()) return ''
      const part = Buffer.alloc(Math.min(bytes, found.size))
      return part
        .subarray(0, readSync(file, part, 0, part.length, end ? found.size - part.length : 0))
        .toString('latin1')
    } finally {
      closeSync(file)
    }
  } catch (error) {
    // Gone, or not permitted: nothing that we know.
    whyNotRead(error)
    return ''
  }
}
