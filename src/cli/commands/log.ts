import path from 'node:path'
import { NarrateError } from '../../errors.ts'
import type { ModelChoice } from '../../models/registry.ts'
import { type Drafted, promptRoom, renderLogPrompt } from '../../narrate.ts'
import { openInEditor } from '../../notes/edit.ts'
import { askDirection } from '../ask-direction.ts'
import { chooseModelFor } from '../choose-model.ts'
import { draftEntry, MAX_OUTPUT_TOKENS } from '../draft-entry.ts'
import { findProject } from '../find-project.ts'
import { keep, keepTyped } from '../keep-typed.ts'
import { entryToJson, type Matter, matterOf, nothingToJson, save, thaw } from '../log-entry.ts'
import { type LogOptions, type LogSession, openLogSession } from '../log-session.ts'
import type { Action } from '../options.ts'
import { readDay } from '../read-day.ts'
import { askKey, askLine, mayAsk } from '../terminal/ask.ts'
import { renderMarkdown } from '../terminal/render-markdown.ts'

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
  let matter: Matter
  if (options.redraft === undefined) {
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
  if (options.showPayload === true) return showPayload(matter, choice, session)
  return settle(matter, choice, session)
}

/** Prints the body of the request that would be sent, masked, and nothing else on stdout. */
async function showPayload(
  { evidence }: Matter,
  { model, reason }: ModelChoice,
  { parts, print, project, templates }: LogSession,
): Promise<number> {
  const contextSize = model === null ? null : await model.contextSize()
  const room = promptRoom(project.settings.promptTokens, contextSize, MAX_OUTPUT_TOKENS)
  const { prompt, leftOut, tokens } = renderLogPrompt(evidence, templates, room)
  for (const what of leftOut) print.say(`Left out to fit: ${what}.`)
  if (model === null) {
    print.say(`Nothing would be sent: ${reason} A model would be given this (about ${tokens} tokens):`)
    print.json({ system: prompt.system, user: prompt.user, schema: prompt.schema })
  } else {
    print.say(`To ${model.endpoint}, about ${tokens} tokens:`)
    print.json(await parts.requestBody(model, prompt, MAX_OUTPUT_TOKENS))
  }
  return 0
}

/** Drafts, shows, and saves when it is wanted; drafts again as often as it is wanted. */
async function settle(first: Matter, choice: ModelChoice, session: LogSession): Promise<number> {
  const { identity, isDry, options, print, project, templates, world } = session
  let matter = first
  for (;;) {
    const drafted = await draftEntry(
      {
        evidence: matter.evidence,
        choice,
        noteIds: matter.noteIds,
        author: identity.author,
        supersedes: matter.supersedes,
        requireModel: options.requireModel === true,
      },
      project,
      templates,
      options,
      world,
    )
    sayHowItWent(drafted, choice, session)
    const code = matter.isPartial || drafted.marked > 0 || failed(drafted, choice) ? 1 : 0
    if (isDry) {
      show(drafted, session)
      if (options.json === true) print.json(entryToJson(drafted, null, matter))
      else print.say('Not saved: --dry-run.')
      return code
    }
    if (!mayAsk(world, options)) {
      const saved = await save(drafted, matter, session)
      if (options.json === true) print.json(entryToJson(drafted, saved, matter))
      else show(drafted, session)
      print.say(`Saved ${saved.path}`)
      return code
    }

    show(drafted, session)
    const next = await askKey(world, 'What now?', [
      { key: 's', label: 'save' },
      { key: 'e', label: 'save, and edit it' },
      { key: 'r', label: choice.model === null ? 'add a note' : 'redraft' },
      { key: 'q', label: 'quit without saving' },
    ])
    if (next === 'q') {
      print.say('Nothing was saved; your notes are kept for the next entry.')
      return 0
    }
    if (next === 'r') {
      matter = await amend(matter, session)
      continue
    }
    const saved = await save(drafted, matter, session)
    if (next === 'e') await openInEditor(path.join(project.root, saved.path), world)
    print.say(`Saved ${saved.path}`)
    return code
  }
}

/** The same matter, with what the person wants to add as one more note. */
async function amend(matter: Matter, session: LogSession): Promise<Matter> {
  const text = await askLine(session.world, 'Anything to add or to put right? (Enter: nothing)')
  const added = await keep(text, session)
  if (added.length === 0 || matter.reading === null) return matter
  const reading = { ...matter.reading, notes: [...matter.reading.notes, ...added] }
  return { ...matterOf(reading, session), supersedes: matter.supersedes }
}

function failed(drafted: Drafted, choice: ModelChoice): boolean {
  return choice.model !== null && drafted.fallback !== null
}

function sayHowItWent(drafted: Drafted, choice: ModelChoice, { options, print }: LogSession): void {
  if (failed(drafted, choice)) {
    print.warn(`The model failed, so the entry is written without it: ${drafted.fallback ?? ''}`)
  } else if (choice.model === null && options.model !== false) {
    print.say(print.noteStyle.dim(`Written without a model: ${choice.reason}`))
  }
  if (drafted.leftOut.length > 0) {
    print.say(print.noteStyle.dim(`${drafted.leftOut.length} statements did not hold and were left out.`))
  }
}

/** The entry on stdout: for reading at a terminal, as it is in a pipe; not with `--json`. */
function show(drafted: Drafted, { options, print, world }: LogSession): void {
  if (options.json === true) return
  const { body } = drafted.document
  if (!world.stdout.isTerminal) {
    print.answer(body)
    return
  }
  const width = Math.min(world.stdout.columns, 100)
  print.answer(`\n${renderMarkdown(body, { width, style: print.style, unfold: false })}`)
}
