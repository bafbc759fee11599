import path from 'node:path'
import { NarrateError } from '../../errors.ts'
import { type Gap, gap, isGap } from '../../gap.ts'
import type { JsonObject } from '../../json.ts'
import { escapeMarkdown } from '../../render/escape-markdown.ts'
import { parseField } from '../../runs/filter/parse-field.ts'
import { type ListedRun, listWholeRuns } from '../../runs/list-runs.ts'
import type { Point, Run } from '../../runs/run.ts'
import { csvRow } from '../csv.ts'
import {
  addNames,
  columnsOfNames,
  type ExportColumn,
  exportColumn,
  noNames,
  RUN_COLUMNS,
  SHORT_COLUMNS,
} from '../export-columns.ts'
import { dayRule, findProject } from '../find-project.ts'
import { formatNumber } from '../format-run.ts'
import { mayHideRuns } from '../gap-weight.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { beginOutput, type OutputFile } from '../output-file.ts'
import { type QueryOptions, readFilter, readRunQuery } from '../run-query.ts'
import { gapToJson, isoTime, numberToJson, runToJson } from '../runs-json.ts'
import { sayNoMatch } from '../say-no-match.ts'
import { cleanText } from '../terminal/clean-text.ts'
import { writeOn } from '../terminal/flow.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'
import { withUsersMeant } from '../with-users-meant.ts'

interface Options extends QueryOptions {
  readonly format?: Format
  readonly history?: boolean
  readonly metric?: readonly string[]
  readonly columns?: string
  readonly output?: string
  readonly raw?: boolean
}

export const FORMATS = ['csv', 'json', 'jsonl', 'markdown'] as const

type Format = (typeof FORMATS)[number]

const SHOWN_GAPS = 5
const PROGRESS_EVERY = 100

/**
 * `narrate runs export`: runs, or with `--history` their points, as CSV, JSON, JSON lines or Markdown, newest first, one
 * by one. Exit 1 where runs could not be read. A file appears whole or not at all.
 */
export const runsExport: Action<Options> = async ({ world, parts, options }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const format = options.format ?? formatOf(options)
  const filter = readFilter(options)
  let query = readRunQuery(options, world, dayRule(project, world))
  const withPoints = options.history === true
  if (withPoints && format === 'markdown') {
    throw new NarrateError('usage', 'Points are no table for people.', {
      hint: 'Say --format csv, jsonl or json.',
    })
  }
  if (options.metric !== undefined && !withPoints) {
    throw new NarrateError('usage', '--metric says whose points --history exports.', {
      hint: 'Add --history, or choose columns: --columns metrics.val_auc.',
    })
  }
  if (options.columns !== undefined && (withPoints || format === 'json' || format === 'jsonl')) {
    throw new NarrateError('usage', '--columns is for tables of runs: csv and markdown.', {
      hint: 'Leave it out; jq picks fields of JSON.',
    })
  }
  const chosen = options.columns === undefined ? null : readColumns(options.columns)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  const gaps: Gap[] = [...opened.unread]
  let output: OutputFile | null = null
  try {
    requireSources(opened)
    query = await withUsersMeant(query, opened.sources, print.say, world)
    for (const unread of opened.unread) print.warn(sentence(unread))
    if (options.output !== undefined && options.dryRun !== true) {
      output = await beginOutput(options.output, world, options.yes === true)
    }
    const progress = output === null ? null : startProgress(world, options, opened.reading)
    let written = 0
    let rows = 0
    let valueGaps = 0
    try {
      for await (const text of withPoints ? pointTexts() : runTexts()) {
        if (options.dryRun === true) continue
        if (output !== null) await output.write(text)
        // A file keeps what was logged; a terminal must not act on it.
        else if (!(await writeOn(world.stdout, world.stdout.isTerminal ? cleanText(text) : text))) return 0
      }
    } finally {
      progress?.clear()
    }
    if (output !== null) {
      await output.finish()
      output = null
    }
    const what = withPoints ? `${rows} points of ${count(written)}` : count(written)
    if (options.output !== undefined) {
      print.say(
        options.dryRun === true
          ? `It would write ${what} to ${options.output}.`
          : `${options.output}: ${what}.`,
      )
    } else if (written === 0) print.say(await sayNoMatch(filter, opened.sources))
    if (gaps.length > SHOWN_GAPS + opened.unread.length) {
      print.warn(
        `${gaps.length} things could not be read${format === 'json' ? '' : '; --format json names them all'}.`,
      )
    }
    if (valueGaps > 0) {
      print.warn(
        `${valueGaps} values inside these runs could not be read: narrate runs show RUN tells which.`,
      )
    }
    return opened.unread.length > 0 || gaps.some(mayHideRuns) ? 1 : 0

    /** Pieces of the answer, each small. */
    async function* runTexts(): AsyncGenerator<string> {
      if (format === 'json' || format === 'jsonl') {
        if (format === 'json') yield '{"runs":['
        for await (const { run } of listed()) {
          const text = JSON.stringify(runToJson(run))
          yield format === 'jsonl' ? `${text}\n` : `${written === 1 ? '\n' : ',\n'}${text}`
        }
        if (format === 'json') yield `\n],"gaps":${JSON.stringify(gaps.map(gapToJson))}}\n`
        return
      }
      const columns = chosen ?? (await allColumns())
      const heads = columns.map(({ head }) => head)
      yield format === 'csv' ? csvRow(heads, options.raw === true) : markdownHead(heads)
      for await (const { run } of listed()) {
        const cells = columns.map((column) => column.cell(run))
        yield format === 'csv' ? csvRow(cells, options.raw === true) : markdownRow(cells)
      }
    }

    async function* pointTexts(): AsyncGenerator<string> {
      if (format === 'csv') yield csvRow(['run', 'name', 'metric', 'step', 'time', 'value'], false)
      if (format === 'json') yield '{"points":['
      for await (const { source, run } of listed()) {
        for (const metric of run.metrics.keys()) {
          if (options.metric !== undefined && !options.metric.includes(metric)) continue
          for await (const point of source.history(run.key, metric)) {
            world.signal.throwIfAborted()
            if (isGap(point)) {
              noteGap(point)
              continue
            }
            rows += 1
            yield pointText(run, metric, point, rows === 1)
          }
        }
      }
      if (format === 'json') yield `\n],"gaps":${JSON.stringify(gaps.map(gapToJson))}}\n`
    }

    function pointText(run: Run, metric: string, { step, time, value }: Point, isFirst: boolean): string {
      if (format === 'csv')
        return csvRow([run.key, run.name, metric, step, isoTime(time), value], options.raw === true)
      const object: JsonObject = {
        run: run.key,
        name: run.name,
        metric,
        step,
        time: isoTime(time),
        value: numberToJson(value),
      }
      const text = JSON.stringify(object)
      return format === 'jsonl' ? `${text}\n` : `${isFirst ? '\n' : ',\n'}${text}`
    }

    async function* listed(): AsyncGenerator<ListedRun<Run>> {
      try {
        for await (const found of listWholeRuns(opened.sources, query, filter)) {
          world.signal.throwIfAborted()
          if (isGap(found)) noteGap(found)
          else {
            written += 1
            if (written % PROGRESS_EVERY === 0) progress?.update(`Reading runs: ${written}`)
            valueGaps += found.run.gaps.length
            yield found
          }
        }
      } catch (error) {
        // What was begun on stdout stays one value; a file is not worth half of it.
        if (written === 0 || output !== null || !(error instanceof NarrateError) || error.kind !== 'source')
          throw error
        noteGap(gap('the other runs', 'the run logs', error.message))
      }
    }

    /** Looks through the runs once for the names of their parameters, metrics and tags. */
    async function allColumns(): Promise<readonly ExportColumn[]> {
      const names = noNames()
      for await (const found of listWholeRuns(opened.sources, query, filter)) {
        world.signal.throwIfAborted()
        if (!isGap(found)) addNames(names, found.run)
      }
      const fields = columnsOfNames(format === 'csv' ? names : { ...names, tag: new Set() })
      return [...(format === 'csv' ? RUN_COLUMNS : SHORT_COLUMNS), ...fields]
    }

    function noteGap(found: Gap): void {
      gaps.push(found)
      if (gaps.length <= SHOWN_GAPS + opened.unread.length || mayHideRuns(found)) print.warn(sentence(found))
    }
  } finally {
    await output?.discard()
    await opened.close()
  }
}

/**
 * The format that the name of the file tells, else the one `--json` asks for, else CSV. Throws `NarrateError('usage')` for
 * an ending that promises another one: a table in CSV under the name of a spreadsheet does not open.
 */
function formatOf({ output, json }: Options): Format {
  const ending = output === undefined ? '' : path.extname(output).slice(1).toLowerCase()
  const format = FORMAT_OF_ENDING.get(ending) ?? FORMATS.find((known) => known === ending)
  if (format !== undefined) return format
  if (ending !== '' && ending !== 'txt') {
    throw new NarrateError('usage', `No format ends in .${ending}.`, {
      hint: 'Name a .csv, .json, .jsonl or .md file, or say --format.',
    })
  }
  return json === true ? 'json' : 'csv'
}

const FORMAT_OF_ENDING: ReadonlyMap<string, Format> = new Map([
  ['md', 'markdown'],
  ['ndjson', 'jsonl'],
])

function readColumns(text: string): readonly ExportColumn[] {
  const words = text.match(/(?:"[^"]*"|`[^`]*`|[^,"`])+/g) ?? []
  const fields = words.map((word) => word.trim()).filter((word) => word !== '')
  if (fields.length === 0) throw new NarrateError('usage', '--columns names no column.')
  const plain = new Map([...SHORT_COLUMNS, ...RUN_COLUMNS].map((column) => [column.head, column]))
  return fields.map((word) => plain.get(word) ?? exportColumn(parseField(word)))
}

function markdownHead(heads: readonly string[]): string {
  return `${markdownRow(heads)}| ${heads.map(() => '---').join(' | ')} |\n`
}

function markdownRow(cells: readonly (string | number | null)[]): string {
  const texts = cells.map((cell) => {
    if (cell === null) return '–'
    return typeof cell === 'number' ? formatNumber(cell) : escapeMarkdown(cell)
  })
  return `| ${texts.join(' | ')} |\n`
}

function count(runs: number): string {
  return `${runs} ${runs === 1 ? 'run' : 'runs'}`
}
