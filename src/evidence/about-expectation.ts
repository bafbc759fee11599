import type { Expectation, SessionNote } from '../notes/note.ts'
import type { Run } from '../runs/run.ts'
import type { EvidenceRun } from './evidence.ts'
import { runsNamedIn } from './runs-named-in.ts'
import { compareSetting } from './setting-of.ts'
import { isNone, settingValue } from './setting-value.ts'

/** A prediction with what says which runs it is about. */
export interface Predicted extends Expectation {
  readonly text: string
  /** As typed: prefixes of ids, or keys. */
  readonly runs: readonly string[]
}

/**
 * The runs that a prediction is about, of those given: the ones it was tied to; else those that started after it and have
 * its values; else those that its words name, but for one that they only compare with ("lower than 3fa2c1").
 */
export function runsExpected<One extends Pick<EvidenceRun, 'run'>>(
  predicted: Predicted,
  runs: readonly One[],
  tolerance: number,
): readonly One[] {
  if (predicted.runs.length > 0)
    return runs.filter(({ run }) => predicted.runs.some((typed) => isMeantBy(typed, run)))
  if (predicted.settings.length > 0)
    return runs.filter(
      ({ run }) => isAfter(run, predicted.recordedAt) && hasSettings(run, predicted.settings, tolerance),
    )
  return runsNamedIn(predicted.text.replace(/\bthan\s+\S+/giu, ' '), runs)
}

/** Whether a prediction is about one of the runs. */
export function isAboutAny(
  note: SessionNote,
  runs: readonly Pick<EvidenceRun, 'run'>[],
  tolerance: number,
): boolean {
  if (note.expectation === null) return false
  return runsExpected({ ...note.expectation, text: note.text, runs: note.runs }, runs, tolerance).length > 0
}

/** A whole key, or a prefix of the id with or without what a key holds before it. */
function isMeantBy(typed: string, run: Run): boolean {
  const prefix = typed.slice(Math.max(typed.lastIndexOf('/'), typed.lastIndexOf(':')) + 1)
  return run.key === typed || (prefix !== '' && run.id.startsWith(prefix))
}

function isAfter({ startedAt }: Run, recordedAt: number | null): boolean {
  return startedAt !== null && (recordedAt === null || startedAt >= recordedAt)
}

function hasSettings({ params }: Run, settings: readonly string[], tolerance: number): boolean {
  return settings.every((setting) => {
    const [, name, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
    if (name === undefined || text === undefined) return false
    const wanted = settingValue(name, text)
    const logged = params.get(name)
    if (logged === undefined) return isNone(wanted)
    return compareSetting(name, wanted, settingValue(name, logged), tolerance) !== 'different'
  })
}
