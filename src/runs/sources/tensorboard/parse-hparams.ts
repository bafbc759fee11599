import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { eachField, endOfMessage } from './each-field.ts'

/** What one value of the hparams plugin says. */
export type Hparams =
  | {
      readonly kind: 'experiment'
      readonly name: string
      readonly description: string
      readonly user: string
    }
  | {
      readonly kind: 'start'
      /** Hyper-parameters as text: numbers as the shortest decimal (the log keeps all of them as doubles). */
      readonly params: ReadonlyMap<string, string>
      readonly groupName: string
      /** Milliseconds since 1970; null where the writer left it out. */
      readonly startedAt: number | null
    }
  | { readonly kind: 'end'; readonly status: SessionStatus; readonly endedAt: number | null }
  | { readonly kind: 'nothing' }

export type SessionStatus = 'unknown' | 'success' | 'failure' | 'running'

const STATUSES: readonly SessionStatus[] = ['unknown', 'success', 'failure', 'running']
const DEEPEST = 30

/**
 * Parses the content that the hparams plugin keeps beside its values
 * (`tensorboard/plugins/hparams/{plugin_data,api}.proto`). Throws where the message is damaged.
 */
export function parseHparams(content: Uint8Array): Hparams {
  const reader = new BinaryReader(content)
  let found: Hparams = { kind: 'nothing' }
  eachField(reader, content.length, (field, type) => {
    if (type !== WireType.LengthDelimited || field < 2 || field > 4) return false
    const end = endOfMessage(reader, content.length)
    found =
      field === 2
        ? parseExperiment(reader, end)
        : field === 3
          ? parseStart(reader, end)
          : parseEnd(reader, end)
    return true
  })
  return found
}

function parseExperiment(reader: BinaryReader, end: number): Hparams {
  const texts = new Map<number, string>()
  eachField(reader, end, (field, type) => {
    if (type !== WireType.LengthDelimited || ![1, 2, 6].includes(field)) return false
    texts.set(field, reader.string())
    return true
  })
  return {
    kind: 'experiment',
    name: texts.get(6) ?? '',
    description: texts.get(1) ?? '',
    user: texts.get(2) ?? '',
  }
}

function parseStart(reader: BinaryReader, end: number): Hparams {
  const params = new Map<string, string>()
  let groupName = ''
  let startedAt: number | null = null
  eachField(reader, end, (field, type) => {
    if (field === 1 && type === WireType.LengthDelimited) {
      const [name, value] = parseEntry(reader, endOfMessage(reader, end), 0)
      params.set(name, textOf(value))
    } else if (field === 4 && type === WireType.LengthDelimited) groupName = reader.string()
    else if (field === 5 && type === WireType.Bit64) startedAt = milliseconds(reader.double())
    else return false
    return true
  })
  return { kind: 'start', params, groupName, startedAt }
}

function parseEnd(reader: BinaryReader, end: number): Hparams {
  let status: SessionStatus = 'unknown'
  let endedAt: number | null = null
  eachField(reader, end, (field, type) => {
    if (field === 1 && type === WireType.Varint) status = STATUSES[reader.int32()] ?? 'unknown'
    else if (field === 2 && type === WireType.Bit64) endedAt = milliseconds(reader.double())
    else return false
    return true
  })
  return { kind: 'end', status, endedAt }
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** A name and a value (`google.protobuf.Value`) of a map; numbers are kept as numbers. */
function parseEntry(reader: BinaryReader, end: number, depth: number): readonly [string, Json] {
  let name = ''
  let value: Json = null
  eachField(reader, end, (field, type) => {
    if (type !== WireType.LengthDelimited) return false
    if (field === 1) name = reader.string()
    else if (field === 2) value = parseJson(reader, endOfMessage(reader, end), depth + 1)
    else return false
    return true
  })
  return [name, value]
}

function parseJson(reader: BinaryReader, end: number, depth: number): Json {
  if (depth > DEEPEST) throw new Error('a value is nested too deep')
  let value: Json = null
  eachField(reader, end, (field, type) => {
    if (field === 1 && type === WireType.Varint) {
      reader.int32()
      value = null
    } else if (field === 2 && type === WireType.Bit64) value = reader.double()
    else if (field === 3 && type === WireType.LengthDelimited) value = reader.string()
    else if (field === 4 && type === WireType.Varint) value = reader.bool()
    else if (field === 5 && type === WireType.LengthDelimited) {
      const fields: [string, Json][] = []
      const inner = endOfMessage(reader, end)
      eachField(reader, inner, (innerField, innerType) => {
        if (innerField !== 1 || innerType !== WireType.LengthDelimited) return false
        const [name, field] = parseEntry(reader, endOfMessage(reader, inner), depth)
        fields.push([name, field])
        return true
      })
      value = Object.fromEntries(fields)
    } else if (field === 6 && type === WireType.LengthDelimited) {
      const list: Json[] = []
      const inner = endOfMessage(reader, end)
      eachField(reader, inner, (innerField, innerType) => {
        if (innerField !== 1 || innerType !== WireType.LengthDelimited) return false
        list.push(parseJson(reader, endOfMessage(reader, inner), depth + 1))
        return true
      })
      value = list
    } else return false
    return true
  })
  return value
}

// JSON knows no NaN and no infinity.
function textOf(value: Json): string {
  if (typeof value === 'number' || typeof value === 'string') return String(value)
  return JSON.stringify(value)
}

/** Null where it was left out, or is no time. */
function milliseconds(seconds: number): number | null {
  const time = Math.round(seconds * 1000)
  return seconds > 0 && time <= 8.64e15 ? time : null
}
