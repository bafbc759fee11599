import { join, sep } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { folderAt } from '../../files/path-at.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { loadRunFolder } from './load-run-folder.ts'
import { containersIn, findRunFolders, holdsRunFolder } from './run-folders.ts'

const KIND = 'folders'
const INCREMENTS = join('.specweave', 'increments')
const DEEPEST_FOUND = 3

/**
 * Folders of experiments: one folder a run, with `params.json`, `metrics.json`, `metadata.yaml` and what the run left (SpecWeave's
 * `.specweave/increments/<increment>/experiments/<run>`, or any folder of such folders). A location is a folder that holds them at any level.
 */
export const folders: RunSourceKind = { name: KIND, recognises, detect, open, takesAllBelow: true }

async function recognises(location: string, world: World): Promise<boolean> {
  const root = folderAt(location, world)
  return root !== null && holdsRunFolder(root)
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  // Named itself, it is one log, however many increments it has.
  if (root.split(sep).includes('.specweave')) return holdsRunFolder(root) ? [root] : []
  const increments = folderAt(join(root, INCREMENTS), world)
  const own = increments !== null && holdsRunFolder(increments) ? [increments] : []
  return [...own, ...containersIn(root, DEEPEST_FOUND)]
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const root = folderAt(location, world)
  if (root === null || !holdsRunFolder(root))
    throw new NarrateError('source', `${location} holds no folder of an experiment.`, {
      hint: 'Name the folder whose folders hold params.json, metrics.json and metadata.yaml.',
    })
  return filesSource(
    {
      kind: KIND,
      alias,
      location,
      root,
      idsAreUnique: false,
      ownsFolders: true,
      hasCheapList: false,
      places: () => findRunFolders(root),
      load: async (place, reading) => loadRunFolder(place, reading, world.timeZone),
    },
    world,
    options,
  )
}
