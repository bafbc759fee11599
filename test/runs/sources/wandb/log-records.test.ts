import { describe, expect, it } from 'vitest'
import { type LogPiece, readLogRecords } from '../../../../src/runs/sources/wandb/log-records.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { frameRecords } from '../../../support/wandb-log.ts'

const HEADER_BYTES = 7
const BLOCK = 32_768

/** What a file of these bytes holds; records by their bytes. */
function read(file: Uint8Array): {
  readonly records: readonly string[]
  readonly damages: readonly string[]
  readonly isCut: boolean
} {
  const pieces: LogPiece[] = []
  for (const piece of readLogRecords((into, position) => {
    const part = file.subarray(position, position + into.length)
    into.set(part)
    return part.length
  }))
    pieces.push(piece.kind === 'record' ? { ...piece, bytes: Buffer.from(piece.bytes) } : piece)
  const end = pieces.at(-1)
  if (end?.kind !== 'end') throw new Error('the end was not told')
  return {
    records: pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.bytes.toString('latin1')] : [])),
    damages: pieces.flatMap((piece) => (piece.kind === 'damage' ? [piece.why] : [])),
    isCut: end.isCut,
  }
}

function record(length: number, seed = 1): Buffer {
  const random = seededRandom(seed)
  return Buffer.from(Array.from({ length }, () => random.whole(0, 255)))
}

describe('the records of a transaction log', () => {
  it('are read whole, whatever their lengths and however many blocks they span', () => {
    const edge = BLOCK - HEADER_BYTES - 7
    for (const lengths of [
      [],
      [1],
      [0, 3, 0],
      [edge - 8, 1, 5],
      [edge - 7, 9, 5],
      ...[-9, -8, -7, -6, -1, 0, 1, 7].map((more) => [edge + more, 100, 3]),
      [100_000, 7, 300_000, 65_536, 1],
      Array.from({ length: 3000 }, (_, index) => index % 97),
    ]) {
      const records = lengths.map((length, index) => record(length, index + 1))
      expect(read(frameRecords(records))).toEqual({
        records: records.map((each) => each.toString('latin1')),
        damages: [],
        isCut: false,
      })
    }
  })

  it('of a file that ends anywhere are those that were written whole, and the file is said to be cut', () => {
    const records = [record(20, 1), record(33_000, 2), record(40, 3)]
    const file = frameRecords(records)
    const texts = records.map((each) => each.toString('latin1'))
    const ends = [7 + 7 + 20, file.length - 47, file.length]
    for (let length = 0; length < file.length; length += length < 60 || length > 32_700 ? 1 : 500) {
      const { records: found, damages, isCut } = read(file.subarray(0, length))
      expect(damages).toEqual([])
      expect(found).toEqual(texts.slice(0, ends.filter((end) => end <= length).length))
      expect(isCut).toBe(length !== HEADER_BYTES && !ends.includes(length))
    }
  })

  it('are all read but the one that holds a flipped bit, whatever the bit', () => {
    const records = Array.from({ length: 12 }, (_, index) => record(30, index + 1))
    const file = frameRecords(records)
    const texts = records.map((each) => each.toString('latin1'))
    for (let at = HEADER_BYTES; at < file.length; at += 1)
      for (const bit of [0, 3, 7]) {
        const damaged = Buffer.from(file)
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
        const { records: found, damages, isCut } = read(damaged)
        const which = Math.floor((at - HEADER_BYTES) / 37)
        const isLength = (at - HEADER_BYTES) % 37 === 4 || (at - HEADER_BYTES) % 37 === 5
        // A length that is damaged takes what follows in the block with it.
        expect(found).toEqual(isLength ? texts.slice(0, which) : texts.filter((_, index) => index !== which))
        expect(damages.length > 0 || isCut).toBe(true)
      }
  })

  it('go on in the next block where a length is damaged', () => {
    const records = [record(10, 1), record(40_000, 2), record(50, 3), record(60, 4)]
    const file = frameRecords(records)
    file[HEADER_BYTES + 5] = 0xff
    expect(read(file)).toEqual({
      records: records.slice(2).map((each) => each.toString('latin1')),
      damages: ['a checksum does not hold'],
      isCut: false,
    })
  })

  it('end where a file was filled up with zeros, which is no damage', () => {
    const file = Buffer.concat([frameRecords([record(10)]), Buffer.alloc(70_000)])
    expect(read(file)).toEqual({ records: [record(10).toString('latin1')], damages: [], isCut: false })
  })

  it('are none of a file that begins otherwise, and that is said', () => {
    expect(read(Buffer.from('no log at all, but long enough')).damages).toContain(
      'it does not begin as a W&B log does',
    )
    expect(read(Buffer.from(':W&'))).toEqual({ records: [], damages: [], isCut: true })
  })

  it('that lack their beginning or their end are damages', () => {
    const file = frameRecords([record(80_000, 1), record(5, 2)])
    const withoutFirst = Buffer.concat([
      file.subarray(0, HEADER_BYTES),
      Buffer.alloc(BLOCK - HEADER_BYTES),
      file.subarray(BLOCK),
    ])
    expect(read(withoutFirst)).toMatchObject({
      records: [record(5, 2).toString('latin1')],
      damages: ['the beginning of a record is missing'],
    })
    const withoutRest = Buffer.concat([
      file.subarray(0, BLOCK),
      frameRecords([record(6, 3)]).subarray(HEADER_BYTES),
    ])
    expect(read(withoutRest)).toMatchObject({
      records: [record(6, 3).toString('latin1')],
      damages: ['a record breaks off'],
    })
  })
})
