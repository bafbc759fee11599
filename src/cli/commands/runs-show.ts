import type { Run } from '../../runs/run.ts'
import { dayRule, findProject } from '../find-project.ts'
import { findRun } from '../find-run.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { renderRun } from '../render-run.ts'
import { runsToJson } from '../runs-json.ts'
import { makePrinter } from '../terminal/printer.ts'

interface Options extends GlobalOptions {
  readonly history?: boolean
}

/** `narrate runs show RUN…`: all that is logged of the runs named. Exit 1 where something of it could not be read. */
export const runsShow: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  try {
    for (const unread of opened.unread) print.warn(sentence(unread))
    requireSources(opened)
    const runs: Run[] = []
    for (const word of words) {
      const { source, key } = await findRun(word, opened)
      runs.push(await source.read(key, { withHistory: options.history === true }))
    }
    if (options.json === true) {
      print.json(runsToJson(runs, opened.unread))
    } else {
      const look = {
        width: world.stdout.columns,
        style: print.style,
        timeZone: dayRule(project, world).timeZone,
        now: world.now(),
        settings: project.settings,
      }
      print.answer(runs.map((run) => renderRun(run, look)).join('\n\n'))
    }
    return opened.unread.length > 0 ? 1 : 0
  } finally {
    await opened.close()
  }
}
