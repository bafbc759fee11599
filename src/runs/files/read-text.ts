import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** The text of a small file, or why there is none. */
export type TextRead = { readonly kind: 'text'; readonly text: string; readonly damaged: boolean } | NotRead

/** Why a file was not read: it is not there, or for a reason in words. */
export type NotRead = { readonly kind: 'missing' } | { readonly kind: 'unreadable'; readonly why: string }

const CHUNK = 64 * 1024
// A store is untrusted: a link in it may point at any file of the reader, and a pipe would never end.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const ZEROS = Buffer.alloc(CHUNK)
const scratch = Buffer.allocUnsafe(CHUNK)

/**
 * Reads one small file, never through a symbolic link. `damaged` says that bytes were no UTF-8 and were replaced.
 *
 * Reading is synchronous on purpose: a store is many thousand files of a few bytes, and the thread pool costs five
 * times the reading itself (measured: 28 µs a file against 5 µs). Callers give way to the event loop between runs.
 */
export function readText(path: string, maximumBytes: number): TextRead {
  return withFile(path, (file): TextRead => {
    const bytes = readAll(file, maximumBytes)
    if (bytes === null) return { kind: 'unreadable', why: `it is larger than ${maximumBytes} bytes` }
    return { kind: 'text', text: bytes.toString('utf8'), damaged: !isUtf8(bytes) }
  })
}

/** The bytes of one small file, as `readText` reads it. */
export function readBytes(
  path: string,
  maximumBytes: number,
): NotRead | { readonly kind: 'bytes'; readonly bytes: Uint8Array } {
  return withFile(path, (file) => {
    const bytes = readAll(file, maximumBytes)
    if (bytes === null) return { kind: 'unreadable', why: `it is larger than ${maximumBytes} bytes` } as const
    return { kind: 'bytes', bytes: Uint8Array.from(bytes) } as const
  })
}

/**
 * Calls `take` with each line of a file, without its LF; the flag says whether the line ended in one. Where the file goes on with zeros alone
 * that is its last line, which does not end.
 */
export function readLines(
  path: string,
  maximumLine: number,
  take: (line: string, number: number, ended: boolean) => void,
): NotRead | { readonly kind: 'read' } {
  return withFile(path, (file) => {
    takeLines(file, maximumLine, take)
    return { kind: 'read' as const }
  })
}

/**
 * Opens a file for `read` and closes it after. Not through a symbolic link, and nothing but an ordinary file: a pipe would never
 * end. Where the file system refuses, now or while it is read, the reason is given back.
 */
export async function withOpenFile<Value>(
  path: string,
  read: (file: number) => Promise<Value>,
): Promise<Value | NotRead> {
  let file: number
  try {
    file = openSync(path, FLAGS)
  } catch (error) {
    return missing(error) ? { kind: 'missing' } : { kind: 'unreadable', why: whyNotRead(error) }
  }
  try {
    if (!fstatSync(file).isFile()) return { kind: 'unreadable', why: 'it is no ordinary file' }
    return await read(file)
  } catch (error) {
    return { kind: 'unreadable', why: whyNotRead(error) }
  } finally {
    closeSync(file)
  }
}

function withFile<Value>(path: string, read: (file: number) => Value): Value | NotRead {
  let file: number
  try {
    file = openSync(path, FLAGS)
  } catch (error) {
    return missing(error) ? { kind: 'missing' } : { kind: 'unreadable', why: whyNotRead(error) }
  }
  try {
    return read(file)
  } catch (error) {
    return { kind: 'unreadable', why: whyNotRead(error) }
  } finally {
    closeSync(file)
  }
}

/** Why the file system refused, in words. */
export function whyNotRead(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'there is no permission to read it'
    case 'ELOOP':
    case 'EMLINK':
      return 'it is a symbolic link, which is not followed'
    case 'EISDIR':
      return 'it is a folder where a file should be'
    case 'ENOTDIR':
      return 'it is a file where a folder should be'
    case 'ENAMETOOLONG':
      return 'its name is too long'
    case 'ENXIO':
    case 'EAGAIN':
    case 'EINVAL':
      return 'it is no ordinary file'
    case 'ENOENT':
      return 'it is gone'
    default:
      if (typeof code === 'string') return `the system refused it (${code})`
      throw error
  }
}

function missing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function readAll(file: number, maximumBytes: number): Buffer | null {
  let read = readSync(file, scratch, 0, CHUNK, null)
  // A short read of an ordinary file is its end.
  if (read < CHUNK) return read > maximumBytes ? null : scratch.subarray(0, read)
  const parts: Buffer[] = []
  for (let size = 0; read > 0; read = readSync(file, scratch, 0, CHUNK, null)) {
    size += read
    if (size > maximumBytes) return null
    parts.push(Buffer.from(scratch.subarray(0, read)))
  }
  return Buffer.concat(parts)
}

function takeLines(
  file: number,
  maximumLine: number,
  take: (line: string, number: number, ended: boolean) => void,
): void {
  let rest = ''
  let number = 0
  for (let read = CHUNK; read === CHUNK; ) {
    // A short read of an ordinary file is its end.
    read = readSync(file, scratch, 0, CHUNK, null)
    // A file that was made larger than it is (a write that was lost) must not be read to its end: its last line does not end here.
    if (read === CHUNK && scratch.equals(ZEROS)) break
    const text = rest + scratch.toString('latin1', 0, read)
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      number += 1
      take(text.slice(from, end), number, true)
      from = end + 1
    }
    // A line without end must not fill the memory; what is beyond the limit is cut.
    rest = text.slice(from, from + maximumLine)
  }
  if (rest !== '') take(rest, number + 1, false)
}
