import { basename } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import {
  isLooseList,
  isLooseMap,
  type LooseJson,
  numberOfLoose,
  textOfLoose,
} from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { readLooseMap } from '../../files/read-loose.ts'
import { statusOfWords } from '../../files/status-of-words.ts'
import { quoted } from '../../quoted.ts'
import type { Run, RunStatus } from '../../run.ts'
import { countLost } from './count-lost.ts'
import { paramsOf } from './read-settings.ts'
import {
  type FolderAt,
  placeOfFolder,
  type TrainerFormat,
  type TrainerReading,
  type TrainerRun,
} from './trainer-format.ts'

const RUN = 'run.json'
const CONFIG = 'config.json'
const METRICS = 'metrics.json'
const INFO = 'info.json'
/** Sacred's own folder for the source files that it copies. */
const SOURCES = '_sources'

/**
 * Sacred's file observer: a folder a run, named by its number, with `run.json`, `config.json`, `metrics.json` and `cout.txt`. Times are UTC. Format:
 * `sacred/observers/file_storage.py`.
 */
export const sacred: TrainerFormat = {
  name: 'Sacred',
  async find(folder, root) {
    const { files, name } = folder
    const hasConfig = files.includes(CONFIG)
    if (!files.includes(RUN) || basename(name) === SOURCES || !(hasConfig || files.includes('cout.txt')))
      return []
    return [
      placeOfFolder(folder, root, [RUN, CONFIG, METRICS, INFO], (at, reading) =>
        loadObserved(at, files, reading),
      ),
    ]
  },
}

async function loadObserved(
  at: FolderAt,
  files: readonly string[],
  reading: TrainerReading,
): Promise<TrainerRun> {
  const gaps: Gap[] = []
  const run = readLooseMap(at, RUN, 'run', gaps) ?? new Map<string, LooseJson>()
  const config = files.includes(CONFIG) ? readLooseMap(at, CONFIG, 'parameters', gaps) : null
  if (files.includes(METRICS)) takeMetrics(at, reading, gaps)
  const file = `${at.where}/${RUN}`
  const experiment = mapIn(run, 'experiment')
  const timeAt = (name: string): number | null => {
    const written = run.get(name)
    if (written === undefined || written === null) return null
    const time = parseTime(textOfLoose(written), 'UTC')
    if (time === null) gaps.push(gap(name, file, `${quoted(textOfLoose(written))} is no time`))
    return time
  }
  const name = textIn(experiment, 'name')
  const host = textIn(mapIn(run, 'host'), 'hostname')
  const command = textIn(run, 'command')
  const note = textIn(mapIn(run, 'meta'), 'comment')
  const result = run.get('result')
  const value = numberOfLoose(result)
  const failure = failTrace(run.get('fail_trace'))
  return {
    status: statusOf(textIn(run, 'status'), file, gaps),
    startedAt: timeAt('start_time'),
    endedAt: timeAt('stop_time'),
    params: paramsOf(config, `${at.where}/${CONFIG}`),
    tags: new Map(
      Object.entries({ experiment: name, host, command, failure }).flatMap(([tag, text]) =>
        text === null ? [] : [[tag, text] as const],
      ),
    ),
    note,
    code: codeOf(experiment),
    environmentKept: isLooseList(experiment.get('dependencies')),
    ...(value === null ? {} : { stated: new Map([['result', { value, step: null, file }]]) }),
    gaps,
    origin: { file },
  }
}

/** `{"loss": {"steps": […], "values": […], "timestamps": […]}}`. */
function takeMetrics(at: FolderAt, reading: TrainerReading, gaps: Gap[]): void {
  const file = `${at.where}/${METRICS}`
  const lost = countLost(file)
  for (const [name, series] of readLooseMap(at, METRICS, 'metrics', gaps) ?? []) {
    const values = isLooseMap(series) ? series.get('values') : undefined
    if (!isLooseMap(series) || !isLooseList(values)) {
      gaps.push(gap(`metric ${name}`, file, 'it has no list of values'))
      continue
    }
    const steps = series.get('steps')
    const times = series.get('timestamps')
    const add = values.some((value) => numberOfLoose(value) !== null) ? reading.series(name, file) : null
    for (const [index, written] of values.entries()) {
      const value = numberOfLoose(written)
      const step = isLooseList(steps) ? numberOfLoose(steps[index]) : null
      const time = isLooseList(times) ? times[index] : undefined
      if (value === null) lost.add(name)
      else
        add?.(
          step !== null && Number.isFinite(step) ? step : null,
          typeof time === 'string' ? parseTime(time, 'UTC') : null,
          value,
        )
    }
  }
  gaps.push(...lost.all())
}

function statusOf(written: string | null, file: string, gaps: Gap[]): RunStatus {
  if (written === null) return 'unknown'
  const status = statusOfWords(written)
  if (status === null) gaps.push(gap('status', file, `${quoted(written)} is no status that is known`))
  return status ?? 'unknown'
}

function codeOf(experiment: ReadonlyMap<string, LooseJson>): Partial<Run['code']> {
  const repositories = experiment.get('repositories')
  const [first] = isLooseList(repositories) ? repositories : []
  const entryPoint = textIn(experiment, 'mainfile')
  if (!isLooseMap(first)) return { entryPoint }
  const dirty = first.get('dirty')
  return { commit: textIn(first, 'commit'), dirty: typeof dirty === 'boolean' ? dirty : null, entryPoint }
}

/** The last line of a traceback says what went wrong. */
function failTrace(trace: LooseJson | undefined): string | null {
  if (!isLooseList(trace)) return null
  const last = trace.at(-1)
  return typeof last === 'string' ? last.trim() : null
}

function mapIn(map: ReadonlyMap<string, LooseJson>, name: string): ReadonlyMap<string, LooseJson> {
  const value = map.get(name)
  return isLooseMap(value) ? value : new Map()
}

function textIn(map: ReadonlyMap<string, LooseJson>, name: string): string | null {
  const value = map.get(name)
  return typeof value === 'string' && value !== '' ? value : null
}
