import { basename, extname, join } from 'node:path'
import type { Gap } from '../../../gap.ts'
import type { ArtifactFolder } from '../../files/artifact-folder.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, Reading, RunPlace } from '../../files/loaded-run.ts'
import type { Refused } from '../../files/read-beginning.ts'
import type { WalkedFolder } from '../../files/walk-folders.ts'

/** What reading a run needs of the user beside the files. */
export interface TrainerReading extends Reading {
  readonly timeZone: string
}

/** A run as a trainer's files tell it; where they say no name, its folder does. */
export type TrainerRun = Omit<LoadedRun, 'experiment' | 'name'> & { readonly name?: string }

/** Where a trainer left a run. */
export interface TrainerPlace extends RunPlace {
  /** The folder it lies in, absolute. */
  readonly path: string
  readonly experiment: { readonly id: string; readonly name: string }
  readonly artifacts: ArtifactFolder | null
  load(reading: TrainerReading): Promise<LoadedRun | Gap>
}

/** One trainer's files: how a folder is known to hold runs of it. */
export interface TrainerFormat {
  readonly name: string
  /**
   * The runs that a folder holds, by its files; it looks at the beginning of those whose names others use too, and tells which of them
   * could not be looked at.
   */
  find(folder: WalkedFolder, root: string, refused: Refused): Promise<readonly TrainerPlace[]>
}

/** A folder, and what it is called in gaps and origins. */
export interface FolderAt {
  readonly path: string
  readonly where: string
}

/** Files of TensorBoard belong to its own source, wherever they lie. */
export const EVENT_FILE = /\.tfevents\./

/**
 * A run that is a whole folder: its id is the folder's path, its experiment the folder it lies in. `own` are the files that tell of the run, by
 * their paths in the folder; all others but TensorBoard's are artifacts.
 */
export function placeOfFolder(
  folder: WalkedFolder,
  root: string,
  own: readonly string[],
  load: (at: FolderAt, reading: TrainerReading) => Promise<TrainerRun | Gap>,
): TrainerPlace {
  const id = idOfPath(folder.name)
  const name = folder.name === '' ? basename(root) : basename(folder.name)
  const experiment = experimentOf(root, folder.name)
  return {
    kind: 'place',
    id,
    where: id,
    path: folder.path,
    experiment,
    files: [folder.path, ...own.map((file) => join(folder.path, file))],
    artifacts: {
      path: folder.path,
      where: id,
      takes: (name) => !own.includes(name) && !EVENT_FILE.test(name),
    },
    async load(reading) {
      const run = await load({ path: folder.path, where: id }, reading)
      return 'kind' in run ? run : { name, ...run, experiment }
    },
  }
}

/** A run that is one file of a folder: its id is the file's path, and it has no artifacts. */
export function placeOfFile(
  folder: WalkedFolder,
  root: string,
  file: string,
  load: (at: FolderAt, reading: TrainerReading) => Promise<TrainerRun | Gap>,
): TrainerPlace {
  const path = join(folder.path, file)
  const where = idOfPath(folder.name === '' ? file : `${folder.name}/${file}`)
  const experiment = experimentOf(root, folder.name === '' ? file : `${folder.name}/${file}`)
  const name = basename(file, extname(file))
  return {
    kind: 'place',
    id: where,
    where,
    path: folder.path,
    experiment,
    files: [path],
    artifacts: null,
    async load(reading) {
      const run = await load({ path, where }, reading)
      return 'kind' in run ? run : { name, ...run, experiment }
    },
  }
}

/** Runs belong to the folder they lie in. */
export function experimentOf(root: string, name: string): TrainerPlace['experiment'] {
  const owner = folderAbove(name)
  return { id: idOfPath(owner), name: idOfPath(basename(owner === '' ? root : owner)) }
}

/** The path of the folder that a path lies in; empty for the root. */
export function folderAbove(name: string): string {
  const at = name.lastIndexOf('/')
  return at === -1 ? '' : name.slice(0, at)
}
