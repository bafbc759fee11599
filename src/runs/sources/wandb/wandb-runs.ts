import { join } from 'node:path'
import { type Gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import {
  type ArtifactFolder,
  countArtifacts,
  isBelow,
  listArtifacts,
  readArtifactPart,
} from '../../files/artifact-folder.ts'
import { filesSource } from '../../files/files-source.ts'
import { readText } from '../../files/read-text.ts'
import type { Artifact, Run, RunKey } from '../../run.ts'
import type { ArtifactPart, OpenOptions, RunQuery, RunSource } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { loadRun } from './load-run.ts'
import { readOutput } from './read-output.ts'
import { replayPoints } from './replay-points.ts'
import {
  artifactsOf,
  holdsFile,
  placeOf,
  type RunDirectory,
  runPlaces,
  type WandbPlace,
} from './run-directories.ts'

/** The kind's name. */
export const KIND = 'wandb'

/** The folder that the runs lie in, real; `prefix` leads there from the location; `only` is set where it is one run's directory itself. */
export interface WandbRoot {
  readonly folder: string
  readonly prefix: string
  readonly only: RunDirectory | null
}

const CONSOLE = 'output.log'
const MEBIBYTE = 1024 * 1024

/** The runs of a `wandb` folder as a source. A run's id is W&B's own, by the name of its directory. */
export function openWandbRuns(
  root: WandbRoot,
  location: string,
  alias: string,
  world: World,
  { cache, ...others }: OpenOptions,
): RunSource {
  const { folder, prefix, only } = root
  const project = projectOf(folder)
  const stop = (): void => stopIfCancelled(world)
  // How much each run printed, where its log was read.
  const printed = new Map<string, number>()
  // A run that names no project is of the one that the folder's settings name.
  const stamped =
    cache === undefined ? undefined : { ...cache, stamp: JSON.stringify([cache.stamp, project]) }
  // Where each run was found when the folder was last listed.
  const there = new Map<string, WandbPlace>()
  const source = filesSource<WandbPlace>(
    {
      kind: KIND,
      alias,
      location,
      root: folder,
      // People choose ids, too.
      idsAreUnique: false,
      ownsFolders: true,
      hasCheapList: false,
      places,
      load: replayPoints(async (place, reading) => {
        const run = await loadRun(place, reading, project, world)
        printed.set(place.id, run.printed)
        return run.loaded
      }, world),
    },
    world,
    stamped === undefined ? others : { ...others, cache: stamped },
  )
  return { ...source, readAll, read, artifacts, readArtifact, folders }

  async function* readAll(query: RunQuery): AsyncIterable<Run | Gap> {
    for await (const run of source.readAll(query)) yield isGap(run) ? run : await withAll(run)
  }

  async function read(key: RunKey, options?: { readonly withHistory?: boolean }): Promise<Run> {
    const run = await source.read(key, options)
    return withAll(run)
  }

  async function folders(key: RunKey): Promise<readonly string[]> {
    return placeOfKey(key)?.directories.map(({ path }) => path) ?? []
  }

  /** Counts what stands beside the files of the last directory, too. */
  async function withAll(run: Run): Promise<Run> {
    const place = there.get(run.id)
    if (place === undefined || run.artifacts === null) return run
    const earlier = earlierFolders(place).map(countArtifacts)
    const console = keepsConsole(place) && (await sizePrinted(place)) > 0 ? 1 : 0
    return {
      ...run,
      artifacts: earlier.includes(null)
        ? null
        : earlier.reduce<number>((sum, count) => sum + (count ?? 0), run.artifacts + console),
    }
  }

  /** How much a run's last log holds of what was printed; a run that was not read is one that is kept from before. */
  async function sizePrinted(place: WandbPlace): Promise<number> {
    const known = printed.get(place.id)
    if (known !== undefined) return known
    const last = place.directories.at(-1) ?? place.directories[0]
    const { size } = await readOutput(last, { from: 'head', bytes: 0 }, stop)
    printed.set(place.id, size)
    return size
  }

  /** The files of the last directory by their own names, those of earlier ones below its name, and what was printed where no file has it. */
  async function* artifacts(key: RunKey): AsyncIterable<Artifact | Gap> {
    const listed: Artifact[] = []
    const gaps: Gap[] = []
    for await (const found of source.artifacts(key)) {
      if (isGap(found)) gaps.push(found)
      else listed.push(found)
    }
    const place = placeOfKey(key)
    if (place !== undefined) {
      for (const earlier of earlierFolders(place))
        for (const found of listArtifacts(earlier, alias)) {
          if (isGap(found)) gaps.push(found)
          else listed.push({ ...found, path: `${earlier.where.slice(prefix.length)}/${found.path}` })
        }
      if (keepsConsole(place)) {
        const last = place.directories.at(-1) ?? place.directories[0]
        const { size } = await readOutput(last, { from: 'head', bytes: 0 }, stop)
        if (size > 0)
          listed.push({ path: CONSOLE, size, origin: { source: alias, file: `${last.where}/${last.log}` } })
      }
    }
    yield* listed.sort((a, b) => (a.path < b.path ? -1 : 1))
    yield* gaps
  }

  async function readArtifact(key: RunKey, path: string, part: ArtifactPart): Promise<Uint8Array | Gap> {
    const place = placeOfKey(key)
    if (place !== undefined && path === CONSOLE && keepsConsole(place)) {
      const last = place.directories.at(-1) ?? place.directories[0]
      const { bytes, size } = await readOutput(last, part, stop)
      if (size > 0) return bytes
    }
    const earlier = place === undefined ? [] : earlierFolders(place)
    for (const each of earlier) {
      const start = `${each.where.slice(prefix.length)}/`
      if (path.startsWith(start)) return readArtifactPart(each, key, path.slice(start.length), part)
    }
    return source.readArtifact(key, path, part)
  }

  function* places(): Generator<WandbPlace | Gap> {
    for (const place of only === null ? runPlaces(folder, prefix) : [placeOf([only])]) {
      if (!isGap(place)) there.set(place.id, place)
      yield place
    }
  }

  function placeOfKey(key: RunKey): WandbPlace | undefined {
    if (!key.startsWith(`${alias}:`)) return undefined
    const id = key.slice(alias.length + 1)
    return there.get(id) ?? [...places()].filter((place) => !isGap(place)).find((place) => place.id === id)
  }

  function earlierFolders(place: WandbPlace): readonly ArtifactFolder[] {
    return place.directories
      .slice(0, -1)
      .map(artifactsOf)
      .filter((files) => files !== null)
      .filter(({ path }) => isBelow(path, folder))
  }
}

/** Whether what was printed stands in the log alone. */
function keepsConsole(place: WandbPlace): boolean {
  const last = place.directories.at(-1) ?? place.directories[0]
  return last.log !== null && !holdsFile(last, CONSOLE)
}

/** The project that a `wandb` folder's `settings` name (INI, section `default`): older runs tell it nowhere else. */
function projectOf(folder: string): string | null {
  const read = readText(join(folder, 'settings'), MEBIBYTE)
  if (read.kind !== 'text') return null
  return /^[ \t]*project[ \t]*=[ \t]*(\S.*?)[ \t\r]*$/m.exec(read.text)?.[1] ?? null
}
