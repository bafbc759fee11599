import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { maskedChecksum } from '../../../../src/runs/sources/tensorboard/masked-checksum.ts'
import { isRecordFile, readRecords } from '../../../../src/runs/sources/tensorboard/record-file.ts'
import { record } from '../../../support/write-events.ts'

describe('records of an event file', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'narrate-records-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function read(bytes: Uint8Array, isWanted: (head: Uint8Array) => boolean = () => true) {
    const path = join(folder, 'file')
    await writeFile(path, bytes)
    const taken: string[] = []
    const sizes: number[] = []
    let breaths = 0
    const result = await readRecords(path, {
      take(reader, end, number) {
        const bytes = (reader as unknown as { readonly buf: Uint8Array }).buf.subarray(reader.pos, end)
        taken.push(`${number} ${Buffer.from(bytes.subarray(0, 8)).toString('latin1')}`)
        sizes.push(bytes.length)
      },
      isWanted,
      isChecked: true,
      breathe: async () => {
        breaths += 1
      },
    })
    if (result.kind !== 'read') throw new Error(result.kind)
    return { ...result, taken, sizes, breaths }
  }
  const texts = (...all: readonly string[]) => Buffer.concat(all.map((text) => record(Buffer.from(text))))

  it('keeps the checksum that the format prescribes', () => {
    // Test vectors of CRC-32C (RFC 3720, B.4), masked.
    const masked = (crc: number) => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
    expect(maskedChecksum(new Uint8Array(32))).toBe(masked(0x8a9136aa))
    expect(maskedChecksum(new Uint8Array(32).fill(0xff))).toBe(masked(0x62a8ab43))
    expect(maskedChecksum(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(masked(0x46dd794e))
  })

  it('are given in order, an empty one too', async () => {
    const { taken, end } = await read(texts('one', '', 'three'))
    expect(taken).toEqual(['1 one', '2 ', '3 three'])
    expect(end).toEqual({ kind: 'whole', offset: 16 * 3 + 8, record: 4 })
  })

  it('end where one is not whole, whatever was cut', async () => {
    const bytes = texts('one', 'two')
    for (let length = 0; length < bytes.length; length += 1) {
      const { taken, end } = await read(bytes.subarray(0, length))
      const whole = Math.floor(length / 19)
      expect(taken).toHaveLength(whole)
      expect(end).toEqual({
        kind: length % 19 === 0 ? 'whole' : 'cut',
        offset: 19 * whole,
        record: whole + 1,
      })
    }
  })

  it('are left out where their checksum does not hold, and what follows is read', async () => {
    const bytes = texts('one', 'two', 'three')
    bytes[19 + 13] = 0
    const { taken, end, spoiled } = await read(bytes)
    expect(taken).toEqual(['1 one', '3 three'])
    expect(spoiled).toEqual([2])
    expect(end.kind).toBe('whole')
  })

  it('end where a length is damaged, since nothing tells where the next begins', async () => {
    for (const at of [0, 3, 7, 8, 11]) {
      const bytes = texts('one', 'two', 'three')
      bytes[19 + at] = (bytes[19 + at] ?? 0) ^ 1
      const { taken, end } = await read(bytes)
      expect(taken).toEqual(['1 one'])
      expect(end).toEqual({ kind: 'damaged', offset: 19, record: 2 })
    }
    expect((await read(Buffer.concat([texts('one'), Buffer.alloc(50)]))).end.kind).toBe('damaged')
  })

  it('are read through a window that slides over the file', async () => {
    const bytes = Buffer.concat(Array.from({ length: 3000 }, (_, index) => record(Buffer.alloc(1500, index))))
    const { taken, sizes, breaths } = await read(bytes)
    expect(taken).toHaveLength(3000)
    expect(new Set(sizes)).toEqual(new Set([1500]))
    expect(breaths).toBeGreaterThanOrEqual(4)
  })

  it('larger than the window are read where they are wanted, and stepped over where not', async () => {
    const large = Buffer.alloc(3 * 1024 * 1024, 'a')
    const bytes = Buffer.concat([texts('one'), record(large), texts('three')])
    expect((await read(bytes)).sizes).toEqual([3, large.length, 5])
    const heads: number[] = []
    const without = await read(bytes, (head) => {
      heads.push(head.length)
      return false
    })
    expect(without.taken).toEqual(['1 one', '3 three'])
    expect(Math.max(...heads)).toBeLessThan(1024)
    // What is not wanted is not looked at: its damage is nobody's business.
    bytes[1_000_000] = 0
    expect((await read(bytes, () => false)).spoiled).toEqual([])
    expect((await read(bytes)).spoiled).toEqual([2])
  })

  it('of a length that no file can hold end the reading', async () => {
    const header = Buffer.alloc(12)
    header.writeBigUInt64LE(2n ** 62n)
    header.writeUInt32LE(maskedChecksum(header.subarray(0, 8)), 8)
    const { taken, end } = await read(Buffer.concat([texts('one'), header, Buffer.alloc(100)]))
    expect(taken).toEqual(['1 one'])
    expect(end.kind).toBe('cut')
  })

  it('make a file known by its first bytes', async () => {
    const path = join(folder, 'file')
    for (const [content, is] of [
      [texts('one'), true],
      [texts('one').subarray(0, 12), true],
      [texts('one').subarray(0, 11), false],
      [Buffer.from('version https://git-lfs.github.com/spec/v1'), false],
      [Buffer.alloc(100), false],
      [Buffer.alloc(0), false],
    ] as const) {
      await writeFile(path, content)
      expect(isRecordFile(path)).toBe(is)
    }
    expect(isRecordFile(join(folder, 'nothing'))).toBe(false)
    expect(isRecordFile(folder)).toBe(false)
  })
})
