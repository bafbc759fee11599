import { join, resolve } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { isDatabaseFile } from '../../files/database-file.ts'
import { fileAt } from '../../files/path-at.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'
import type { RunSource, RunSourceKind } from '../../run-source.ts'

const KIND = 'optuna'
const DEEPEST_FOUND = 2
const DATABASE_NAME = /\.(?:db|sqlite|sqlite3)$/i
const STORAGE_URL = /^sqlite(?:\+[a-z0-9]+)?:\/\/\/([^?]+)(?:\?.*)?$/is

/**
 * Optuna's storages in SQLite, read-only: a study is an experiment, a trial a run. A location is the file, or the storage's URL
 * (`sqlite:///study.db`).
 */
export const optuna: RunSourceKind = { name: KIND, recognises, detect, open }

async function recognises(location: string, world: World): Promise<boolean> {
  const path = storageAt(location, world)
  return path !== null && (await isStorage(path))
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  if (directory.includes('\0')) return []
  const found: string[] = []
  const enter = (name: string) => !isNoLogFolder(name)
  for (const folder of walkFolders(resolve(world.cwd, directory), { deepest: DEEPEST_FOUND, enter })) {
    if (isGap(folder)) continue
    for (const file of folder.files.filter((name) => DATABASE_NAME.test(name)))
      if (await isStorage(join(folder.path, file))) found.push(join(folder.path, file))
  }
  return found
}

async function open(location: string, alias: string, world: World): Promise<RunSource> {
  const path = storageAt(location, world)
  if (path === null || !isDatabaseFile(path))
    throw new NarrateError('source', `${location} is no SQLite database.`, {
      hint: "Name the .db file of the study's storage, sqlite:///….",
    })
  const { openStorage } = await import('./storage.ts')
  return openStorage(path, location, alias, world)
}

// Loaded only where it is wanted: Node 22 warns of its SQLite as soon as it is loaded.
async function isStorage(path: string): Promise<boolean> {
  if (!isDatabaseFile(path)) return false
  const { isOptunaDatabase } = await import('./storage.ts')
  return isOptunaDatabase(path)
}

function storageAt(location: string, world: World): string | null {
  return fileAt(STORAGE_URL.exec(location)?.[1] ?? location, world)
}
