import { namesElsewhere, toldElsewhere } from '../evidence/told-elsewhere.ts'
import type { Gap } from '../gap.ts'
import type { MaybeSame } from '../runs/join-runs.ts'
import type { Run, RunKey } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import type { DocumentSummary } from '../stores/store.ts'
import type { Relative, Relatives } from './find-relatives.ts'
import { formatDuration, formatNumber, statusText } from './format-run.ts'
import { formatShort } from './format-time.ts'
import type { NamingNote } from './notes-naming.ts'
import type { RunsLook } from './render-runs.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { displayWidth } from './terminal/display-width.ts'
import { type PlotLine, renderPlot } from './terminal/render-plot.ts'
import { type Column, renderTable } from './terminal/render-table.ts'
import { tellApart } from './terminal/tell-apart.ts'
import { wrapText } from './terminal/wrap-text.ts'

/** What is shown of a run beside what it logged itself. */
export interface RunSurroundings {
  readonly relatives: Relatives
  /** Runs of other sources that may be the same one, and are told apart. */
  readonly maybeSame: readonly MaybeSame[]
  /** Keys that it had before. */
  readonly formerly: readonly RunKey[]
  /** Each plot's lines. */
  readonly plots: readonly (readonly PlotLine[])[]
  /** Names of the metrics that have a curve and no plot. */
  readonly notPlotted: readonly string[]
  readonly documents: readonly DocumentSummary[]
  /** Passages of the notes that name it. */
  readonly notes: readonly NamingNote[]
  /** What could not be read beside the run's own gaps. */
  readonly gaps: readonly Gap[]
}

const SHOWN_RELATIVES = 6
const SHOWN_DIFFERENCES = 12
const SHOWN_NOTES = 8

/** Everything that is logged of one run, what it belongs with, its curves and the documents that tell it, for the terminal. */
export function renderRun(run: Run, look: RunsLook, around: RunSurroundings): string {
  const { style, timeZone, width, now } = look
  const title = `${style.bold(cleanLine(run.name))}  ${cleanLine(run.id)}`
  const attributes: readonly (readonly [string, string | null])[] = [
    ['key', run.key],
    ['status', statusText(run)],
    ['experiment', `${cleanLine(run.experiment.name)} (${cleanLine(run.experiment.id)})`],
    ['user', run.user],
    ['started', run.startedAt === null ? null : `${formatShort(run.startedAt, now, timeZone)} ${timeZone}`],
    [
      'ended',
      run.endedAt === null
        ? null
        : `${formatShort(run.endedAt, now, timeZone)} (took ${formatDuration(run)})`,
    ],
    ['parent', around.relatives.parent === null ? run.parent : named(around.relatives.parent)],
    ['children', listOf(around.relatives.children)],
    ['run again', listOf([...around.relatives.replicates, ...around.relatives.repeats])],
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
    ...around.formerly.map((key): readonly [string, string] => ['formerly', key]),
    ...alsoIn(),
    ...maybe(),
  ]
  const lines = attributes.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [hanging(name, cleanLine(value), 11)],
  )
  return [
    title,
    ...lines,
    ...listing('Parameters', run.params),
    ...metrics(),
    ...curves(),
    ...nearest(),
    ...listing('Tags', run.tags),
    ...documents(),
    ...noteLines(),
    ...(run.gaps.length + around.gaps.length === 0
      ? []
      : [
          '',
          style.bold('Could not be read'),
          ...[...run.gaps, ...around.gaps].map(
            (one) => `  ${cleanLine(`${one.what} (${one.where}): ${one.why}`)}`,
          ),
        ]),
  ].join('\n')

  /** The other logs of the run, each with what it alone tells. */
  function alsoIn(): readonly (readonly [string, string])[] {
    const alone = new Map(toldElsewhere(run).map((one) => [one.source, namesElsewhere(one, cleanLine)]))
    return (run.also ?? []).map(({ key, source, why }) => {
      const names = alone.get(source)
      return ['also in', `${key}: ${why}${names === undefined ? '' : `; from there alone: ${names}`}`]
    })
  }

  function maybe(): readonly (readonly [string, string])[] {
    const more = around.maybeSame.length - SHOWN_RELATIVES
    const shown = around.maybeSame.slice(0, SHOWN_RELATIVES)
    return [
      ...shown.map(({ runs, why }) => ['maybe', `the same as ${runs[1]}: ${why}`] as const),
      ...(more > 0 ? [['maybe', `the same as ${more} more`] as const] : []),
    ]
  }

  /** Columns that hold nothing (what only histories tell) are left out. */
  function metrics(): readonly string[] {
    const told = [...run.metrics.values()]
    const columns = [
      { head: 'name', cells: [...run.metrics.keys()] },
      { head: 'last', cells: told.map(({ last }) => formatNumber(last)) },
      { head: 'step', cells: told.map(({ lastStep }) => shown(lastStep)) },
      { head: 'min', cells: told.map(({ min }) => shown(min)) },
      { head: 'max', cells: told.map(({ max }) => shown(max)) },
      { head: 'points', cells: told.map(({ count }) => shown(count)) },
      { head: 'not finite', cells: told.map(({ nonFinite }) => shown(nonFinite)) },
    ].filter(({ cells }) => cells.some((cell) => cell !== '–'))
    const heads = columns.map(({ head }) => head)
    const rows = told.map((_, row) => columns.map(({ cells }) => cells[row] ?? ''))
    return section('Metrics', heads, rows)

    function shown(value: number | null): string {
      return value === null ? '–' : formatNumber(value)
    }
  }

  function hanging(name: string, value: string, column: number): string {
    const [first = '', ...more] = wrapText(value, Math.max(20, width - column - 3)).split('\n')
    return [
      `  ${name.padEnd(column)} ${first}`,
      ...more.map((line) => `${' '.repeat(column + 3)}${line}`),
    ].join('\n')
  }

  function curves(): readonly string[] {
    if (around.plots.length === 0) return []
    const plots = around.plots.map((lines) =>
      renderPlot(lines, { width: width - 2, style, format: formatNumber })
        .split('\n')
        .map((line) => `  ${line}`)
        .join('\n'),
    )
    const rest = around.notPlotted.map(cleanLine)
    const shown = rest.slice(0, SHOWN_RELATIVES).join(', ')
    const more = rest.length > SHOWN_RELATIVES ? ` and ${rest.length - SHOWN_RELATIVES} more` : ''
    const hint =
      rest.length === 0 ? [] : [style.dim(wrapText(`  Not drawn: ${shown}${more} (--metric NAME).`, width))]
    return ['', style.bold('Curves'), plots.join('\n\n'), ...hint]
  }

  function nearest(): readonly string[] {
    const { nearest: found } = around.relatives
    if (found === null) return []
    const heading = `Differs from ${named(found.run)}, the run of the nearest settings`
    if (found.differs.length === 0) {
      return ['', wrapText(style.bold(heading), width), '  in no parameter; its code or data are others.']
    }
    const shown = found.differs.slice(0, SHOWN_DIFFERENCES)
    const rows = shown.map(({ param, other, own }) => [
      param,
      ...tellApart([other, own], Math.floor(width / 3)),
    ])
    const more = found.differs.length - shown.length
    return [
      ...section(heading, ['parameter', 'there', 'here'], rows, 'left'),
      ...(more > 0 ? [style.dim(`  and ${more} more (narrate runs compare)`)] : []),
    ]
  }

  function documents(): readonly string[] {
    if (around.documents.length === 0) return []
    const lines = around.documents.map((one) =>
      hanging(
        one.date,
        `${one.kind}  ${one.supersededBy === null ? '' : '(superseded) '}${cleanLine(one.title)}  ${one.path}`,
        10,
      ),
    )
    return ['', style.bold('Documents that tell it'), ...lines]
  }

  function noteLines(): readonly string[] {
    if (around.notes.length === 0) return []
    const lines = around.notes
      .slice(0, SHOWN_NOTES)
      .map(({ text, place, line }) => hanging('', `"${cleanLine(text)}"  ${cleanLine(place)}:${line}`, 0))
    const more = around.notes.length - SHOWN_NOTES
    return ['', style.bold('Notes that name it'), ...lines, ...(more > 0 ? [`  and ${more} more`] : [])]
  }

  function listOf(relatives: readonly Relative[]): string | null {
    if (relatives.length === 0) return null
    const shown = relatives.slice(0, SHOWN_RELATIVES).map(named).join(', ')
    const more = relatives.length - SHOWN_RELATIVES
    return `${relatives.length}: ${shown}${more > 0 ? ` and ${more} more` : ''}`
  }

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
    align: 'left' | 'right' = 'right',
  ): readonly string[] {
    if (rows.length === 0) return []
    const columns = heads.map(
      (head, index): Column => ({
        head,
        align: index === 0 ? 'left' : align,
        ...(index === 0 || align === 'left' ? { least: 16 } : {}),
        optional: index > 2,
      }),
    )
    const table = renderTable(
      columns,
      rows.map((row) => row.map(cleanLine)),
      width - 2,
      style,
    )
    return ['', style.bold(wrapText(heading, width)), ...table.split('\n').map((line) => `  ${line}`)]
  }
}

function named({ name, id, status }: Relative): string {
  const mark = status === 'finished' ? '' : ` (${status})`
  const [shown, short] = [cleanLine(name), shortId(cleanLine(id))]
  return `${shown === short ? shown : `${shown} ${short}`}${mark}`
}
