import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { NarrateError } from '../../errors.ts'
import type { World } from '../../world.ts'
import { findProject, SETTINGS_FILE } from '../find-project.ts'
import { type FoundSource, findSources, sentence, shown } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { makePrinter } from '../terminal/printer.ts'
import { writtenSettings } from '../written-settings.ts'

/**
 * `narrate init`: looks for run logs (`--source`, MLFLOW_TRACKING_URI, the folder) and writes a commented narrate.yaml.
 * Throws `NarrateError('configuration')` where there is one already: nothing is ever overwritten.
 */
export const init: Action<GlobalOptions> = async ({ world, parts, options }) => {
  const print = makePrinter(world, options)
  const root = path.resolve(world.cwd, options.project ?? '.')
  const project = await findProject(world, root)
  if (project.settingsFile !== null) {
    throw new NarrateError('configuration', `${SETTINGS_FILE} is there already; it was left as it is.`, {
      hint: 'Edit it, or remove it first.',
    })
  }
  const { found, unread, from } = await findSources(project, await parts.sourceKinds(), world, options.source)
  for (const one of unread) print.warn(sentence(one))
  const sources = found.map(({ kind, location, alias }: FoundSource) => ({
    kind: kind.name,
    at: shown(location, project),
    as: alias,
  }))
  for (const source of sources) print.say(`Found ${source.kind} at ${source.at} (by ${from}).`)
  if (sources.length === 0) print.say('Found no run log here: add yours under sources:.')

  const text = writtenSettings({ project: project.name, sources })
  if (options.dryRun === true) {
    print.answer(text)
    return unread.length > 0 ? 1 : 0
  }
  await create(path.join(root, SETTINGS_FILE), text, world)
  if (options.json === true) print.json({ settings: SETTINGS_FILE, sources })
  else
    print.answer(`Wrote ${path.relative(world.cwd, path.join(root, SETTINGS_FILE))}. Next: narrate runs list`)
  return unread.length > 0 ? 1 : 0
}

async function create(file: string, text: string, world: World): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    throw new NarrateError('configuration', `${path.relative(world.cwd, file)} could not be written.`, {
      hint: 'Is the folder writable?',
      cause: error,
    })
  }
}
