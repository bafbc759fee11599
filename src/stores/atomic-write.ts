import type { Stats } from 'node:fs'
import * as node from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { World } from '../world.ts'
import { isSystemError } from './store-error.ts'

/** The operations that writing needs of a file system; the seam where tests make a disk fail. */
export interface FileOperations {
  readonly link: (from: string, to: string) => Promise<void>
  readonly lstat: (path: string) => Promise<Stats>
  readonly mkdir: (path: string, options: { readonly recursive: true }) => Promise<string | undefined>
  readonly open: (path: string, flags: 'r' | 'wx') => Promise<node.FileHandle>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly unlink: (path: string) => Promise<void>
}

/** The real file system. */
export const fileOperations: FileOperations = node

/** A text that is wholly on the disk under a temporary name beside its target, not yet visible under its own. */
export interface PreparedFile {
  readonly target: string
  readonly temporary: string
}

/** A hidden name in the target's folder; `*.tmp` so that git and backups may be told to pass it over. */
const TEMPORARY = /^\.(.+)\.\d+-[a-z0-9]+\.tmp$/

/** The name of the file that a temporary name was made for, or null where it is no temporary name of ours. */
export function targetOfTemporary(name: string): string | null {
  return TEMPORARY.exec(name)?.[1] ?? null
}

/** Writes a text beside its target, through to the disk. Leaves nothing behind when it fails. */
export async function prepareFile(
  target: string,
  text: string,
  world: Pick<World, 'processId' | 'randomName'>,
  files: FileOperations = fileOperations,
): Promise<PreparedFile> {
  const name = `.${basename(target)}.${world.processId}-${world.randomName(10)}.tmp`
  const prepared = { target, temporary: join(dirname(target), name) }
  const handle = await files.open(prepared.temporary, 'wx')
  try {
    await handle.writeFile(text, 'utf8')
    await handle.sync()
  } catch (error) {
    await handle.close()
    await discardFile(prepared, files)
    throw error
  }
  await handle.close()
  return prepared
}

/**
 * Makes a prepared file visible under its own name, whole or not at all, and through to the disk. False where something
 * of that name is already there: nothing is ever overwritten. The temporary name stays until `discardFile`.
 *
 * Where the file system has no hard links (FAT, some network drives), it looks and then renames: still never half a
 * file, but a file that appears under the very name between the two steps would be lost.
 */
export async function placeFile(
  prepared: PreparedFile,
  files: FileOperations = fileOperations,
): Promise<boolean> {
  try {
    await files.link(prepared.temporary, prepared.target)
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false
    if (!hasNoHardLinks(error)) throw error
    if (await exists(prepared.target, files)) return false
    await files.rename(prepared.temporary, prepared.target)
  }
  try {
    await syncFolder(dirname(prepared.target), files)
  } catch (error) {
    // Not known to last: the caller is told so, and must not find the file there all the same.
    await removeFile(prepared.target, files)
    throw error
  }
  return true
}

/** Puts a prepared file in the place of the one under its name, whole or not at all, and through to the disk. */
export async function replaceFile(
  prepared: PreparedFile,
  files: FileOperations = fileOperations,
): Promise<void> {
  await files.rename(prepared.temporary, prepared.target)
  await syncFolder(dirname(prepared.target), files)
}

/** Takes the temporary name away, if it is still there. */
export async function discardFile(
  prepared: PreparedFile,
  files: FileOperations = fileOperations,
): Promise<void> {
  await removeFile(prepared.temporary, files)
}

/** Takes a file away; one that is already gone is fine. */
export async function removeFile(path: string, files: FileOperations = fileOperations): Promise<void> {
  try {
    await files.unlink(path)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
  }
}

/** Whether a link failed because the file system knows no hard links. */
export function hasNoHardLinks(error: unknown): boolean {
  return isSystemError(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')
}

async function exists(path: string, files: FileOperations): Promise<boolean> {
  try {
    await files.lstat(path)
    return true
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    throw error
  }
}

async function syncFolder(path: string, files: FileOperations): Promise<void> {
  try {
    const handle = await files.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    // Windows and some network drives cannot sync a folder; the file itself is on the disk all the same.
    if (!isSystemError(error, 'EPERM', 'EISDIR', 'EINVAL', 'EACCES', 'ENOTSUP')) throw error
  }
}
