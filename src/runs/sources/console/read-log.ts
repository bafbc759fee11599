import { stripVTControlCharacters } from 'node:util'
import { type Gap, gap } from '../../../gap.ts'
import { parseTime } from '../../files/parse-time.ts'
import { type Line, streamLines } from '../../files/stream-lines.ts'
import type { LinePattern, LineValues } from './line-values.ts'
import { type Failure, followTraceback } from './traceback.ts'
import { withoutPrefix } from './without-prefix.ts'

const LONGEST_FILE_LINE = 1024 * 1024
/** Longer ones are no lines of values. */
const LONGEST_LINE = 4000
const MOST_ROWS = 400_000
const MOST_LINE_GAPS = 20
const NOTHING = { params: [], totals: [] } as const

/** A line with values: what it says, and where it stands. */
export interface LogRow extends LineValues {
  readonly line: number
  /** The time it begins with, ms since 1970. */
  readonly time: number | null
  /** The first time that any line told since the row before it. */
  readonly since: number | null
  /** How the program ended before this line came, where it did. */
  readonly failedBefore: FailedAt | null
}

export interface FailedAt extends Failure {
  readonly time: number | null
}

/** A console log by its lines of values. */
export interface ConsoleLog {
  readonly rows: readonly LogRow[]
  /** How the program ended after the last of them. */
  readonly failed: FailedAt | null
  readonly gaps: readonly Gap[]
}

/** Reads a console log; each line is what the first pattern that matches says. A last line that does not end may be cut, and says nothing. */
export async function readLog(
  path: string,
  file: string,
  patterns: readonly LinePattern[],
  timeZone: string,
  stop: () => void,
): Promise<ConsoleLog | Gap> {
  const rows: LogRow[] = []
  const gaps: Gap[] = []
  const traceback = followTraceback()
  const timeOf = clockIn(timeZone)
  let counted: Pick<LineValues, 'step' | 'epoch'> = { step: null, epoch: null }
  let told: Pick<LineValues, 'params' | 'totals'> = NOTHING
  let since: number | null = null
  let latest: number | null = null
  let more = 0
  const read = await streamLines(path, { longest: LONGEST_FILE_LINE, stop }, take)
  if (read.kind !== 'read') return gap('log', file, read.kind === 'missing' ? 'it is gone' : read.why)
  if (more > 0)
    gaps.push(gap(`${more} lines of values`, file, `only the first ${MOST_ROWS} of a log are read`))
  return { rows, failed: failedHere(), gaps }

  function take({ text, number, ended, damage }: Line): void {
    // A bar that is drawn over itself is many lines to the eye, and one of the file.
    for (const part of text.includes('\r') || text.includes('\b') ? text.split(/[\r\b]+/) : [text]) {
      const plain = part.length > LONGEST_LINE ? '' : stripVTControlCharacters(part).trimEnd()
      if (plain === '') continue
      const { stamp, rest, said } = withoutPrefix(plain)
      const time = stamp === null || !ended ? null : timeOf(stamp)
      if (time !== null) {
        since ??= time
        latest = time
      }
      const values = match(said)
      if (values === null) traceback.see(rest)
      else if (!ended) tell(number, 'it does not end: it may be cut')
      else if (damage === 'too long') tell(number, 'it is too long')
      else if (damage !== null) tell(number, 'it holds bytes that are no UTF-8')
      else keep(values, time, number)
    }
  }

  function match(said: readonly string[]): LineValues | null {
    for (const pattern of patterns)
      for (const each of said) {
        const values = pattern(each)
        if (values !== null) return values
      }
    return null
  }

  function tell(number: number, why: string): void {
    if (gaps.length < MOST_LINE_GAPS) gaps.push(gap(`line ${number}`, `${file}:${number}`, why))
  }

  function keep(values: LineValues, time: number | null, line: number): void {
    const isCounted = values.step !== null || values.epoch !== null
    if (values.params.length > 0 || values.totals.length > 0)
      told = { params: [...told.params, ...values.params], totals: [...told.totals, ...values.totals] }
    if (values.metrics.length === 0) {
      if (isCounted) counted = { step: values.step, epoch: values.epoch ?? counted.epoch }
      return
    }
    const { step, epoch } = isCounted ? values : counted
    const { metrics } = values
    if (rows.length < MOST_ROWS)
      rows.push({ step, epoch, metrics, ...told, line, time, since, failedBefore: failedHere() })
    else more += 1
    told = NOTHING
    since = null
    traceback.forget()
  }

  function failedHere(): FailedAt | null {
    const failure = traceback.failure()
    return failure === null ? null : { ...failure, time: latest }
  }
}

const CLOCK = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}):(\d{2})(?:[.,](\d{1,3})\d*)?(.*)$/

/** Reads stamps; what a minute means in a zone is worked out once for all its lines. */
function clockIn(timeZone: string): (stamp: string) => number | null {
  let minute = ''
  let begins: number | null = null
  return (stamp) => {
    const [, until = '', seconds = '', parts = '', zone = ''] = CLOCK.exec(stamp) ?? []
    if (Number(seconds) > 59) return null
    if (until + zone !== minute) {
      minute = until + zone
      begins = parseTime(`${until}:00${zone}`, timeZone)
    }
    return begins === null ? null : begins + Number(seconds) * 1000 + Number(parts.padEnd(3, '0'))
  }
}
