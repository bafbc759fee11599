import { NarrateError } from '../../errors.ts'
import { askDirection } from '../ask-direction.ts'
import { chooseModelFor } from '../choose-model.ts'
import { chooseRuns } from '../choose-runs.ts'
import { findProject } from '../find-project.ts'
import { keep, keepTyped } from '../keep-typed.ts'
import { type LogMatter, matterOf, matterOfChosen, rememberNotes, thaw } from '../log-entry.ts'
import { type LogOptions, type LogSession, openLogSession } from '../log-session.ts'
import type { Action } from '../options.ts'
import { readDay } from '../read-day.ts'
import { askLine } from '../terminal/ask.ts'
import { nothingToJson, writeDocument } from '../write-document.ts'

/**
 * `narrate log`: my runs and notes become an entry. Notes are kept before anything else; the entry is shown and, at a
 * terminal, saved when the user says so. Exit codes as DESIGN section 5.
 */
export const log: Action<LogOptions> = async (command) => {
  try {
    return await writeEntry(command)
  } catch (error) {
    if (!command.world.signal.aborted) throw error
    throw new NarrateError('cancelled', 'Stopped. No entry was saved; your notes are kept.', { cause: error })
  }
}

const writeEntry: Action<LogOptions> = async (command) => {
  let session = await openLogSession(command)
  const { options, print, world } = session
  const typed = await keepTyped(session)
  let matter: LogMatter
  if (options.redraft !== undefined && command.words.length > 0)
    throw new NarrateError('usage', 'A redraft rests on the runs of its entry: name none beside --redraft.')
  const chosen = options.redraft === undefined ? await chooseRuns(command.words, session) : null
  if (chosen !== null) {
    matter = await matterOfChosen(chosen, typed, session)
  } else if (options.redraft === undefined) {
    const reading = await readDay(session, typed)
    if (reading.kind === 'nothing') {
      if (options.json === true) print.json(nothingToJson(reading.gaps))
      return reading.isPartial ? 1 : 0
    }
    matter = matterOf(reading, session)
    if (await askDirection(matter.evidence, session)) {
      session = { ...session, project: await findProject(world, options.project) }
      matter = matterOf(reading, session)
    }
  } else {
    matter = await thaw(options.redraft, typed.length, session)
  }
  const choice = await chooseModelFor(session.project, options, world, session.parts)
  return writeDocument(matter, choice, session, {
    amend: (before) => amend(before, session),
    onSaved: (saved) => rememberNotes(saved, session),
  })
}

/** The same matter, with what the person wants to add as one more note. */
async function amend(matter: LogMatter, session: LogSession): Promise<LogMatter> {
  const text = await askLine(session.world, 'Anything to add or to put right? (Enter: nothing)')
  const added = await keep(text, session)
  if (added.length === 0 || matter.withNotes === null) return matter
  return { ...(await matter.withNotes(added)), supersedes: matter.supersedes }
}
