import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import { messageOf, NarrateError } from '../errors.ts'
import type { World } from '../world.ts'

/** What came back from the editor. Call `discard` when it is safe elsewhere; until then it is found again. */
export interface EditedText {
  readonly text: string
  /** Whether the editor opened on what an earlier session left behind. */
  readonly recovered: boolean
  discard(): Promise<void>
}

/**
 * Opens `VISUAL`, else `EDITOR`, else an editor of the system on `initial` and resolves to what was saved. The text lies
 * in `<project>/.narrate/<name>.md` and survives a crash: the next call opens on it instead of `initial`. An editor that
 * fails is `NarrateError('cancelled')`, with the text kept; none at all is `NarrateError('usage')`.
 */
export async function editText(
  initial: string,
  options: { readonly project: string; readonly name?: string },
  world: Pick<World, 'env' | 'runInteractive'>,
): Promise<EditedText> {
  const folder = join(options.project, '.narrate')
  const path = join(folder, `${options.name ?? 'brain-dump'}.md`)
  const recovered = !(await createFile(folder, path, initial))
  await openInEditor(path, world)
  return { text: await readEdited(path), recovered, discard: () => rm(path, { force: true }) }
}

/** Whether the file is new; what an earlier session left is not touched, unless it is empty. */
async function createFile(folder: string, path: string, text: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true })
    const leftover = await readEdited(path)
    if (leftover.trim() !== '') return false
    const file = await open(path, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    throw new NarrateError('store', `The form for your notes could not be written: ${messageOf(error)}.`, {
      hint: `Give them with -m instead. It would have been ${path}.`,
      cause: error,
    })
  }
}

async function readEdited(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // A person may delete the file in the editor: then nothing was written.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** Opens the user's editor on a file that is there and resolves when it was closed; errors as `editText`. */
export async function openInEditor(
  path: string,
  world: Pick<World, 'env' | 'runInteractive'>,
): Promise<void> {
  for (const [command, ...args] of editorsOf(world.env)) {
    if (command === undefined) continue
    try {
      const code = await world.runInteractive(command, [...args, path])
      if (code === 0) return
      throw new NarrateError('cancelled', `The editor (${command}) ended with code ${code}.`, {
        hint: `What you wrote is kept in ${path} and opens again next time.`,
      })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  throw new NarrateError('usage', 'No editor was found.', {
    hint: 'Set EDITOR, or give your notes with -m "…", --notes FILE or through a pipe.',
  })
}

/** Commands to try, the user's own first; where one is set, no other is tried. */
export function editorsOf(env: World['env']): readonly (readonly string[])[] {
  const own = [env.VISUAL, env.EDITOR].find((command) => command !== undefined && command.trim() !== '')
  if (own !== undefined) return [wordsOf(own)]
  return platform() === 'win32' ? [['notepad']] : [['nano'], ['vim'], ['vi']]
}

/** `"/opt/My Editor/edit" --wait` as words; no shell reads it. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
}
