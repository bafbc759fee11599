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
  eachField(reader, end, (field, type) => {
    if (field === 1 && type === WireType.Bit64) wallTime = reader.double()
    else if (field === 2 && type === WireType.Varint) step = exact(reader.int64())
    else if (field === 3 && type === WireType.LengthDelimited) fileVersion = reader.string()
    else if (field === 5 && type === WireType.LengthDelimited) {
      values ??= []
      parseSummary(reader, endOfMessage(reader, end), values)
    } else if (field === 7 && type === WireType.LengthDelimited)
      isRestart = parseSessionStatus(reader, endOfMessage(reader, end)) === SESSION_START
    else return false
    return true
  })
  return { wallTime, step, fileVersion, isRestart, values }
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
  eachField(reader, end, (field, type) => {
    if (field !== 1 || type !== WireType.LengthDelimited) return false
    values.push(parseValue(reader, endOfMessage(reader, end)))
    return true
  })
}

function parseValue(reader: BinaryReader, end: number): SummaryValue {
  let tag = ''
  let nodeName = ''
  let plugin: string | null = null
  let content: Uint8Array | null = null
  let value: SummaryValue['value'] = NO_VALUE
  eachField(reader, end, (field, type) => {
    if (field === 2 && type === WireType.Bit32) {
      value = { kind: 'number', number: reader.float() }
      return true
    }
    if (type !== WireType.LengthDelimited) return false
    switch (field) {
      case 1:
        tag = reader.string()
        return true
      case 7:
        nodeName = reader.string()
        return true
      case 8:
        value = { kind: 'tensor', message: reader.bytes() }
        return true
      case 9: {
        const metadata = endOfMessage(reader, end)
        eachField(reader, metadata, (inner, innerType) => {
          if (inner !== 1 || innerType !== WireType.LengthDelimited) return false
          const data = endOfMessage(reader, metadata)
          eachField(reader, data, (last, lastType) => {
            if (lastType !== WireType.LengthDelimited || last > 2) return false
            if (last === 1) plugin = reader.string()
            else content = reader.bytes()
            return true
          })
          return true
        })
        return true
      }
      case 3:
      case 4:
      case 5:
      case 6: {
        const bytes = reader.skip(type).length
        value = { kind: 'media', media: MEDIA[field], bytes }
        return true
      }
      default:
        return false
    }
  })
  // Before plugins, a tensor was named by the node of the graph that made it.
  if (tag === '' && (value as SummaryValue['value']).kind === 'tensor') tag = nodeName
  return { tag, plugin, content, value }
}

const MEDIA = { 3: 'histogram', 4: 'image', 5: 'histogram', 6: 'audio' } as const

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
