import { join, resolve } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { isDatabaseServer } from '../../database-server.ts'
import { isDatabaseFile } from '../../files/database-file.ts'
import { fileAt } from '../../files/path-at.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { openJournal } from './journal.ts'
import { isJournal } from './replay-journal.ts'

const KIND = 'optuna'
const DEEPEST_FOUND = 2
const DATABASE_NAME = /\.(?:db|sqlite|sqlite3)$/i
/** Journals bear any name; these are looked into. */
const JOURNAL_NAME = /\.(?:log|jsonl|journal)$|journal|optuna/i
const STORAGE_URL = /^sqlite(?:\+[a-z0-9]+)?:\/\/\/([^?]+)(?:\?.*)?$/is

/**
 * Optuna's storages in SQLite and in journals, read-only: a study is an experiment, a trial a run. A location is the file, or the storage's URL
 * (`sqlite:///study.db`). A URL of a database server is recognised, and opening it says that it is not read.
 */
export const optuna: RunSourceKind = { name: KIND, recognises, detect, open }

async function recognises(location: string, world: World): Promise<boolean> {
  if (isDatabaseServer(location)) return true
  const path = storageAt(location, world)
  return path !== null && (await isStorage(path))
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  if (directory.includes('\0')) return []
  const found: string[] = []
  const enter = (name: string) => !isNoLogFolder(name)
  for (const folder of walkFolders(resolve(world.cwd, directory), { deepest: DEEPEST_FOUND, enter })) {
    if (isGap(folder)) continue
    for (const file of folder.files) {
      const path = join(folder.path, file)
      const isMeant = DATABASE_NAME.test(file) ? isDatabase : JOURNAL_NAME.test(file) ? isJournal : null
      if (isMeant !== null && (await isMeant(path))) found.push(path)
    }
  }
  return found
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  if (isDatabaseServer(location))
    throw new NarrateError(
      'source',
      `${location.replace(/\/\/[^/]*@/, '//***@')} is a database server, and of Optuna's storages only SQLite and journal files are read.`,
      {
        hint: "Copy the study into a file with optuna.copy_study(…, to_storage='sqlite:///study.db'), and name that.",
      },
    )
  const path = storageAt(location, world)
  if (path === null)
    throw new NarrateError('source', `There is no file ${location}.`, {
      hint: "Name the .db file of the study's storage, sqlite:///…, or the file of its journal.",
    })
  if (!isDatabaseFile(path)) return openJournal(path, location, alias, world, options)
  const { openStorage } = await import('./storage.ts')
  return openStorage(path, location, alias, world, options)
}

async function isStorage(path: string): Promise<boolean> {
  return (await isDatabase(path)) || (await isJournal(path))
}

// Loaded only where it is wanted: Node 22 warns of its SQLite as soon as it is loaded.
async function isDatabase(path: string): Promise<boolean> {
  if (!isDatabaseFile(path)) return false
  const { isOptunaDatabase } = await import('./storage.ts')
  return isOptunaDatabase(path)
}

function storageAt(location: string, world: World): string | null {
  return fileAt(STORAGE_URL.exec(location)?.[1] ?? location, world)
}
