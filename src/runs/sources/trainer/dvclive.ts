import { basename, join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { readEntry, walkFiles } from '../../files/folder.ts'
import type { StatedValue } from '../../files/loaded-run.ts'
import { isLooseMap, type LooseJson, numberOfLoose, numberOfText } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { readLooseMap } from '../../files/read-loose.ts'
import type { AddPoint } from '../../files/series.ts'
import { countLost } from './count-lost.ts'
import { readMetricsTable } from './read-metrics-table.ts'
import { paramsOf } from './read-settings.ts'
import {
  type FolderAt,
  placeOfFolder,
  type TrainerFormat,
  type TrainerReading,
  type TrainerRun,
} from './trainer-format.ts'

const METRICS = 'metrics.json'
const PARAMS = 'params.yaml'
const PLOTS = 'plots/metrics'
const MOST_PLOTS = 10_000

/**
 * DVCLive: a folder (`dvclive`) with `metrics.json` (the latest values), `params.yaml` and a table a metric below `plots/metrics`. The points are the tables';
 * what `metrics.json` says stands for the metric. Format: dvclive 3 (`live.py`).
 */
export const dvclive: TrainerFormat = {
  name: 'DVCLive',
  async find(folder, root) {
    const { files, folders, path } = folder
    const hasPlots = folders.includes('plots') && readEntry(join(path, PLOTS)).kind !== 'missing'
    const isNamed = basename(path) === 'dvclive' && (files.includes(METRICS) || hasPlots)
    if (!isNamed && !(files.includes(METRICS) && hasPlots)) return []
    const load = (at: FolderAt, reading: TrainerReading) => loadLive(at, files, hasPlots, reading)
    const place = placeOfFolder(folder, root, [METRICS, PARAMS], load)
    const plots = tablesIn({ path, where: '' }).tables.map((name) => join(path, PLOTS, name))
    const { artifacts } = place
    const takes = (name: string): boolean =>
      (artifacts?.takes?.(name) ?? true) && !(name.startsWith(`${PLOTS}/`) && name.endsWith('.tsv'))
    return [
      {
        ...place,
        files: [...place.files, join(path, PLOTS), ...plots],
        artifacts: artifacts === null ? null : { ...artifacts, takes },
      },
    ]
  },
}

function tablesIn({ path, where }: FolderAt): {
  readonly tables: readonly string[]
  readonly gaps: readonly Gap[]
} {
  if (readEntry(join(path, PLOTS)).kind === 'missing') return { tables: [], gaps: [] }
  const tables: string[] = []
  const gaps = walkFiles(join(path, PLOTS), 'metric', `${where}/${PLOTS}`, (name) => {
    if (name.endsWith('.tsv') && tables.length < MOST_PLOTS) tables.push(name)
  })
  return { tables: tables.toSorted(), gaps }
}

async function loadLive(
  at: FolderAt,
  files: readonly string[],
  hasPlots: boolean,
  reading: TrainerReading,
): Promise<TrainerRun> {
  const gaps: Gap[] = []
  const params = files.includes(PARAMS) ? readLooseMap(at, PARAMS, 'parameters', gaps) : null
  const stated = new Map<string, StatedValue>()
  if (files.includes(METRICS)) takeStated(at, stated, gaps)
  else gaps.push(gap('metrics', `${at.where}/${METRICS}`, 'it is missing'))
  if (hasPlots) {
    const plots = tablesIn(at)
    gaps.push(...plots.gaps)
    for (const table of plots.tables) gaps.push(...(await takeTable(at, table, reading)))
  }
  return {
    status: 'unknown',
    startedAt: null,
    endedAt: null,
    params: paramsOf(params, `${at.where}/${PARAMS}`),
    stated,
    gaps,
    origin: { file: `${at.where}/${METRICS}` },
  }
}

/** Names are joined with `/`, as they were given to `log_metric`; what is not finite stands there as text. */
function takeStated(at: FolderAt, stated: Map<string, StatedValue>, gaps: Gap[]): void {
  const file = `${at.where}/${METRICS}`
  const metrics = readLooseMap(at, METRICS, 'metrics', gaps)
  const lost = countLost(file)
  const step = numberOfLoose(metrics?.get('step'))
  if (metrics !== null) visit(metrics, '')
  gaps.push(...lost.all())

  function visit(values: ReadonlyMap<string, LooseJson>, prefix: string): void {
    for (const [key, value] of values) {
      const name = prefix + key
      if (name === 'step') continue
      const number = numberOfLoose(value)
      if (number !== null) stated.set(name, { value: number, step, file })
      else if (isLooseMap(value)) visit(value, `${name}/`)
      else lost.add(name)
    }
  }
}

async function takeTable(at: FolderAt, table: string, reading: TrainerReading): Promise<readonly Gap[]> {
  const file = `${at.where}/${PLOTS}/${table}`
  const metric = table.slice(0, -'.tsv'.length)
  const lost = countLost(file)
  const shape: Gap[] = []
  let places = { step: -1, time: -1, value: -1 }
  let add: AddPoint | null | undefined
  const read = await readMetricsTable(
    join(at.path, PLOTS, table),
    file,
    () => reading.stop(),
    {
      header(names) {
        const value = names.findIndex((name) => name !== 'step' && name !== 'timestamp')
        places = { step: names.indexOf('step'), time: names.indexOf('timestamp'), value }
        if (places.step === -1 || value === -1)
          shape.push(gap(`metric ${metric}`, file, 'it has no column of steps, or none of values'))
      },
      row({ cells, line }) {
        if (places.step === -1 || places.value === -1) return
        const step = numberOfText(cells[places.step] ?? '')
        const value = numberOfText(cells[places.value] ?? '')
        if (value === null || step === null || !Number.isFinite(step)) lost.add(metric)
        else {
          if (add === undefined) add = reading.series(metric, file)
          add?.(step, parseTime(cells[places.time] ?? '', reading.timeZone), value, line)
        }
      },
    },
    '\t',
  )
  return [...read, ...shape, ...lost.all()]
}
