import { type Gap, gap } from '../../../gap.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, LoggedText, Reading, StatedValue } from '../../files/loaded-run.ts'
import { textOfLoose } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { quoted } from '../../quoted.ts'
import type { RunStatus } from '../../run.ts'
import { paramText } from './param-text.ts'
import type { Trial, TrialParts } from './stored-trial.ts'
import type { Study } from './study.ts'

/**
 * What became of a trial. A pruned one was stopped before it was done, by the study's pruner: like one that somebody killed it is in no ranking,
 * although it has a value (Optuna gives it its last intermediate one); the tag `optuna.state` tells the two apart.
 */
const STATUSES: Readonly<Record<string, RunStatus>> = {
  COMPLETE: 'finished',
  PRUNED: 'killed',
  FAIL: 'failed',
  RUNNING: 'running',
  WAITING: 'scheduled',
}
/** What Optuna itself notes of a trial and people want to know; the rest is its samplers' own. */
export const TOLD = ['constraints', 'fixed_params', 'fail_reason', 'failed_trial', 'retry_history'] as const
/** Optuna has no name for what a trial reports on its way. */
const INTERMEDIATE = 'intermediate_value'

/** Where a trial was read: `where` is for gaps, `file` and `line` for origins. */
export interface TrialOrigin {
  readonly where: string
  readonly file: string
  readonly line?: number
}

/**
 * Makes a run of one trial. Parameters come as what was suggested; the objectives' values as metrics called as the study calls them; what was reported on
 * the way is `intermediate_value` by its step; the user's attributes are tags. Times are read in `timeZone`.
 */
export function loadTrial(
  study: Study,
  trial: Trial,
  parts: TrialParts,
  reading: Reading,
  { where, ...origin }: TrialOrigin,
  timeZone: string,
): LoadedRun {
  const { file } = origin
  const gaps: Gap[] = []
  const status = STATUSES[trial.state]
  if (status === undefined)
    gaps.push(gap('status', where, `${quoted(trial.state)} is no state that is known`))
  const timeAt = (text: string | null, what: string): number | null => {
    if (text === null) return null
    const time = parseTime(text, timeZone)
    if (time === null) gaps.push(gap(what, where, `${quoted(text)} is no time`))
    return time
  }

  const params = new Map<string, LoggedText>()
  for (const { name, stored, distribution, line } of parts.params) {
    const read = paramText(stored, distribution)
    if (read.kind === 'text') params.set(name, { text: read.text, file, ...lineOf(line) })
    else gaps.push(gap(`parameter ${quoted(name)}`, where, read.why))
  }

  for (const { objective, value, line } of parts.values) {
    const name = study.objectives[objective] ?? `value_${objective}`
    if (value === null) gaps.push(gap(`metric ${name}`, where, 'its value cannot be read'))
    else reading.series(name, file)?.(null, null, value, line)
  }
  const stated = takeIntermediate()

  const { user, system } = parts
  const tags = [...user.attributes].map(([key, value]) => [key, textOfLoose(value)] as const)
  const told = TOLD.flatMap((key) => {
    const value = system.attributes.get(key)
    return value === undefined || value === null ? [] : [[`optuna.${key}`, textOfLoose(value)] as const]
  })
  const isPruned = trial.state === 'PRUNED'
  return {
    experiment: { id: study.id, name: idOfPath(study.name) },
    name: trialName(study, trial),
    status: status ?? 'unknown',
    startedAt: timeAt(trial.start, 'start time'),
    endedAt: timeAt(trial.end, 'end time'),
    params,
    stated,
    tags: new Map([...(isPruned ? ([['optuna.state', 'PRUNED']] as const) : []), ...told, ...tags]),
    note: study.trialNotes.get(trial.id) ?? null,
    gaps: [
      ...gaps,
      ...user.gaps,
      ...system.gaps.filter(({ what }) => TOLD.some((key) => what.includes(key))),
    ],
    origin,
  }

  /** Hands the points over, or states the last of them where nobody wants the others. */
  function takeIntermediate(): ReadonlyMap<string, StatedValue> {
    const name = study.objectives.includes(INTERMEDIATE) ? `${INTERMEDIATE}s` : INTERMEDIATE
    const { withHistory } = reading
    const add = withHistory ? reading.series(name, file) : null
    let last: StatedValue | null = null
    for (const { step, written, value, line } of parts.steps(withHistory)) {
      if (step === null || value === null)
        gaps.push(gap(`metric ${name}`, where, `its value at step ${quoted(written)} cannot be read`))
      else if (withHistory) add?.(step, null, value, line)
      else last = { value, step, file, ...lineOf(line) }
    }
    return last === null ? new Map() : new Map([[name, last]])
  }
}

/** What people call a trial: the study's name with the trial's number; a name that Optuna drew is left out. */
export function trialName(study: Study, { number }: Pick<Trial, 'number'>): string {
  return /^no-name-[0-9a-f-]{36}$/.test(study.name)
    ? `trial #${number}`
    : `${idOfPath(study.name)} #${number}`
}

function lineOf(line: number | undefined): { readonly line?: number } {
  return line === undefined ? {} : { line }
}
