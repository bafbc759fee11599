import { basename, join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { numberOfText } from '../../files/loose-json.ts'
import { readHeader } from '../../files/read-beginning.ts'
import { readLooseMap } from '../../files/read-loose.ts'
import type { AddPoint } from '../../files/series.ts'
import { countLost } from './count-lost.ts'
import { timeOfEventFiles } from './event-times.ts'
import { readMetricsTable } from './read-metrics-table.ts'
import { paramsOf } from './read-settings.ts'
import {
  EVENT_FILE,
  type FolderAt,
  placeOfFolder,
  type TrainerFormat,
  type TrainerReading,
  type TrainerRun,
} from './trainer-format.ts'

const METRICS = 'metrics.csv'
const SETTINGS = 'hparams.yaml'

/**
 * PyTorch Lightning's CSVLogger: `lightning_logs/version_<n>` with `metrics.csv` (sparse rows under a header that grows) and `hparams.yaml`. A folder with
 * event files in the place of the table is TensorBoard's. Format: `lightning/fabric/loggers/csv_logs.py`.
 */
export const lightning: TrainerFormat = {
  name: 'PyTorch Lightning',
  async find(folder, root, refused) {
    const { files } = folder
    const hasMetrics = files.includes(METRICS)
    const hasSettings = files.includes(SETTINGS)
    const isVersion = /^version_/.test(basename(folder.name))
    if (!hasMetrics && !(hasSettings && isVersion)) return []
    const events = files.filter((file) => EVENT_FILE.test(file))
    if (!hasMetrics && events.length > 0) return []
    if (!hasSettings && !(await readHeader(join(folder.path, METRICS), refused)).includes('step')) return []
    const load = (at: FolderAt, reading: TrainerReading) =>
      loadVersion(at, { hasMetrics, hasSettings, startedAt: timeOfEventFiles(events) }, reading)
    return [placeOfFolder(folder, root, [METRICS, SETTINGS], load)]
  },
}

async function loadVersion(
  at: FolderAt,
  there: { readonly hasMetrics: boolean; readonly hasSettings: boolean; readonly startedAt: number | null },
  reading: TrainerReading,
): Promise<TrainerRun> {
  const gaps: Gap[] = []
  const settings = there.hasSettings ? readLooseMap(at, SETTINGS, 'parameters', gaps) : null
  if (there.hasMetrics) gaps.push(...(await takeMetrics(at, reading)))
  return {
    status: 'unknown',
    startedAt: there.startedAt,
    endedAt: null,
    params: paramsOf(settings, `${at.where}/${SETTINGS}`),
    gaps,
    origin: { file: `${at.where}/${there.hasMetrics ? METRICS : SETTINGS}` },
  }
}

async function takeMetrics(at: FolderAt, reading: TrainerReading): Promise<readonly Gap[]> {
  const file = `${at.where}/${METRICS}`
  const lost = countLost(file)
  const columns = new Map<number, AddPoint | null>()
  const noStep: Gap[] = []
  let names: readonly string[] = []
  let stepAt = -1
  const gaps = await readMetricsTable(join(at.path, METRICS), file, () => reading.stop(), {
    header(found) {
      names = found
      stepAt = found.indexOf('step')
      if (stepAt === -1) noStep.push(gap('metrics', file, 'it has no column of steps'))
    },
    row({ cells, line }) {
      if (stepAt === -1) return
      const step = numberOfText(cells[stepAt] ?? '')
      for (const [index, cell] of cells.entries()) {
        const name = names[index] ?? ''
        if (cell === '' || index === stepAt || name === 'epoch' || name === '') continue
        const value = numberOfText(cell)
        if (value === null) lost.add(name)
        else {
          // A column that is empty to its end is no metric.
          if (!columns.has(index)) columns.set(index, reading.series(name, file))
          columns.get(index)?.(step !== null && Number.isFinite(step) ? step : null, null, value, line)
        }
      }
    },
  })
  return [...gaps, ...noStep, ...lost.all()]
}
