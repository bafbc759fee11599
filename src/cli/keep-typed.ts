import { type FormContext, parseForm, renderForm } from '../notes/brain-dump-form.ts'
import { editText } from '../notes/edit.ts'
import { readJournal } from '../notes/journal.ts'
import type { SessionNote } from '../notes/note.ts'
import { dayOf, spanOfDay } from '../notes/user-day.ts'
import { dayRule } from './find-project.ts'
import { describeMasked, journalOf, keepNote } from './keep-note.ts'
import { localFolder } from './local-folder.ts'
import type { LogSession } from './log-session.ts'
import { readNoteFile } from './read-day-notes.ts'
import { readPiped } from './read-piped.ts'

/**
 * The notes given with `-m`, `--notes` and stdin, each in the journal before the next is read. One that stands in
 * today's journal word for word (a command that was stopped and typed again) is not kept twice.
 */
export async function keepTyped(session: LogSession): Promise<readonly SessionNote[]> {
  const kept: SessionNote[] = []
  for await (const { text } of typedNotes(session)) kept.push(...(await keep(text, session)))
  return kept
}

/** The words of `-m`, `--notes` and stdin, each read when it is asked for. */
export async function* typedNotes({
  options,
  print,
  world,
}: Pick<LogSession, 'options' | 'print' | 'world'>): AsyncGenerator<{
  readonly text: string
  readonly runs: readonly string[]
}> {
  for (const text of options.message ?? []) yield { text, runs: [] }
  for (const file of options.notes ?? []) {
    yield {
      text: file === '-' ? await readPiped(world, print) : await readNoteFile(file, world),
      runs: [],
    }
  }
  const isAsked =
    options.message !== undefined || options.notes !== undefined || options.redraft !== undefined
  if (!isAsked && !world.stdin.isTerminal) yield { text: await readPiped(world, print), runs: [] }
}

/** Opens the brain-dump form in the user's editor and keeps what was written; nothing where it was left empty. */
export async function keepForm(context: FormContext, session: LogSession): Promise<readonly SessionNote[]> {
  const { print, project, world } = session
  await localFolder(project.root)
  const edited = await editText(renderForm(context), { project: project.root }, world)
  if (edited.recovered) print.say('The form opened on what an earlier session left.')
  const { text, empty } = parseForm(edited.text)
  const kept = empty ? [] : await keep(text, session)
  await edited.discard()
  return kept
}

/** Keeps one note; an empty one is none. */
export async function keep(text: string, session: LogSession): Promise<readonly SessionNote[]> {
  const { identity, isDry, print, project, world } = session
  if (text.trim() === '') return []
  const rule = dayRule(project, world)
  const today = spanOfDay(dayOf(world.now(), rule.timeZone, rule.endsAtHour), rule.timeZone, rule.endsAtHour)
  const { notes } = await readJournal(journalOf(project, world), today)
  const same = notes.find((note) => note.text.trim() === text.trim())
  if (same !== undefined) return [same]

  const typed = { text, author: identity.author, runs: [] }
  const { note, masked } = await keepNote(typed, project, world, { dryRun: isDry })
  if (masked.length > 0) print.warn(describeMasked(masked))
  if (!isDry) print.say(print.noteStyle.dim(`Your note is kept in ${note.place}.`))
  return [note]
}
