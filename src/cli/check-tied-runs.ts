import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'
import { type FoundRun, findRun } from './find-run.ts'
import { openSources, sentence } from './open-sources.ts'
import type { GlobalOptions } from './options.ts'
import type { Parts } from './parts.ts'
import type { Printer } from './terminal/printer.ts'

/**
 * Whether each run that words were tied to is one, and passes what is asked of it; what is not so is said. The words are
 * kept already: `what` names them ("The note").
 */
export async function checkTiedRuns(
  what: string,
  runs: readonly string[],
  context: {
    readonly project: Project
    readonly world: World
    readonly parts: Parts
    readonly options: GlobalOptions
    readonly print: Printer
  },
  /** What is wrong with a run that was found, as a sentence; null where nothing is. */
  whyNot: (typed: string, found: FoundRun) => Promise<string | null> = async () => null,
): Promise<boolean> {
  const { project, world, parts, options, print } = context
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  try {
    for (const unread of opened.unread) print.warn(sentence(unread))
    let isSound = opened.unread.length === 0
    for (const typed of runs) {
      try {
        const wrong = await whyNot(typed, await findRun(typed, opened))
        if (wrong === null) continue
        print.warn(wrong)
      } catch (error) {
        if (!(error instanceof NarrateError)) throw error
        print.warn(
          `${what} is kept, tied to "${typed}" as typed. ${error.message} ${error.hint ?? ''}`.trim(),
        )
      }
      isSound = false
    }
    return isSound
  } finally {
    await opened.close()
  }
}
