import { type Gap, gap } from '../../../gap.ts'
import type { Database, Row } from '../../files/database.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, LoggedText, Reading, StatedValue } from '../../files/loaded-run.ts'
import { textOfLoose } from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { quoted } from '../../quoted.ts'
import type { RunStatus } from '../../run.ts'
import { paramText } from './param-text.ts'
import type { StorageSchema } from './storage-schema.ts'
import { attributesOf, numberOf, type Study } from './study.ts'

/** A trial's own row. */
export interface Trial {
  readonly id: bigint
  readonly number: string
  readonly state: string
  readonly start: string | null
  readonly end: string | null
}

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
const TOLD = ['constraints', 'fixed_params', 'fail_reason', 'failed_trial', 'retry_history'] as const
/** Optuna has no name for what a trial reports on its way. */
const INTERMEDIATE = 'intermediate_value'

/**
 * Reads one trial. Parameters come as what was suggested; the objectives' values as metrics called as the study calls them; what was reported on the
 * way is `intermediate_value` by its step; the user's attributes are tags. Times are read in `timeZone`.
 */
export function loadTrial(
  database: Database,
  schema: StorageSchema,
  study: Study,
  trial: Trial,
  reading: Reading,
  file: string,
  timeZone: string,
): LoadedRun {
  const gaps: Gap[] = []
  const where = `${file} trials(trial_id=${trial.id})`
  const rows = (statement: string | null): readonly Row[] =>
    statement === null ? [] : database.all(statement, trial.id)
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
  for (const [name, value, distribution] of rows(schema.params)) {
    if (typeof name !== 'string') continue
    const read = paramText(numberOf(value), typeof distribution === 'string' ? distribution : null)
    if (read.kind === 'text') params.set(name, { text: read.text, file })
    else gaps.push(gap(`parameter ${quoted(name)}`, where, read.why))
  }

  for (const [objective, stored, type] of rows(schema.values)) {
    const index = numberOf(objective) ?? 0
    const name = study.objectives[index] ?? `value_${index}`
    const value = realOf(stored, type, null)
    if (value === null) gaps.push(gap(`metric ${name}`, where, 'its value cannot be read'))
    else reading.series(name, file)?.(null, null, value)
  }
  const stated = takeIntermediate()

  const user = attributesOf(rows(schema.userAttributes), (key) => `attribute ${quoted(key)}`, where)
  const system = attributesOf(rows(schema.systemAttributes), (key) => `attribute ${quoted(key)}`, where)
  const tags = [...user.attributes].map(([key, value]) => [key, textOfLoose(value)] as const)
  const told = TOLD.flatMap((key) => {
    const value = system.attributes.get(key)
    return value === undefined || value === null ? [] : [[`optuna.${key}`, textOfLoose(value)] as const]
  })
  const isPruned = trial.state === 'PRUNED'
  return {
    experiment: { id: String(study.id), name: idOfPath(study.name) },
    name: trialName(study, trial),
    status: status ?? 'unknown',
    startedAt: timeAt(trial.start, 'start time'),
    endedAt: timeAt(trial.end, 'end time'),
    params,
    stated,
    tags: new Map([...(isPruned ? ([['optuna.state', 'PRUNED']] as const) : []), ...told, ...tags]),
    note: study.trialNotes.get(String(trial.id)) ?? null,
    gaps: [
      ...gaps,
      ...user.gaps,
      ...system.gaps.filter(({ what }) => TOLD.some((key) => what.includes(key))),
    ],
    origin: { file },
  }

  /** Hands the points over, or states the last of them where nobody wants the others. */
  function takeIntermediate(): ReadonlyMap<string, StatedValue> {
    if (schema.intermediate === null) return new Map()
    const name = study.objectives.includes(INTERMEDIATE) ? `${INTERMEDIATE}s` : INTERMEDIATE
    const add = reading.withHistory ? reading.series(name, file) : null
    let last: StatedValue | null = null
    const { all, last: lastAlone } = schema.intermediate
    for (const [storedStep, stored, type] of rows(reading.withHistory ? all : lastAlone)) {
      const step = numberOf(storedStep)
      const value = realOf(stored, type, Number.NaN)
      if (step === null || value === null)
        gaps.push(
          gap(`metric ${name}`, where, `its value at step ${quoted(String(storedStep))} cannot be read`),
        )
      else if (reading.withHistory) add?.(step, null, value)
      else last = { value, step, file }
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

/** `none` is what a missing number stands for where its type does not tell. */
function realOf(
  stored: Row[number] | undefined,
  type: Row[number] | undefined,
  none: number | null,
): number | null {
  switch (type) {
    case 'INF_POS':
      return Number.POSITIVE_INFINITY
    case 'INF_NEG':
      return Number.NEGATIVE_INFINITY
    case 'NAN':
      return Number.NaN
    case 'FINITE':
      return numberOf(stored)
    case null:
      return stored === null ? none : numberOf(stored)
    default:
      return null
  }
}
