import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import { isLooseMap, leavesOf, parseLooseJson, textOfLoose } from '../../files/loose-json.ts'
import { readDecoded, readLooseJson, readLooseYaml } from '../../files/read-loose.ts'
import type { AddPoint } from '../../files/series.ts'
import type { RunStatus } from '../../run.ts'
import { type FileEvents, findPurges, type ReadText, readEventFiles } from './event-folder.ts'
import { type EventPlace, hparamsFileOf, type PlacedPart } from './find-runs.ts'

// PyTorch writes the final scores right after the end of the session.
const AFTER_END = 10_000
const LONGEST_TAG = 4_000
const MOST_BYTES = 4 * 1024 * 1024
/** What a model is made of, or a data set, may be kept under the same names. */
const MOST_SETTINGS = 500

interface ReadPart {
  readonly part: PlacedPart
  readonly files: readonly FileEvents[]
}

/**
 * Reads the event files of a run, in the order of their names: points go to `reading`, the rest is the run. A gap where none of its files
 * could be read.
 *
 * A log of events knows no end. The status is what the hparams plugin says, where it says it after the values; else the end
 * is open, and that of the log once it is silent.
 */
export async function readRun(
  place: EventPlace,
  root: string,
  reading: Reading,
  breathe: () => Promise<void>,
): Promise<LoadedRun | Gap> {
  const owners = new Map<string, string>()
  const read: ReadPart[] = []
  for (const part of place.parts) {
    const sinks = new Map<string, AddPoint | null>()
    const [only] = part.files
    const purges = part.purges ?? (only === undefined ? [] : await findPurges(only, breathe))
    const { files } = await readEventFiles(part.files, {
      purges,
      breathe,
      take(tag, { step, time, value, record }, file) {
        const sink = `${file.index} ${tag}`
        let add = sinks.get(sink)
        if (add === undefined) {
          add = reading.series(metricOf(part, tag, owners), file.where)
          sinks.set(sink, add)
        }
        add?.(step, time, value, record)
      },
    })
    read.push({ part, files })
  }
  const files = read.flatMap((each) => each.files)
  const [first] = files
  const broken = files.flatMap(({ gaps, cut }) => (cut === null ? gaps : [...gaps, cut]))[0]
  if (first === undefined) return gap(`run ${place.id}`, place.where, 'its event files are gone')
  if (broken !== undefined && files.every(({ records }) => records === 0)) return broken
  return runOf(place, root, read, first, owners)
}

function runOf(
  place: EventPlace,
  root: string,
  read: readonly ReadPart[],
  first: FileEvents,
  owners: Map<string, string>,
): LoadedRun {
  const files = read.flatMap((each) => each.files)
  const startedAt = least(files.flatMap((file) => [file.startedAt, file.start?.startedAt ?? null]))
  const failure = failureOf(place, root)
  const stated = endingOf(read)
  const ending: Ending =
    failure === null || failure.status === 'stated'
      ? stated
      : { ...stated, status: failure.status, isStated: true }
  const cut = files.flatMap((file) => (file.cut === null ? [] : [file.cut]))
  const gaps = [
    ...read.flatMap(({ part, files: own }) =>
      own.flatMap((file) => file.gaps.map((each) => renamed(each, part, owners))),
    ),
    ...(ending.isStated ? cut : []),
  ]
  const { params, tags, gaps: textGaps } = settingsOf(place, root, read)
  return {
    experiment: place.experiment,
    name: place.name,
    status: ending.status,
    startedAt,
    // A log that lacks something does not tell when it ended.
    ...(ending.isStated ? {} : { open: { newest: ending.newest, cut } }),
    endedAt:
      ending.isStated || (!place.mayLackParts && files.every(({ isWhole }) => isWhole))
        ? ending.endedAt
        : null,
    user: files.find((file) => file.experiment?.user)?.experiment?.user ?? null,
    params,
    tags: failure?.error ? new Map([...tags, ['error', failure.error]]) : tags,
    note: files.find((file) => file.experiment?.description)?.experiment?.description ?? null,
    gaps: [...gaps, ...textGaps, ...(failure?.gaps ?? [])],
    origin: { file: first.file.where },
  }
}

/** How a trial of Ray Tune ended, against what its event files state: success in any case. */
interface Failure {
  readonly status: 'failed' | 'unknown' | 'stated'
  readonly error: string | null
  readonly gaps: readonly Gap[]
}

/**
 * How a trial of Ray Tune failed, by its `error.txt`, which tells each failure by a number; a trial that is begun again has another event file. Where it
 * was begun more often than it failed, and once more, nothing here says which time it failed.
 */
function failureOf({ failures, parts }: EventPlace, root: string): Failure | null {
  if (failures === null) return null
  const read = readDecoded(join(root, failures.file), MOST_BYTES)
  if (read.kind !== 'text') {
    const why = read.kind === 'missing' ? 'it is gone' : read.why
    return { status: 'unknown', error: null, gaps: [gap('how the run ended', idOfPath(failures.file), why)] }
  }
  const count = [...read.text.matchAll(/^Failure # \d+ \(occurred at /gm)].length
  const attempt = 1 + Math.max(...parts.flatMap(({ files }) => files.map(({ index }) => index)))
  if (failures.attempts > count + 1) return { status: 'unknown', error: null, gaps: [] }
  if (attempt > count) return { status: 'stated', error: null, gaps: [] }
  const last = read.text.trimEnd().split('\n').at(-1)?.trim() ?? ''
  // Of several failures the last line is the last one's.
  return { status: 'failed', error: attempt === count && last !== '' ? shortened(last) : null, gaps: [] }
}

/** A metric's name in the run: that of its tag, with what its part of the run puts before it; no two tags share one. */
function metricOf(part: PlacedPart, tag: string, owners: Map<string, string>): string {
  const plain = part.curve?.tag === tag ? part.prefix + part.curve.metric : part.prefix + tag
  const owner = `${part.path}\0${tag}`
  const above = part.isHparams ? 'hparams' : part.path.slice(part.path.lastIndexOf('/') + 1)
  for (let name = plain; ; name = `${above}/${name}`) {
    const known = owners.get(name)
    if (known === undefined) owners.set(name, owner)
    if (known === undefined || known === owner) return name
  }
}

function renamed(each: Gap, part: PlacedPart, owners: Map<string, string>): Gap {
  if (!each.what.startsWith('metric ')) return each
  return { ...each, what: `metric ${metricOf(part, each.what.slice('metric '.length), owners)}` }
}

interface Ending {
  readonly status: RunStatus
  readonly endedAt: number | null
  readonly isStated: boolean
  /** When the newest event was logged. */
  readonly newest: number | null
}

function endingOf(read: readonly ReadPart[]): Ending {
  const files = read.flatMap((each) => each.files)
  const values = read.filter(({ part }) => !part.isHparams).flatMap((each) => each.files)
  const lastLogged = greatest(values.map((file) => file.lastLogged))
  const newest = greatest([...files.map((file) => file.lastLogged), ...files.map((file) => file.startedAt)])
  const end = files.findLast((file) => file.end !== null)?.end ?? null
  const status = STATUSES[end?.status ?? 'unknown']
  if (end !== null && status !== null) {
    const at = end.endedAt ?? end.time
    // Some writers say that it ended well as soon as it begins: an end is one where it has a time of its own, or comes after the values.
    const isEnd =
      end.endedAt !== null ||
      (at !== null && lastLogged !== null && lastLogged <= at + AFTER_END && holdsValueBefore(values, at))
    if (isEnd) return { status, endedAt: at, isStated: true, newest }
  }
  const endedAt = greatest(files.map((file) => file.lastLogged))
  return { status: 'unknown', endedAt, isStated: false, newest }
}

const STATUSES = { unknown: null, running: null, success: 'finished', failure: 'failed' } as const

function holdsValueBefore(files: readonly FileEvents[], at: number): boolean {
  return files.some(
    ({ startedAt, lastLogged }) => lastLogged !== null && startedAt !== null && startedAt < at,
  )
}

/** Parameters and tags: the hparams plugin first, then tables and arguments kept as text, then Lightning's file; settings in a file of JSON before all. */
function settingsOf(
  place: EventPlace,
  root: string,
  read: readonly ReadPart[],
): {
  readonly params: ReadonlyMap<string, LoggedText>
  readonly tags: ReadonlyMap<string, string>
  readonly gaps: readonly Gap[]
} {
  const params = new Map<string, LoggedText>()
  const tags = new Map<string, string>()
  const gaps: Gap[] = []
  const media = new Map<string, { tags: number; values: number }>()
  const take = (name: string, logged: LoggedText) => {
    if (!params.has(name)) params.set(name, logged)
  }
  for (const { files } of read)
    for (const { start, file } of files)
      for (const [name, value] of start?.params ?? [])
        take(name, { text: value, file: file.where, ...(start === null ? {} : { line: start.record }) })
  for (const { part, files } of read)
    for (const { texts, media: own, file } of files) {
      for (const [tag, text] of texts) {
        const settings = settingsOfText(tag, text)
        for (const [name, value] of settings ?? [])
          take(name, { text: value, file: file.where, line: text.record })
        if (settings === null) tags.set(part.prefix + plainTag(tag), shortened(text.text))
      }
      for (const { media: kind, count } of own.values()) {
        const known = media.get(kind) ?? { tags: 0, values: 0 }
        media.set(kind, { tags: known.tags + 1, values: known.values + count })
      }
    }
  for (const part of place.parts) {
    const where = part.path === '' ? 'hparams.yaml' : `${part.path}/hparams.yaml`
    const file = hparamsFileOf(root, part.path)
    // Most runs have none, and trying to open what is not there takes longer than asking.
    const found = existsSync(file) ? readLooseYaml(file) : null
    if (found === null || found.kind === 'missing') continue
    if (found.kind === 'json') {
      for (const [name, value] of leavesOf(found.value))
        if (name !== '') take(name, { text: textOfLoose(value), file: where })
      if (found.remark !== null) gaps.push(gap('parameters', where, found.remark))
    } else gaps.push(gap('parameters', where, found.why))
  }
  for (const file of place.settings) takeSettings(file)
  if (media.size > 0)
    tags.set(
      'tensorboard.media',
      [...media].map(([kind, known]) => `${known.values} of ${known.tags} ${kind} tags`).join(', '),
    )
  return { params, tags, gaps }

  /** Numbers of the plugin have lost how they were written, and its names have slashes: what stands in a file is taken before that. */
  function takeSettings(file: string): void {
    const where = idOfPath(file)
    const found = readLooseJson(join(root, file), MOST_BYTES)
    if (found.kind === 'missing') return
    const leaves = found.kind === 'json' && isLooseMap(found.value) ? leavesOf(found.value) : null
    if (found.kind !== 'json') gaps.push(gap('parameters', where, found.why))
    else if (leaves === null) gaps.push(gap('parameters', where, 'it holds no names with values'))
    else if (leaves.size > MOST_SETTINGS)
      gaps.push(gap('parameters', where, `it holds ${leaves.size} values: too many for settings of a run`))
    else if (!leaves.has('transformers_version')) {
      for (const [name, value] of leaves) {
        if (name === '') continue
        params.delete(name.replaceAll('.', '/'))
        params.set(name, { text: textOfLoose(value), file: where })
      }
      if (found.remark !== null) gaps.push(gap('parameters', where, found.remark))
    }
  }
}

/** Parameters that a text is: a Markdown table of `param` and `value`, or the arguments of a trainer as JSON; null where it is neither. */
export function settingsOfText(
  tag: string,
  { text }: Pick<ReadText, 'text'>,
): ReadonlyMap<string, string> | null {
  const table = /^\s*\|\s*param(?:eter)?s?\s*\|\s*values?\s*\|\s*\n\s*\|[\s|:-]+\|\s*\n([\s\S]*)$/i.exec(text)
  if (table !== null)
    return new Map(
      (table[1] ?? '').split('\n').flatMap((line) => {
        const row = /^\s*\|([^|]+)\|(.*)\|\s*$/.exec(line)
        return row === null ? [] : [[(row[1] ?? '').trim(), (row[2] ?? '').trim()] as const]
      }),
    )
  if (!SETTINGS.test(plainTag(tag)) || !text.trimStart().startsWith('{')) return null
  const parsed = parseLooseJson(text)
  if (parsed.kind === 'broken') return null
  return new Map([...leavesOf(parsed.value)].map(([name, value]) => [name, textOfLoose(value)]))
}

const SETTINGS = /^(?:.*[_/-])?(?:args|arguments|h?params|hyper[_-]?parameters|config)$/i

// PyTorch's writer adds this to every tag of a text.
function plainTag(tag: string): string {
  return tag.replace(/\/text_summary$/, '')
}

function shortened(text: string): string {
  return text.length <= LONGEST_TAG ? text : `${text.slice(0, LONGEST_TAG)}…`
}

function least(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function greatest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.max(...known)
}
