import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { maskedChecksum } from '../../src/runs/sources/tensorboard/masked-checksum.ts'

/** One TFRecord around a message. */
export function record(message: Uint8Array): Buffer {
  const header = Buffer.alloc(12)
  header.writeBigUInt64LE(BigInt(message.length))
  header.writeUInt32LE(maskedChecksum(header.subarray(0, 8)), 8)
  const footer = Buffer.alloc(4)
  footer.writeUInt32LE(maskedChecksum(message))
  return Buffer.concat([header, message, footer])
}

type Fields = (writer: BinaryWriter) => BinaryWriter

/** A message of these fields. */
export function message(fields: Fields): Uint8Array {
  return fields(new BinaryWriter()).finish()
}

/** A field that is a message. */
export function nested(writer: BinaryWriter, field: number, fields: Fields): BinaryWriter {
  return fields(writer.tag(field, WireType.LengthDelimited).fork()).join()
}

/** A field of text. */
export function text(writer: BinaryWriter, field: number, value: string): BinaryWriter {
  return writer.tag(field, WireType.LengthDelimited).string(value)
}

export interface EventFields {
  /** Seconds since 1970. */
  readonly time?: number
  readonly step?: number | bigint
  readonly version?: string
  /** Values of a summary. */
  readonly values?: readonly Fields[]
  readonly sessionStatus?: number
  /** Another field of the event (a graph is 4), with its bytes. */
  readonly other?: readonly [number, Uint8Array]
}

/** One event as a record. */
export function event({ time = 0, step, version, values, sessionStatus, other }: EventFields): Buffer {
  return record(
    message((writer) => {
      if (time !== 0) writer.tag(1, WireType.Bit64).double(time)
      if (step !== undefined && step !== 0) writer.tag(2, WireType.Varint).int64(step)
      if (version !== undefined) text(writer, 3, version)
      if (other !== undefined) writer.tag(other[0], WireType.LengthDelimited).bytes(other[1])
      if (values !== undefined)
        nested(writer, 5, (summary) => {
          for (const value of values) nested(summary, 1, value)
          return summary
        })
      if (sessionStatus !== undefined)
        nested(writer, 7, (log) => log.tag(1, WireType.Varint).int32(sessionStatus))
      return writer
    }),
  )
}

/** The first event of a file. */
export function fileVersion(time: number, version = 'brain.Event:2'): Buffer {
  return event({ time, version })
}

/** A value as PyTorch, tensorboardX and TF1 write it. */
export function simpleValue(tag: string, value: number): Fields {
  return (writer) => text(writer, 1, tag).tag(2, WireType.Bit32).float(value)
}

/** A value as a tensor; `fields` are those of the tensor itself. */
export function tensorValue(tag: string, plugin: string | null, fields: Fields): Fields {
  return (writer) => {
    nested(text(writer, 1, tag), 8, fields)
    return plugin === null ? writer : nested(writer, 9, pluginData(plugin))
  }
}

/** A scalar as TF2 writes it: a float tensor without a shape. */
export function scalarTensor(tag: string, value: number, plugin: string | null = 'scalars'): Fields {
  return tensorValue(tag, plugin, (tensor) =>
    nested(tensor.tag(1, WireType.Varint).int32(1), 5, (list) => list.float(value)),
  )
}

/** A text as PyTorch writes it. */
export function textValue(tag: string, ...texts: readonly string[]): Fields {
  return tensorValue(tag, 'text', (tensor) => {
    tensor.tag(1, WireType.Varint).int32(7)
    nested(tensor, 2, (shape) => nested(shape, 2, (size) => size.tag(1, WireType.Varint).int64(texts.length)))
    for (const one of texts) text(tensor, 8, one)
    return tensor
  })
}

/** A picture, histogram or sound: bytes that nobody decodes. */
export function mediaValue(tag: string, field: 4 | 5 | 6, bytes: Uint8Array): Fields {
  return (writer) => text(writer, 1, tag).tag(field, WireType.LengthDelimited).bytes(bytes)
}

function pluginData(plugin: string, content?: Uint8Array): Fields {
  return (metadata) =>
    nested(metadata, 1, (data) => {
      text(data, 1, plugin)
      return content === undefined ? data : data.tag(2, WireType.LengthDelimited).bytes(content)
    })
}

/** What the hparams plugin says, in one of its fields: 2 the experiment, 3 the start of a session, 4 its end. */
export function hparamsValue(field: 2 | 3 | 4, fields: Fields): Fields {
  const tags = { 2: 'experiment', 3: 'session_start_info', 4: 'session_end_info' }
  const content = message((writer) => nested(writer, field, fields))
  return (writer) => nested(text(writer, 1, `_hparams_/${tags[field]}`), 9, pluginData('hparams', content))
}

export type Hparam = number | string | boolean | null | readonly number[]

/** The start of a session with its hyper-parameters. */
export function sessionStart(params: Readonly<Record<string, Hparam>>, startedAt?: number): Fields {
  return hparamsValue(3, (start) => {
    for (const [name, value] of Object.entries(params))
      nested(start, 1, (entry) => nested(text(entry, 1, name), 2, (inner) => protobufValue(inner, value)))
    return startedAt === undefined ? start : start.tag(5, WireType.Bit64).double(startedAt)
  })
}

/** The end of a session: 1 success, 2 failure, 3 running. */
export function sessionEnd(status: number, endedAt?: number): Fields {
  return hparamsValue(4, (end) => {
    end.tag(1, WireType.Varint).int32(status)
    return endedAt === undefined ? end : end.tag(2, WireType.Bit64).double(endedAt)
  })
}

function protobufValue(writer: BinaryWriter, value: Hparam): BinaryWriter {
  if (value === null) return writer.tag(1, WireType.Varint).int32(0)
  if (typeof value === 'number') return writer.tag(2, WireType.Bit64).double(value)
  if (typeof value === 'string') return text(writer, 3, value)
  if (typeof value === 'boolean') return writer.tag(4, WireType.Varint).bool(value)
  return nested(writer, 6, (list) => {
    for (const one of value) nested(list, 1, (inner) => protobufValue(inner, one))
    return list
  })
}

/** Writes an event file of these records, and its folders. */
export async function writeEvents(
  folder: string,
  path: string,
  records: readonly Uint8Array[],
): Promise<string> {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, Buffer.concat(records))
  return file
}
