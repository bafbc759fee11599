import { statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import type { World } from '../../../world.ts'
import { isDatabaseFile } from '../../files/database-file.ts'
import { whyNotRead } from '../../files/read-text.ts'
import { withPrograms } from '../../programs/with-programs.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { wandbAddress } from '../../wandb-address.ts'
import { openFileStore } from './file-store.ts'
import { parseLocation } from './location.ts'
import { isServer } from './server-access.ts'
import { KIND } from './store-source.ts'
import { candidatesIn, isArtifactTree, isFileStore } from './stores.ts'

/**
 * MLflow's stores, read-only: a file store (a `mlruns` tree), a SQLite database, or a tracking server. A location is a path or a
 * tracking URI (`sqlite:///…`, `file:…`, `https://…`, `databricks://…`); a folder is a file store, or holds exactly one store.
 */
export const mlflow: RunSourceKind = { name: KIND, recognises, detect, owns, open }

async function recognises(location: string, world: World): Promise<boolean> {
  const parsed = parseLocation(location, world.cwd)
  if (parsed.kind === 'service')
    return SERVICES.test(parsed.scheme) && wandbAddress(location, world.env) === null
  switch (kindOfPath(parsed.path)) {
    case 'file':
      return isDatabase(parsed.path)
    case 'folder':
      return (
        isFileStore(parsed.path) ||
        (await storesIn(parsed.path)).length > 0 ||
        artifactTreeIn(parsed.path) !== null
      )
    default:
      return false
  }
}

/**
 * The stores in a folder, in its folders, and under the usual names one level below those. A tree of artifacts alone is
 * given only where there is nothing else: opening it tells that its runs are somewhere else.
 */
async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = parseLocation(directory, world.cwd)
  if (root.kind === 'service' || kindOfPath(root.path) !== 'folder') return []
  if (isFileStore(root.path)) return [root.path]
  const found = [...(await storesIn(root.path))]
  for (const folder of candidatesIn(root.path).folders) {
    if (found.includes(folder)) continue
    const { files, folders } = candidatesIn(folder)
    for (const file of files)
      if (/mlflow|mlruns/i.test(basename(file)) && (await isDatabase(file))) found.push(file)
    found.push(...folders.filter((inner) => basename(inner) === 'mlruns' && isFileStore(inner)))
  }
  if (found.length > 0) return found
  const artifacts = artifactTreeIn(root.path)
  return artifacts === null ? [] : [artifacts]
}

async function owns(directory: string, world: World): Promise<boolean> {
  const root = parseLocation(directory, world.cwd)
  return root.kind !== 'service' && kindOfPath(root.path) === 'folder' && isFileStore(root.path)
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  return withPrograms(await openStore(location, alias, world, options))
}

async function openStore(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions,
): Promise<RunSource> {
  const parsed = parseLocation(location, world.cwd)
  if (parsed.kind === 'service') return openService(location, alias, world)
  switch (kindOfPath(parsed.path)) {
    case 'file':
      return openFile(parsed.path, location, alias, world)
    case 'folder':
      return openFolder(parsed.path, location, alias, world, options)
    case 'closed':
      throw new NarrateError('source', `${parsed.path} cannot be opened: ${whyClosed(parsed.path)}.`)
    default:
      throw new NarrateError('source', `There is no file or folder ${parsed.path}.`, {
        hint: 'Name a mlruns folder, a .db file, or a folder that holds one.',
      })
  }
}

async function openService(location: string, alias: string, world: World): Promise<RunSource> {
  if (isServer(location)) {
    // Loaded only where it is wanted: most runs lie on the disk.
    const { openServerStore } = await import('./server-store.ts')
    return openServerStore(location, alias, world)
  }
  throw new NarrateError(
    'source',
    `${location.replace(/\/\/[^/@]*@/, '//***@')} is a database server, and of databases only SQLite is read.`,
    {
      hint: 'Name the tracking server before it (http://…), a .db file or a mlruns folder; for a study of Optuna, a file that optuna.copy_study copied it to.',
    },
  )
}

async function openFile(path: string, location: string, alias: string, world: World): Promise<RunSource> {
  if (!isDatabaseFile(path))
    throw new NarrateError('source', `${location} is no SQLite database.`, {
      hint: 'Name the .db file of the tracking URI sqlite:///….',
    })
  // Loaded only where it is wanted: Node 22 warns of its SQLite as soon as it is loaded.
  const { openDatabaseStore } = await import('./database-store.ts')
  return openDatabaseStore(path, location, alias, world)
}

async function openFolder(
  path: string,
  location: string,
  alias: string,
  world: World,
  options: OpenOptions,
): Promise<RunSource> {
  if (isFileStore(path)) return openFileStore(path, '', location, alias, world, options)
  const stores = await storesIn(path)
  const [store] = stores
  if (store !== undefined && stores.length === 1) {
    if (kindOfPath(store) === 'file') return openFile(store, location, alias, world)
    return openFileStore(store, `${relative(path, store)}/`, location, alias, world, options)
  }
  if (stores.length > 1)
    throw new NarrateError('source', `${location} holds ${stores.length} MLflow stores.`, {
      hint: `Name one of them: ${stores.map((each) => relative(path, each)).join(', ')}.`,
    })
  const artifacts = artifactTreeIn(path)
  if (artifacts !== null)
    throw new NarrateError(
      'source',
      `${location} holds artifacts of MLflow runs without metadata: the runs themselves are kept somewhere else.`,
      {
        hint: 'They are in the database or server that MLFLOW_TRACKING_URI named when they ran; often a file mlflow.db.',
      },
    )
  throw new NarrateError('source', `${location} holds no MLflow store.`, {
    hint: 'Name a mlruns folder (it holds <experiment>/meta.yaml) or a .db file.',
  })
}

const SERVICES = /^(?:https?|databricks(?:-uc)?|postgresql|mysql|mssql|sqlite)(?:\+\w+)?$/

/** The stores directly in a folder. */
async function storesIn(folder: string): Promise<readonly string[]> {
  const { files, folders } = candidatesIn(folder)
  const found: string[] = []
  for (const file of files) if (await isDatabase(file)) found.push(file)
  return [...found, ...folders.filter(isFileStore)]
}

function artifactTreeIn(folder: string): string | null {
  return [folder, join(folder, 'mlruns'), join(folder, 'mlartifacts')].find(isArtifactTree) ?? null
}

async function isDatabase(path: string): Promise<boolean> {
  if (!isDatabaseFile(path)) return false
  const { isTrackingDatabase } = await import('./database-store.ts')
  return isTrackingDatabase(path)
}

function kindOfPath(path: string): 'file' | 'folder' | 'nothing' | 'closed' {
  if (path.includes('\0')) return 'nothing'
  if (whyClosed(path) !== null) return 'closed'
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'nothing'
  return found.isDirectory() ? 'folder' : 'file'
}

/** Why a place cannot even be looked at: no permission, a link in a loop; null where it can. */
function whyClosed(path: string): string | null {
  try {
    statSync(path, { throwIfNoEntry: false })
    return null
  } catch (error) {
    return whyNotRead(error)
  }
}
