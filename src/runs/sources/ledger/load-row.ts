import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import { type LooseJson, numberOfLoose, textOfLoose } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import type { Row } from '../../files/row.ts'
import { statusOfWords } from '../../files/status-of-words.ts'
import { quoted } from '../../quoted.ts'
import type { RegisteredVersion, RunStatus } from '../../run.ts'
import { type Fields, isEmpty, isMeant, isSeries, type Meaning } from './fields.ts'

/** What a row's run is called, and the file and experiment it belongs to. */
export interface RowOf {
  readonly name: string
  readonly file: string
  readonly experiment: { readonly id: string; readonly name: string }
  readonly registered: readonly RegisteredVersion[]
  readonly parent: string | null
}

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
      ] as const
    ).flatMap((meaning) => fields[meaning]),
  )
  for (const [name, value] of leaves) {
    if (told.has(name) || value === null || value === '' || isEmpty(value)) continue
    // A word of the loop's own (`keep`) says more than the status that it means.
    if (fields.status.includes(name) && statusOfWords(textOfLoose(value)) !== null) continue
    if (isMeant(name, fields.metrics)) takeResult(name, value)
    else if (isMeant(name, fields.params)) params.set(name, { text: textOfLoose(value), file, line })
    else tags.set(name, textOfLoose(value))
  }
  const status = statusOf(row, fields)
  return {
    experiment: of.experiment,
    name: of.name,
    status,
    ...times(),
    user: textAt('user'),
    parent: of.parent,
    params,
    tags,
    note: notes(),
    code: { commit: textAt('commit'), branch: textAt('branch') },
    registered: of.registered.length === 0 ? undefined : of.registered,
    gaps,
    origin: { file, line },
  }

  function takeResult(name: string, value: LooseJson): void {
    const number = numberOfLoose(value)
    if (number !== null) reading.series(name, file)?.(null, null, number, line)
    else if (isSeries(value)) {
      const add = reading.series(name, file)
      for (const [index, each] of value.entries()) add?.(index, null, numberOfLoose(each) ?? Number.NaN, line)
    } else tags.set(name, textOfLoose(value))
  }

  function times(): { readonly startedAt: number | null; readonly endedAt: number | null } {
    const start = timeAt('start', 'start time')
    const end = timeAt('end', 'end time')
    const time = timeAt('time', 'time')
    if (time === null) return { startedAt: start, endedAt: end }
    const took = durationOf(row, fields)
    if (start !== null || end !== null)
      return { startedAt: start, endedAt: end ?? (start === null ? null : time) }
    return took === null ? { startedAt: time, endedAt: null } : { startedAt: time - took, endedAt: time }
  }

  function timeAt(meaning: Meaning, what: string): number | null {
    const text = textAt(meaning)
    if (text === null) return null
    const time = parseTime(text, timeZone)
    if (time === null) gaps.push(gap(what, `${file}:${line}`, `${quoted(text)} is no time`))
    return time
  }

  function textAt(meaning: Meaning): string | null {
    return textOfRow(row, fields[meaning])
  }

  function notes(): string | null {
    const texts = fields.note.flatMap((name) => textOfRow(row, [name]) ?? [])
    return texts.length === 0 ? null : texts.join('\n\n')
  }
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
