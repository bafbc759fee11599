import { crc32 } from 'node:zlib'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** A record as a test says it; what is left out is not written. Times are milliseconds since 1970, values texts of JSON. */
export type WandbEntry =
  | {
      readonly kind: 'run'
      readonly id: string
      readonly entity?: string
      readonly project?: string
      readonly group?: string
      readonly jobType?: string
      readonly name?: string
      readonly notes?: string
      readonly tags?: readonly string[]
      readonly sweep?: string
      readonly host?: string
      readonly start?: number
      readonly resumed?: boolean
      readonly commit?: string
      readonly forkedFrom?: string
      readonly config?: Values
    }
  | { readonly kind: 'config' | 'summary'; readonly update?: Values; readonly remove?: readonly string[] }
  | { readonly kind: 'history'; readonly step: number; readonly values: Values }
  | {
      readonly kind: 'typed history'
      readonly step: number
      readonly values: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'output' | 'output line'; readonly line: string; readonly time?: number }
  | {
      readonly kind: 'exit'
      readonly code?: number
      readonly runtime?: number
      /** True where W&B's service wrote it, not the process. */
      readonly unsent?: boolean
    }
  | { readonly kind: 'alert'; readonly title: string; readonly text: string }
  | { readonly kind: 'metric'; readonly name: string; readonly goal?: 1 | 2 }
  | { readonly kind: 'used'; readonly name: string; readonly type: string }
  | { readonly kind: 'stats'; readonly time: number }
  | { readonly kind: 'header'; readonly producer: string }
  | {
      readonly kind: 'environment'
      readonly python?: string
      readonly start?: number
      readonly args?: readonly string[]
      readonly program?: string
      readonly codePath?: string
      readonly commit?: string
      readonly email?: string
      readonly root?: string
      readonly host?: string
      readonly username?: string
      readonly gpu?: string
      readonly gpuCount?: number
    }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }

/**
 * Values as JSON by key, in W&B's own way: a key of one text is written as `key`; one that begins with `>` is a path written as
 * `nested_key`, each segment after a `>`.
 */
type Values = Readonly<Record<string, string>>

const BLOCK = 32_768
const HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0])

/** A `.wandb` transaction log with these records, framed as W&B's own writers do. */
export function wandbLog(entries: readonly WandbEntry[]): Buffer {
  return frameRecords(entries.map((entry, index) => encodeRecord(entry, index + 1)))
}

/** Records as a log of blocks of 32 KiB, each chunk under its checksum. */
export function frameRecords(records: readonly Uint8Array[]): Buffer {
  const parts: Buffer[] = [HEADER]
  let at = HEADER.length
  const put = (bytes: Buffer): void => {
    parts.push(bytes)
    at += bytes.length
  }
  for (const record of records) {
    let rest = Buffer.from(record)
    for (let isFirst = true, isLast = false; !isLast; ) {
      const room = BLOCK - (at % BLOCK)
      if (room < 7) {
        put(Buffer.alloc(room))
        continue
      }
      const payload = rest.subarray(0, room - 7)
      rest = rest.subarray(payload.length)
      isLast = rest.length === 0
      const type = isFirst ? (isLast ? 1 : 2) : isLast ? 4 : 3
      isFirst = false
      const head = Buffer.alloc(7)
      head.writeUInt32LE(crc32(payload, crc32(Uint8Array.of(type))), 0)
      head.writeUInt16LE(payload.length, 4)
      head[6] = type
      put(Buffer.concat([head, payload]))
    }
  }
  return Buffer.concat(parts)
}

/** One record as a protobuf message, its number and stream beside it as W&B writes them. */
export function encodeRecord(entry: WandbEntry, number: number): Uint8Array {
  if (entry.kind === 'raw') return entry.bytes
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).int64(number)
  message(writer, FIELDS[entry.kind], () => write(writer, entry))
  if (!(entry.kind === 'exit' && entry.unsent)) message(writer, 200, () => text(writer, 1, 'stream'))
  return writer.finish()
}

const FIELDS = {
  history: 2,
  'typed history': 2,
  summary: 3,
  'output line': 4,
  config: 5,
  stats: 7,
  alert: 10,
  metric: 12,
  output: 13,
  run: 17,
  exit: 18,
  header: 21,
  used: 25,
  environment: 26,
} as const

function write(writer: BinaryWriter, entry: Exclude<WandbEntry, { kind: 'raw' }>): void {
  switch (entry.kind) {
    case 'run':
      text(writer, 1, entry.id)
      text(writer, 2, entry.entity)
      text(writer, 3, entry.project)
      message(writer, 4, () => items(writer, entry.config ?? {}))
      text(writer, 6, entry.group)
      text(writer, 7, entry.jobType)
      text(writer, 8, entry.name)
      text(writer, 9, entry.notes)
      for (const tag of entry.tags ?? []) text(writer, 10, tag)
      text(writer, 12, entry.sweep)
      text(writer, 13, entry.host)
      time(writer, 17, entry.start)
      if (entry.resumed) writer.tag(18, WireType.Varint).bool(true)
      if (entry.commit !== undefined) message(writer, 21, () => text(writer, 2, entry.commit))
      if (entry.forkedFrom !== undefined) message(writer, 23, () => text(writer, 1, entry.forkedFrom))
      return
    case 'config':
    case 'summary':
      items(writer, entry.update ?? {})
      for (const key of entry.remove ?? []) message(writer, 2, () => path(writer, key))
      return
    case 'history':
      items(writer, entry.values)
      step(writer, entry.step)
      return
    case 'typed history':
      for (const [key, value] of Object.entries(entry.values))
        message(writer, 1, () => {
          path(writer, key)
          typed(writer, value)
        })
      step(writer, entry.step)
      return
    case 'output':
    case 'output line':
      writer.tag(1, WireType.Varint).int32(1)
      time(writer, 2, entry.time)
      text(writer, 3, entry.line)
      return
    case 'header':
      message(writer, 1, () => text(writer, 1, entry.producer))
      return
    case 'exit':
      if (entry.code) writer.tag(1, WireType.Varint).int32(entry.code)
      if (entry.runtime) writer.tag(2, WireType.Varint).int32(entry.runtime)
      return
    case 'alert':
      text(writer, 1, entry.title)
      text(writer, 2, entry.text)
      text(writer, 3, 'INFO')
      return
    case 'metric':
      text(writer, 1, entry.name)
      message(writer, 6, () => writer.tag(3, WireType.Varint).bool(true))
      if (entry.goal !== undefined) writer.tag(8, WireType.Varint).int32(entry.goal)
      return
    case 'used':
      text(writer, 2, entry.type)
      text(writer, 3, entry.name)
      return
    case 'stats':
      time(writer, 2, entry.time)
      message(writer, 3, () => {
        text(writer, 1, 'cpu')
        text(writer, 16, '12.5')
      })
      return
    case 'environment':
      text(writer, 2, entry.python)
      time(writer, 3, entry.start)
      for (const each of entry.args ?? []) text(writer, 5, each)
      text(writer, 6, entry.program)
      text(writer, 7, entry.codePath)
      if (entry.commit !== undefined) message(writer, 9, () => text(writer, 2, entry.commit))
      text(writer, 10, entry.email)
      text(writer, 11, entry.root)
      text(writer, 12, entry.host)
      text(writer, 13, entry.username)
      text(writer, 18, entry.gpu)
      if (entry.gpuCount) writer.tag(19, WireType.Varint).uint32(entry.gpuCount)
      return
    default:
      entry satisfies never
  }
}

function items(writer: BinaryWriter, values: Values): void {
  for (const [key, json] of Object.entries(values))
    message(writer, 1, () => {
      path(writer, key)
      text(writer, 16, json)
    })
}

function path(writer: BinaryWriter, key: string): void {
  if (!key.startsWith('>')) text(writer, 1, key)
  else for (const segment of key.slice(1).split('>')) writer.tag(2, WireType.LengthDelimited).string(segment)
}

function typed(writer: BinaryWriter, value: unknown): void {
  if (value === null) writer.tag(3, WireType.Varint).int32(0)
  else if (typeof value === 'boolean') writer.tag(4, WireType.Varint).bool(value)
  else if (typeof value === 'bigint') writer.tag(5, WireType.Varint).sint64(value)
  else if (typeof value === 'number') writer.tag(6, WireType.Bit64).double(value)
  else if (typeof value === 'string') writer.tag(7, WireType.LengthDelimited).string(value)
  else writer.tag(8, WireType.LengthDelimited).string(JSON.stringify(value))
}

function step(writer: BinaryWriter, number: number): void {
  message(writer, 2, () => {
    if (number !== 0) writer.tag(1, WireType.Varint).int64(number)
  })
}

function time(writer: BinaryWriter, field: number, milliseconds: number | undefined): void {
  if (milliseconds === undefined) return
  message(writer, field, () => {
    writer.tag(1, WireType.Varint).int64(Math.floor(milliseconds / 1000))
    writer.tag(2, WireType.Varint).int32((milliseconds % 1000) * 1_000_000)
  })
}

function text(writer: BinaryWriter, field: number, value: string | undefined): void {
  if (value !== undefined && value !== '') writer.tag(field, WireType.LengthDelimited).string(value)
}

function message(writer: BinaryWriter, field: number, inside: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  inside()
  writer.join()
}
