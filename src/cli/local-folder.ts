import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { messageOf, NarrateError } from '../errors.ts'

/**
 * The project's `.narrate/`: local, never committed (it holds a .gitignore of its own), made where it is not there.
 * Resolves to its absolute path.
 */
export async function localFolder(root: string): Promise<string> {
  const folder = path.join(root, '.narrate')
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return folder
    throw new NarrateError('store', `${folder} could not be made: ${messageOf(error)}.`, {
      hint: 'Is the project writable?',
      cause: error,
    })
  }
  return folder
}
