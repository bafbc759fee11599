import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { BinaryReader } from '@bufbuild/protobuf/wire'
import { whyNotRead } from '../../files/read-text.ts'
import { maskedChecksum } from './masked-checksum.ts'

const WINDOW = 1024 * 1024
const HEADER = 12
const FOOTER = 4
// A log is untrusted: a link in it may point at any file of the reader, and a pipe would never end.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** No record of more bytes is read into memory. */
export const LARGEST_RECORD = 64 * 1024 * 1024

/** Where the reading of a file of records ended. `offset` and `record` (from 1) are of the first record that was not read. */
export interface RecordsEnd {
  readonly kind: 'whole' | 'cut' | 'damaged'
  readonly offset: number
  readonly record: number
}

/** What reading a file of records gave beside the records themselves. */
export type RecordsRead =
  | {
      readonly kind: 'read'
      readonly size: number
      readonly end: RecordsEnd
      /** Records whose own checksum does not hold, by their numbers. They are left out; what follows them is read. */
      readonly spoiled: readonly number[]
      /** Records that hold more than `LARGEST_RECORD` bytes, by their numbers. They are left out. */
      readonly oversized: readonly number[]
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string }

/** How the records of a file are taken. */
export interface RecordTaker {
  /**
   * A record whose checksum holds: its message begins at `reader.pos` and ends at `end`. Reader and bytes are used again
   * for the next record.
   */
  take(reader: BinaryReader, end: number, record: number): void
  /** Whether a record too large for the window is wanted, by its first bytes: one that is not is never read. */
  isWanted(head: Uint8Array): boolean
  /** False where records are only looked at: then no checksum of a message is compared. */
  readonly isChecked: boolean
  /** Called now and then, so that other work and Ctrl-C get their turn; what it throws ends the reading. */
  breathe(): Promise<void>
}

/**
 * Reads a TFRecord file: records of length (8 bytes, little-endian), checksum of the length (4), message, checksum of the
 * message (4), one after the other without a header (`tensorflow/core/lib/io/record_reader.cc`). Never through a link, never
 * more than a window of it in memory, and no further than its size when it was opened.
 *
 * A record that is not whole ends the reading (`cut`): the file is still being written, or was cut. So does a length whose
 * checksum does not hold (`damaged`), since nothing tells where the next record begins.
 */
export async function readRecords(path: string, taker: RecordTaker): Promise<RecordsRead> {
  let file: number
  try {
    file = openSync(path, FLAGS)
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return missing ? { kind: 'missing' } : { kind: 'unreadable', why: whyNotRead(error) }
  }
  try {
    return await readOpened(file, taker)
  } finally {
    closeSync(file)
  }
}

/** Whether a file begins as one of records does: with a length and its checksum. */
export function isRecordFile(path: string): boolean {
  let file: number | null = null
  try {
    file = openSync(path, FLAGS)
    const head = Buffer.alloc(HEADER)
    if (readSync(file, head, 0, HEADER, 0) < HEADER) return false
    return head.readUInt32LE(8) === maskedChecksum(head.subarray(0, 8))
  } catch (error) {
    // Gone, or not permitted: nothing that can be read.
    whyNotRead(error)
    return false
  } finally {
    if (file !== null) closeSync(file)
  }
}

async function readOpened(file: number, taker: RecordTaker): Promise<RecordsRead> {
  const stats = fstatSync(file)
  if (!stats.isFile()) return { kind: 'unreadable', why: 'it is no ordinary file' }
  const size = stats.size
  const spoiled: number[] = []
  const oversized: number[] = []
  const window = Buffer.allocUnsafe(Math.min(WINDOW, Math.max(size, HEADER)))
  // Parts of a plain array are made in half the time that parts of a buffer take.
  const bytes = new Uint8Array(window.buffer, window.byteOffset, window.length)
  const view = new DataView(window.buffer, window.byteOffset, window.length)
  const reader = new BinaryReader(bytes)
  // The window holds the bytes of the file from `from`; those up to `filled` are there, and the next record begins at `at`.
  let from = 0
  let filled = 0
  let at = 0
  let record = 1
  const read = (end: RecordsEnd['kind']): RecordsRead => ({
    kind: 'read',
    size,
    end: { kind: end, offset: from + at, record },
    spoiled,
    oversized,
  })

  for (; ; record += 1) {
    let refused = filled - at < HEADER ? await need(HEADER) : null
    if (refused !== null) return refused
    if (filled === at) return read('whole')
    if (filled - at < HEADER) return read('cut')
    if (view.getUint32(at + 8, true) !== maskedChecksum(bytes.subarray(at, at + 8))) return read('damaged')
    const length = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
    const whole = HEADER + length + FOOTER
    if (from + at + whole > size) return read('cut')
    if (whole <= window.length) {
      if (filled - at < whole) {
        refused = await need(whole)
        if (refused !== null) return refused
        if (filled - at < whole) return read('cut')
      }
      const start = at + HEADER
      const end = start + length
      if (!taker.isChecked || view.getUint32(end, true) === maskedChecksum(bytes.subarray(start, end))) {
        reader.pos = start
        taker.take(reader, end, record)
      } else spoiled.push(record)
      at += whole
      continue
    }
    refused = await need(Math.min(HEADER + 256, window.length))
    if (refused !== null) return refused
    const head = bytes.subarray(at + HEADER, Math.min(filled, at + HEADER + 256))
    if (taker.isWanted(head)) {
      if (length > LARGEST_RECORD) oversized.push(record)
      else if (!takeLarge(from + at + HEADER, length)) return read('cut')
    }
    from += at + whole
    at = 0
    filled = 0
  }

  /** Fills the window until it holds so many bytes from `at`, or all there are; a refusal of the system comes back. */
  async function need(wanted: number): Promise<RecordsRead | null> {
    if (filled - at >= wanted) return null
    await taker.breathe()
    window.copyWithin(0, at, filled)
    from += at
    filled -= at
    at = 0
    try {
      while (filled < window.length && from + filled < size) {
        const room = Math.min(window.length - filled, size - from - filled)
        const some = readSync(file, window, filled, room, from + filled)
        if (some === 0) break
        filled += some
      }
      return null
    } catch (error) {
      return { kind: 'unreadable', why: whyNotRead(error) }
    }
  }

  function takeLarge(start: number, length: number): boolean {
    const whole = Buffer.allocUnsafe(length + FOOTER)
    for (let has = 0; has < whole.length; ) {
      const some = readSync(file, whole, has, whole.length - has, start + has)
      if (some === 0) return false
      has += some
    }
    const message = whole.subarray(0, length)
    if (!taker.isChecked || whole.readUInt32LE(length) === maskedChecksum(message))
      taker.take(new BinaryReader(message), length, record)
    else spoiled.push(record)
    return true
  }
}
