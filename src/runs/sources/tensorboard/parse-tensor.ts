import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { eachField, endOfMessage } from './each-field.ts'

/** What a tensor holds, in the order of its elements. */
export type Tensor =
  | { readonly kind: 'numbers'; readonly shape: readonly number[]; readonly numbers: readonly number[] }
  | { readonly kind: 'texts'; readonly shape: readonly number[]; readonly texts: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }

const MOST_ELEMENTS = 10_000

/** How the elements of one type are written in `tensor_content` (little-endian), and which list holds them otherwise. */
interface NumberType {
  readonly list: number
  readonly bytes: number
  read(view: DataView, at: number): number
}

// `tensorboard/compat/proto/types.proto` and `tensor.proto`: the number of the type, its list, its width.
const TYPES: Readonly<Record<number, NumberType>> = {
  1: { list: 5, bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  2: { list: 6, bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  3: { list: 7, bytes: 4, read: (view, at) => view.getInt32(at, true) },
  4: { list: 7, bytes: 1, read: (view, at) => view.getUint8(at) },
  5: { list: 7, bytes: 2, read: (view, at) => view.getInt16(at, true) },
  6: { list: 7, bytes: 1, read: (view, at) => view.getInt8(at) },
  9: { list: 10, bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  10: { list: 11, bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  14: { list: 13, bytes: 2, read: (view, at) => numberOfBfloat16(view.getUint16(at, true)) },
  17: { list: 7, bytes: 2, read: (view, at) => view.getUint16(at, true) },
  19: { list: 13, bytes: 2, read: (view, at) => numberOfHalf(view.getUint16(at, true)) },
  22: { list: 16, bytes: 4, read: (view, at) => view.getUint32(at, true) },
  23: { list: 17, bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  24: { list: 18, bytes: 1, read: (view, at) => numberOfHalf(view.getUint8(at) << 8) },
  25: { list: 18, bytes: 1, read: (view, at) => numberOfE4m3(view.getUint8(at)) },
}
const STRING = 7
const HALF_TYPES = [14, 19]

/**
 * Parses one `tensorflow.TensorProto`. `tensor_content` goes before the lists; a list shorter than the shape repeats its last
 * value, an empty one means zeros (or empty texts); lists may be packed or not. Whole numbers of 64 bits become the nearest
 * double. What is no number or text, or too much of it, is refused. Throws where the message is damaged.
 */
export function parseTensor(message: Uint8Array): Tensor {
  const reader = new BinaryReader(message)
  let type = 0
  let shape: readonly number[] = []
  let content: Uint8Array | null = null
  const numbers = new Map<number, number[]>()
  const texts: string[] = []
  eachField(reader, message.length, (field, wire) => {
    if (field === 1 && wire === WireType.Varint) type = reader.int32()
    else if (field === 2 && wire === WireType.LengthDelimited)
      shape = parseShape(reader, endOfMessage(reader, message.length))
    else if (field === 4 && wire === WireType.LengthDelimited) content = reader.bytes()
    else if (field === 8 && wire === WireType.LengthDelimited) texts.push(reader.string())
    else if (field === 18 && wire === WireType.LengthDelimited) numbers.set(18, [...reader.bytes()])
    else {
      const read = LISTS[field]
      if (read === undefined) return false
      const list = numbers.get(field) ?? []
      numbers.set(field, list)
      if (wire === WireType.LengthDelimited) {
        const end = endOfMessage(reader, message.length)
        while (reader.pos < end) list.push(read(reader))
      } else list.push(read(reader))
    }
    return true
  })

  const count = shape.reduce((product, size) => product * size, 1)
  if (!(count >= 0 && count <= MOST_ELEMENTS)) return { kind: 'refused', why: 'it has too many elements' }
  if (type === STRING) return { kind: 'texts', shape, texts: filled(texts, count, '') }
  const element = TYPES[type]
  if (element === undefined) return { kind: 'refused', why: `its elements are no numbers (type ${type})` }
  if (content === null || (content as Uint8Array).length === 0) {
    const list = (numbers.get(element.list) ?? []).map((value) => fromList(type, value))
    return { kind: 'numbers', shape, numbers: filled(list, count, 0) }
  }
  const { buffer, byteOffset, byteLength } = content as Uint8Array
  if (byteLength !== count * element.bytes)
    return { kind: 'refused', why: 'its content does not fit its shape' }
  const view = new DataView(buffer, byteOffset, byteLength)
  return {
    kind: 'numbers',
    shape,
    numbers: Array.from({ length: count }, (_, index) => element.read(view, index * element.bytes)),
  }
}

const LISTS: Readonly<Record<number, (reader: BinaryReader) => number>> = {
  5: (reader) => reader.float(),
  6: (reader) => reader.double(),
  7: (reader) => reader.int32(),
  10: (reader) => Number(reader.int64()),
  11: (reader) => (reader.bool() ? 1 : 0),
  13: (reader) => reader.int32(),
  16: (reader) => reader.uint32(),
  17: (reader) => Number(reader.uint64()),
}

/** The number that 16 bits stand for as IEEE 754 binary16. */
export function numberOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The number that 16 bits stand for as bfloat16: the upper half of a float. */
export function numberOfBfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint16(0, bits)
  return view.getFloat32(0)
}

// OCP 8-bit floating point: E4M3 has no infinity, and one pattern of NaN.
function numberOfE4m3(bits: number): number {
  const sign = bits & 0x80 ? -1 : 1
  const exponent = (bits >> 3) & 0xf
  const fraction = bits & 0x7
  if (exponent === 0xf && fraction === 0x7) return Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -9 : sign * (1 + fraction / 8) * 2 ** (exponent - 7)
}

// Halves and bytes stand in lists of whole numbers as their raw bits.
function fromList(type: number, value: number): number {
  if (type === 24) return numberOfHalf(value << 8)
  if (type === 25) return numberOfE4m3(value)
  if (!HALF_TYPES.includes(type)) return value
  return type === 19 ? numberOfHalf(value & 0xffff) : numberOfBfloat16(value & 0xffff)
}

function parseShape(reader: BinaryReader, end: number): readonly number[] {
  const shape: number[] = []
  eachField(reader, end, (field, type) => {
    if (field !== 2 || type !== WireType.LengthDelimited) return false
    const inner = endOfMessage(reader, end)
    let size = 0
    eachField(reader, inner, (innerField, innerType) => {
      if (innerField !== 1 || innerType !== WireType.Varint) return false
      size = Number(reader.int64())
      return true
    })
    shape.push(size)
    return true
  })
  return shape
}

function filled<Value>(list: readonly Value[], count: number, empty: Value): readonly Value[] {
  const last = list.at(-1) ?? empty
  return Array.from({ length: count }, (_, index) => list[index] ?? last)
}
