import { crc32 } from 'node:zlib'

/**
 * What a `.wandb` file holds, piece by piece: the records; the places where it is damaged; and once, last, how it ends. Offsets
 * are bytes from the start of the file.
 */
export type LogPiece =
  | { readonly kind: 'record'; readonly bytes: Buffer; readonly number: number; readonly offset: number }
  | { readonly kind: 'damage'; readonly offset: number; readonly why: string }
  | { readonly kind: 'end'; readonly offset: number; readonly isCut: boolean }

/** Fills a buffer from a position of a file; gives how many bytes it got, fewer only at the end. */
export type ReadAt = (into: Uint8Array, position: number) => number

const BLOCK = 32_768
const BLOCKS_AT_ONCE = 8
const CHUNK_HEADER = 7
const ZEROS = Buffer.alloc(BLOCK * BLOCKS_AT_ONCE)
const FILE_HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0])
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4]
const MOST_RECORD_BYTES = 64 * 1024 * 1024
/** The checksum covers the type, then the payload. */
const TYPE_CHECKSUMS = [0, 1, 2, 3, 4].map((type) => crc32(Uint8Array.of(type)))

/** Whether a file begins as every transaction log of W&B does. */
export function isLogHeader(head: Uint8Array): boolean {
  return FILE_HEADER.equals(head.subarray(0, FILE_HEADER.length))
}

/**
 * Reads the records of a `.wandb` transaction log: LevelDB's log format in blocks of 32 KiB behind a header of seven bytes,
 * each chunk under a plain CRC-32 (IEEE) of its type and payload (`wandb/sdk/internal/datastore.py`). No more than a few blocks
 * and one record are held. A record's bytes are valid until the next one is asked for.
 *
 * What fails its checksum is skipped up to the next chunk that holds, within the block or at the start of the next one. A
 * file that ends within a chunk or a record is cut, which is how a live or killed run leaves it, and no damage.
 */
export function* readLogRecords(readAt: ReadAt): Generator<LogPiece, void> {
  const buffer = Buffer.alloc(BLOCK * BLOCKS_AT_ONCE)
  let parts: Buffer[] = []
  let partBytes = 0
  let began: number | null = null
  let isSkipping = false
  let number = 0
  let end = 0
  let isCut = false
  for (let base = 0; ; base += buffer.length) {
    const filled = readAt(buffer, base)
    // A file that was made larger than it is must not be read to its end.
    if (filled === buffer.length && buffer.equals(ZEROS)) {
      yield {
        kind: 'damage',
        offset: base,
        why: 'it goes on with zeros, and what may follow them is not read',
      }
      break
    }
    end = base + filled
    if (base === 0 && !isLogHeader(buffer.subarray(0, Math.min(filled, FILE_HEADER.length)))) {
      const isShort =
        filled < FILE_HEADER.length && FILE_HEADER.subarray(0, filled).equals(buffer.subarray(0, filled))
      if (!isShort) yield { kind: 'damage', offset: 0, why: 'it does not begin as a W&B log does' }
      if (isShort) return yield { kind: 'end', offset: filled, isCut: true }
    }
    for (let start = 0; start < filled; start += BLOCK) {
      const stop = Math.min(start + BLOCK, filled)
      const isWhole = stop - start === BLOCK
      let at = base + start === 0 ? FILE_HEADER.length : start
      while (stop - at >= CHUNK_HEADER) {
        const checksum = buffer.readUInt32LE(at)
        const length = buffer.readUInt16LE(at + 4)
        const type = buffer[at + 6] ?? 0
        // Zeros are what a preallocated block holds behind its last chunk.
        if (checksum === 0 && length === 0 && type === 0) {
          at = stop
          break
        }
        const from = at + CHUNK_HEADER
        const to = from + length
        if (to > stop && !isWhole && to - start <= BLOCK && type >= FULL && type <= LAST) break
        if (to > stop || type < FULL || type > LAST || !holds(type, from, to, checksum)) {
          if (!isSkipping) yield { kind: 'damage', offset: base + at, why: 'a checksum does not hold' }
          isSkipping = true
          began = null
          parts = []
          // The length may be what is damaged: it is only believed where a whole chunk stands behind it.
          at = to <= stop && beginsChunk(to, stop) ? to : stop
          continue
        }
        const offset = base + at
        const payload = buffer.subarray(from, to)
        at = to
        if (type === FULL || type === FIRST) {
          if (began !== null) yield { kind: 'damage', offset: began, why: 'a record breaks off' }
          began = null
          isSkipping = false
        } else if (began === null) {
          if (!isSkipping) yield { kind: 'damage', offset, why: 'the beginning of a record is missing' }
          isSkipping = true
          continue
        }
        if (type === FULL) {
          number += 1
          yield { kind: 'record', bytes: payload, number, offset }
        } else if (type === FIRST) {
          began = offset
          parts = [Buffer.from(payload)]
          partBytes = payload.length
        } else {
          partBytes += payload.length
          if (partBytes > MOST_RECORD_BYTES) {
            yield {
              kind: 'damage',
              offset: began ?? offset,
              why: `a record is longer than ${MOST_RECORD_BYTES} bytes`,
            }
            began = null
            parts = []
            isSkipping = true
            continue
          }
          parts.push(Buffer.from(payload))
          if (type === MIDDLE) continue
          number += 1
          const record = {
            kind: 'record' as const,
            bytes: Buffer.concat(parts),
            number,
            offset: began ?? offset,
          }
          began = null
          parts = []
          yield record
        }
      }
      if (!isWhole && at < stop) isCut = !buffer.subarray(at, stop).every((byte) => byte === 0)
    }
    if (filled < buffer.length) break
  }
  yield { kind: 'end', offset: began ?? end, isCut: isCut || began !== null }

  function holds(type: number, from: number, to: number, checksum: number): boolean {
    return crc32(buffer.subarray(from, to), TYPE_CHECKSUMS[type]) === checksum
  }

  function beginsChunk(at: number, stop: number): boolean {
    if (stop - at < CHUNK_HEADER) return false
    const to = at + CHUNK_HEADER + buffer.readUInt16LE(at + 4)
    const type = buffer[at + 6] ?? 0
    return (
      type >= FULL &&
      type <= LAST &&
      to <= stop &&
      holds(type, at + CHUNK_HEADER, to, buffer.readUInt32LE(at))
    )
  }
}
