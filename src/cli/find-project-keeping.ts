import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import { findIdentity } from './find-identity.ts'
import { findFaultyProject, findProject, type Project } from './find-project.ts'
import { describeMasked, keepNote, type Typed } from './keep-note.ts'
import type { GlobalOptions } from './options.ts'
import type { Printer } from './terminal/printer.ts'

/**
 * The project, as `findProject` finds it, for a command that was given words. Where narrate.yaml is faulty the words are
 * kept first, in the journal of the folder that the file still names, else of the usual one; then its fault is thrown,
 * with where they are kept. With `isDry` nothing is written.
 */
export async function findProjectKeeping(
  typed: () => AsyncIterable<Omit<Typed, 'author'>>,
  world: World,
  options: GlobalOptions,
  print: Printer,
  isDry: boolean,
): Promise<Project> {
  try {
    return await findProject(world, options.project)
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'configuration' || isDry) throw error
    const project = await findFaultyProject(world, options.project)
    const { author } = await findIdentity(project, world)
    const places = new Set<string>()
    for await (const words of typed()) {
      if (words.text.trim() === '') continue
      const { note, masked } = await keepNote({ ...words, author }, project, world)
      if (masked.length > 0) print.warn(describeMasked(masked))
      places.add(note.place)
    }
    if (places.size === 0) throw error
    throw new NarrateError('configuration', error.message, {
      hint: `${error.hint ?? ''} What you typed is kept in ${[...places].join(' and ')}.`.trim(),
      cause: error,
    })
  }
}
