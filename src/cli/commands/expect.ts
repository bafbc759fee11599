import { NarrateError } from '../../errors.ts'
import { measurablesIn } from '../../evidence/measurable.ts'
import { EXPECTATION } from '../../notes/journal.ts'
import { checkTiedRuns } from '../check-tied-runs.ts'
import { findIdentity } from '../find-identity.ts'
import { findProjectKeeping } from '../find-project-keeping.ts'
import type { FoundRun } from '../find-run.ts'
import { describeMasked, keepNote } from '../keep-note.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { readPiped } from '../read-piped.ts'
import { makePrinter } from '../terminal/printer.ts'

interface Options extends GlobalOptions {
  readonly run?: readonly string[]
}

/** A word that is a setting: a name, `=` and a value, without a space. */
const SETTING = /^[^\s=<>!]+=[^\s=]\S*$/

/**
 * `narrate expect`: keeps a prediction in the journal at once, with the time of that moment, which no option sets. Words like
 * `lr=0.1` are values of the runs it is about. Exit 1 where a run of `--run` is not found or has started: the prediction is
 * kept first.
 */
export const expect: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const settings = words.filter((word) => SETTING.test(word))
  const given = words.filter((word) => !SETTING.test(word)).join(' ')
  const isDry = options.dryRun === true
  const project = await findProjectKeeping(typedWords, world, options, print, isDry)
  const text = await readText()
  if (text.trim() === '') {
    throw new NarrateError('usage', 'The expectation is empty: nothing was kept.', {
      hint: 'narrate expect "val_auc > 0.76" lr=0.1',
    })
  }
  const { author } = await findIdentity(project, world)
  const runs = options.run ?? []
  const kept = await keepNote({ text, author, runs, settings, kind: EXPECTATION }, project, world, {
    dryRun: isDry,
  })
  if (kept.masked.length > 0) print.warn(describeMasked(kept.masked))
  const names = settings.map((setting) => setting.slice(0, setting.indexOf('=')))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    print.warn(`The expectation is kept, but ${twice} is given twice: no run can have both values.`)
  const isFound =
    runs.length === 0 ||
    (await checkTiedRuns('The expectation', runs, { project, world, parts, options, print }, (typed, found) =>
      whyLate(typed, found, world.now()),
    ))
  const { note } = kept
  const measured = measurablesIn(note.text, null).length > 0
  if (options.json === true) {
    const { id, place, time } = note
    const at = time.kind === 'dated' ? new Date(time.at).toISOString() : null
    print.json({
      expectation: { id, path: isDry ? null : place, at, text: note.text, runs, settings, measured },
    })
  } else {
    print.answer(isDry ? 'Would be kept; --dry-run wrote nothing.' : `Kept in ${note.place}.`)
    print.say(print.noteStyle.dim(whatFollows(measured, runs.length + settings.length > 0)))
  }
  return isFound && twice === undefined ? 0 : 1

  async function* typedWords() {
    yield { text: await readText(), runs: options.run ?? [], settings, kind: EXPECTATION }
  }

  async function readText(): Promise<string> {
    return given === '' && !world.stdin.isTerminal ? readPiped(world, print) : given
  }
}

function whatFollows(measured: boolean, isTied: boolean): string {
  const scored = measured
    ? 'The entry that tells its run scores it.'
    : 'No figure to score it by is plain in it (val_auc > …): the entry that tells its run quotes it.'
  return isTied ? scored : `${scored} It is tied to no run (--run, lr=…): one that it names is meant.`
}

/** What is wrong with predicting a run that had started already. */
async function whyLate(typed: string, { source, key }: FoundRun, now: number): Promise<string | null> {
  const { startedAt, endedAt } = await source.read(key)
  return startedAt === null || startedAt >= now
    ? null
    : `${typed} had ${endedAt === null ? 'started' : 'ended'} before: the expectation is kept, and said to be recorded after the fact.`
}
