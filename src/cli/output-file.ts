import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { messageOf, NarrateError } from '../errors.ts'
import type { World } from '../world.ts'

/** A file that is being written, not yet visible under its own name. */
export interface OutputFile {
  write(text: string | Uint8Array): Promise<void>
  /** Makes it visible, whole. */
  finish(): Promise<void>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

/**
 * Begins a file of `--output`. What is there is only replaced with `mayReplace`. Throws `NarrateError('usage')` where it
 * is there or no file can be, `'store'` where the disk does not take it.
 */
export async function beginOutput(
  target: string,
  world: Pick<World, 'cwd' | 'processId' | 'randomName'>,
  mayReplace: boolean,
): Promise<OutputFile> {
  const file = path.resolve(world.cwd, target)
  await refuseToReplace()
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${world.processId}-${world.randomName(10)}.tmp`,
  )
  let handle: FileHandle
  try {
    handle = await open(temporary, 'wx')
  } catch (error) {
    throw new NarrateError('usage', `${target} cannot be written: ${messageOf(error)}.`, {
      hint: 'Name a file in a folder that is there and may be written to.',
      cause: error,
    })
  }
  return {
    write: (text) => orTell(() => handle.writeFile(text, 'utf8')),
    async finish() {
      await orTell(() => handle.sync())
      await handle.close()
      // Somebody else may have written it meanwhile.
      await refuseToReplace()
      await orTell(() => rename(temporary, file))
    },
    async discard() {
      await handle.close()
      await unlink(temporary).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
    },
  }

  async function refuseToReplace(): Promise<void> {
    const found = await stat(file).catch((error: unknown) => {
      if (isMissing(error)) return null
      throw new NarrateError('usage', `${target} cannot be written: ${messageOf(error)}.`, { cause: error })
    })
    if (found === null || (mayReplace && found.isFile())) return
    throw found.isFile()
      ? new NarrateError('usage', `${target} is there already.`, { hint: '--yes replaces it.' })
      : new NarrateError('usage', `${target} is no ordinary file.`, { hint: 'Name a file.' })
  }

  async function orTell(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      throw new NarrateError('store', `${target} could not be written: ${messageOf(error)}.`, {
        cause: error,
      })
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
