import { readSync } from 'node:fs'
import { withOpenFile } from './read-text.ts'

const LOOKED_AT = 8192

/** The beginning of a file as text, without its byte order mark; empty where it cannot be read. For recognising a format alone. */
export async function readBeginning(path: string): Promise<string> {
  const read = await withOpenFile(path, async (file) => {
    const bytes = Buffer.alloc(LOOKED_AT)
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, LOOKED_AT, null))
  })
  return typeof read === 'string' ? read.replace(/^\ufeff/, '') : ''
}

/** The names in the first line of a table. */
export async function readHeader(path: string): Promise<readonly string[]> {
  const [line = ''] = (await readBeginning(path)).split(/\r?\n/, 1)
  return line.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
}
