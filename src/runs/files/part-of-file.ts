import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { type Gap, gap } from '../../gap.ts'
import { quoted } from '../quoted.ts'
import { whyNotRead } from './read-text.ts'
import type { WalkedFolder } from './walk-folders.ts'

const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** A gap for a file that may be of a run and that nobody but its owner may open; null where it is open, or gone, or no file. `where` is its path for the gap. */
export function closedFile(path: string, where: string): Gap | null {
  try {
    closeSync(openSync(path, FLAGS))
    return null
  } catch (error) {
    const why = whyNotRead(error)
    const isClosed =
      error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')
    return isClosed ? gap(`file ${quoted(where)}`, where, `it may be of a run: ${why}`) : null
  }
}

/** The same of the JSON files of a folder that may be of a run. */
export function* closedJson(
  { path, name, files }: WalkedFolder,
  isMeant: (file: string) => boolean = () => true,
): Generator<Gap> {
  for (const file of files) {
    if (!/\.json$/i.test(file) || !isMeant(file)) continue
    const closed = closedFile(`${path}/${file}`, name === '' ? file : `${name}/${file}`)
    if (closed !== null) yield closed
  }
}

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
