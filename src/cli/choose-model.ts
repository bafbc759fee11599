import type { ModelChoice } from '../models/registry.ts'
import type { World } from '../world.ts'
import { readConsents, rememberConsent } from './consent-file.ts'
import type { Project } from './find-project.ts'
import type { GlobalOptions } from './options.ts'
import type { Parts } from './parts.ts'
import { askYes, mayAsk } from './terminal/ask.ts'

/**
 * The model a command asks, by what was named and agreed to (DESIGN, Privacy). A consent given at the terminal is
 * remembered in the project; it is never asked for where questions may not be.
 */
export async function chooseModelFor(
  project: Project,
  options: GlobalOptions,
  world: World,
  parts: Parts,
): Promise<ModelChoice> {
  const choice = await parts.chooseModel({
    flag: typeof options.model === 'string' ? options.model : null,
    noModel: options.model === false,
    yes: !mayAsk(world, options),
    settings: project.settings,
    world,
    rememberedConsent: await readConsents(project.root),
    confirm: (question) => askYes(world, `${question} Send it, now and from now on?`),
  })
  if (choice.remember !== null) await rememberConsent(project.root, choice.remember)
  return choice
}
