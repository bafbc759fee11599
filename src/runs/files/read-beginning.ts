import { readSync } from 'node:fs'
import { withOpenFile } from './read-text.ts'

const LOOKED_AT = 8192

/** Called with a file that may be of a run, and cannot be read; and why not. */
export type Refused = (path: string, why: string) => void

/**
 * The beginning of a file as text, without its byte order mark; empty where it cannot be read, which `refused` is told. For recognising a
 * format alone.
 */
export async function readBeginning(path: string, refused: Refused = () => {}): Promise<string> {
  const read = await withOpenFile(path, async (file) => {
    const bytes = Buffer.alloc(LOOKED_AT)
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, LOOKED_AT, null))
  })
  if (typeof read === 'string') return read.replace(/^\ufeff/, '')
  if (read.kind === 'unreadable') refused(path, read.why)
  return ''
}

/** The names in the first line of a table. */
export async function readHeader(path: string, refused: Refused): Promise<readonly string[]> {
  const [line = ''] = (await readBeginning(path, refused)).split(/\r?\n/, 1)
  return line.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
}
