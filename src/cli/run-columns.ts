import { NarrateError } from '../errors.ts'
import type { Field } from '../runs/filter/filter.ts'
import { fieldValue, isFieldOfWholeRun } from '../runs/filter/matches.ts'
import { fieldText, parseField } from '../runs/filter/parse-field.ts'
import type { Run, RunSummary } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import type { Settings } from '../settings.ts'
import { cellText, formatDuration, formatNumber, headlineCell, statusText } from './format-run.ts'
import { formatShort } from './format-time.ts'
import { cleanLine } from './terminal/clean-text.ts'
import type { Column } from './terminal/render-table.ts'

/** How values are shown. */
export interface CellLook {
  readonly timeZone: string
  readonly now: number
  readonly settings: Settings
}

/** One column of a table of runs: its head and width, and the cell of a run, clean for a terminal. */
export interface RunColumn extends Column {
  cell(run: RunSummary | Run, look: CellLook): string
}

/** What `--columns` may name beside fields: the columns that tables have anyway. */
const PLAIN: Readonly<Record<string, RunColumn>> = {
  name: {
    head: 'name',
    least: 12,
    apart: 24,
    cell: (run) => `${run.parent === null ? '' : '  '}${cleanLine(run.name)}`,
  },
  status: { head: 'status', cell: statusText },
  started: {
    head: 'started',
    cell: (run, { now, timeZone }) => formatTime(run.startedAt, now, timeZone),
  },
  ended: { head: 'ended', cell: (run, { now, timeZone }) => formatTime(run.endedAt, now, timeZone) },
  took: { head: 'took', align: 'right', cell: formatDuration },
  user: { head: 'user', least: 6, cell: (run) => (run.user === null ? '–' : cleanLine(run.user)) },
  experiment: { head: 'experiment', least: 8, cell: (run) => cleanLine(run.experiment.name) },
  source: { head: 'source', least: 6, cell: (run) => run.source },
}

/** The field's own column stands for an attribute's. */
const ATTRIBUTE_COLUMNS: Readonly<Record<string, string>> = {
  run_name: 'name',
  status: 'status',
  start_time: 'started',
  end_time: 'ended',
  user_id: 'user',
}

export const RUN_COLUMN: RunColumn = {
  head: 'run',
  least: 12,
  apart: 24,
  cell: (run) => shortId(cleanLine(run.id)),
}

/** A column that a table has anyway: `name`, `status`, `started`, `took`, `source`, … */
export function plainColumn(name: string): RunColumn {
  const column = PLAIN[name]
  if (column === undefined) throw new Error(`there is no column ${name}`)
  return column
}

/** The columns of `--columns`: names such as `took`, and fields such as `params.lr`; commas between. */
export function parseColumns(text: string): {
  readonly columns: readonly RunColumn[]
  readonly needWholeRuns: boolean
} {
  const words = splitAtCommas(text)
  const parsed = words.map((word) =>
    Object.hasOwn(PLAIN, word) ? { column: plainColumn(word), field: null } : withField(word),
  )
  const heads = parsed.map(({ column }) => column.head)
  const columns = parsed.map(({ column, field }) =>
    field !== null && heads.indexOf(column.head) !== heads.lastIndexOf(column.head)
      ? { ...column, head: cleanLine(fieldText(field)) }
      : column,
  )
  return { columns, needWholeRuns: parsed.some(({ field }) => field !== null && isFieldOfWholeRun(field)) }
}

function withField(word: string): { readonly column: RunColumn; readonly field: Field | null } {
  try {
    const field = parseField(word)
    return { column: columnOf(field), field }
  } catch (error) {
    if (!(error instanceof NarrateError)) throw error
    throw new NarrateError('usage', `--columns: ${error.message}`, {
      hint: `Columns: ${Object.keys(PLAIN).join(', ')}, metrics.NAME, params.NAME, tags.NAME.`,
      cause: error,
    })
  }
}

/** The column of a field: a metric as tables show it, everything else as it was logged. */
export function columnOf(field: Field): RunColumn {
  if (field.kind === 'metric') {
    return {
      head: cleanLine(field.name),
      align: 'right',
      least: 9,
      cell: (run, { settings }) => cellText(headlineCell(run, field.name, settings)),
    }
  }
  const plain = field.kind === 'attribute' ? PLAIN[ATTRIBUTE_COLUMNS[field.name] ?? ''] : undefined
  if (plain !== undefined) return plain
  return {
    head: cleanLine(field.name),
    least: 8,
    cell: (run) => {
      const value = fieldValue(field, run)
      if (value === null) return '–'
      return typeof value === 'number' ? formatNumber(value) : cleanLine(value)
    },
  }
}

function formatTime(at: number | null, now: number, timeZone: string): string {
  return at === null ? '–' : formatShort(at, now, timeZone)
}

/** Words between commas; those inside quotes are no ends. */
function splitAtCommas(text: string): readonly string[] {
  const words = text.match(/(?:"[^"]*"|`[^`]*`|[^,"`])+/g) ?? []
  const trimmed = words.map((word) => word.trim()).filter((word) => word !== '')
  if (trimmed.length > 0) return trimmed
  throw new NarrateError('usage', '--columns names no column.', {
    hint: `Columns: ${Object.keys(PLAIN).join(', ')}, metrics.NAME, params.NAME, tags.NAME.`,
  })
}
