import { basename, dirname, join, relative } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { RunPlace } from '../../files/loaded-run.ts'
import { partOfFile } from '../../files/part-of-file.ts'
import { fileAt, folderAt } from '../../files/path-at.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { archiveArtifacts } from './archive-artifacts.ts'
import { type ArchiveFile, loadExperiment, MESSAGES } from './load-experiment.ts'
import { withArchive } from './zip-archive.ts'

const KIND = 'comet'
/** Where `comet_ml` puts archives where nothing else is said. */
const OWN_FOLDER = '.cometml-runs'
const DEEPEST = 3
const MOST_LOOKED_AT = 50
/** An experiment's key with what is added where another script goes on with it. */
const NAME = /^([0-9a-z]{32,50})(?:-[0-9a-z]+)?$/i
/** What stands before a file in a zip, and its name. */
const MEMBER = /PK[\s\S]{28}(?:experiment|messages)\.json/
const LOOKED_AT = 64 * 1024

/**
 * Archives of Comet's offline experiments (`<experiment key>.zip`, as `comet_ml.OfflineExperiment` leaves them for `comet upload`). A location is a
 * folder that holds some, or one archive.
 */
export const comet: RunSourceKind = { name: KIND, recognises, detect, open }

interface CometPlace extends RunPlace {
  readonly archives: readonly ArchiveFile[]
}

async function recognises(location: string, world: World): Promise<boolean> {
  const file = fileAt(location, world)
  if (file !== null) return isArchive(file)
  const root = folderAt(location, world)
  return root !== null && (await firstFolder(root)) !== null
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  const found: string[] = []
  for (const { path, files } of archiveFolders(root)) if (await holdsArchive(path, files)) found.push(path)
  // A folder is listed with all below it.
  return found.filter((path) => !found.some((other) => path.startsWith(`${other}/`)))
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const file = fileAt(location, world)
  const root = file === null ? folderAt(location, world) : dirname(file)
  const isOne = file === null ? root !== null && (await firstFolder(root)) !== null : await isArchive(file)
  if (root === null || !isOne)
    throw new NarrateError('source', `${location} holds no archive of an offline experiment of Comet.`, {
      hint: `Name the folder given as offline_directory (${OWN_FOLDER}), or a .zip in it.`,
    })
  return filesSource<CometPlace>(
    {
      kind: KIND,
      alias,
      location,
      root,
      idsAreUnique: true,
      hasCheapList: false,
      places: () => (file === null ? places(root, world) : placesOf(root, root, [basename(file)], world)),
      load: (place, reading) => loadExperiment(place.archives, place.id, reading),
    },
    world,
    options,
  )
}

function* places(root: string, world: World): Iterable<CometPlace | Gap> {
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter })) {
    if (isGap(folder)) yield folder
    else yield* placesOf(root, folder.path, folder.files.filter(isZip), world)
  }
}

/** The experiments of a folder's archives: one of a key, whatever is added to it. */
function placesOf(
  root: string,
  folder: string,
  files: readonly string[],
  world: World,
): readonly CometPlace[] {
  const byKey = Map.groupBy(files, (file) => {
    const stem = file.replace(/\.zip$/i, '')
    return NAME.exec(stem)?.[1] ?? idOfPath(relative(root, join(folder, stem)))
  })
  return [...byKey].map(([id, own]) => {
    const archives = own.map((file) => ({
      path: join(folder, file),
      where: idOfPath(relative(root, join(folder, file))),
    }))
    return {
      kind: 'place',
      id,
      where: archives[0]?.where ?? id,
      files: archives.map(({ path }) => path),
      artifacts: archiveArtifacts(archives, () => stopIfCancelled(world)),
      archives,
    }
  })
}

function* archiveFolders(root: string) {
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter }))
    if (!isGap(folder) && folder.files.some(isZip)) yield folder
}

async function firstFolder(root: string): Promise<string | null> {
  for (const { path, files } of archiveFolders(root)) if (await holdsArchive(path, files)) return path
  return null
}

async function holdsArchive(folder: string, files: readonly string[]): Promise<boolean> {
  const zips = files.filter(isZip)
  const named = zips.filter((file) => NAME.test(file.replace(/\.zip$/i, '')))
  for (const file of [...named, ...zips].slice(0, MOST_LOOKED_AT))
    if (await isArchive(join(folder, file))) return true
  return false
}

/**
 * Whether a zip holds what an archive of Comet's does; data sets come in zips far more often. One that is cut has lost its list of what it holds: it is told by
 * its own name and the names that stand before its files.
 */
async function isArchive(path: string): Promise<boolean> {
  if (!isZip(path)) return false
  const found = await withArchive(path, async ({ members }) => {
    const names = new Set(members.map(({ name }) => name))
    return names.has('experiment.json') && names.has(MESSAGES)
  })
  if (typeof found === 'boolean') return found
  return NAME.test(basename(path).replace(/\.zip$/i, '')) && MEMBER.test(partOfFile(path, LOOKED_AT))
}

function isZip(name: string): boolean {
  return /\.zip$/i.test(name)
}

function enter(name: string): boolean {
  return name === OWN_FOLDER || !isNoLogFolder(name)
}
