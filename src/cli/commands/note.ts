import { NarrateError } from '../../errors.ts'
import { checkTiedRuns } from '../check-tied-runs.ts'
import { findIdentity } from '../find-identity.ts'
import { findProjectKeeping } from '../find-project-keeping.ts'
import { describeMasked, keepNote } from '../keep-note.ts'
import { localFolder } from '../local-folder.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { readPiped } from '../read-piped.ts'
import { makePrinter } from '../terminal/printer.ts'

interface Options extends GlobalOptions {
  readonly run?: readonly string[]
  readonly edit?: boolean
}

/**
 * `narrate note`: keeps a thought in the journal at once, from the words given, stdin or the editor. A run that `--run`
 * does not find is said afterwards (exit 1): the note is kept first.
 */
export const note: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const given = words.join(' ')
  const wantsEditor = options.edit === true || (given === '' && world.stdin.isTerminal)
  const dryRun = options.dryRun === true
  const project = await findProjectKeeping(wordsAtHand, world, options, print, dryRun)
  const typed = await readTyped()
  if (typed.text.trim() === '') {
    throw new NarrateError('usage', 'The note is empty: nothing was kept.', {
      hint: 'narrate note "what you saw"',
    })
  }
  const { author } = await findIdentity(project, world)
  const kept = await keepNote({ text: typed.text, author, runs: options.run ?? [] }, project, world, {
    dryRun,
  })
  await typed.discard()
  if (kept.masked.length > 0) print.warn(describeMasked(kept.masked))
  const foundAll =
    options.run === undefined ||
    (await checkTiedRuns('The note', options.run, { project, world, parts, options, print }))

  if (options.json === true) {
    const { id, place, time, text } = kept.note
    const at = time.kind === 'dated' ? new Date(time.at).toISOString() : null
    print.json({ note: { id, path: dryRun ? null : place, at, text, runs: kept.note.runs } })
  } else {
    print.answer(dryRun ? 'Would be kept; --dry-run wrote nothing.' : `Kept in ${kept.note.place}.`)
  }
  return foundAll ? 0 : 1

  /** What was typed before the project was found; an editor opens only in one whose settings can be read. */
  async function* wordsAtHand() {
    if (wantsEditor && given === '') return
    yield { text: given === '' ? await readPiped(world, print) : given, runs: options.run ?? [] }
  }

  async function readTyped(): Promise<{ readonly text: string; discard(): Promise<void> }> {
    if (!wantsEditor) {
      const text = given === '' ? await readPiped(world, print) : given
      return { text, discard: async () => undefined }
    }
    if (dryRun) {
      throw new NarrateError('usage', '--dry-run opens no editor: what you wrote would be lost.', {
        hint: 'narrate note --dry-run "what you saw"',
      })
    }
    const { editText } = await import('../../notes/edit.ts')
    await localFolder(project.root)
    const edited = await editText(given, { project: project.root, name: 'note' }, world)
    if (edited.text.trim() === '') await edited.discard()
    return edited
  }
}
