import { basename, join } from 'node:path'
import { type Gap, isGap } from '../../../gap.ts'
import { fingerprintOf } from '../../files/fingerprint.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { RunPlace } from '../../files/loaded-run.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'
import { type EventFile, type FileEvents, readEventFiles, timeOfName } from './event-folder.ts'
import { type FolderTraits, familyOf, layOutRuns, namesOf, type RunPart } from './layout.ts'
import type { Purge } from './purges.ts'
import { splitSessions } from './sessions.ts'

/** The event files of one folder that belong to a run. */
export interface PlacedPart extends Omit<RunPart, 'path'> {
  /** The folder, relative to the location with `/`; empty for the location itself. */
  readonly path: string
  readonly files: readonly EventFile[]
  /** What restarts made obsolete; null where nobody has looked yet. */
  readonly purges: readonly Purge[] | null
}

/** A run as its event files lie. */
export interface EventPlace extends RunPlace {
  readonly parts: readonly PlacedPart[]
  /** Which of the trainings in its folder it is, from 1. */
  readonly session: number
  /** Whether a folder below it is damaged, which may have been a part of it. */
  readonly mayLackParts: boolean
  /** Files of settings beside its event files, or in its own folder above them; relative to the location, with `/`. */
  readonly settings: readonly string[]
  /** Of a trial of Ray Tune that failed, once at least: the file that tells how often, and how many times it was begun. */
  readonly failures: { readonly file: string; readonly attempts: number } | null
  /** What it is called, and the experiment it lies in. */
  readonly name: string
  readonly experiment: { readonly id: string; readonly name: string }
}

interface EventFolder {
  readonly path: string
  readonly files: readonly EventFile[]
}

/**
 * Files in which tools keep the settings of a run beside its event files: Ray Tune (`params.json`: the hparams plugin has them only when a trial is over, and
 * no constants), Tensor2Tensor (`hparams.json`), VITS and Coqui TTS (`config.json`), and people's own scripts.
 */
const SETTINGS: ReadonlySet<string> = new Set(['params.json', 'hparams.json', 'args.json', 'config.json'])

/** Where Ray Tune writes why a trial failed; its event files state success all the same. */
const FAILURES = 'error.txt'

// Copies of event files lie in other trackers' stores.
const OTHER_STORES: ReadonlySet<string> = new Set(['mlruns', 'mlartifacts', 'wandb'])

/** Whether TensorBoard would take a file of this name for an event file. */
export function isEventFileName(name: string): boolean {
  return name.includes('tfevents') && !name.endsWith('.profile-empty')
}

/** Whether a folder may hold event files that are nobody else's. */
export function mayHoldEvents(name: string): boolean {
  return !isNoLogFolder(name) && !OTHER_STORES.has(name)
}

/**
 * Finds the runs below a root. Where a folder holds one event file and nothing lies above or below it, that is a run by its place alone;
 * only where folders may be parts of one run, or one folder may hold several trainings, are their files read to tell. `only` names the one
 * file of the root that counts.
 */
export function findRuns(
  root: string,
  breathe: () => Promise<void>,
  only: string | null = null,
): { places(): AsyncIterable<EventPlace | Gap> } {
  const told = new Map<string, { readonly print: string; readonly places: readonly (EventPlace | Gap)[] }>()
  // Folders that more than one run would be called by.
  let shared: ReadonlySet<string> = new Set()
  let counts: ReadonlyMap<string, number> = new Map()
  // By the folder they lie in.
  let settings: ReadonlyMap<string, readonly string[]> = new Map()
  return { places }

  async function* places(): AsyncIterable<EventPlace | Gap> {
    const folders: EventFolder[] = []
    const found = new Map<string, readonly string[]>()
    for (const walked of walkFolders(root, { enter: (name) => only === null && mayHoldEvents(name) })) {
      if (isGap(walked)) {
        yield walked
        continue
      }
      await breathe()
      const names = walked.files.filter((name) => (only === null ? isEventFileName(name) : name === only))
      if (names.length > 0)
        folders.push({ path: walked.name, files: eventFiles(walked.path, walked.name, names) })
      const isTrial = walked.files.includes('params.json') && walked.files.includes('result.json')
      const own = walked.files.filter((name) => SETTINGS.has(name) || (name === FAILURES && isTrial))
      if (own.length > 0) found.set(walked.name, own)
    }
    settings = found
    const paths = new Set(folders.map(({ path }) => path))
    shared = sharedFolders(folders)
    counts = countFolders(folders)
    const families = Map.groupBy(folders, ({ path }) => familyOf(path, (other) => paths.has(other)))
    for (const [family, members] of families) {
      const [only] = members
      if (only !== undefined && members.length === 1 && only.files.length === 1)
        yield placeOf(namedRun(only.path), [wholePart(only, null)], 1, folders)
      else yield* await familyPlaces(family, members, folders)
    }
  }

  /** The files of settings in a folder, by their paths from the root. */
  function settingsOf(path: string): readonly string[] {
    return (settings.get(path) ?? []).map((name) => (path === '' ? name : `${path}/${name}`))
  }

  async function familyPlaces(
    family: string,
    members: readonly EventFolder[],
    folders: readonly EventFolder[],
  ): Promise<readonly (EventPlace | Gap)[]> {
    const beside = JSON.stringify(
      [family, ...members.map(({ path }) => path)].map((path) => settingsOf(path)),
    )
    const print = `${counts.get(family) ?? 0} ${beside} ${fingerprintOf(members.flatMap(({ files }) => files.map(({ path }) => path))).text}`
    const before = told.get(family)
    if (before?.print === print) return before.places
    const read = new Map<
      string,
      { readonly files: readonly FileEvents[]; readonly purges: readonly Purge[] }
    >()
    for (const { path, files } of members)
      read.set(path, await readEventFiles(files, { purges: null, breathe }))
    const damaged = members
      .map(({ path }) => path)
      .filter((path) => read.get(path)?.files.some(({ isWhole }) => !isWhole))
    const layouts = layOutRuns(
      members.map(({ path }) => traitsOf(path, read.get(path)?.files ?? [])),
      (folder) => counts.get(folder) ?? 0,
    )
    const found = layouts.flatMap(({ id, parts }) => {
      const split = parts.map((part) => ({
        part,
        purges: read.get(part.path)?.purges ?? [],
        sessions: splitSessions(read.get(part.path)?.files ?? []),
      }))
      const lead = split.reduce((most, each) => (each.sessions.length > most.sessions.length ? each : most))
      const starts = lead.sessions.map((session) => startOf(session) ?? Number.NEGATIVE_INFINITY)
      return starts.map((_, number) => {
        const own = split.map(({ part, purges, sessions }) => ({
          ...part,
          purges,
          files: sessions
            .filter((session) =>
              sessions === lead.sessions
                ? session === lead.sessions[number]
                : sessionAt(starts, startOf(session)) === number,
            )
            .flat()
            .map(({ file }) => file),
        }))
        return placeOf(
          id,
          own.filter(({ files }) => files.length > 0),
          number + 1,
          folders,
          damaged.some((path) => !parts.some((part) => part.path === path) && isInside(path, id)),
        )
      })
    })
    const laid = new Set(layouts.flatMap(({ parts }) => parts.map(({ path }) => path)))
    const lost = members.flatMap(({ path }) =>
      laid.has(path)
        ? []
        : (read.get(path)?.files ?? []).flatMap(({ gaps, cut }) => (cut === null ? gaps : [...gaps, cut])),
    )
    const places = [...lost, ...found]
    told.set(family, { print, places })
    return places
  }

  function placeOf(
    layoutId: string,
    parts: readonly PlacedPart[],
    session: number,
    folders: readonly EventFolder[],
    mayLackParts = false,
  ): EventPlace {
    const path = layoutId === '.' ? '' : layoutId
    const again = session === 1 ? '' : `#${session}`
    const { folder, experiment } = namesOf(path)
    const inner = remembered(() => otherFolders(folder, parts, folders))
    // Where nothing else is called so, the folder that the event files' own lies in is the run.
    const own = folder === path || shared.has(folder) ? path : folder
    const files = parts.flatMap((part) => part.files.map((file) => file.path))
    const told = [...new Set([...parts.map((part) => part.path), own])].flatMap(settingsOf)
    const failed = told.find((name) => basename(name) === FAILURES)
    const trial = folders.find((each) => failed !== undefined && join(each.path, FAILURES) === join(failed))
    const experimentName = experiment === '' ? basename(root) : idOfPath(experiment)
    return {
      kind: 'place',
      id: `${idOfPath(own)}${again}`,
      where: idOfPath(path),
      files: [...files, ...parts.flatMap((part) => [join(root, part.path), hparamsFileOf(root, part.path)])],
      watched: [join(root, own), ...told.map((name) => join(root, name))],
      artifacts: {
        path: join(root, folder),
        where: folder === '' ? '.' : idOfPath(folder),
        takes: (each) =>
          !isEventFileName(basename(each)) && !inner().some((prefix) => each.startsWith(prefix)),
      },
      parts,
      session,
      mayLackParts,
      settings: told.filter((name) => name !== failed),
      failures:
        failed === undefined || trial === undefined ? null : { file: failed, attempts: trial.files.length },
      name: `${own === '' ? basename(root) : idOfPath(own)}${again}`,
      experiment: { id: experiment === '' ? '.' : experimentName, name: experimentName },
    }
  }
}

/** The file in which Lightning's logger keeps the hyper-parameters beside an event file. */
export function hparamsFileOf(root: string, path: string): string {
  return join(root, path, 'hparams.yaml')
}

function eventFiles(path: string, name: string, names: readonly string[]): readonly EventFile[] {
  return names.map((each, index) => ({
    name: each,
    path: join(path, each),
    where: idOfPath(name === '' ? each : `${name}/${each}`),
    index,
  }))
}

/** How many folders with event files lie directly in each folder. */
function countFolders(folders: readonly EventFolder[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { path } of folders) {
    if (path === '') continue
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
    counts.set(parent, (counts.get(parent) ?? 0) + 1)
  }
  return counts
}

function sharedFolders(folders: readonly EventFolder[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const more = new Set<string>()
  for (const { path } of folders) {
    const { folder } = namesOf(path)
    if (seen.has(folder)) more.add(folder)
    seen.add(folder)
  }
  return more
}

/** The folders of other runs below a run's folder, relative to it, each with a `/` at its end. */
function otherFolders(
  folder: string,
  parts: readonly PlacedPart[],
  folders: readonly EventFolder[],
): readonly string[] {
  const own = new Set(parts.map((part) => part.path))
  return folders
    .map((each) => each.path)
    .filter((each) => !own.has(each) && (folder === '' ? each !== '' : each.startsWith(`${folder}/`)))
    .map((each) => `${folder === '' ? each : each.slice(folder.length + 1)}/`)
}

function remembered<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function isInside(path: string, id: string): boolean {
  return id === '.' ? path !== '' : path.startsWith(`${id}/`)
}

function namedRun(path: string): string {
  return path === '' ? '.' : path
}

function wholePart({ path, files }: EventFolder, purges: readonly Purge[] | null): PlacedPart {
  return { path, files, purges, prefix: '', curve: null, isHparams: false }
}

function traitsOf(path: string, files: readonly FileEvents[]): FolderTraits {
  const series = files.flatMap((file) => [...file.series])
  const steps = new Map<string, Set<number>>()
  for (const [tag, { least, greatest }] of series)
    steps.set(tag, new Set([...(steps.get(tag) ?? []), least, greatest]))
  const times = files.map(({ lastLogged }) => lastLogged).filter((time) => time !== null)
  return {
    path,
    tags: [...steps.keys()],
    startedAt: startOf(files),
    lastLogged: times.length === 0 ? null : Math.max(...times),
    isSession: files.some(
      ({ start, end, experiment }) => start !== null || end !== null || experiment !== null,
    ),
    isSingle: [...steps.values()].every(({ size }) => size === 1),
    holds: files.some(holdsRun)
      ? 'run'
      : files.every(({ experiment }) => experiment !== null)
        ? 'experiment'
        : 'damaged',
  }
}

function holdsRun({ start, series, texts, media, experiment, isWhole }: FileEvents): boolean {
  if (start !== null || series.size + texts.size + media.size > 0) return true
  // Just begun, or stopped before it had anything to say.
  return experiment === null && isWhole
}

function startOf(files: readonly FileEvents[]): number | null {
  const times = files
    .map(({ startedAt, file }) => startedAt ?? timeOfName(file.name))
    .filter((time) => time !== null)
  return times.length === 0 ? null : Math.min(...times)
}

// A part belongs to the training that was under way when it began; clocks and buffers may make it a little earlier.
function sessionAt(starts: readonly number[], start: number | null): number {
  const at = start ?? Number.POSITIVE_INFINITY
  return Math.max(
    0,
    starts.findLastIndex((each) => each <= at + EARLY),
  )
}

const EARLY = 10_000
