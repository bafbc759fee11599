import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import type { World } from '../../../world.ts'
import { readFolder } from '../../files/folder.ts'
import { whyNotRead } from '../../files/read-text.ts'
import { isNoLogFolder } from '../../files/walk-folders.ts'
import { withPrograms } from '../../programs/with-programs.ts'
import { quoted } from '../../quoted.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { wandbAddress } from '../../wandb-address.ts'
import { isLogHeader } from './log-records.ts'
import { runDirectoryAt } from './run-directories.ts'
import { KIND, openWandbRuns, type WandbRoot } from './wandb-runs.ts'

/**
 * What Weights & Biases leaves on a disk, read-only: a `wandb` folder of run directories (synced ones, offline ones, those of old times), one such
 * directory, or one `.wandb` log; or a project on a server. A location is a path, where a folder that holds a `wandb` folder stands for it, or an
 * address (`wandb://ENTITY/PROJECT`, `https://wandb.ai/ENTITY/PROJECT`, one below WANDB_BASE_URL).
 */
export const wandb: RunSourceKind = { name: KIND, recognises, detect, owns, open }

async function recognises(location: string, world: World): Promise<boolean> {
  return wandbAddress(location, world.env) !== null || rootAt(location, world) !== null
}

/** `wandb` folders in a directory and in its folders; the directory itself where it is one. */
async function detect(directory: string, world: World): Promise<readonly string[]> {
  const path = pathOf(directory, world)
  if (path === null || kindOf(path) !== 'folder') return []
  if (holdsRuns(path)) return [path]
  const found = FOLDERS.map((name) => join(path, name)).filter(holdsRuns)
  const read = readFolder(path)
  if (read.kind !== 'entries') return found
  for (const entry of read.entries) {
    if (!entry.isDirectory() || isNoLogFolder(entry.name) || FOLDERS.includes(entry.name)) continue
    const inner = join(path, entry.name)
    found.push(...[inner, ...FOLDERS.map((name) => join(inner, name))].filter(holdsRuns))
  }
  return found
}

async function owns(directory: string, world: World): Promise<boolean> {
  const path = pathOf(directory, world)
  return path !== null && kindOf(path) === 'folder' && holdsRuns(path)
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const address = wandbAddress(location, world.env)
  if (address !== null) {
    // Loaded only where it is wanted: most runs lie on the disk.
    const { openServerStore } = await import('./server-store.ts')
    return withPrograms(await openServerStore(address, location, alias, KIND, world))
  }
  if (/^wandb:\/\//i.test(location))
    throw new NarrateError('source', `${quoted(location)} names no project of W&B.`, {
      hint: 'It looks like wandb://ENTITY/PROJECT.',
    })
  const root = rootAt(location, world)
  if (root !== null) return withPrograms(openWandbRuns(root, location, alias, world, options))
  const path = pathOf(location, world)
  if (path === null || kindOf(path) === 'nothing')
    throw new NarrateError('source', `There is no file or folder ${path ?? JSON.stringify(location)}.`, {
      hint: 'Name a wandb folder, a run directory in it, or a .wandb file.',
    })
  throw new NarrateError('source', `${location} holds no runs of W&B.`, {
    hint: 'Name a wandb folder: it holds directories called run-… and offline-run-….',
  })
}

/** Where wandb writes below a project: the second one where it is there already. */
const FOLDERS: readonly string[] = ['wandb', '.wandb']
const MOST_LOOKED_AT = 200

function rootAt(location: string, world: World): WandbRoot | null {
  const path = pathOf(location, world)
  if (path === null) return null
  if (kindOf(path) === 'file') return isLog(path) ? rootOfDirectory(dirname(path)) : null
  if (kindOf(path) !== 'folder') return null
  if (holdsRuns(path)) return { folder: realpathSync(path), prefix: '', only: null }
  for (const name of FOLDERS) {
    const inner = join(path, name)
    if (holdsRuns(inner)) return { folder: realpathSync(inner), prefix: `${name}/`, only: null }
  }
  return rootOfDirectory(path)
}

/** One run's directory: its log is found wherever a copy put it. */
function rootOfDirectory(path: string): WandbRoot | null {
  const real = realpathSync(path)
  const named = runDirectoryAt(real, '.', basename(real))
  const directory = named ?? runDirectoryAt(real, '.', 'latest-run')
  if (directory === null) return null
  // A folder of any name is one by its log alone.
  if (named === null && !(directory.log !== null && isLog(join(real, directory.log)))) return null
  return { folder: real, prefix: '', only: directory }
}

/** Whether a folder holds the directory of a run. */
function holdsRuns(folder: string): boolean {
  const read = readFolder(folder)
  if (read.kind !== 'entries') return false
  return read.entries
    .filter((entry) => entry.isDirectory() && /run/.test(entry.name))
    .slice(0, MOST_LOOKED_AT)
    .some((entry) => runDirectoryAt(join(folder, entry.name), '', entry.name) !== null)
}

function isLog(path: string): boolean {
  try {
    const file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(7)
      return readSync(file, head, 0, head.length, 0) === head.length && isLogHeader(head)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    // Not permitted, or gone: none for us.
    whyNotRead(error)
    return false
  }
}

function pathOf(location: string, world: World): string | null {
  return location.includes('\0') ? null : resolve(world.cwd, location)
}

function kindOf(path: string): 'file' | 'folder' | 'nothing' {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory()) return 'folder'
    return found?.isFile() ? 'file' : 'nothing'
  } catch (error) {
    whyNotRead(error)
    return 'nothing'
  }
}
