import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** A key and its value in W&B's JSON, which may be NaN, or an integer of any size. `path` is of one segment in older logs. */
export interface LogItem {
  readonly path: readonly string[]
  readonly json: string
}

/** Changes to a config or a summary. */
export interface LogChanges {
  readonly update: readonly LogItem[]
  readonly remove: readonly (readonly string[])[]
}

/** One record of a `.wandb` log, with the fields that a reader of runs wants. Times are milliseconds since 1970. */
export type LogRecord =
  | { readonly kind: 'history'; readonly step: number; readonly items: readonly LogItem[] }
  | { readonly kind: 'summary' | 'config'; readonly changes: LogChanges }
  | { readonly kind: 'run'; readonly run: LogRun }
  | { readonly kind: 'output'; readonly line: string; readonly time: number | null; readonly isRaw: boolean }
  | { readonly kind: 'exit'; readonly exitCode: number; readonly runtime: number; readonly isSent: boolean }
  | { readonly kind: 'metric'; readonly metric: LogMetric }
  | { readonly kind: 'alert'; readonly title: string; readonly text: string; readonly level: string }
  | { readonly kind: 'environment'; readonly environment: LogEnvironment }
  | { readonly kind: 'stats'; readonly time: number | null }
  | { readonly kind: 'header'; readonly producer: string }
  | { readonly kind: 'used'; readonly name: string; readonly type: string }
  | { readonly kind: 'other'; readonly field: number }

export interface LogRun {
  readonly id: string
  readonly entity: string
  readonly project: string
  readonly group: string
  readonly jobType: string
  readonly displayName: string
  readonly notes: string
  readonly tags: readonly string[]
  readonly sweepId: string
  readonly host: string
  readonly startTime: number | null
  readonly isResumed: boolean
  readonly commit: string
  readonly forkedFrom: string
  readonly config: LogChanges
  readonly summary: LogChanges
}

export interface LogMetric {
  readonly name: string
  readonly stepMetric: string
  readonly isHidden: boolean
  readonly goal: 'minimise' | 'maximise' | null
}

/** What the run's machine and program were; empty texts where not told. */
export interface LogEnvironment {
  readonly os: string
  readonly python: string
  readonly startedAt: number | null
  readonly args: readonly string[]
  readonly program: string
  readonly codePath: string
  readonly commit: string
  readonly email: string
  readonly root: string
  readonly host: string
  readonly username: string
  readonly gpu: string
  readonly gpuCount: number
  readonly docker: string
}

/**
 * Decodes one record of a transaction log (`wandb/proto/wandb_internal.proto`, message `Record`). Fields that are not known are
 * skipped, and a field that is absent has its zero. Null where the bytes are no such message.
 */
export function decodeRecord(bytes: Buffer): LogRecord | null {
  const message = messageOf(bytes)
  try {
    return readRecord(message)
  } catch (error) {
    // The library throws plain errors, and only for bytes that are no message.
    if (error instanceof Error) return null
    throw error
  }
}

/** A message, or a part of one, up to `end`. */
interface Message {
  readonly reader: BinaryReader
  readonly bytes: Buffer
  readonly end: number
}

function messageOf(bytes: Buffer): Message {
  return { reader: new BinaryReader(bytes), bytes, end: bytes.length }
}

const NO_CHANGES: LogChanges = { update: [], remove: [] }
const NO_RUN: LogRun = {
  id: '',
  entity: '',
  project: '',
  group: '',
  jobType: '',
  displayName: '',
  notes: '',
  tags: [],
  sweepId: '',
  host: '',
  startTime: null,
  isResumed: false,
  commit: '',
  forkedFrom: '',
  config: NO_CHANGES,
  summary: NO_CHANGES,
}
const NO_ENVIRONMENT: LogEnvironment = {
  os: '',
  python: '',
  startedAt: null,
  args: [],
  program: '',
  codePath: '',
  commit: '',
  email: '',
  root: '',
  host: '',
  username: '',
  gpu: '',
  gpuCount: 0,
  docker: '',
}

function readRecord(message: Message): LogRecord {
  let record: LogRecord = { kind: 'other', field: 0 }
  let isSent = false
  eachField(message, (field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false
    if (field === 200) isSent = true
    switch (field) {
      case 2:
        record = readHistory(inner(message))
        return true
      case 3:
        record = { kind: 'summary', changes: readChanges(inner(message)) }
        return true
      case 5:
        record = { kind: 'config', changes: readChanges(inner(message)) }
        return true
      case 4:
      case 13:
        record = readOutput(inner(message), field === 13)
        return true
      case 7:
        record = readStats(inner(message))
        return true
      case 10:
        record = readAlert(inner(message))
        return true
      case 12:
        record = { kind: 'metric', metric: readMetric(inner(message)) }
        return true
      case 17:
        record = { kind: 'run', run: readRun(inner(message)) }
        return true
      case 18:
        record = readExit(inner(message))
        return true
      case 21:
        record = { kind: 'header', producer: readProducer(inner(message)) }
        return true
      case 25: {
        const used = readTexts(inner(message))
        record = { kind: 'used', name: used.get(3) ?? '', type: used.get(2) ?? '' }
        return true
      }
      case 26:
        record = { kind: 'environment', environment: readEnvironment(inner(message)) }
        return true
      default:
        if (record.kind === 'other' && !ENVELOPE.has(field)) record = { kind: 'other', field }
        return false
    }
  })
  return tellSender(record, isSent)
}

/** Who wrote a record: what the program's process sent carries the name of its stream; what W&B's service wrote itself does not. */
function tellSender(record: LogRecord, isSent: boolean): LogRecord {
  return record.kind === 'exit' ? { ...record, isSent } : record
}

/** A path of more segments is taken as one key. */
const DEEPEST = 100

/** Fields that stand beside what a record is: its number, its control and its stream. */
const ENVELOPE = new Set([1, 16, 19, 200])

function readHistory(message: Message): LogRecord {
  const items: LogItem[] = []
  let step = 0
  eachField(message, (field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false
    if (field === 1) items.push(readItem(inner(message), true))
    else if (field === 2) step = readStep(inner(message))
    else return false
    return true
  })
  return { kind: 'history', step, items }
}

function readStep(message: Message): number {
  let step = 0
  eachField(message, (field, wireType) => {
    if (field !== 1 || wireType !== WireType.Varint) return false
    step = Number(message.reader.int64())
    return true
  })
  return step
}

function readChanges(message: Message): LogChanges {
  const update: LogItem[] = []
  const remove: (readonly string[])[] = []
  eachField(message, (field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false
    if (field === 1) update.push(readItem(inner(message), false))
    else if (field === 2) remove.push(readItem(inner(message), false).path)
    else return false
    return true
  })
  return { update, remove }
}

/** An item of a history may hold its value typed (from wandb 0.31) in place of JSON. */
function readItem(message: Message, isTyped: boolean): LogItem {
  const { reader } = message
  const nested: string[] = []
  let key = ''
  let json = ''
  eachField(message, (field, wireType) => {
    if (wireType === WireType.LengthDelimited) {
      if (field === 1) key = keyText(message)
      else if (field === 2) nested.push(keyText(message))
      else if (field === 16 || (isTyped && field === 8)) json = text(message)
      else if (isTyped && field === 7) json = JSON.stringify(text(message))
      else return false
      return true
    }
    if (!isTyped) return false
    if (field === 3 && wireType === WireType.Varint) {
      reader.uint32()
      json = 'null'
    } else if (field === 4 && wireType === WireType.Varint) json = String(reader.bool())
    else if (field === 5 && wireType === WireType.Varint) json = String(reader.sint64())
    else if (field === 6 && wireType === WireType.Bit64) json = String(reader.double())
    else return false
    return true
  })
  return { path: nested.length === 0 ? [key] : nested.length > DEEPEST ? [nested.join('.')] : nested, json }
}

function readOutput(message: Message, isRaw: boolean): LogRecord {
  let line = ''
  let time: number | null = null
  eachField(message, (field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false
    if (field === 2) time = readTime(inner(message))
    else if (field === 3) line = text(message)
    else return false
    return true
  })
  return { kind: 'output', line, time, isRaw }
}

function readStats(message: Message): LogRecord {
  let time: number | null = null
  eachField(message, (field, wireType) => {
    if (field !== 2 || wireType !== WireType.LengthDelimited) return false
    time = readTime(inner(message))
    return true
  })
  return { kind: 'stats', time }
}

function readAlert(message: Message): LogRecord {
  const fields = readTexts(message)
  return {
    kind: 'alert',
    title: fields.get(1) ?? '',
    text: fields.get(2) ?? '',
    level: fields.get(3) ?? '',
  }
}

function readExit(message: Message): LogRecord {
  let [exitCode, runtime] = [0, 0]
  eachField(message, (field, wireType) => {
    if (wireType !== WireType.Varint) return false
    if (field === 1) exitCode = message.reader.int32()
    else if (field === 2) runtime = message.reader.int32()
    else return false
    return true
  })
  return { kind: 'exit', exitCode, runtime, isSent: false }
}

function readMetric(message: Message): LogMetric {
  const { reader } = message
  let [name, stepMetric, goal, isHidden] = ['', '', 0, false]
  eachField(message, (field, wireType) => {
    if (field === 8 && wireType === WireType.Varint) {
      goal = reader.uint32()
      return true
    }
    if (wireType !== WireType.LengthDelimited) return false
    if (field === 1) name = text(message)
    else if (field === 4) stepMetric = text(message)
    else if (field === 6) {
      const options = inner(message)
      eachField(options, (option, optionType) => {
        if (option !== 2 || optionType !== WireType.Varint) return false
        isHidden = reader.bool()
        return true
      })
    } else return false
    return true
  })
  return { name, stepMetric, isHidden, goal: goal === 1 ? 'minimise' : goal === 2 ? 'maximise' : null }
}

function readRun(message: Message): LogRun {
  const { reader } = message
  const run: { -readonly [Field in keyof LogRun]: LogRun[Field] } = { ...NO_RUN }
  const tags: string[] = []
  eachField(message, (field, wireType) => {
    if (field === 18 && wireType === WireType.Varint) {
      run.isResumed = reader.bool()
      return true
    }
    if (wireType !== WireType.LengthDelimited) return false
    switch (field) {
      case 1:
        run.id = text(message)
        return true
      case 2:
        run.entity = text(message)
        return true
      case 3:
        run.project = text(message)
        return true
      case 4:
        run.config = readChanges(inner(message))
        return true
      case 5:
        run.summary = readChanges(inner(message))
        return true
      case 6:
        run.group = text(message)
        return true
      case 7:
        run.jobType = text(message)
        return true
      case 8:
        run.displayName = text(message)
        return true
      case 9:
        run.notes = text(message)
        return true
      case 10:
        tags.push(text(message))
        return true
      case 12:
        run.sweepId = text(message)
        return true
      case 13:
        run.host = text(message)
        return true
      case 17:
        run.startTime = readTime(inner(message))
        return true
      case 21:
        run.commit = readTexts(inner(message)).get(2) ?? ''
        return true
      case 23:
        run.forkedFrom = readTexts(inner(message)).get(1) ?? ''
        return true
      default:
        return false
    }
  })
  return { ...run, tags }
}

function readEnvironment(message: Message): LogEnvironment {
  const { reader } = message
  const told: { -readonly [Field in keyof LogEnvironment]: LogEnvironment[Field] } = { ...NO_ENVIRONMENT }
  const args: string[] = []
  eachField(message, (field, wireType) => {
    if (field === 19 && wireType === WireType.Varint) {
      told.gpuCount = reader.uint32()
      return true
    }
    if (wireType !== WireType.LengthDelimited) return false
    switch (field) {
      case 1:
        told.os = text(message)
        return true
      case 2:
        told.python = text(message)
        return true
      case 3:
        told.startedAt = readTime(inner(message))
        return true
      case 4:
        told.docker = text(message)
        return true
      case 5:
        args.push(text(message))
        return true
      case 6:
        told.program = text(message)
        return true
      case 7:
        told.codePath = text(message)
        return true
      case 9:
        told.commit = readTexts(inner(message)).get(2) ?? ''
        return true
      case 10:
        told.email = text(message)
        return true
      case 11:
        told.root = text(message)
        return true
      case 12:
        told.host = text(message)
        return true
      case 13:
        told.username = text(message)
        return true
      case 18:
        told.gpu = text(message)
        return true
      default:
        return false
    }
  })
  return { ...told, args }
}

/** The version of wandb that wrote the log; empty in logs before 0.18. */
function readProducer(message: Message): string {
  let producer = ''
  eachField(message, (field, wireType) => {
    if (field !== 1 || wireType !== WireType.LengthDelimited) return false
    producer = readTexts(inner(message)).get(1) ?? ''
    return true
  })
  return producer
}

/** The texts of a message by the numbers of their fields. */
function readTexts(message: Message): ReadonlyMap<number, string> {
  const texts = new Map<number, string>()
  eachField(message, (field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false
    texts.set(field, text(message))
    return true
  })
  return texts
}

/** A `google.protobuf.Timestamp` in milliseconds. */
function readTime(message: Message): number {
  let [seconds, nanos] = [0, 0]
  eachField(message, (field, wireType) => {
    if (wireType !== WireType.Varint) return false
    if (field === 1) seconds = Number(message.reader.int64())
    else if (field === 2) nanos = message.reader.int32()
    else return false
    return true
  })
  return seconds * 1000 + Math.floor(nanos / 1_000_000)
}

/** Calls `take` with each field of a message; what it does not read (false) is skipped. */
function eachField(message: Message, take: (field: number, wireType: WireType) => boolean): void {
  const { reader, end } = message
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!take(tag >>> 3, tag & 7)) reader.skip(tag & 7, tag >>> 3)
  }
  if (reader.pos > end) throw new RangeError('a field is longer than its message')
}

/** The message that is the value of the field just begun. */
function inner({ reader, bytes, end }: Message): Message {
  const length = reader.uint32()
  const stop = reader.pos + length
  if (stop > end) throw new RangeError('a message is longer than the one it lies in')
  return { reader, bytes, end: stop }
}

function text({ reader, bytes, end }: Message): string {
  const from = reader.uint32() + reader.pos
  if (from > end) throw new RangeError('a text is longer than its message')
  const read = bytes.toString('utf8', reader.pos, from)
  reader.pos = from
  return read
}

const SLOTS = 1024
const LONGEST_KEPT = 64
const keptKeys = new Map<number, { readonly bytes: Uint8Array; readonly text: string }>()

/** The text of a key: the same few come with every row, and are not decoded anew each time. */
function keyText(message: Message): string {
  const { reader, bytes, end } = message
  const from = reader.pos
  const length = reader.uint32()
  const begin = reader.pos
  if (length > LONGEST_KEPT || begin + length > end) {
    reader.pos = from
    return text(message)
  }
  let hash = length
  for (let at = begin; at < begin + length; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0
  const slot = hash & (SLOTS - 1)
  const kept = keptKeys.get(slot)
  if (kept !== undefined && isAt(kept.bytes, bytes, begin, length)) {
    reader.pos = begin + length
    return kept.text
  }
  reader.pos = from
  const read = text(message)
  keptKeys.set(slot, { bytes: Uint8Array.from(bytes.subarray(begin, begin + length)), text: read })
  return read
}

function isAt(kept: Uint8Array, bytes: Uint8Array, begin: number, length: number): boolean {
  if (kept.length !== length) return false
  for (let at = 0; at < length; at += 1) if (kept[at] !== bytes[begin + at]) return false
  return true
}
