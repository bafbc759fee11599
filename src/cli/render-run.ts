import type { Run } from '../runs/run.ts'
import { formatDuration, formatNumber } from './format-run.ts'
import { formatShort } from './format-time.ts'
import type { RunsLook } from './render-runs.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { displayWidth } from './terminal/display-width.ts'
import { type Column, renderTable } from './terminal/render-table.ts'
import { wrapText } from './terminal/wrap-text.ts'

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
