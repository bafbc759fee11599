import { metricRules } from '../evidence/metric-rules.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import type { Run, RunStatus, RunSummary } from '../runs/run.ts'
import { namedSetting, type Settings } from '../settings.ts'
import { formatShort } from './format-time.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { displayWidth } from './terminal/display-width.ts'
import { type Column, renderTable } from './terminal/render-table.ts'
import type { Style } from './terminal/style.ts'
import { wrapText } from './terminal/wrap-text.ts'

export interface RunsLook {
  readonly width: number
  readonly style: Style
  readonly timeZone: string
  /** Milliseconds since 1970: times in other years than this are shown with their year. */
  readonly now: number
  readonly settings: Settings
}

/** How many metrics a table offers; those that do not fit are left out, the primary one last. */
const METRICS = 3

/**
 * A table of runs for the terminal: id, name, status, start, duration, the primary metric and the most common other ones.
 * Values are the headline ones (the last logged, unless narrate.yaml says otherwise), four significant digits.
 */
export function renderRuns(runs: readonly RunSummary[], look: RunsLook): string {
  const { settings, style, timeZone, now } = look
  const metrics = rankMetrics(runs, metricRules(settings.metrics, [])).slice(0, METRICS)
  const showsSource = new Set(runs.map((run) => run.source)).size > 1
  const columns: readonly Column[] = [
    { head: 'run' },
    ...(showsSource ? [{ head: 'source', least: 6 }] : []),
    { head: 'name', least: 16 },
    { head: 'status' },
    { head: 'started' },
    { head: 'took', align: 'right' as const },
    ...metrics.map((metric) => ({
      head: cleanLine(metric),
      align: 'right' as const,
      ...(metric === metrics[0] ? { least: 9 } : { optional: true }),
    })),
  ]
  const rows = runs.map((run) => [
    cleanLine(run.id).slice(0, 8),
    ...(showsSource ? [run.source] : []),
    `${run.parent === null ? '' : '  '}${cleanLine(run.name)}`,
    run.status,
    run.startedAt === null ? '–' : formatShort(run.startedAt, now, timeZone),
    formatDuration(run),
    ...metrics.map((metric) => formatHeadline(run, metric, settings)),
  ])
  return colourStatuses(renderTable(columns, rows, look.width, style), style)
}

/** Everything that is logged of one run, for the terminal. */
export function renderRun(run: Run, look: RunsLook): string {
  const { style, timeZone, width, now } = look
  const title = `${style.bold(cleanLine(run.name))}  ${cleanLine(run.id)}`
  const attributes: readonly (readonly [string, string | null])[] = [
    ['key', run.key],
    ['status', run.status],
    ['experiment', `${cleanLine(run.experiment.name)} (${cleanLine(run.experiment.id)})`],
    ['user', run.user],
    ['started', run.startedAt === null ? null : `${formatShort(run.startedAt, now, timeZone)} ${timeZone}`],
    [
      'ended',
      run.endedAt === null
        ? null
        : `${formatShort(run.endedAt, now, timeZone)} (took ${formatDuration(run)})`,
    ],
    ['parent', run.parent],
    [
      'commit',
      run.code.commit === null
        ? null
        : `${run.code.commit}${run.code.dirty === true ? ' + uncommitted changes' : ''}`,
    ],
    ['entry point', run.code.entryPoint],
    ['data', run.dataSets.map((set) => `${set.name} ${set.digest}`).join(', ') || null],
    ['artifacts', run.artifacts === null ? null : String(run.artifacts)],
    ['url', run.url],
    ['note', run.note],
  ]
  const shown = attributes.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [`  ${name.padEnd(11)} ${cleanLine(value)}`],
  )
  return [
    title,
    ...shown,
    ...listing('Parameters', run.params),
    ...section(
      'Metrics',
      ['name', 'last', 'step', 'min', 'max', 'points', 'not finite'],
      [...run.metrics].map(([name, metric]) => [
        name,
        formatNumber(metric.last),
        metric.lastStep === null ? '–' : String(metric.lastStep),
        metric.min === null ? '–' : formatNumber(metric.min),
        metric.max === null ? '–' : formatNumber(metric.max),
        metric.count === null ? '–' : String(metric.count),
        metric.nonFinite === null ? '–' : String(metric.nonFinite),
      ]),
    ),
    ...listing('Tags', run.tags),
    ...(run.gaps.length === 0
      ? []
      : [
          '',
          style.bold('Could not be read'),
          ...run.gaps.map((one) => `  ${cleanLine(`${one.what} (${one.where}): ${one.why}`)}`),
        ]),
  ].join('\n')

  /** Names and whole values, wrapped: what is logged is not cut here. */
  function listing(heading: string, texts: ReadonlyMap<string, string>): readonly string[] {
    if (texts.size === 0) return []
    const names = [...texts.keys()].map(cleanLine)
    const column = Math.min(28, Math.max(...names.map(displayWidth)))
    const lines = [...texts.values()].map((value, index) => {
      const name = names[index] ?? ''
      const [first = '', ...more] = wrapText(cleanLine(value), Math.max(20, width - column - 4)).split('\n')
      const blank = ' '.repeat(Math.max(0, column - displayWidth(name)))
      return [`  ${name}${blank}  ${first}`, ...more.map((line) => `${' '.repeat(column + 4)}${line}`)].join(
        '\n',
      )
    })
    return ['', style.bold(heading), ...lines]
  }

  function section(
    heading: string,
    heads: readonly string[],
    rows: readonly (readonly string[])[],
  ): readonly string[] {
    if (rows.length === 0) return []
    const columns = heads.map(
      (head, index): Column => ({
        head,
        align: index === 0 ? 'left' : 'right',
        ...(index === 0 ? { least: 16 } : {}),
        optional: index > 2,
      }),
    )
    const table = renderTable(
      columns,
      rows.map((row) => row.map(cleanLine)),
      width - 2,
      style,
    )
    return ['', style.bold(heading), ...table.split('\n').map((line) => `  ${line}`)]
  }
}

/** Four significant digits; NaN and infinities by name. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(3)
  return value.toPrecision(4)
}

function formatHeadline(run: RunSummary, name: string, settings: Settings): string {
  const metric = run.metrics.get(name)
  if (metric === undefined) return '–'
  const headline = namedSetting(settings.metrics.headline, name) ?? 'last'
  const value = headline === 'last' ? metric.last : metric[headline]
  return value === null ? `${formatNumber(metric.last)} last` : formatNumber(value)
}

function formatDuration(run: RunSummary): string {
  if (run.startedAt === null || run.endedAt === null) return '–'
  const seconds = Math.max(0, Math.round((run.endedAt - run.startedAt) / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`
  return `${Math.floor(seconds / 3600)}h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}m`
}

const STATUS_COLOURS: Readonly<Record<RunStatus, 'good' | 'bad' | 'accent' | null>> = {
  finished: null,
  running: 'accent',
  scheduled: 'accent',
  failed: 'bad',
  killed: 'bad',
  unknown: null,
}

/** Colours are put in after the table was laid out, so that they cost no width. */
function colourStatuses(table: string, style: Style): string {
  const [head = '', ...lines] = table.split('\n')
  const coloured = lines.map((line) =>
    line.replace(/ (running|scheduled|failed|killed) /, (whole, status: RunStatus) => {
      const colour = STATUS_COLOURS[status]
      return colour === null ? whole : ` ${style[colour](status)} `
    }),
  )
  return [head, ...coloured].join('\n')
}
