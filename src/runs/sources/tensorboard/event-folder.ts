import { BinaryReader } from '@bufbuild/protobuf/wire'
import { type Gap, gap } from '../../../gap.ts'
import { type LogEvent, mayHoldValues, mayRestart, parseEvent, type SummaryValue } from './parse-event.ts'
import { type Hparams, parseHparams } from './parse-hparams.ts'
import { parseTensor } from './parse-tensor.ts'
import { type Purge, purgedBy, watchRestarts } from './purges.ts'
import { LARGEST_RECORD, readRecords } from './record-file.ts'

const LONGEST_TEXT = 64 * 1024
// Layouts and graphs are the page's business, not what the run left behind.
const NO_MEDIA = /^(?:custom_scalars|graph.*|hparams|profile|projector|debugger.*)$/

/** An event file by its name; `where` is its path from the location that the user named. */
export interface EventFile {
  readonly name: string
  readonly path: string
  readonly where: string
  /** Where the file stands among those of its folder, from 0. */
  readonly index: number
}

/** One value of a tag. */
export interface ReadPoint {
  /** Null where the log's step is too large to be told exactly. */
  readonly step: number | null
  /** Milliseconds since 1970; null where the log tells no time. */
  readonly time: number | null
  readonly value: number
  /** The record that holds it, from 1. */
  readonly record: number
}

/** Between which steps the values of a tag lie, and how many have one. */
export interface Steps {
  readonly least: number
  readonly greatest: number
  readonly count: number
}

/** The newest text of a tag. */
export interface ReadText {
  readonly text: string
  readonly step: number
  readonly record: number
}

/** Values that are counted and never decoded: images, histograms, audio and what plugins of their own draw. */
export interface ReadMedia {
  readonly media: string
  readonly count: number
  /** How many bytes they take in the file. */
  readonly bytes: number
}

export type SessionStart = Extract<Hparams, { readonly kind: 'start' }> & { readonly record: number }
export type SessionEnd = Extract<Hparams, { readonly kind: 'end' }> & { readonly time: number | null }
export type ReadExperiment = Extract<Hparams, { readonly kind: 'experiment' }>

/** What one event file holds, without its points. Times are milliseconds since 1970. */
export interface FileEvents {
  readonly file: EventFile
  /** The time of its first event; what its name says where that event is damaged or tells none. */
  readonly startedAt: number | null
  /** The latest time of a value. */
  readonly lastLogged: number | null
  /** Tags of numbers; those that restarts made obsolete are not among them. */
  readonly series: ReadonlyMap<string, Steps>
  readonly texts: ReadonlyMap<string, ReadText>
  readonly media: ReadonlyMap<string, ReadMedia>
  readonly start: SessionStart | null
  readonly end: SessionEnd | null
  readonly experiment: ReadExperiment | null
  /** How many records could be read. */
  readonly records: number
  readonly gaps: readonly Gap[]
  /** Whether no record is lacking: only then the last value tells when the log ended. */
  readonly isWhole: boolean
  /** Said of a file whose last record is not whole: it was cut, or is still being written. */
  readonly cut: Gap | null
}

/** The event files of one folder, read in the order of their names, as TensorBoard does. */
export interface FolderEvents {
  readonly files: readonly FileEvents[]
  /** What restarts made obsolete; those values are in no series. */
  readonly purges: readonly Purge[]
}

/** How the files of a folder are read. */
export interface FolderReading {
  /** What restarts made obsolete, where a reading before found that; null finds it. */
  readonly purges: readonly Purge[] | null
  /** Called with each value that is a number and not obsolete. */
  take?(tag: string, point: ReadPoint, file: EventFile): void
  breathe(): Promise<void>
}

/**
 * Reads event files of a folder: once, or twice where it has to find what restarts made obsolete and there is some. Points are
 * only given where that is known.
 */
export async function readEventFiles(
  files: readonly EventFile[],
  reading: FolderReading,
): Promise<FolderEvents> {
  if (reading.purges !== null)
    return { files: (await pass(files, reading, null)).files, purges: reading.purges }
  const watch = watchRestarts()
  const first = await pass(files, { purges: [], breathe: reading.breathe }, watch)
  if (!first.isSpoiled) return { files: first.files, purges: [] }
  return readEventFiles(files, { ...reading, purges: watch.purges })
}

/**
 * What restarts made obsolete in a file that stands alone. Few files hold any, and a look at the kinds of the events tells: only
 * then is the file read to find out.
 */
export async function findPurges(file: EventFile, breathe: () => Promise<void>): Promise<readonly Purge[]> {
  let mayPurge = false
  await readRecords(file.path, {
    isChecked: false,
    breathe,
    isWanted: () => false,
    take(reader, end, record) {
      // Before the second version of the format any step that goes back is a restart.
      if (record === 1) mayPurge = !isSecondVersion(reader, end)
      else mayPurge ||= mayRestart(reader, end)
    },
  })
  return mayPurge ? (await readEventFiles([file], { purges: null, breathe })).purges : []
}

function isSecondVersion(reader: BinaryReader, end: number): boolean {
  try {
    return parseEvent(reader, end).fileVersion === 'brain.Event:2'
  } catch {
    // Damaged: nothing tells the version.
    return false
  }
}

interface MutableFile {
  startedAt: number | null
  lastLogged: number | null
  records: number
  series: Map<string, { least: number; greatest: number; count: number }>
  withoutStep: Map<string, number>
  texts: Map<string, ReadText>
  media: Map<string, ReadMedia>
  start: SessionStart | null
  end: SessionEnd | null
  experiment: ReadExperiment | null
  broken: number[]
  refused: Map<string, string>
}

async function pass(
  files: readonly EventFile[],
  reading: FolderReading,
  watch: ReturnType<typeof watchRestarts> | null,
): Promise<{ readonly files: readonly FileEvents[]; readonly isSpoiled: boolean }> {
  // Writers say what plugin a tag is of with its first value only.
  const plugins = new Map<string, string>()
  const isPurged = purgedBy(reading.purges ?? [])
  const done: FileEvents[] = []
  let isSpoiled = false

  for (const file of files) {
    const read = emptyFile()
    const result = await readRecords(file.path, {
      isChecked: true,
      breathe: reading.breathe,
      isWanted: (head) => mayHoldValues(new BinaryReader(head), head.length),
      take(reader, end, record) {
        let event: LogEvent
        try {
          event = parseEvent(reader, end)
        } catch {
          // Whatever the library says of it: the checksum holds, and the message is none.
          read.broken.push(record)
          return
        }
        read.records += 1
        takeEvent(event, file, record, read)
      },
    })
    done.push(finished(file, read, result))
  }
  return { files: done, isSpoiled }

  function takeEvent(event: LogEvent, file: EventFile, record: number, read: MutableFile): void {
    const time = millisecondsOf(event.wallTime)
    if (record === 1) read.startedAt = time
    if (watch !== null) {
      const before = watch.purges.length
      watch.see({ ...event, file: file.index, record })
      for (const purge of watch.purges.slice(before)) isSpoiled ||= spoils(purge, [...done, read])
    }
    for (const value of event.values ?? []) takeValue(value, { step: event.step, time, record }, file, read)
  }

  function takeValue(
    { tag, plugin: told, content, value }: SummaryValue,
    at: Omit<ReadPoint, 'value'>,
    file: EventFile,
    read: MutableFile,
  ): void {
    if (told !== null && !plugins.has(tag)) plugins.set(tag, told)
    const plugin = told ?? plugins.get(tag) ?? null
    if (plugin === 'hparams') {
      if (content !== null) takeHparams(content, at, read)
      return
    }
    if (isPurged(tag, at.step, file.index, at.record)) return
    switch (value.kind) {
      case 'number':
        addPoint(tag, { ...at, value: value.number }, file, read)
        return
      case 'media':
        addMedia(tag, value.media, value.bytes, read)
        return
      case 'tensor':
        takeTensor(tag, plugin, value.message, at, file, read)
        return
      case 'nothing':
        return
      default:
        value satisfies never
    }
  }

  function takeTensor(
    tag: string,
    plugin: string | null,
    message: Uint8Array,
    at: Omit<ReadPoint, 'value'>,
    file: EventFile,
    read: MutableFile,
  ): void {
    if (plugin !== null && plugin !== 'scalars' && plugin !== 'text') {
      if (!NO_MEDIA.test(plugin)) addMedia(tag, plugin.replace(/s$/, ''), message.length, read)
      return
    }
    const tensor = parsedTensor(message)
    if (tensor.kind === 'numbers' && tensor.numbers.length === 1 && plugin !== 'text')
      addPoint(tag, { ...at, value: tensor.numbers[0] ?? Number.NaN }, file, read)
    else if (tensor.kind === 'texts' && plugin !== 'scalars') {
      const text = tensor.texts.join(tensor.shape.length > 1 ? ' | ' : '\n').slice(0, LONGEST_TEXT)
      const step = at.step ?? Number.NEGATIVE_INFINITY
      if (!((read.texts.get(tag)?.step ?? Number.NEGATIVE_INFINITY) > step))
        read.texts.set(tag, { text, step, record: at.record })
      logged(at.time, read)
    } else if (plugin === null) addMedia(tag, 'tensor', message.length, read)
    else if (!read.refused.has(tag))
      read.refused.set(tag, tensor.kind === 'refused' ? tensor.why : `it is no single ${NAMES[plugin]}`)
  }

  function addPoint(tag: string, point: ReadPoint, file: EventFile, read: MutableFile): void {
    reading.take?.(tag, point, file)
    logged(point.time, read)
    const { step } = point
    let steps = read.series.get(tag)
    if (steps === undefined) {
      steps = { least: Number.POSITIVE_INFINITY, greatest: Number.NEGATIVE_INFINITY, count: 0 }
      read.series.set(tag, steps)
    }
    if (step === null) {
      read.withoutStep.set(tag, (read.withoutStep.get(tag) ?? 0) + 1)
      return
    }
    steps.count += 1
    if (step < steps.least) steps.least = step
    if (step > steps.greatest) steps.greatest = step
  }
}

function logged(time: number | null, read: MutableFile): void {
  if (time !== null && (read.lastLogged === null || time > read.lastLogged)) read.lastLogged = time
}

const NAMES = { scalars: 'number', text: 'text' }

function emptyFile(): MutableFile {
  return {
    startedAt: null,
    lastLogged: null,
    records: 0,
    series: new Map(),
    withoutStep: new Map(),
    texts: new Map(),
    media: new Map(),
    start: null,
    end: null,
    experiment: null,
    broken: [],
    refused: new Map(),
  }
}

function takeHparams(
  content: Uint8Array,
  { time, record }: Omit<ReadPoint, 'value'>,
  read: MutableFile,
): void {
  let hparams: Hparams
  try {
    hparams = parseHparams(content)
  } catch {
    read.broken.push(record)
    return
  }
  switch (hparams.kind) {
    case 'start':
      read.start = { ...hparams, record }
      return
    case 'end':
      read.end = { ...hparams, time }
      return
    case 'experiment':
      read.experiment = hparams
      return
    case 'nothing':
      return
    default:
      hparams satisfies never
  }
}

function addMedia(tag: string, media: string, bytes: number, read: MutableFile): void {
  const before = read.media.get(tag)
  read.media.set(tag, { media, count: (before?.count ?? 0) + 1, bytes: (before?.bytes ?? 0) + bytes })
}

function parsedTensor(message: Uint8Array): ReturnType<typeof parseTensor> {
  try {
    return parseTensor(message)
  } catch {
    return { kind: 'refused', why: 'its message is damaged' }
  }
}

function spoils({ step, tag }: Purge, files: readonly Pick<FileEvents, 'series' | 'texts'>[]): boolean {
  return files.some(
    ({ series, texts }) =>
      [...series].some(([name, fold]) => (tag === null || tag === name) && fold.greatest >= step) ||
      [...texts].some(([name, text]) => (tag === null || tag === name) && text.step >= step),
  )
}

/** Milliseconds since 1970; null where the log tells no time. */
function millisecondsOf(wallTime: number): number | null {
  const time = Math.round(wallTime * 1000)
  return time > 0 && time <= 8.64e15 ? time : null
}

function finished(
  file: EventFile,
  read: MutableFile,
  result: Awaited<ReturnType<typeof readRecords>>,
): FileEvents {
  const gaps: Gap[] = []
  let cut: Gap | null = null
  const say = (why: string) => gaps.push(gap('event file', file.where, why))
  if (result.kind === 'missing') say('it is gone')
  else if (result.kind === 'unreadable') say(result.why)
  else {
    const { end, size, spoiled, oversized } = result
    if (size === 0) say('it is empty')
    else if (end.kind === 'damaged' && end.record === 1)
      say('it is no event file, or its beginning is damaged')
    else if (end.kind === 'damaged')
      say(`record ${end.record} is damaged, and nothing after it can be read (byte ${end.offset} of ${size})`)
    else if (end.kind === 'cut')
      cut = gap(
        'event file',
        file.where,
        `record ${end.record} is not whole (byte ${end.offset} of ${size}): the file was cut, or is being written`,
      )
    if (spoiled.length > 0) say(`${recordsOf(spoiled)} cannot be read: the checksum does not hold`)
    if (oversized.length > 0)
      say(`${recordsOf(oversized)} are left out: larger than ${LARGEST_RECORD / 1024 ** 2} MiB`)
  }
  if (read.broken.length > 0) say(`${recordsOf(read.broken)} cannot be read: no event is in it`)
  for (const [tag, why] of read.refused) gaps.push(gap(`metric ${tag}`, file.where, why))
  for (const [tag, count] of read.withoutStep)
    gaps.push(
      gap(
        `metric ${tag}`,
        file.where,
        `${count} of its steps are too large to be told exactly: those values are told by their time alone`,
      ),
    )
  return {
    file,
    startedAt: read.startedAt ?? timeOfName(file.name),
    lastLogged: read.lastLogged,
    series: read.series,
    texts: read.texts,
    media: read.media,
    start: read.start,
    end: read.end,
    experiment: read.experiment,
    records: read.records,
    gaps,
    isWhole:
      result.kind === 'read' &&
      result.size > 0 &&
      result.end.kind === 'whole' &&
      result.spoiled.length + result.oversized.length + read.broken.length === 0,
    cut,
  }
}

/** The time that a file's name tells (`events.out.tfevents.<seconds>.<host>…`), in milliseconds since 1970. */
export function timeOfName(name: string): number | null {
  const seconds = /tfevents\.(\d{9,11})(?:\.|$)/.exec(name)?.[1]
  return seconds === undefined ? null : Number(seconds) * 1000
}

function recordsOf(numbers: readonly number[]): string {
  const told = numbers.slice(0, 3).join(', ')
  if (numbers.length === 1) return `record ${told}`
  return `records ${told}${numbers.length > 3 ? ` and ${numbers.length - 3} more` : ''}`
}
