import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { readEntry, walkFiles } from '../../files/folder.ts'
import { readText } from '../../files/read-text.ts'
import type { MetricSummary, Origin } from '../../run.ts'
import { whyOf } from './meta-file.ts'
import { readMetricFile } from './metric-file.ts'
import { isSystemTag } from './run-record.ts'
import { summariseSeries } from './series.ts'

const MEBIBYTE = 1024 * 1024

/** What a run's folder holds beside `meta.yaml`. */
export interface RunFiles {
  /** The run's folder relative to the source. */
  readonly where: string
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

/** Reads parameters, tags and metrics of a run. Of MLflow's own tags only those that are wanted: each is a file. */
export function readRunFiles(
  path: string,
  where: string,
  source: string,
  systemTags: 'all' | readonly string[],
): RunFiles {
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
    where,
    params,
    metrics,
    tags,
    lastLogged,
    gaps,
    origins: { params: paramOrigins, metrics: metricOrigins },
  }

  function readValues(folder: string, what: string, take: (name: string, text: string) => void): void {
    const walked = walkFiles(join(path, folder), what, `${where}/${folder}`, (name, file) => {
      if (folder === 'tags' && isSystemTag(name) && systemTags !== 'all' && !systemTags.includes(name)) return
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

function subfolders(path: string, where: string, gaps: Gap[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const name of RUN_FOLDERS) {
    const entry = readEntry(`${path}/${name}`)
    if (entry.kind === 'folder') found.add(name)
    else if (entry.kind === 'unreadable') gaps.push(gap(`the run's ${name}`, `${where}/${name}`, entry.why))
  }
  if (found.size === 0 && gaps.length === 0 && readEntry(path).kind === 'missing')
    gaps.push(gap('the run', where, 'its folder is gone'))
  return found
}

const RUN_FOLDERS = ['params', 'tags', 'metrics']
