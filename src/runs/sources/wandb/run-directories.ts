import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { ArtifactFolder } from '../../files/artifact-folder.ts'
import { readFolder } from '../../files/folder.ts'
import type { RunPlace } from '../../files/loaded-run.ts'
import { quoted } from '../../quoted.ts'

/** One directory of a run: what it left there in one go. `where` leads from the location that the user named. */
export interface RunDirectory {
  readonly path: string
  readonly where: string
  readonly name: string
  /** The run's id by the directory's name (`latest-run`: by its log's). */
  readonly id: string
  /** When it began by the directory's name, by the clock of its machine: `20260102_030405`; empty where it does not tell. */
  readonly began: string
  /** The transaction log's name; null where there is none. */
  readonly log: string | null
  /** The folder of its files: `files`, or empty where they lie in the directory itself (before wandb 0.10). */
  readonly files: string | null
}

/** A run: the directories that carry its id, the earliest first. */
export interface WandbPlace extends RunPlace {
  readonly directories: readonly [RunDirectory, ...RunDirectory[]]
  readonly artifacts: ArtifactFolder | null
}

const RUN_DIRECTORY = /^(?:offline-|dry)?run-(\d{8}_\d{6})-(.+)$/
const LOG_NAME = /^run-(.+)\.wandb$/
const OLD_FILES = ['wandb-metadata.json', 'wandb-history.jsonl', 'wandb-summary.json', 'config.yaml']
const READ_FILES = [...OLD_FILES, 'diff.patch', 'requirements.txt', 'output.log']

/**
 * The directory of a run by its name and what lies in it: a log, `files`, or the files of old times; null where it is none.
 * `latest-run` is nearly always a link to another one, and counts only where a copy made a directory of it.
 */
export function runDirectoryAt(path: string, where: string, name: string): RunDirectory | null {
  const named = RUN_DIRECTORY.exec(name)
  if (named === null && name !== 'latest-run') return null
  const read = readFolder(path)
  if (read.kind !== 'entries') return null
  const logs = read.entries
    .filter((entry) => entry.isFile() && LOG_NAME.test(entry.name))
    .map((entry) => entry.name)
  const log = logs.find((each) => LOG_NAME.exec(each)?.[1] === named?.[2]) ?? logs[0] ?? null
  const id = named?.[2] ?? LOG_NAME.exec(log ?? '')?.[1]
  if (id === undefined) return null
  const holds = (wanted: string): boolean =>
    read.entries.some((entry) => entry.name === wanted && entry.isFile())
  const hasFiles = read.entries.some((entry) => entry.name === 'files' && entry.isDirectory())
  const files = hasFiles ? 'files' : OLD_FILES.some(holds) ? '' : null
  if (log === null && files === null) return null
  return { path, where, name, id, began: named?.[1] ?? '', log, files }
}

/**
 * The runs in a `wandb` folder, in the order of their ids; resumed runs are one. `prefix` leads from the location that the user named to
 * the folder (`wandb/`, or nothing). A directory that is named like a run's and holds none is a gap, so is one that cannot be listed.
 */
export function* runPlaces(folder: string, prefix: string): Generator<WandbPlace | Gap> {
  const read = readFolder(folder)
  if (read.kind !== 'entries') {
    yield gap('the runs', prefix || '.', read.kind === 'missing' ? 'the folder is gone' : read.why)
    return
  }
  const byId = new Map<string, RunDirectory[]>()
  const emptied: RunDirectory[] = []
  let latest: RunDirectory | null = null
  for (const entry of read.entries) {
    if (!entry.isDirectory()) continue
    const { name } = entry
    const where = `${prefix}${name}`
    const path = join(folder, name)
    const directory = runDirectoryAt(path, where, name)
    if (name === 'latest-run') latest = directory
    else if (directory !== null) byId.set(directory.id, [...(byId.get(directory.id) ?? []), directory])
    else {
      const [, began = '', id] = RUN_DIRECTORY.exec(name) ?? []
      if (id === undefined) continue
      yield gap(`run ${quoted(name)}`, where, whyNone(path))
      emptied.push({ path, where, name, id, began, log: null, files: null })
    }
  }
  // A part of a resumed run that holds nothing still tells when it began.
  for (const directory of emptied) byId.get(directory.id)?.push(directory)
  if (latest !== null && !byId.has(latest.id)) byId.set(latest.id, [latest])
  for (const id of [...byId.keys()].sort()) {
    const [first, ...others] = (byId.get(id) ?? []).sort(byBeginning)
    if (first !== undefined) yield placeOf([first, ...others])
  }
}

/** The place of one run. */
export function placeOf(directories: readonly [RunDirectory, ...RunDirectory[]]): WandbPlace {
  const last = directories.at(-1) ?? directories[0]
  return {
    kind: 'place',
    id: last.id,
    where: last.where,
    files: directories.flatMap(filesOf),
    artifacts: artifactsOf(last),
    directories,
  }
}

/** Where the files lie that a directory's part of the run left; null where it left none. */
export function artifactsOf({ path, where, files, log }: RunDirectory): WandbPlace['artifacts'] {
  if (files === null) return null
  if (files !== '') return { path: join(path, files), where: `${where}/${files}` }
  return { path, where, takes: (name) => name !== log }
}

/** Whether a run's directory holds a file of this name among its files. */
export function holdsFile({ path, files }: RunDirectory, name: string): boolean {
  if (files === null) return false
  const read = readFolder(join(path, files))
  return read.kind === 'entries' && read.entries.some((entry) => entry.name === name && entry.isFile())
}

function filesOf({ path, log, files }: RunDirectory): readonly string[] {
  const folder = join(path, files ?? 'files')
  return [
    path,
    ...(log === null ? [] : [join(path, log)]),
    ...(files === '' ? [] : [folder]),
    ...READ_FILES.map((name) => join(folder, name)),
  ]
}

function byBeginning(left: RunDirectory, right: RunDirectory): number {
  return left.began < right.began || (left.began === right.began && left.name < right.name) ? -1 : 1
}

function whyNone(path: string): string {
  const read = readFolder(path)
  if (read.kind === 'unreadable') return read.why
  return 'its directory holds no log and no files of a run'
}
