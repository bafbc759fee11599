import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading, StatedValue } from '../../files/loaded-run.ts'
import { isLooseList, type LooseJson, numberOfLoose, textOfLoose } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { parsePythonLiteral } from '../../files/python-literal.ts'
import type { Row } from '../../files/row.ts'
import { statusOfWords } from '../../files/status-of-words.ts'
import { quoted } from '../../quoted.ts'
import type { RegisteredVersion, RunStatus } from '../../run.ts'
import type { Chart } from './charts.ts'
import { type Fields, isEmpty, isMeant, isSeries, type Meaning } from './fields.ts'
import { takeColumn } from './wide-history.ts'

/** What a row's run is called, and the file and experiment it belongs to. */
export interface RowOf {
  readonly name: string
  readonly file: string
  readonly experiment: { readonly id: string; readonly name: string }
  readonly registered: readonly RegisteredVersion[]
  readonly parent: string | null
  /** Series of this run that stand in charts beside the table. */
  readonly charts: readonly Pick<Chart, 'file' | 'run'>[]
}

/** What a list chooses the run of a row by; times are milliseconds since 1970. */
export interface RowHead {
  readonly status: RunStatus
  readonly user: string | null
  readonly startedAt: number | null
  readonly endedAt: number | null
}

/** What W&B keeps in a run's configuration and summary itself: its own version, the step and time of the last row. */
const OF_WANDB = /(?:^|\.)_(?:step|runtime|timestamp|wandb)(?:\.|$)/
/** Words of loops that keep or throw away what they tried: the run itself was over. */
const OVER = /^(?:keep|kept|discard|discarded|accepted|rejected|baseline|improved|no_?improvement|reverted)$/i

/**
 * The run of one row. A row is written when its run is over, so one without a status has finished, unless it tells of an error. Settings are
 * texts as written; results are numbers, lists of numbers series by their index; what is neither is a tag.
 */
export function loadRow(row: Row, of: RowOf, fields: Fields, reading: Reading, timeZone: string): LoadedRun {
  const { leaves, line } = row
  const { file } = of
  const gaps: Gap[] = []
  const params = new Map<string, LoggedText>()
  const tags = new Map<string, string>()
  const stated = new Map<string, StatedValue>()
  const drawn = takeCharts(of.charts, reading)
  const told = new Set(
    (
      [
        'id',
        'name',
        'time',
        'start',
        'end',
        'user',
        'note',
        'commit',
        'branch',
        'experiment',
        'parent',
        'labels',
        'failed',
      ] as const
    ).flatMap((meaning) => fields[meaning]),
  )
  for (const [name, value] of leaves) {
    if (told.has(name) || value === null || value === '' || isEmpty(value) || OF_WANDB.test(name)) continue
    // A word of the loop's own (`keep`) says more than the status that it means.
    if (fields.status.includes(name) && statusOfWords(textOfLoose(value)) !== null) continue
    if (isMeant(name, fields.metrics)) takeResult(name, value)
    else if (isMeant(name, fields.params)) params.set(name, { text: textOfLoose(value), file, line })
    else tags.set(name, textOfLoose(value))
  }
  for (const name of fields.labels) for (const label of labelsOf(leaves.get(name))) tags.set(label, 'true')
  const head = headOfRow(row, fields, timeZone, (what, text) =>
    gaps.push(gap(what, `${file}:${line}`, `${quoted(text)} is no time`)),
  )
  return {
    experiment: of.experiment,
    name: of.name,
    ...head,
    parent: of.parent,
    params,
    stated,
    tags,
    note: notes(),
    code: { commit: textAt('commit'), branch: textAt('branch') },
    registered: of.registered.length === 0 ? undefined : of.registered,
    gaps,
    origin: { file, line },
  }

  function takeResult(name: string, value: LooseJson): void {
    const number = numberOfLoose(value)
    // What the table says of a metric stands for it; its series is the chart's.
    if (number !== null && drawn.has(name)) stated.set(name, { value: number, step: null, file, line })
    else if (number !== null) reading.series(name, file)?.(null, null, number, line)
    else if (isSeries(value)) {
      const add = reading.series(name, file)
      for (const [index, each] of value.entries()) add?.(index, null, numberOfLoose(each) ?? Number.NaN, line)
    } else tags.set(name, textOfLoose(value))
  }

  function textAt(meaning: Meaning): string | null {
    return textOfRow(row, fields[meaning])
  }

  function notes(): string | null {
    const texts = fields.note.flatMap((name) => textOfRow(row, [name]) ?? [])
    return texts.length === 0 ? null : texts.join('\n\n')
  }
}

/** What a list chooses the run of a row by; `tell` is called with what should be a time and is none. */
export function headOfRow(
  row: Row,
  fields: Fields,
  timeZone: string,
  tell: (what: string, text: string) => void = () => {},
): RowHead {
  const status = statusOf(row, fields)
  return { status, user: textOfRow(row, fields.user), ...times() }

  function times(): Pick<RowHead, 'startedAt' | 'endedAt'> {
    const start = timeAt('start', 'start time')
    const end = timeAt('end', 'end time')
    const time = timeAt('time', 'time')
    const took = durationOf(row, fields)
    if (time === null) {
      const isOver = start !== null && took !== null && status !== 'running' && status !== 'scheduled'
      return { startedAt: start, endedAt: end ?? (isOver ? start + took : null) }
    }
    if (start !== null || end !== null)
      return { startedAt: start, endedAt: end ?? (start === null ? null : time) }
    return took === null ? { startedAt: time, endedAt: null } : { startedAt: time - took, endedAt: time }
  }

  function timeAt(meaning: Meaning, what: string): number | null {
    const text = textOfRow(row, fields[meaning])
    if (text === null) return null
    const time = parseTime(text, timeZone)
    if (time === null) tell(what, text)
    return time
  }
}

/** Hands over the series of charts, and tells of which metrics there were any. */
export function takeCharts(charts: RowOf['charts'], reading: Reading): ReadonlySet<string> {
  const drawn = new Set<string>()
  for (const { run, file } of charts)
    for (const [metric, column] of run.columns) {
      const add = reading.series(metric, file)
      takeColumn(run, column, (step, time, value, line) => {
        drawn.add(metric)
        add?.(step, time, value, line)
      })
    }
  return drawn
}

/** Labels in one cell: a list, or names with commas between them. */
function labelsOf(value: LooseJson | undefined): readonly string[] {
  if (value === undefined || value === null || value === '') return []
  const parsed = typeof value === 'string' && /^[[(].*[\])]$/s.test(value) ? parsePythonLiteral(value) : null
  const list = parsed?.kind === 'json' ? parsed.value : value
  const labels = isLooseList(list) ? list.map(textOfLoose) : textOfLoose(list).split(',')
  return labels.map((label) => label.trim()).filter((label) => label !== '')
}

/** What a row says in the first of some fields that says anything. */
export function textOfRow(row: Row, names: readonly string[]): string | null {
  for (const name of names) {
    const value = row.leaves.get(name)
    if (value !== undefined && value !== null && value !== '') return textOfLoose(value)
  }
  return null
}

function statusOf(row: Row, fields: Fields): RunStatus {
  if (fields.failed.some((name) => /^(?:true|1|1\.0|yes)$/i.test(textOfRow(row, [name]) ?? '')))
    return 'failed'
  const written = textOfRow(row, fields.status)
  if (written !== null) return OVER.test(written.trim()) ? 'finished' : (statusOfWords(written) ?? 'unknown')
  return fields.error.some((name) => textOfRow(row, [name]) !== null) ? 'failed' : 'finished'
}

function durationOf(row: Row, fields: Fields): number | null {
  for (const [meaning, unit] of [
    ['seconds', 1000],
    ['minutes', 60_000],
  ] as const)
    for (const name of fields[meaning]) {
      const number = numberOfLoose(row.leaves.get(name))
      if (number !== null && Number.isFinite(number) && number >= 0) return Math.round(number * unit)
    }
  return null
}
