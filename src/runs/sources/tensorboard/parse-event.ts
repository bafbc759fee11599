import { type BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { eachField, endOfMessage } from './each-field.ts'

/** One value of a summary. Byte arrays are views, good until the next record is read. */
export interface SummaryValue {
  readonly tag: string
  /** The plugin whose value it is; null where the value does not say: writers say it once per tag. */
  readonly plugin: string | null
  /** What the plugin keeps beside the value. */
  readonly content: Uint8Array | null
  readonly value:
    | { readonly kind: 'number'; readonly number: number }
    | { readonly kind: 'tensor'; readonly message: Uint8Array }
    | { readonly kind: 'media'; readonly media: Media; readonly bytes: number }
    | { readonly kind: 'nothing' }
}

export type Media = 'image' | 'histogram' | 'audio'

/** One event of a log. */
export interface LogEvent {
  /** Seconds since 1970, as written. */
  readonly wallTime: number
  /** Null where it is too large to be told exactly. */
  readonly step: number | null
  readonly fileVersion: string | null
  /** Whether a training (re)started here: a session log of status START. */
  readonly isRestart: boolean
  /** Null where the event is no summary. */
  readonly values: readonly SummaryValue[] | null
}

const NO_VALUE = { kind: 'nothing' } as const
const SESSION_START = 1

/**
 * Parses one `tensorflow.Event` (`tensorboard/compat/proto/event.proto`, `summary.proto`): images, histograms, audio, graphs and
 * run metadata are stepped over. Throws where the message is damaged.
 */
export function parseEvent(reader: BinaryReader, end: number): LogEvent {
  let wallTime = 0
  let step: number | null = 0
  let fileVersion: string | null = null
  let isRestart = false
  let values: SummaryValue[] | null = null
  // Without a function per field: this is run for every value of a log.
  while (reader.pos < end) {
    const tag = reader.uint32()
    switch (tag) {
      case WALL_TIME:
        wallTime = reader.double()
        break
      case STEP:
        step = exact(reader.int64())
        break
      case FILE_VERSION:
        fileVersion = reader.string()
        break
      case SUMMARY:
        values ??= []
        parseSummary(reader, endOfMessage(reader, end), values)
        break
      case SESSION_LOG:
        isRestart = parseSessionStatus(reader, endOfMessage(reader, end)) === SESSION_START
        break
      default:
        reader.skip(tag & 7, tag >>> 3)
    }
  }
  if (reader.pos !== end) throw new Error('a field reaches beyond its message')
  return { wallTime, step, fileVersion, isRestart, values }
}

// Numbers of fields with their wire types.
const WALL_TIME = (1 << 3) | WireType.Bit64
const STEP = (2 << 3) | WireType.Varint
const FILE_VERSION = (3 << 3) | WireType.LengthDelimited
const SUMMARY = (5 << 3) | WireType.LengthDelimited
const SESSION_LOG = (7 << 3) | WireType.LengthDelimited

/** Whether an event may be a session log, which may make values obsolete; nothing else of it is read. */
export function mayRestart(reader: BinaryReader, end: number): boolean {
  try {
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === SESSION_LOG) return true
      if ((tag & 7) === WireType.LengthDelimited) return false
      reader.skip(tag & 7, tag >>> 3)
    }
  } catch {
    // Damaged, or no event at all: a full reading tells.
    return false
  }
  return false
}

/**
 * Whether an event that begins with these bytes may hold values: graphs, run metadata and their like may not.
 * Where the bytes do not tell, it may.
 */
export function mayHoldValues(reader: BinaryReader, end: number): boolean {
  const without = [4, 6, 8, 9]
  try {
    while (reader.pos < end) {
      const [field, type] = reader.tag()
      if (without.includes(field)) return false
      if (type === WireType.LengthDelimited) return true
      reader.skip(type)
    }
  } catch {
    // The head ends in the middle of a field.
    return true
  }
  return true
}

function parseSummary(reader: BinaryReader, end: number, values: SummaryValue[]): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === VALUE) values.push(parseValue(reader, endOfMessage(reader, end)))
    else reader.skip(tag & 7, tag >>> 3)
  }
  if (reader.pos !== end) throw new Error('a field reaches beyond its message')
}

const VALUE = (1 << 3) | WireType.LengthDelimited

function parseValue(reader: BinaryReader, end: number): SummaryValue {
  let name = ''
  let nodeName = ''
  let metadata: Pick<SummaryValue, 'plugin' | 'content'> = NO_METADATA
  let value: SummaryValue['value'] = NO_VALUE
  while (reader.pos < end) {
    const tag = reader.uint32()
    switch (tag) {
      case TAG:
        name = reader.string()
        break
      case SIMPLE_VALUE:
        value = { kind: 'number', number: reader.float() }
        break
      case NODE_NAME:
        nodeName = reader.string()
        break
      case TENSOR:
        value = { kind: 'tensor', message: reader.bytes() }
        break
      case METADATA:
        metadata = parseMetadata(reader, endOfMessage(reader, end))
        break
      default: {
        const bytes = reader.skip(tag & 7, tag >>> 3).length
        const media = (tag & 7) === WireType.LengthDelimited ? MEDIA.get(tag >>> 3) : undefined
        if (media !== undefined) value = { kind: 'media', media, bytes }
      }
    }
  }
  if (reader.pos !== end) throw new Error('a field reaches beyond its message')
  // Before plugins, a tensor was named by the node of the graph that made it.
  return { tag: name === '' && value.kind === 'tensor' ? nodeName : name, ...metadata, value }
}

const TAG = (1 << 3) | WireType.LengthDelimited
const SIMPLE_VALUE = (2 << 3) | WireType.Bit32
const NODE_NAME = (7 << 3) | WireType.LengthDelimited
const TENSOR = (8 << 3) | WireType.LengthDelimited
const METADATA = (9 << 3) | WireType.LengthDelimited
const NO_METADATA = { plugin: null, content: null }
const MEDIA: ReadonlyMap<number, Media> = new Map([
  [3, 'histogram'],
  [4, 'image'],
  [5, 'histogram'],
  [6, 'audio'],
])

function parseMetadata(reader: BinaryReader, end: number): Pick<SummaryValue, 'plugin' | 'content'> {
  let plugin: string | null = null
  let content: Uint8Array | null = null
  eachField(reader, end, (field, type) => {
    if (field !== 1 || type !== WireType.LengthDelimited) return false
    const inner = endOfMessage(reader, end)
    eachField(reader, inner, (innerField, innerType) => {
      if (innerType !== WireType.LengthDelimited || innerField > 2) return false
      if (innerField === 1) plugin = reader.string()
      else content = reader.bytes()
      return true
    })
    return true
  })
  return { plugin, content }
}

function parseSessionStatus(reader: BinaryReader, end: number): number {
  let status = 0
  eachField(reader, end, (field, type) => {
    if (field !== 1 || type !== WireType.Varint) return false
    status = reader.int32()
    return true
  })
  return status
}

function exact(step: bigint | string): number | null {
  const number = Number(step)
  return Number.isSafeInteger(number) ? number : null
}
