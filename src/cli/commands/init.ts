import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { NarrateError } from '../../errors.ts'
import type { World } from '../../world.ts'
import { describeGaps, describeSurvey, surveyToJson } from '../describe-survey.ts'
import { findProject, SETTINGS_FILE } from '../find-project.ts'
import { maskOf } from '../gather-day.ts'
import { findEverySource, shown } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { type Survey, surveySource } from '../survey-source.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'
import { sayTo } from '../terminal/say-to.ts'
import { namedExperiment } from '../tracker-variables.ts'
import { writtenSettings } from '../written-settings.ts'

const MOST_GUESSED = 5

/** A run log as init tells it. */
interface Told {
  readonly kind: string
  readonly at: string
  readonly as: string
  readonly from: string
  readonly survey: Survey
  /** What its fields were taken for, where that was guessed. */
  readonly fields?: Readonly<Record<string, readonly string[]>>
}

/** A place that was named and could not be read. */
interface Unread {
  readonly kind: string | null
  readonly at: string
  readonly as: string
  readonly from: string
  readonly why: string
}

/** A server elsewhere that the environment names: it is written down, and not asked. */
interface Unasked {
  readonly kind: string
  readonly at: string
  readonly as: string
  readonly from: string
}

/**
 * `narrate init`: looks for run logs (`--source`; else the folder and the variables of trackers), says of each what it
 * holds and what cannot be read, and writes a commented narrate.yaml; a log that cannot be read stands in it as a comment,
 * and so does a server elsewhere that the environment alone names: it is asked nothing, unless `--source` names it.
 * Exit 1 where something could not be read. Throws `NarrateError('configuration')` where there is a narrate.yaml already: nothing is ever
 * overwritten, and nothing else is written.
 */
export const init: Action<GlobalOptions> = async ({ world, parts, options }) => {
  const print = makePrinter(world, options)
  const root = path.resolve(world.cwd, options.project ?? '.')
  const project = await findProject(world, root)
  if (project.settingsFile !== null) {
    throw new NarrateError('configuration', `${SETTINGS_FILE} is there already; it was left as it is.`, {
      hint: 'Edit it, or remove it first. `narrate doctor` says what is wrong with it.',
    })
  }
  const mask = maskOf(project.settings, world)
  const told: Told[] = []
  const unread: Unread[] = []
  const unasked: Unasked[] = []
  const progress = startProgress(world, options, 'Looking for run logs')
  try {
    const kinds = await parts.sourceKinds()
    for (const sight of await findEverySource(project, kinds, world, options.source)) {
      const { from } = sight
      if (sight.kind === 'nothing') {
        const at = mask(shown(sight.location, project))
        unread.push({ kind: null, at, as: 'runs', from, why: `${mask(sight.why)}.` })
        continue
      }
      const { kind, location, alias } = sight.source
      const at = mask(shown(location, project))
      if (sight.kind === 'server elsewhere') {
        unasked.push({ kind: kind.name, at, as: alias, from })
        continue
      }
      progress.update(`Looking at ${cleanLine(at)}`)
      const survey = await surveySource(sight.source, project, world)
      const fields = survey.unread === null ? await kind.guessFields?.(location, world) : null
      if (survey.unread === null)
        told.push({ kind: kind.name, at, as: alias, from, survey, ...(fields ? { fields } : {}) })
      else unread.push({ kind: kind.name, at, as: alias, from, why: mask(survey.unread) })
    }
  } finally {
    progress.clear()
  }

  for (const { kind, at, from, survey, fields } of told) {
    print.say(`Found ${kind} at ${cleanLine(at)} (by ${from}): ${describeSurvey(survey, project, world)}.`)
    if (fields !== undefined) print.say(`  Its fields were taken for: ${cleanLine(describeFields(fields))}.`)
    for (const reason of describeGaps(survey.gaps)) print.warn(`${cleanLine(at)}: ${mask(reason)}`)
  }
  for (const { at, from, why } of unread) print.warn(`${cleanLine(at)} (named by ${from}): ${why}`)
  for (const { at, from } of unasked)
    print.say(
      `${cleanLine(from)} ${from.includes(' and ') ? 'name' : 'names'} ${cleanLine(at)}, a server elsewhere: it was not asked, and stands in the file as a comment (narrate init --source ${cleanLine(at)} asks it).`,
    )
  const guessed = (options.source ?? []).length > 0 ? [] : await guessConsole(root, world)
  for (const { at, files, lines, example } of guessed)
    print.say(
      `Found ${files === 1 ? 'a console log' : `${files} console logs`} at ${cleanLine(mask(at))} that may be ${files === 1 ? "a training's" : "trainings'"} (${lines}: ${cleanLine(mask(example)).slice(0, 60)}). Nothing is read of ${files === 1 ? 'it until you say so: it stands' : 'them until you say so: they stand'} in ${SETTINGS_FILE} as a comment.`,
    )
  if (told.length === 0 && unasked.length === 0) print.say('Found no run log here: add yours under sources:.')

  const text = writtenSettings({
    project: project.name,
    sources: told,
    unread,
    unasked,
    experiment: namedExperiment(world),
    guessed: guessed.map(({ at, as, lines }) => ({ at: mask(at), as, lines })),
  })
  const isWritten = options.dryRun !== true
  if (isWritten) await create(path.join(root, SETTINGS_FILE), text, world)
  if (options.json === true)
    print.json({
      settings: SETTINGS_FILE,
      written: isWritten,
      sources: told.map(({ survey, ...one }) => ({
        ...one,
        ...surveyToJson(survey, project, world),
      })),
      unread,
      unasked,
      guessed: guessed.map((one) => ({ ...one, at: mask(one.at), example: mask(one.example) })),
    })
  else if (isWritten)
    sayTo(
      world.stdout,
      `Wrote ${path.relative(world.cwd, path.join(root, SETTINGS_FILE))}. Next: narrate runs list (and narrate doctor, if something is amiss)`,
    )
  else print.answer(text)
  return unread.length > 0 || told.some(({ survey }) => survey.gaps.some(({ hidesRuns }) => hidesRuns))
    ? 1
    : 0
}

/** A console log that looks like a training's; a guess is shown, and never taken. */
interface Guessed {
  readonly at: string
  readonly as: string
  readonly lines: string
  readonly files: number
  readonly example: string
}

async function guessConsole(root: string, world: World): Promise<readonly Guessed[]> {
  const { console } = await import('../../runs/sources/console/console.ts')
  const found = await console.guess(root, world)
  return found.slice(0, MOST_GUESSED).map(({ location, ...one }, index) => ({
    at: path.relative(root, location).split(path.sep).join('/'),
    as: index === 0 ? console.name : `${console.name}-${index + 1}`,
    ...one,
  }))
}

const MOST_NAMED = 4

/** What fields were taken for, in a line: "name: Name; metrics: loss, acc and 3 more". */
function describeFields(fields: NonNullable<Told['fields']>): string {
  return Object.entries(fields)
    .filter(([, names]) => names.length > 0)
    .map(([meaning, names]) => {
      const more = names.length - MOST_NAMED
      return `${meaning}: ${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    })
    .join('; ')
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
