import { version } from 'node:process'
import { dayOf, spanOfDay } from '../../notes/user-day.ts'
import type { World } from '../../world.ts'
import { namesOf } from '../commands/templates.ts'
import { dayRule, type Project } from '../find-project.ts'
import { readVersion } from '../package-root.ts'
import { projectTemplates, templatePlaces } from '../project-templates.ts'
import { ownKindNames, readOwnKind } from '../read-own-kind.ts'
import { readTemplate, templateProblem } from '../template-engine.ts'
import { attempt, type Check, ok, trouble, warning } from './check.ts'

const NARROW = 60

/** What runs narrate. An older Node is refused before any command begins. */
export function checkNode(): Check {
  return ok('node', `${version}, narrate ${readVersion()}`)
}

/** How wide the terminal is, and whether colour is used. */
export function checkTerminal({ stdout, env }: World): Check {
  if (!stdout.isTerminal) return ok('terminal', 'none: lines of 80 columns, no colour, no question')
  const colour =
    (env.NO_COLOR ?? '') !== ''
      ? 'no colour (NO_COLOR)'
      : env.TERM === 'dumb'
        ? 'no colour (TERM is dumb)'
        : 'colour'
  const says = `${stdout.columns} columns, ${colour}`
  return stdout.columns < NARROW
    ? warning('terminal', says, `Tables leave columns out below ${NARROW}: widen it, or use --json.`)
    : ok('terminal', says)
}

/** Which day it is, in which zone, and when it ends. */
export function checkDay(project: Project, world: World): Check {
  const { timeZone, endsAtHour } = dayRule(project, world)
  const day = dayOf(world.now(), timeZone, endsAtHour)
  const { until } = spanOfDay(day, timeZone, endsAtHour)
  const hours = Math.max(1, Math.round((until - world.now()) / 3_600_000))
  const from = project.settings.day.zone === undefined ? 'the machine’s zone' : 'by narrate.yaml'
  return ok(
    'day',
    `it is ${day} in ${timeZone} (${from}), until ${String(endsAtHour).padStart(2, '0')}:00, in ${hours} ${hours === 1 ? 'hour' : 'hours'}`,
  )
}

/** Prompts and templates of the project's own: whether they parse, and kinds of its own whether they are whole. */
export async function checkTemplates(project: Project): Promise<readonly Check[]> {
  const places = templatePlaces(project)
  const own: string[] = []
  const problems: string[] = []
  for (const folder of ['prompts', 'templates'] as const)
    for (const name of await namesOf(folder, project)) {
      if ((await ownKindNames(project)).includes(name.replace(/\.md$/, ''))) continue
      const read = readTemplate(places, `${folder}/${name}`)
      if (read.isOwn) own.push(read.file)
      const problem = templateProblem(read)
      if (problem !== null) problems.push(problem.replace(/\.$/, ''))
    }
  const kinds: Check[] = []
  for (const name of await ownKindNames(project))
    kinds.push(
      ...(await attempt(`kind ${name}`, async () => {
        const { kind } = await readOwnKind(name, project, projectTemplates(project))
        for (const file of [`prompts/${kind.name}`, `templates/${kind.name}.md`]) {
          const problem = templateProblem(readTemplate(places, file))
          if (problem !== null)
            return trouble(`kind ${name}`, problem.replace(/\.$/, ''), 'Mend that file.', 4)
        }
        return ok(`kind ${name}`, 'its schema, prompt and template are whole')
      })),
    )
  const templates =
    problems.length > 0
      ? trouble('templates', problems.join('; '), 'Mend it, or remove it: narrate’s own is used then.', 4)
      : ok('templates', own.length === 0 ? 'narrate’s own' : `of the project: ${own.join(', ')}`)
  return [templates, ...kinds]
}
