import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { NarrateError } from '../../../errors.ts'
import { isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { whyNotRead } from '../../files/read-text.ts'
import { walkFolders } from '../../files/walk-folders.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { type EventPlace, findRuns, isEventFileName, mayHoldEvents } from './find-runs.ts'
import { readRun } from './read-run.ts'
import { isRecordFile } from './record-file.ts'

/**
 * TensorBoard's logs, read-only: a folder with event files at or below it (each folder of them a run, as TensorBoard takes them), or one
 * event file. Ids are paths relative to the location; a second training in one folder is `path#2`.
 */
export const tensorboard: RunSourceKind = {
  name: 'tensorboard',
  recognises,
  detect,
  open,
  takesAllBelow: true,
}

const DEEPEST_SEARCHED = 6
const WORK =
  /^(?:\.git|\.hg|narrate\.yaml|pyproject\.toml|setup\.py|requirements.*\.txt|package\.json|.+\.(?:py|ipynb))$/

async function recognises(location: string, world: World): Promise<boolean> {
  const path = resolve(world.cwd, location)
  switch (kindOfPath(path)) {
    case 'file':
      return isEventFileName(basename(path)) && isRecordFile(path)
    case 'folder':
      return (await eventFoldersIn(path, world, 1)).length > 0
    default:
      return false
  }
}

/**
 * The folders of a project that hold logs: each folder directly in it that does. A folder that is no project, and whose folders are runs
 * themselves, is the log.
 */
async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = resolve(world.cwd, directory)
  if (kindOfPath(root) !== 'folder') return []
  const paths = await eventFoldersIn(root, world, Number.POSITIVE_INFINITY, DEEPEST_SEARCHED)
  if (paths.length === 0) return []
  if (paths.includes('')) return [root]
  const isProject = [...walkFolders(root, { deepest: 0, enter: () => false })].some(
    (folder) => !isGap(folder) && [...folder.files, ...folder.folders].some((name) => WORK.test(name)),
  )
  if (!isProject && paths.some((path) => !path.includes('/'))) return [root]
  return [...new Set(paths.map((path) => join(root, path.split('/')[0] ?? '')))]
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const path = resolve(world.cwd, location)
  const found = kindOfPath(path)
  if (found === 'nothing')
    throw new NarrateError('source', `There is no file or folder ${path}.`, {
      hint: 'Name a folder with event files at or below it.',
    })
  const only = found === 'file' ? basename(path) : null
  if (only !== null && !isEventFileName(only))
    throw new NarrateError('source', `${location} is no event file.`, {
      hint: 'The name of an event file holds "tfevents"; or name the folder it lies in.',
    })
  const root = realpathSync(only === null ? path : dirname(path))
  if (only === null && (await eventFoldersIn(root, world, 1)).length === 0)
    throw new NarrateError('source', `${location} holds no event file of TensorBoard.`, {
      hint: 'Name a folder that tensorboard --logdir would be given.',
    })
  const breathe = breather(world)
  return filesSource<EventPlace>(
    {
      kind: tensorboard.name,
      alias,
      location,
      root,
      idsAreUnique: false,
      hasCheapList: false,
      places: findRuns(root, breathe, only).places,
      load: (place, reading) =>
        readRun(place, root, reading, async () => {
          await setImmediate()
          reading.stop()
        }),
    },
    world,
    options,
  )
}

/** The folders that hold event files which are truly such, relative to a root; no more than asked for. */
async function eventFoldersIn(
  root: string,
  world: World,
  most: number,
  deepest?: number,
): Promise<readonly string[]> {
  const found: string[] = []
  const breathe = breather(world)
  const options = { enter: mayHoldEvents, ...(deepest === undefined ? {} : { deepest }) }
  for (const folder of walkFolders(root, options)) {
    if (isGap(folder)) continue
    await breathe()
    const names = folder.files.filter(isEventFileName)
    if (names.some((name) => isRecordFile(join(folder.path, name)))) found.push(folder.name)
    if (found.length >= most) break
  }
  return found
}

function breather(world: World): () => Promise<void> {
  let breaths = 0
  return async () => {
    breaths += 1
    if (breaths % 16 === 0) await setImmediate()
    stopIfCancelled(world)
  }
}

function kindOfPath(path: string): 'file' | 'folder' | 'nothing' {
  if (path.includes('\0')) return 'nothing'
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return 'nothing'
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'nothing'
  } catch (error) {
    // A link in a loop, a folder that is closed: nothing that can be read.
    whyNotRead(error)
    return 'nothing'
  }
}
