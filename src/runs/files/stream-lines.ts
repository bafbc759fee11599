import { isUtf8 } from 'node:buffer'
import { readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type NotRead, withOpenFile } from './read-text.ts'

/** One line of a file, without its line end. */
export interface Line {
  readonly text: string
  /** From 1. */
  readonly number: number
  /** Whether a line end followed; the last line of a file that is being written has none. */
  readonly ended: boolean
  /**
   * Set where the text is not the line: it was longer than allowed (then the text is its beginning), is no UTF-8, or is followed by zeros
   * alone (a write that was lost; then there is no text, and what may follow them is not read).
   */
  readonly damage: 'too long' | 'no UTF-8' | 'zeros' | null
}

/** Why nothing was read from a line on that `zeros` damaged. */
export const ZEROS = 'from here on the file holds zeros, and is not read: a write was lost'

export type LinesRead = NotRead | { readonly kind: 'read'; readonly lines: number }

const CHUNK = 256 * 1024
const ZERO_BYTES = Buffer.alloc(CHUNK)
const LF = 10
const UTF16 = 'it is UTF-16 text; save it as UTF-8'

/**
 * Calls `take` with each line of a text file (LF or CRLF, a byte order mark left out), with bounded memory and never through a
 * symbolic link. It gives way to the event loop between chunks and calls `stop` there, which may throw to end it. What is
 * appended while it reads may be read too.
 */
export async function streamLines(
  path: string,
  options: { readonly longest: number; readonly stop: () => void },
  take: (line: Line) => void,
): Promise<LinesRead> {
  return withOpenFile(path, async (file): Promise<LinesRead> => {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const lines = splitLines(options.longest, take)
    for (let read = readSync(file, chunk, 0, CHUNK, null); read > 0; ) {
      // A file that was made larger than it is must not be read to its end.
      if (read === CHUNK && chunk.equals(ZERO_BYTES)) {
        const number = lines.count()
        take({ text: '', number: number + 1, ended: false, damage: 'zeros' })
        return { kind: 'read', lines: number }
      }
      if (!lines.add(chunk.subarray(0, read))) return { kind: 'unreadable', why: UTF16 }
      await setImmediate()
      options.stop()
      read = readSync(file, chunk, 0, CHUNK, null)
    }
    return { kind: 'read', lines: lines.end() }
  })
}

/**
 * Splits bytes that come in pieces into lines, as `streamLines` does; a piece may be used again after it was added. `add` is false where
 * the text is UTF-16, of which nothing is read; `count` tells how many lines have ended, `end` gives the last one and tells how many there were.
 */
export function splitLines(
  longest: number,
  take: (line: Line) => void,
): { add(chunk: Buffer): boolean; count(): number; end(): number } {
  let rest: Buffer = Buffer.alloc(0)
  let isCut = false
  let number = 0
  return {
    add(chunk) {
      if (number === 0 && rest.length === 0 && isUtf16(chunk)) return false
      let from = 0
      for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
        const bytes =
          rest.length === 0 ? chunk.subarray(from, end) : Buffer.concat([rest, chunk.subarray(from, end)])
        number += 1
        take(lineOf(bytes, number, true, isCut, longest))
        rest = rest.length === 0 ? rest : Buffer.alloc(0)
        isCut = false
        from = end + 1
      }
      // A line without end must not fill the memory; what is beyond the limit is cut.
      const room = Math.max(0, longest + 1 - rest.length)
      if (chunk.length - from > room) isCut = true
      if (from < chunk.length && room > 0)
        rest = Buffer.concat([rest, chunk.subarray(from, Math.min(chunk.length, from + room))])
      return true
    },
    count: () => number,
    end() {
      if (rest.length > 0) {
        number += 1
        take(lineOf(rest, number, false, isCut, longest))
      }
      return number
    },
  }
}

function lineOf(bytes: Buffer, number: number, ended: boolean, isCut: boolean, longest: number): Line {
  const isLong = isCut || bytes.length > longest
  const from = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const until = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length
  const shown = bytes.subarray(from, isLong ? Math.min(until, longest) : until)
  const damage = isLong ? 'too long' : isUtf8(shown) ? null : 'no UTF-8'
  return { text: shown.toString('utf8'), number, ended, damage }
}

/** Whether a file begins as UTF-16 does: with its byte order mark. */
function isUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}
