import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type FolderRead, readFolder } from '../../files/folder.ts'
import { readMeta } from './meta-file.ts'
import { metaText } from './meta-yaml.ts'

const SOME = 200
const DATABASE_NAME = /\.(?:db|sqlite|sqlite3)$/i
const NOT_STORES = new Set(['node_modules', 'venv', 'env', '__pycache__', 'site-packages'])

/** Whether a folder is a file store: it holds an experiment's `meta.yaml`, if only a deleted one's. */
export function isFileStore(folder: string): boolean {
  return [folder, join(folder, '.trash')].some((path) =>
    foldersIn(readFolder(path)).some((name) => {
      const file = join(path, name, 'meta.yaml')
      // Hardly any folder has one, and trying to open what is not there takes longer than asking.
      const meta = existsSync(file) ? readMeta(file) : null
      return meta?.kind === 'meta' && metaText(meta.meta, 'experiment_id') !== null
    }),
  )
}

/**
 * Whether a folder that is no file store is what a tracking server or a database leaves beside it:
 * `<experiment>/<run>/artifacts`. Its runs are somewhere else.
 */
export function isArtifactTree(folder: string): boolean {
  return foldersIn(readFolder(folder)).some((experiment) =>
    foldersIn(readFolder(join(folder, experiment))).some(
      (run) =>
        /^[0-9a-f]{32}$/.test(run) &&
        readFolder(join(folder, experiment, run, 'artifacts')).kind === 'entries',
    ),
  )
}

/** Paths in a folder that may be stores: files that are named like databases, and folders. */
export function candidatesIn(folder: string): {
  readonly files: readonly string[]
  readonly folders: readonly string[]
} {
  const read = readFolder(folder)
  if (read.kind !== 'entries') return { files: [], folders: [] }
  return {
    files: read.entries
      .filter((entry) => !entry.isDirectory() && DATABASE_NAME.test(entry.name))
      .map(({ name }) => join(folder, name)),
    folders: read.entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('.') && !NOT_STORES.has(name))
      .map((name) => join(folder, name)),
  }
}

function foldersIn(read: FolderRead): readonly string[] {
  if (read.kind !== 'entries') return []
  return read.entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
    .slice(0, SOME)
    .map(({ name }) => name)
}
