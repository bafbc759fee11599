import { statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import type { ArtifactArchive } from '../../files/artifact-archive.ts'
import { listArtifacts, readArtifactPart } from '../../files/artifact-folder.ts'
import { filesSource } from '../../files/files-source.ts'
import { fingerprintOf } from '../../files/fingerprint.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { RunPlace } from '../../files/loaded-run.ts'
import { folderAt } from '../../files/path-at.ts'
import { isNoLogFolder, type WalkedFolder, walkFolders } from '../../files/walk-folders.ts'
import { quoted } from '../../quoted.ts'
import type { Artifact } from '../../run.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { artifactFolders, type ExportedRun, experimentOf, loadRun, readFileNames } from './load-run.ts'
import { type PartOwner, readOwner } from './read-part.ts'

const KIND = 'neptune'
const DEEPEST = 4
/** `<run>-<digest of its name>_part_<number>.parquet`; one that is being written has `.tmp` after it. */
const PART = /^(.+)_part_(\d+)\.parquet(\.tmp)?$/
const DIGEST = /-[0-9a-f]{16}$/
/** What is exported of Neptune's registry of models: no runs. */
const REGISTRY: ReadonlySet<string> = new Set(['models', 'model_versions'])

/**
 * Exports of Neptune as `neptune-exporter` writes them: Parquet files, one folder a project, and beside them a tree of the runs' own files. A location is the
 * folder given as `--data-path`, or one that holds it. A run of which the first part is missing was never exported to its end: it is a gap.
 */
export const neptune: RunSourceKind = { name: KIND, recognises, detect, open }

interface NeptunePlace extends RunPlace {
  readonly exported: ExportedRun
}

async function recognises(location: string, world: World): Promise<boolean> {
  const root = folderAt(location, world)
  return root !== null && (await holdsExport(root))
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  const found = new Set<string>()
  for (const { path, files } of exportFolders(root)) {
    const place = DIGEST.test(basename(path)) && path !== root ? dirname(path) : path
    if (!found.has(place) && (await isExport(path, files))) found.add(place)
  }
  return [...found]
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const root = folderAt(location, world)
  if (root === null || !(await holdsExport(root)))
    throw new NarrateError('source', `${location} holds no export of Neptune.`, {
      hint: 'Name the folder that was given to neptune-exporter as --data-path.',
    })
  const ownerOf = ownersOfParts()
  return filesSource<NeptunePlace>(
    {
      kind: KIND,
      alias,
      location,
      root,
      idsAreUnique: false,
      hasCheapList: false,
      places: () => places(root, ownerOf, world),
      load: (place, reading) => loadRun(place.exported, place.id, reading),
    },
    world,
    options,
  )
}

async function* places(
  root: string,
  ownerOf: ReturnType<typeof ownersOfParts>,
  world: World,
): AsyncIterable<NeptunePlace | Gap> {
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter })) {
    if (isGap(folder)) {
      yield folder
      continue
    }
    const parts = folder.files.flatMap((file) => {
      const [, stem, number, tmp] = PART.exec(file) ?? []
      return stem === undefined ? [] : [{ file, stem, number: Number(number), isTmp: tmp !== undefined }]
    })
    let project: string | null = null
    for (const [stem, all] of Map.groupBy(parts, (part) => part.stem)) {
      const own = all.filter(({ isTmp }) => !isTmp).toSorted((a, b) => a.number - b.number)
      const [first] = own
      const where = idOfPath(relative(root, folder.path))
      if (first === undefined || first.number !== 0) {
        yield gap(
          `run ${quoted(stem.replace(DIGEST, ''))}`,
          joined(where, all[0]?.file ?? stem),
          'its export was not finished: the first part is missing',
        )
        continue
      }
      const owner = await ownerOf(join(folder.path, first.file), stem, project)
      if (typeof owner === 'string') {
        yield gap(`run ${quoted(stem.replace(DIGEST, ''))}`, joined(where, idOfPath(first.file)), owner)
        continue
      }
      project ??= owner.project
      yield placeOf(
        {
          ...owner,
          parts: own.map(({ file, number }) => ({
            number,
            path: join(folder.path, file),
            where: joined(where, idOfPath(file)),
          })),
          filesRoot: filesRootOf(folder.path),
        },
        folder.path,
        world,
      )
    }
  }
}

function placeOf(exported: ExportedRun, folder: string, world: World): NeptunePlace {
  const { project, run, parts } = exported
  const id = idOfPath(`${project}/${run}`)
  return {
    kind: 'place',
    id,
    where: parts[0]?.where ?? id,
    files: parts.map(({ path }) => path),
    // A part may be added beside the others.
    watched: [folder],
    artifacts: artifactsOf(exported, id, world),
    experiment: experimentOf(project),
    exported,
  }
}

function artifactsOf(exported: ExportedRun, id: string, world: World): ArtifactArchive {
  const foldersOf = async () =>
    artifactFolders(exported, await readFileNames(exported, () => stopIfCancelled(world)))
  return {
    kind: 'archive',
    async *list(source) {
      const folders = await foldersOf()
      if (folders === null)
        yield gap(`artifacts of ${quoted(id)}`, exported.parts[0]?.where ?? '', 'the artifacts are elsewhere')
      const files: Artifact[] = []
      const gaps: Gap[] = []
      for (const folder of folders ?? [])
        for (const one of listArtifacts(folder, source)) isGap(one) ? gaps.push(one) : files.push(one)
      yield* files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
      yield* gaps
    },
    async read(path, part) {
      for (const folder of (await foldersOf()) ?? [])
        if (folder.files?.includes(path)) return readArtifactPart(folder, id, path, part)
      return null
    },
  }
}

/**
 * Whose a part is, or why that cannot be told. The name of a file tells it where no letter of the run's was replaced; else, and for the project (`/`
 * always is), its first row does: ids must not change for the sake of another file's damage.
 */
function ownersOfParts(): (
  path: string,
  stem: string,
  project: string | null,
) => Promise<PartOwner | string> {
  const known = new Map<string, { readonly print: string; readonly owner: PartOwner | string }>()
  return async (path, stem, project) => {
    const plain = stem.replace(DIGEST, '')
    if (project !== null && !plain.includes('_')) return { project, run: plain }
    const print = fingerprintOf([path]).text
    const before = known.get(path)
    const owner = before?.print === print ? before.owner : await readOwner(path)
    known.set(path, { print, owner })
    return owner
  }
}

/** The folder in which an exporter puts the files of a project's runs, beside that of its data: `data/P` and `files/P`. Null where there is none. */
function filesRootOf(folder: string): ExportedRun['filesRoot'] {
  const path = join(dirname(dirname(folder)), 'files', basename(folder))
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return null
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
  return { path, where: `files/${idOfPath(basename(folder))}` }
}

function* exportFolders(root: string): Generator<WalkedFolder> {
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter }))
    if (!isGap(folder) && folder.files.some((file) => PART.test(file))) yield folder
}

async function holdsExport(root: string): Promise<boolean> {
  for (const { path, files } of exportFolders(root)) if (await isExport(path, files)) return true
  return false
}

/** Whether a file of a folder is of an export: other programs write Parquet in parts, too. */
async function isExport(folder: string, files: readonly string[]): Promise<boolean> {
  const parts = files.filter((file) => PART.test(file))
  if (parts.some((file) => DIGEST.test(PART.exec(file)?.[1] ?? ''))) return true
  for (const file of parts.slice(0, 3))
    if (typeof (await readOwner(join(folder, file))) !== 'string') return true
  return false
}

function enter(name: string): boolean {
  return !isNoLogFolder(name) && !REGISTRY.has(name)
}

function joined(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`
}
