import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  numberOfBfloat16,
  numberOfHalf,
  parseTensor,
} from '../../../../src/runs/sources/tensorboard/parse-tensor.ts'
import { message, nested, text } from '../../../support/write-events.ts'

const FLOAT = 1
const STRING = 7

function tensor(
  type: number,
  shape: readonly number[] | null,
  fields: (writer: BinaryWriter) => void,
): Uint8Array {
  return message((writer) => {
    writer.tag(1, WireType.Varint).int32(type)
    if (shape !== null)
      nested(writer, 2, (inner) => {
        for (const size of shape) nested(inner, 2, (dim) => dim.tag(1, WireType.Varint).int64(size))
        return inner
      })
    fields(writer)
    return writer
  })
}

function packed(field: number, write: (writer: BinaryWriter) => void) {
  return (writer: BinaryWriter) => {
    nested(writer, field, (list) => {
      write(list)
      return list
    })
  }
}

function content(...bytes: readonly number[]) {
  return (writer: BinaryWriter) => {
    writer.tag(4, WireType.LengthDelimited).bytes(Uint8Array.from(bytes))
  }
}

function numbersOf(bytes: Uint8Array): readonly number[] | string {
  const parsed = parseTensor(bytes)
  return parsed.kind === 'numbers' ? parsed.numbers : parsed.kind === 'refused' ? parsed.why : parsed.kind
}

describe('a tensor', () => {
  it.each<[string, number, (writer: BinaryWriter) => void, number]>([
    ['float', 1, packed(5, (list) => list.float(0.5)), 0.5],
    ['double', 2, packed(6, (list) => list.double(0.1)), 0.1],
    ['int32', 3, packed(7, (list) => list.int32(-7)), -7],
    ['uint8', 4, packed(7, (list) => list.int32(200)), 200],
    ['int16', 5, packed(7, (list) => list.int32(-300)), -300],
    ['int8', 6, packed(7, (list) => list.int32(-8)), -8],
    ['int64', 9, packed(10, (list) => list.int64(-(2n ** 40n))), -(2 ** 40)],
    ['bool', 10, packed(11, (list) => list.bool(true)), 1],
    ['bfloat16', 14, packed(13, (list) => list.int32(0x3fc0)), 1.5],
    ['uint16', 17, packed(7, (list) => list.int32(65535)), 65535],
    ['half', 19, packed(13, (list) => list.int32(0x3e00)), 1.5],
    ['uint32', 22, packed(16, (list) => list.uint32(4294967295)), 4294967295],
    ['uint64', 23, packed(17, (list) => list.uint64(2n ** 50n)), 2 ** 50],
    ['float8 e5m2', 24, (writer) => writer.tag(18, WireType.LengthDelimited).bytes(Uint8Array.of(0x3e)), 1.5],
    ['float8 e4m3', 25, (writer) => writer.tag(18, WireType.LengthDelimited).bytes(Uint8Array.of(0x3c)), 1.5],
  ])('of type %s is read from its list', (_, type, fields, value) => {
    expect(numbersOf(tensor(type, [], fields))).toEqual([value])
  })

  it.each<[string, number, readonly number[], number]>([
    ['float', 1, [0, 0, 0, 0x3f], 0.5],
    ['double', 2, [0, 0, 0, 0, 0, 0, 0xe0, 0x3f], 0.5],
    ['int32', 3, [0xf9, 0xff, 0xff, 0xff], -7],
    ['uint8', 4, [200], 200],
    ['int16', 5, [0xd4, 0xfe], -300],
    ['int8', 6, [0xf8], -8],
    ['int64', 9, [1, 0, 0, 0, 0, 1, 0, 0], 2 ** 40 + 1],
    ['bool', 10, [1], 1],
    ['bfloat16', 14, [0xc0, 0x3f], 1.5],
    ['uint16', 17, [0xff, 0xff], 65535],
    ['half', 19, [0, 0x3e], 1.5],
    ['uint32', 22, [0xff, 0xff, 0xff, 0xff], 4294967295],
    ['uint64', 23, [0, 0, 0, 0, 0, 0, 4, 0], 2 ** 50],
    ['float8 e5m2', 24, [0x3e], 1.5],
    ['float8 e4m3', 25, [0xbc], -1.5],
  ])('of type %s is read from its content, least byte first', (_, type, bytes, value) => {
    expect(numbersOf(tensor(type, [], content(...bytes)))).toEqual([value])
  })

  it('takes its content before its list', () => {
    const both = tensor(FLOAT, [], (writer) => {
      packed(5, (list) => list.float(9))(writer)
      content(0, 0, 0, 0x3f)(writer)
    })
    expect(numbersOf(both)).toEqual([0.5])
  })

  it('reads a list that is not packed, and one in several pieces', () => {
    const unpacked = tensor(FLOAT, [3], (writer) => {
      for (const value of [1, 2]) writer.tag(5, WireType.Bit32).float(value)
      packed(5, (list) => list.float(3))(writer)
    })
    expect(numbersOf(unpacked)).toEqual([1, 2, 3])
  })

  it('repeats the last of a short list, and takes an empty one for zeros', () => {
    expect(
      numbersOf(
        tensor(
          FLOAT,
          [2, 2],
          packed(5, (list) => list.float(1).float(2)),
        ),
      ),
    ).toEqual([1, 2, 2, 2])
    expect(numbersOf(tensor(FLOAT, [2], () => {}))).toEqual([0, 0])
    expect(numbersOf(tensor(FLOAT, null, () => {}))).toEqual([0])
    expect(numbersOf(tensor(FLOAT, [0], () => {}))).toEqual([])
  })

  it('holds texts, which need not be whole UTF-8', () => {
    const texts = tensor(STRING, [2], (writer) => {
      text(writer, 8, 'één')
      writer.tag(8, WireType.LengthDelimited).bytes(Uint8Array.of(0x61, 0xff))
    })
    expect(parseTensor(texts)).toEqual({ kind: 'texts', shape: [2], texts: ['één', 'a\ufffd'] })
  })

  it('is refused where it is no number, or more than memory should hold', () => {
    expect(numbersOf(tensor(8, [], content(0, 0, 0, 0, 0, 0, 0, 0)))).toContain('no numbers')
    expect(
      numbersOf(
        tensor(
          FLOAT,
          [100_000, 100_000],
          packed(5, (list) => list.float(1)),
        ),
      ),
    ).toContain('too many')
    expect(
      numbersOf(
        tensor(
          FLOAT,
          [-1],
          packed(5, (list) => list.float(1)),
        ),
      ),
    ).toContain('too many')
    expect(numbersOf(tensor(FLOAT, [], content(1, 2, 3)))).toContain('does not fit')
  })

  it('throws where its message is damaged, and never anything worse', () => {
    const whole = tensor(
      FLOAT,
      [2],
      packed(5, (list) => list.float(1).float(2)),
    )
    expect(() => parseTensor(whole.subarray(0, whole.length - 1))).toThrow()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          parseTensor(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
    )
  })
})

describe('halves', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('of the bits %i', (bits, value) => {
    expect(numberOfHalf(bits)).toBe(value)
  })

  it('of bfloat16 are the upper half of a float', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), (bits) => {
        const view = new DataView(new ArrayBuffer(4))
        view.setUint32(0, bits * 65536)
        expect(numberOfBfloat16(bits)).toBe(view.getFloat32(0))
      }),
    )
  })
})
