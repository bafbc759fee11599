import { readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type Gap, gap } from '../../../gap.ts'
import type { Reading } from '../../files/loaded-run.ts'
import { type NotRead, withOpenFile } from '../../files/read-text.ts'
import type { AddPoint } from '../../files/series.ts'
import { quoted } from '../../quoted.ts'
import { collectChanges, type SettledItem } from './collect-changes.ts'
import {
  decodeRecord,
  type LogEnvironment,
  type LogItem,
  type LogMetric,
  type LogRecord,
  type LogRun,
} from './decode-record.ts'
import { readLogRecords } from './log-records.ts'
import { eachValue, isOwnName } from './logged-values.ts'

const RECORDS_BETWEEN_BREATHS = 4096
const MOST_DAMAGES = 10
const LONGEST_TEXT = 500
/** What the gap of a damaged part is called. */
export const LOG_PART = 'a part of the log'

/** A `.wandb` file: its path, and the place from the location that the user named. */
export interface LogFile {
  readonly path: string
  readonly where: string
}

/** Where a series ended: its last value as written, and the number of its record among those of all logs. */
export interface SeriesEnd {
  readonly value: number
  readonly record: number
}

/** How a log ended. `isOwn` is false where the process went away without a word, and W&B's service closed the log itself, with code nought. */
export interface LogExit {
  readonly exitCode: number
  readonly runtime: number
  readonly isOwn: boolean
}

/** What the logs of one run hold beside their points. Times are milliseconds since 1970. */
export interface CollectedLogs {
  readonly logs: readonly {
    readonly file: LogFile
    readonly run: LogRun | null
    readonly startedAt: number | null
  }[]
  readonly environment: LogEnvironment | null
  readonly config: readonly SettledItem[]
  readonly summary: readonly SettledItem[]
  readonly series: ReadonlyMap<string, SeriesEnd>
  /** The last text logged under each name. */
  readonly texts: ReadonlyMap<string, string>
  readonly metrics: ReadonlyMap<string, LogMetric>
  readonly alerts: readonly { readonly title: string; readonly text: string; readonly level: string }[]
  /** Artifacts that the run said it used. */
  readonly used: readonly { readonly name: string; readonly type: string }[]
  /** How the last log ended. */
  readonly exit: LogExit | null
  readonly isCut: boolean
  readonly lastTime: number | null
  /** What the last log holds of what was printed, in bytes. */
  readonly outputBytes: number
  readonly gaps: readonly Gap[]
}

/**
 * Reads the logs of one run, the earliest first (a resumed run has several), each once and with bounded memory. Points go where
 * `reading` says. A log that cannot be read, and what is damaged in one, is a gap.
 */
export async function collectLogs(files: readonly LogFile[], reading: Reading): Promise<CollectedLogs> {
  const config = collectChanges()
  const summary = collectChanges()
  const series = new Map<string, OpenSeries>()
  const texts = new Map<string, string>()
  const metrics = new Map<string, LogMetric>()
  const used: { readonly name: string; readonly type: string }[] = []
  const alerts: { readonly title: string; readonly text: string; readonly level: string }[] = []
  const logs: { file: LogFile; run: LogRun | null; startedAt: number | null }[] = []
  const gaps: Gap[] = []
  const trouble = collectTrouble(gaps)
  let environment: LogEnvironment | null = null
  let exit: CollectedLogs['exit'] = null
  let isCut = false
  let lastTime: number | null = null
  let [outputBytes, rawOutputBytes] = [0, 0]
  let earlier = 0
  let highestStep: number | null = null
  for (const file of files) {
    const log: (typeof logs)[number] = { file, run: null, startedAt: null }
    let firstStep: number | null = null
    let highest: number | null = highestStep
    let count = 0
    let producer = ''
    // How the run ended, and what it printed last, only its last log tells.
    exit = null
    outputBytes = 0
    rawOutputBytes = 0
    const read = await eachRecord(file.path, reading.stop, (piece) => {
      if (piece.kind === 'end') isCut = piece.isCut
      else if (piece.kind === 'damage') trouble.damage(file, piece.offset, piece.why)
      else {
        count = piece.number
        const { record } = piece
        if (record === null) trouble.damage(file, piece.offset, 'a record is none that W&B writes')
        else take(record, log, piece.number)
      }
    })
    logs.push(log)
    earlier += count
    if (read.kind !== 'read') {
      gaps.push(gap('the log of the run', file.where, read.kind === 'missing' ? 'it is gone' : read.why))
    } else if (count === 0 && !isCut) gaps.push(gap('the log of the run', file.where, 'it holds no record'))
    if (firstStep !== null && highestStep !== null && firstStep <= highestStep)
      gaps.push(
        gap(
          'the history of the run',
          file.where,
          `it begins at step ${firstStep}, and an earlier log of this run had reached step ${highestStep}: the points of both are told`,
        ),
      )
    highestStep = highest

    function take(record: LogRecord, into: typeof log, number: number): void {
      const order = earlier + number
      switch (record.kind) {
        case 'history': {
          const row = rowOf(record.items, record.step)
          seen(row.time)
          firstStep ??= row.step
          highest = Math.max(highest ?? row.step, row.step)
          eachValue(
            record.items,
            (name, value) => {
              if (isOwnName(name)) return
              if (value.kind === 'text') texts.set(name, value.text.slice(0, LONGEST_TEXT))
              if (value.kind !== 'number') return
              if (value.isRounded) trouble.rounded(name, file)
              let one = series.get(name)
              if (one === undefined || one.file !== file) {
                one = { file, add: reading.series(name, file.where), value: 0, record: 0 }
                series.set(name, one)
              }
              one.value = value.value
              one.record = order
              one.add?.(row.step, row.time, value.value, number)
            },
            (name) => trouble.value(name, file, number),
          )
          return
        }
        case 'summary':
          summary.apply(record.changes, order)
          return
        case 'config':
          config.apply(record.changes, order)
          return
        case 'run':
          if (into.run === null) into.startedAt = record.run.startTime
          into.run = record.run
          config.apply(record.run.config, order)
          summary.apply(record.run.summary, order)
          return
        case 'exit':
          exit = {
            exitCode: record.exitCode,
            runtime: record.runtime,
            isOwn: record.isSent || !namesSenders(producer),
          }
          return
        case 'metric':
          if (record.metric.name !== '') metrics.set(record.metric.name, record.metric)
          return
        case 'alert':
          alerts.push({ title: record.title, text: record.text, level: record.level })
          return
        case 'environment':
          environment = environment === null ? record.environment : mergeTold(environment, record.environment)
          return
        case 'output':
          if (record.isRaw) rawOutputBytes += Buffer.byteLength(record.line)
          else outputBytes += Buffer.byteLength(record.line)
          seen(record.time)
          return
        case 'used':
          used.push({ name: record.name, type: record.type })
          return
        case 'header':
          producer = record.producer
          return
        case 'stats':
          seen(record.time)
          return
        case 'other':
          return
        default:
          record satisfies never
      }
    }
  }
  return {
    logs,
    environment,
    config: config.finish(),
    summary: summary.finish(),
    series,
    texts,
    metrics,
    alerts,
    used,
    exit,
    isCut,
    lastTime,
    outputBytes: rawOutputBytes > 0 ? rawOutputBytes : outputBytes,
    gaps: [...gaps, ...trouble.finish()],
  }

  function seen(time: number | null): void {
    if (time !== null && (lastTime === null || time > lastTime)) lastTime = time
  }
}

/** Calls `take` with each record of a log, decoded (null: it is none), with each damage, and with its end. */
export function eachRecord(
  path: string,
  stop: () => void,
  take: (
    piece:
      | {
          readonly kind: 'record'
          readonly record: LogRecord | null
          readonly number: number
          readonly offset: number
        }
      | { readonly kind: 'damage'; readonly offset: number; readonly why: string }
      | { readonly kind: 'end'; readonly isCut: boolean },
  ) => void,
): Promise<NotRead | { readonly kind: 'read' }> {
  return withOpenFile(path, async (file) => {
    let count = 0
    for (const piece of readLogRecords((into, position) => fill(file, into, position))) {
      if (piece.kind === 'record')
        take({
          kind: 'record',
          record: decodeRecord(piece.bytes),
          number: piece.number,
          offset: piece.offset,
        })
      else take(piece)
      count += 1
      if (count % RECORDS_BETWEEN_BREATHS === 0) {
        await setImmediate()
        stop()
      }
    }
    return { kind: 'read' as const }
  })
}

/** The step of a row, and the time it was logged: its own items before the record's. */
export function rowOf(
  items: readonly LogItem[],
  recordStep: number,
): { readonly step: number; readonly time: number | null } {
  let step = recordStep
  let time: number | null = null
  for (const { path, json } of items) {
    if (path.length !== 1) continue
    const [name] = path
    if (name === '_step') {
      const written = Number(json)
      if (Number.isSafeInteger(written)) step = written
    } else if (name === '_timestamp') {
      const written = Number(json)
      if (Number.isFinite(written) && json !== '') time = Math.round(written * 1000)
    }
  }
  return { step, time }
}

function fill(file: number, into: Uint8Array, position: number): number {
  let filled = 0
  while (filled < into.length) {
    const some = readSync(file, into, filled, into.length - filled, position + filled)
    if (some === 0) break
    filled += some
  }
  return filled
}

interface OpenSeries {
  readonly file: LogFile
  readonly add: AddPoint | null
  value: number
  record: number
}

/**
 * Whether this version names its stream in every exit that the process sends: 0.18 names none, 0.22 and later do, and so do the clients before
 * 0.18, which tell no version (tried: 0.16, 0.22, 0.24, 0.31).
 */
function namesSenders(producer: string): boolean {
  const minor = /^0\.(\d+)\./.exec(producer)?.[1]
  return minor === undefined ? producer === '' || /^[1-9]/.test(producer) : Number(minor) >= 22
}

/** Environment records tell parts: what a later one does not tell stays. */
function mergeTold(earlier: LogEnvironment, later: LogEnvironment): LogEnvironment {
  const told = Object.entries(later).filter(
    ([, value]) =>
      value !== null && value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0),
  )
  return { ...earlier, ...Object.fromEntries(told) }
}

/** Gaps that would come by the thousand are counted and told once each. */
function collectTrouble(gaps: Gap[]): {
  damage(file: LogFile, offset: number, why: string): void
  value(name: string, file: LogFile, record: number): void
  rounded(name: string, file: LogFile): void
  finish(): readonly Gap[]
} {
  const damages = new Map<string, number>()
  const values = new Map<string, { where: string; count: number }>()
  const rounded = new Map<string, { where: string; count: number }>()
  const count = (into: Map<string, { where: string; count: number }>, name: string, where: string): void => {
    const counted = into.get(name) ?? { where, count: 0 }
    counted.count += 1
    into.set(name, counted)
  }
  return {
    damage(file, offset, why) {
      const known = (damages.get(file.where) ?? 0) + 1
      damages.set(file.where, known)
      if (known <= MOST_DAMAGES) gaps.push(gap(LOG_PART, `${file.where}, byte ${offset}`, why))
    },
    value: (name, file, record) => count(values, name, `${file.where}, record ${record}`),
    rounded: (name, file) => count(rounded, name, file.where),
    finish: () => [
      ...[...damages]
        .filter(([, known]) => known > MOST_DAMAGES)
        .map(([where, known]) =>
          gap(`${known - MOST_DAMAGES} more parts of the log`, where, 'they are damaged, too'),
        ),
      ...[...values].map(([name, told]) =>
        gap(`metric ${quoted(name)}`, told.where, `${times(told.count)} its value is no JSON`),
      ),
      ...[...rounded].map(([name, told]) =>
        gap(
          `metric ${quoted(name)}`,
          told.where,
          `${times(told.count)} its value is an integer of more digits than a number keeps, and told rounded`,
        ),
      ),
    ],
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
