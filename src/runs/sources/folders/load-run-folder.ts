import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import {
  isLooseList,
  isLooseMap,
  type LooseJson,
  leavesOf,
  numberOfLoose,
  textOfLoose,
} from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { readLooseMap } from '../../files/read-loose.ts'
import { statusOfWords } from '../../files/status-of-words.ts'
import { quoted } from '../../quoted.ts'
import { METADATA, METRICS, PARAMS, type RunFolderPlace } from './run-folders.ts'

const ENVIRONMENTS: readonly string[] = [
  'requirements.txt',
  'conda_env.yaml',
  'conda.yaml',
  'environment.yaml',
  'environment.yml',
  'uv.lock',
  'poetry.lock',
]

/** The fields of `metadata.yaml` that mean something of their own, by their spellings; all others are told as tags. */
const FIELDS = {
  name: ['name', 'experiment_name'],
  note: ['description', 'notes', 'note'],
  tags: ['tags'],
  commit: ['git_commit', 'git_sha', 'git_hash', 'commit', 'code_hash'],
  branch: ['git_branch', 'branch'],
  dirty: ['git_dirty', 'dirty'],
  dataVersion: ['data_version', 'dataset_version', 'data_commit'],
  user: ['author', 'user', 'owner', 'created_by'],
  status: ['status'],
  startedAt: ['started_at', 'start_time', 'created_at', 'timestamp', 'date', 'created'],
  endedAt: ['ended_at', 'end_time', 'finished_at', 'completed_at', 'stop_time'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/**
 * Reads the folder of one run: `params.json` and `metrics.json` (flat or nested; a list of numbers is a series by its index, objects of `value` and
 * `step` are points), `metadata.yaml` (all of it optional). Format: SpecWeave's experiment tracker, which publishes no schema.
 */
export function loadRunFolder(place: RunFolderPlace, reading: Reading, timeZone: string): LoadedRun | Gap {
  const gaps: Gap[] = []
  const metadataFile = METADATA.find((file) => place.has.has(file))
  const params = place.has.has(PARAMS) ? readLooseMap(place, PARAMS, 'parameters', gaps) : null
  const metrics = place.has.has(METRICS) ? readLooseMap(place, METRICS, 'metrics', gaps) : null
  const metadata = metadataFile === undefined ? null : readLooseMap(place, metadataFile, 'metadata', gaps)
  const about = metadata !== null ? leavesOfTop(metadata) : new Map<string, LooseJson>()

  let hasNumbers = false
  const texts = takeMetrics(
    metrics,
    `${place.where}/${METRICS}`,
    (name, file) => {
      hasNumbers = true
      return reading.series(name, file)
    },
    gaps,
  )
  const own = ownFields(about, `${place.where}/${metadataFile ?? METADATA[0]}`, timeZone, gaps)
  const origin = [metadataFile, METRICS, PARAMS].find((file) => file !== undefined && place.has.has(file))
  return {
    experiment: place.experiment,
    parent: place.parent,
    name: own.name ?? place.name,
    // The format states a status only where something went wrong; numbers are written when a run is over.
    status: own.status ?? (hasNumbers ? 'finished' : 'unknown'),
    startedAt: own.startedAt,
    endedAt: own.endedAt,
    user: own.user,
    params: paramsOf(params, `${place.where}/${PARAMS}`),
    tags: new Map([...texts, ...own.tags]),
    note: own.note,
    code: own.code,
    ...(ENVIRONMENTS.some((file) => place.has.has(file)) ? { environmentKept: true } : {}),
    dataSets: own.dataVersion === null ? [] : [{ name: 'data', digest: own.dataVersion, context: null }],
    gaps,
    origin: { file: `${place.where}/${origin ?? ''}` },
  }
}

function paramsOf(params: LooseJson | null, file: string): ReadonlyMap<string, LoggedText> {
  if (params === null) return new Map()
  return new Map([...leavesOf(params)].map(([name, value]) => [name, { text: textOfLoose(value), file }]))
}

/** Hands the numbers of `metrics.json` over, and gives back what stands in it and is text. */
function takeMetrics(
  metrics: LooseJson | null,
  file: string,
  series: Reading['series'],
  gaps: Gap[],
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  if (metrics !== null) visit(metrics, '')
  return texts

  function visit(value: LooseJson, name: string): void {
    const point = pointOf(value, null)
    if (point !== null) series(name, file)?.(point.step, null, point.value)
    else if (isLooseList(value)) takeList(value, name)
    else if (isLooseMap(value))
      for (const [key, inner] of value) visit(inner, name === '' ? key : `${name}.${key}`)
    else if (value === null) gaps.push(gap(`metric ${quoted(name)}`, file, 'its value is null'))
    else texts.set(name, textOfLoose(value))
  }

  function takeList(list: readonly LooseJson[], name: string): void {
    const points = list.map((each, index) => pointOf(each, index))
    const lost = points.filter((point) => point === null).length
    if (lost === list.length) {
      texts.set(name, textOfLoose(list))
      return
    }
    const add = series(name, file)
    for (const point of points) if (point !== null) add?.(point.step, null, point.value)
    if (lost > 0)
      gaps.push(gap(`metric ${quoted(name)}`, file, `${lost} of its ${list.length} values are no numbers`))
  }
}

function pointOf(
  value: LooseJson,
  index: number | null,
): { readonly step: number | null; readonly value: number } | null {
  const number = numberOfLoose(value)
  if (number !== null) return { step: index, value: number }
  if (!isLooseMap(value)) return null
  const written = numberOfLoose(value.get('value'))
  if (written === null) return null
  const step = numberOfLoose(value.get('step') ?? value.get('epoch'))
  return { step: step !== null && Number.isFinite(step) ? step : index, value: written }
}

/** The fields of the metadata file by their names, nested ones (`metadata: {…}`, `git: {commit: …}`) joined with `_`. */
function leavesOfTop(metadata: ReadonlyMap<string, LooseJson>): ReadonlyMap<string, LooseJson> {
  const fields = new Map<string, LooseJson>()
  for (const [name, value] of metadata) {
    if (isLooseMap(value) && name !== 'tags')
      for (const [inner, leaf] of leavesOf(value)) fields.set(`${name}_${inner}`, leaf)
    else fields.set(name, value)
  }
  return fields
}

function ownFields(fields: ReadonlyMap<string, LooseJson>, file: string, timeZone: string, gaps: Gap[]) {
  const used = new Set<string>()
  const first = (names: readonly string[]): LooseJson => {
    for (const name of names) {
      const value = fields.get(name)
      if (value === undefined || value === null || value === '') continue
      used.add(name)
      return value
    }
    return null
  }
  const textAt = (names: readonly string[]): string | null => {
    const value = first(names)
    return value === null ? null : textOfLoose(value)
  }
  const timeAt = (names: readonly string[], what: string): number | null => {
    const text = textAt(names)
    if (text === null) return null
    const time = parseTime(text, timeZone)
    if (time === null) gaps.push(gap(what, file, `${quoted(text)} is no time`))
    return time
  }
  const notes = FIELDS.note.map((name) => fields.get(name) ?? null)
  for (const name of FIELDS.note) used.add(name)
  const tagged = first(FIELDS.tags)
  const status = textAt(FIELDS.status)
  const known = status === null ? null : statusOfWords(status)
  if (status !== null && known === null)
    gaps.push(gap('status', file, `${quoted(status)} is no status that is known`))
  const own = {
    name: textAt(FIELDS.name),
    note: noteOf(notes),
    user: textAt(FIELDS.user),
    status: status === null ? null : (known ?? ('unknown' as const)),
    startedAt: timeAt(FIELDS.startedAt, 'start time'),
    endedAt: timeAt(FIELDS.endedAt, 'end time'),
    dataVersion: textAt(FIELDS.dataVersion),
    code: {
      commit: textAt(FIELDS.commit),
      branch: textAt(FIELDS.branch),
      dirty: booleanOf(textAt(FIELDS.dirty)),
    },
  }
  const others = [...fields].filter(([name, value]) => !used.has(name) && value !== null)
  return {
    ...own,
    tags: new Map([...tagsOf(tagged), ...others.map(([name, value]) => [name, textOfLoose(value)] as const)]),
  }
}

function noteOf(values: readonly LooseJson[]): string | null {
  const texts = values.flatMap((value) => {
    if (value === null || value === '') return []
    return isLooseList(value) ? value.map(textOfLoose) : [textOfLoose(value)]
  })
  return texts.length === 0 ? null : texts.join('\n\n')
}

function tagsOf(tagged: LooseJson): readonly (readonly [string, string])[] {
  if (tagged === null) return []
  if (isLooseMap(tagged)) return [...leavesOf(tagged)].map(([name, value]) => [name, textOfLoose(value)])
  return [['tags', isLooseList(tagged) ? tagged.map(textOfLoose).join(', ') : textOfLoose(tagged)]]
}

function booleanOf(text: string | null): boolean | null {
  if (text === null) return null
  return /^(?:true|yes|1)$/i.test(text) ? true : /^(?:false|no|0)$/i.test(text) ? false : null
}
