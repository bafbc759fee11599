import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { DataSet, MetricSummary, Origin, RunStatus } from '../../run.ts'
import { readFolder, walkFiles } from './folder.ts'
import { type Meta, metaText, parseMetaYaml } from './meta-yaml.ts'
import { readMetricFile } from './metric-file.ts'
import { readText } from './read-text.ts'
import { isPlainName } from './run-key.ts'
import { isSystemTag, SUMMARY_TAGS, statusOf, TAG } from './run-record.ts'
import { summariseSeries } from './series.ts'

const MEBIBYTE = 1024 * 1024

/** What a run's own `meta.yaml` says; `gaps` are fields that could not be read. */
export interface RunMeta {
  readonly name: string | null
  readonly user: string | null
  readonly status: RunStatus
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly deleted: boolean
  readonly sourceName: string | null
  readonly sourceVersion: string | null
  readonly gaps: readonly Gap[]
}

/** A `meta.yaml` as read. `unsettled`: MLflow may be rewriting it right now, so it is worth a second look. */
export type MetaRead =
  | { readonly kind: 'meta'; readonly meta: Meta; readonly unsettled: boolean }
  | { readonly kind: 'missing'; readonly unsettled: false }
  | { readonly kind: 'broken'; readonly why: string; readonly unsettled: boolean }

/** Reads a `meta.yaml` once. MLflow rewrites it in place, so it may be seen empty or cut. */
export function readMeta(path: string, maximumBytes = MEBIBYTE): MetaRead {
  const read = readText(path, maximumBytes)
  if (read.kind === 'missing') return { kind: 'missing', unsettled: false }
  if (read.kind === 'unreadable') return { kind: 'broken', why: read.why, unsettled: false }
  const unsettled = !read.text.endsWith('\n')
  if (read.text.trim() === '') return { kind: 'broken', why: 'the file is empty', unsettled }
  const parsed = parseMetaYaml(read.text)
  if (parsed.kind === 'broken') return { kind: 'broken', why: parsed.why, unsettled }
  return { kind: 'meta', meta: parsed.meta, unsettled }
}

/** The fields of a run's `meta.yaml`; `where` is its place for gaps. */
export function parseRunMeta(meta: Meta, what: string, where: string): RunMeta {
  const gaps: Gap[] = []
  const written = metaText(meta, 'status')
  const status = written === null ? 'running' : statusOf(written)
  if (status === null) gaps.push(gap(`status of ${what}`, where, 'it is none that MLflow knows'))
  return {
    // Before 1.28 the field was called `name` and left empty.
    name: metaText(meta, 'run_name') || metaText(meta, 'name'),
    user: metaText(meta, 'user_id'),
    status: status ?? 'unknown',
    startedAt: timeOf('start_time', 'start time'),
    endedAt: timeOf('end_time', 'end time'),
    deleted: metaText(meta, 'lifecycle_stage') === 'deleted',
    sourceName: metaText(meta, 'source_name'),
    sourceVersion: metaText(meta, 'source_version'),
    gaps,
  }

  function timeOf(field: string, name: string): number | null {
    const text = metaText(meta, field)
    if (text === null || text === '') return null
    const time = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (Math.abs(time) <= 8.64e15) return time
    gaps.push(gap(`${name} of ${what}`, where, 'it is no time in milliseconds'))
    return null
  }
}

/** What a run's folder holds beside `meta.yaml`. */
export interface RunFiles {
  readonly params: ReadonlyMap<string, string>
  readonly metrics: ReadonlyMap<string, MetricSummary>
  readonly tags: ReadonlyMap<string, string>
  /** When the newest point was logged; null where there is none. */
  readonly lastLogged: number | null
  readonly gaps: readonly Gap[]
  readonly origins: {
    readonly params: ReadonlyMap<string, Origin>
    readonly metrics: ReadonlyMap<string, Origin>
  }
}

/** Reads parameters, tags and metrics of a run. Of MLflow's own tags only those of a summary, unless all are wanted. */
export function readRunFiles(path: string, where: string, source: string, allTags: boolean): RunFiles {
  const gaps: Gap[] = []
  const folders = subfolders(path, where, gaps)
  const params = new Map<string, string>()
  const paramOrigins = new Map<string, Origin>()
  const tags = new Map<string, string>()
  const metrics = new Map<string, MetricSummary>()
  const metricOrigins = new Map<string, Origin>()
  let lastLogged: number | null = null

  if (folders.has('params'))
    readValues('params', 'parameter', (name, text) => {
      params.set(name, text)
      paramOrigins.set(name, { source, file: `${where}/params/${name}` })
    })
  if (folders.has('tags')) readValues('tags', 'tag', (name, text) => tags.set(name, text))
  if (folders.has('metrics'))
    gaps.push(
      ...walkFiles(join(path, 'metrics'), 'metric', `${where}/metrics`, (name, file) => {
        const series = summariseSeries()
        const place = `${where}/metrics/${name}`
        gaps.push(...readMetricFile(file, name, place, series.add))
        const finished = series.finish()
        if (finished === null) return
        metrics.set(name, finished.summary)
        metricOrigins.set(name, { source, file: place, line: finished.line })
        if (lastLogged === null || finished.time > lastLogged) lastLogged = finished.time
      }),
    )
  return {
    params,
    metrics,
    tags,
    lastLogged,
    gaps,
    origins: { params: paramOrigins, metrics: metricOrigins },
  }

  function readValues(folder: string, what: string, take: (name: string, text: string) => void): void {
    const walked = walkFiles(join(path, folder), what, `${where}/${folder}`, (name, file) => {
      if (folder === 'tags' && !allTags && isSystemTag(name) && !SUMMARY_TAGS.includes(name)) return
      const read = readText(file, MEBIBYTE)
      if (read.kind === 'text') take(name, read.text)
      const why = read.kind === 'text' ? (read.damaged ? NO_UTF8 : null) : whyOf(read)
      if (why !== null) gaps.push(gap(`${what} ${name}`, `${where}/${folder}/${name}`, why))
    })
    gaps.push(...walked)
  }
}

const NO_UTF8 = 'it holds bytes that are no UTF-8, shown as replacement characters'

/** The names of a run's metrics, in the order of the names. */
export function metricNamesOf(path: string): readonly string[] {
  const names: string[] = []
  if (subfolders(path, '', []).has('metrics'))
    walkFiles(join(path, 'metrics'), '', '', (name) => names.push(name))
  return names
}

/** One tag of a run or an experiment; null where it is not set. */
export function readTag(path: string, name: string): string | null {
  const read = readText(join(path, 'tags', name), MEBIBYTE)
  return read.kind === 'text' ? read.text : null
}

/** The data sets that a run names as inputs, read beside it in its experiment's folder. */
export function readDataSets(
  experimentPath: string,
  runPath: string,
  where: string,
): { readonly dataSets: readonly DataSet[]; readonly gaps: readonly Gap[] } {
  const inputs = readFolder(join(runPath, 'inputs'))
  if (inputs.kind === 'missing') return { dataSets: [], gaps: [] }
  if (inputs.kind === 'unreadable')
    return { dataSets: [], gaps: [gap('data sets', `${where}/inputs`, inputs.why)] }
  const dataSets: DataSet[] = []
  const gaps: Gap[] = []
  for (const entry of inputs.entries) {
    if (!entry.isDirectory()) continue
    const place = `${where}/inputs/${entry.name}/meta.yaml`
    const input = readMeta(join(runPath, 'inputs', entry.name, 'meta.yaml'))
    if (input.kind !== 'meta') {
      gaps.push(gap('a data set', place, whyOf(input)))
      continue
    }
    if (metaText(input.meta, 'source_type') !== 'DATASET') continue
    const id = metaText(input.meta, 'source_id') ?? ''
    const dataSet = isPlainName(id)
      ? readMeta(join(experimentPath, 'datasets', id, 'meta.yaml'), 64 * MEBIBYTE)
      : NO_PLAIN_ID
    const name = dataSet.kind === 'meta' ? metaText(dataSet.meta, 'name') : null
    if (dataSet.kind === 'meta' && name !== null) {
      const tags = input.meta.get('tags')
      const context = tags instanceof Map ? tags.get(TAG.dataContext) : undefined
      dataSets.push({
        name,
        digest: metaText(dataSet.meta, 'digest') ?? '',
        context: typeof context === 'string' && context !== '' ? context : null,
      })
    } else gaps.push(gap('a data set', place, `the data set it names: ${whyOf(dataSet)}`))
  }
  dataSets.sort((left, right) => (`${left.name}\n${left.digest}` < `${right.name}\n${right.digest}` ? -1 : 1))
  return { dataSets, gaps }
}

const NO_PLAIN_ID: MetaRead = { kind: 'broken', why: 'its id is no plain name', unsettled: false }

/** Why there is nothing, for whatever was read. */
export function whyOf(
  read:
    | { readonly kind: 'missing' }
    | { readonly kind: 'unreadable' | 'broken'; readonly why: string }
    | { readonly kind: 'meta' },
): string {
  if (read.kind === 'missing') return 'the file is missing'
  return read.kind === 'meta' ? 'it has no name' : read.why
}

function subfolders(path: string, where: string, gaps: Gap[]): ReadonlySet<string> {
  const read = readFolder(path)
  if (read.kind !== 'entries') {
    gaps.push(gap('the run', where, whyOf(read)))
    return new Set()
  }
  const found = new Set<string>()
  for (const entry of read.entries) {
    if (!RUN_FOLDERS.includes(entry.name)) continue
    if (entry.isDirectory()) found.add(entry.name)
    else gaps.push(gap(`the run's ${entry.name}`, `${where}/${entry.name}`, notAFolder(entry)))
  }
  return found
}

const RUN_FOLDERS = ['params', 'tags', 'metrics']

function notAFolder(entry: Dirent): string {
  return entry.isSymbolicLink() ? 'it is a symbolic link, which is not followed' : 'it is no folder'
}
