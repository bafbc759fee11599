import { type Gap, gap } from '../../../gap.ts'
import {
  isLooseList,
  isLooseMap,
  isLooseNumber,
  type LooseJson,
  parseLooseJson,
  textOfLoose,
} from '../../files/loose-json.ts'
import { readBeginning } from '../../files/read-beginning.ts'
import type { NotRead } from '../../files/read-text.ts'
import { type Line, streamLines, ZEROS } from '../../files/stream-lines.ts'
import { quoted } from '../../quoted.ts'
import { TOLD } from './load-trial.ts'

/** A study of a journal as its lines have made it; studies that were deleted are none. */
export interface JournalStudy {
  /** Its place among the studies that were made, from 0: other lines name it by that. */
  readonly id: number
  readonly name: string
  /** `MINIMIZE`, `MAXIMIZE` or `NOT_SET`, in the order of the objectives. */
  readonly directions: readonly string[]
  readonly user: ReadonlyMap<string, LooseJson>
  readonly system: ReadonlyMap<string, LooseJson>
  readonly trials: readonly JournalTrial[]
  /** The line that made it, from 1. */
  readonly line: number
}

/** A trial of a journal; `line`s are where each part was written, from 1. */
export interface JournalTrial {
  /** Its place among the trials of all studies, those deleted included, from 0. */
  readonly id: number
  readonly state: string
  readonly start: string | null
  readonly end: string | null
  readonly params: ReadonlyMap<
    string,
    { readonly stored: number | null; readonly distribution: string | null; readonly line: number }
  >
  readonly values: readonly { readonly value: number | null; readonly line: number }[]
  /** What was reported on the way: step, value and line, one after the other, as they were written. */
  readonly steps: readonly number[]
  /** Reports whose step or value is no number. */
  readonly broken: readonly { readonly step: string; readonly line: number }[]
  /** Attributes as text. */
  readonly user: ReadonlyMap<string, string>
  /** Those alone that are told. */
  readonly system: ReadonlyMap<string, string>
  readonly line: number
}

/** What a journal holds, and what of it could not be read. */
export interface Journal {
  readonly studies: readonly JournalStudy[]
  readonly gaps: readonly Gap[]
}

const LONGEST = 64 * 1024 * 1024
/** A first line of so many characters was not read to its end. */
const LONG_LINE = 2000
const FIRST_WORDS = /^\{"op_code": ?\d+, ?"worker_id": ?"/
const MOST_LINES = 20
const STATES = ['RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING']
const FINISHED: ReadonlySet<string> = new Set(['COMPLETE', 'PRUNED', 'FAIL'])
const DIRECTIONS = ['NOT_SET', 'MINIMIZE', 'MAXIMIZE']
/** What a line does, by its `op_code` (`optuna/storages/journal/_storage.py`, `JournalOperation`). */
const [CREATE_STUDY, DELETE_STUDY, STUDY_USER, STUDY_SYSTEM, CREATE_TRIAL] = [0, 1, 2, 3, 4]
const [PARAM, STATE, STEP, TRIAL_USER, TRIAL_SYSTEM, DISCARD] = [5, 6, 7, 8, 9, 10]
/** A broken line of one of these, and of nothing else beside, changes no number of what comes after it. */
const HARMLESS = /^\{"op_code":\s*[235-9],(?![\s\S]*"op_code")/

type Fields = ReadonlyMap<string, LooseJson>

interface MutableTrial extends JournalTrial {
  state: string
  start: string | null
  end: string | null
  params: Map<string, { stored: number | null; distribution: string | null; line: number }>
  values: readonly { value: number | null; line: number }[]
  steps: number[]
  broken: readonly { step: string; line: number }[]
  user: ReadonlyMap<string, string>
  system: ReadonlyMap<string, string>
}

interface MutableStudy extends JournalStudy {
  user: Map<string, LooseJson>
  system: Map<string, LooseJson>
  trials: MutableTrial[]
  /** What each parameter may be, by the trial that had it first: one of another kind is refused. */
  readonly kinds: Map<string, string>
}

/** Whether a file begins as Optuna's journals do; of a first line that is very long its beginning tells. */
export async function isJournal(path: string): Promise<boolean> {
  const beginning = await readBeginning(path)
  const end = beginning.indexOf('\n')
  if (end === -1) return beginning.length > LONG_LINE && FIRST_WORDS.test(beginning)
  const parsed = parseLooseJson(beginning.slice(0, end))
  return parsed.kind === 'json' && isOperation(parsed.value)
}

/**
 * Reads a journal from its beginning to its end, as Optuna does (`JournalStorageReplayResult`): a line is an operation, and studies and trials are
 * known by the order of their making. So a broken line that may have made one ends the reading; any other is left out, with a gap. A last line
 * without an end is being written, or was cut, and is left out: Optuna does so too.
 */
export async function replayJournal(path: string, file: string, stop: () => void): Promise<Journal> {
  const studies = new Map<number, MutableStudy>()
  const trials: { readonly study: MutableStudy; readonly trial: MutableTrial }[] = []
  const gaps: Gap[] = []
  const unknown = new Map<string, { line: number; count: number }>()
  const texts = keepTexts()
  let made = 0
  let left = 0
  const ended = Symbol('ended')
  let read: NotRead | { readonly kind: 'read' } = { kind: 'read' }
  try {
    read = await streamLines(path, { longest: LONGEST, stop }, takeLine)
  } catch (error) {
    if (error !== ended) throw error
  }
  if (read.kind !== 'read') gaps.push(gap('trials', file, read.kind === 'missing' ? 'it is gone' : read.why))
  if (left > MOST_LINES)
    gaps.push(gap(`${left - MOST_LINES} more lines`, file, 'they could not be read either'))
  for (const [code, { line, count }] of unknown)
    gaps.push(
      gap(
        count === 1 ? `line ${line}` : `${count} lines`,
        `${file}:${line}`,
        `what the operation ${quoted(code)} does is not known`,
      ),
    )
  return { studies: [...studies.values()], gaps }

  function takeLine(line: Line): void {
    if (!line.ended) {
      const why = line.damage === 'zeros' ? ZEROS : 'it does not end: it is being written, or was cut'
      gaps.push(
        gap(line.damage === 'zeros' ? 'trials' : `line ${line.number}`, `${file}:${line.number}`, why),
      )
      return
    }
    const why = take(line)
    if (why !== null) leaveOut(line, why)
  }

  function take({ text, number, damage }: Line): string | null {
    if (damage !== null) return `it is ${damage}`
    const parsed = parseLooseJson(text)
    if (parsed.kind === 'broken') return parsed.why
    return isOperation(parsed.value) ? apply(parsed.value, number) : 'it is no operation of a journal'
  }

  function leaveOut({ text, number }: Line, why: string): void {
    left += 1
    const isEnd = !HARMLESS.test(text)
    if (left <= MOST_LINES || isEnd)
      gaps.push(
        gap(
          isEnd ? 'trials' : `line ${number}`,
          `${file}:${number}`,
          isEnd
            ? `${why}; it may have made a study or a trial, and what follows it cannot be told without`
            : why,
        ),
      )
    if (isEnd) throw ended
  }

  /** Does what a line says; a text where it cannot be done. What Optuna refuses is no trouble: the line stays, and changes nothing. */
  function apply(fields: Fields, line: number): string | null {
    const code = wholeOf(fields.get('op_code'))
    switch (code) {
      case CREATE_STUDY:
        return createStudy(fields, line)
      case DELETE_STUDY:
        return withStudy(fields, ({ id }) => studies.delete(id))
      case STUDY_USER:
        return withStudy(fields, ({ user }) => setAll(user, fields.get('user_attr')))
      case STUDY_SYSTEM:
        return withStudy(fields, ({ system }) => setAll(system, fields.get('system_attr')))
      case CREATE_TRIAL:
        return withStudy(fields, (study) => createTrial(study, fields, line))
      case PARAM:
        return withTrial(fields, (trial, study) => setParam(trial, study, fields, line, texts))
      case STATE:
        return withTrial(fields, (trial) => setState(trial, fields, line))
      case STEP:
        return withTrial(fields, (trial) => {
          report(trial, textOfLoose(fields.get('step') ?? null), fields.get('intermediate_value'), line)
        })
      case TRIAL_USER:
        return withTrial(fields, (trial) => {
          trial.user = withTexts(trial.user, fields.get('user_attr'))
        })
      case TRIAL_SYSTEM:
        return withTrial(fields, (trial) => {
          trial.system = withTexts(trial.system, fields.get('system_attr'), TOLD)
        })
      case DISCARD:
        // Written by another program than Optuna, which leaves it alone.
        return null
      default: {
        const name = textOfLoose(fields.get('op_code') ?? null)
        const known = unknown.get(name) ?? { line, count: 0 }
        unknown.set(name, { ...known, count: known.count + 1 })
        return null
      }
    }
  }

  function createStudy(fields: Fields, line: number): string | null {
    const name = fields.get('study_name')
    const directions = fields.get('directions')
    if (typeof name !== 'string' || !isLooseList(directions)) return 'it makes a study without a name'
    // Two workers made it at once: the first one did.
    if ([...studies.values()].some((study) => study.name === name)) return null
    const id = made
    made += 1
    studies.set(id, {
      id,
      name,
      directions: directions.map((each) => DIRECTIONS[wholeOf(each) ?? -1] ?? 'NOT_SET'),
      user: new Map(),
      system: new Map(),
      trials: [],
      line,
      kinds: new Map(),
    })
    return null
  }

  function withStudy(fields: Fields, act: (study: MutableStudy) => unknown): string | null {
    const id = wholeOf(fields.get('study_id'))
    if (id === null) return 'it names no study'
    const study = studies.get(id)
    if (study !== undefined) act(study)
    return null
  }

  function withTrial(
    fields: Fields,
    act: (trial: MutableTrial, study: MutableStudy) => unknown,
  ): string | null {
    const id = wholeOf(fields.get('trial_id'))
    if (id === null) return 'it names no trial'
    const found = trials[id]
    if (found !== undefined && !FINISHED.has(found.trial.state)) act(found.trial, found.study)
    return null
  }

  function createTrial(study: MutableStudy, fields: Fields, line: number): void {
    const distributions = fields.get('distributions')
    const values = fields.get('values')
    const value = fields.get('value')
    const all = isLooseList(values) ? values : value === undefined || value === null ? [] : [value]
    const trial: MutableTrial = {
      id: trials.length,
      state: fields.has('state') ? stateOf(fields.get('state')) : 'RUNNING',
      start: timeOf(fields.get('datetime_start')),
      end: timeOf(fields.get('datetime_complete')),
      params: new Map(),
      values: all.map((each) => ({ value: numberOf(each), line })),
      steps: [],
      broken: NONE,
      user: withTexts(NO_TEXTS, fields.get('user_attrs')),
      system: withTexts(NO_TEXTS, fields.get('system_attrs'), TOLD),
      line,
    }
    for (const [name, stored] of entriesOf(fields.get('params'))) {
      const distribution = texts.once(isLooseMap(distributions) ? textOrNull(distributions.get(name)) : null)
      trial.params.set(texts.once(name), { stored: numberOf(stored), distribution, line })
      if (!study.kinds.has(name)) study.kinds.set(name, texts.kindOf(distribution))
    }
    for (const [step, reported] of entriesOf(fields.get('intermediate_values')))
      report(trial, step, reported, line)
    study.trials.push(trial)
    trials.push({ study, trial })
  }
}

/** Optuna writes the line and then refuses it where the parameter was of another kind in an earlier trial. */
function setParam(
  trial: MutableTrial,
  study: MutableStudy,
  fields: Fields,
  line: number,
  { once, kindOf }: Texts,
): void {
  const name = fields.get('param_name')
  if (typeof name !== 'string') return
  const distribution = once(textOrNull(fields.get('distribution')))
  const kind = kindOf(distribution)
  const known = study.kinds.get(name)
  if (known !== undefined && known !== kind) return
  study.kinds.set(name, kind)
  trial.params.set(once(name), { stored: numberOf(fields.get('param_value_internal')), distribution, line })
}

function setState(trial: MutableTrial, fields: Fields, line: number): void {
  const state = stateOf(fields.get('state'))
  // Somebody else had taken the waiting trial already.
  if (state === 'RUNNING' && trial.state === 'RUNNING') return
  if (state === 'RUNNING') trial.start = timeOf(fields.get('datetime_start'))
  if (FINISHED.has(state)) trial.end = timeOf(fields.get('datetime_complete'))
  trial.state = state
  const values = fields.get('values')
  if (isLooseList(values)) trial.values = values.map((value) => ({ value: numberOf(value), line }))
}

/** A report of a step replaces an earlier one of it: the last of each counts. */
function report(trial: MutableTrial, written: string, value: LooseJson | undefined, line: number): void {
  const reported = numberOf(value)
  if (reported !== null && /^-?\d{1,15}$/.test(written)) trial.steps.push(Number(written), reported, line)
  else trial.broken = [...trial.broken, { step: apart(written), line }]
}

const NONE: MutableTrial['broken'] = []
const NO_TEXTS: ReadonlyMap<string, string> = new Map()

/** These attributes and those before them, as text; those `wanted` alone, where it says which. */
function withTexts(
  before: ReadonlyMap<string, string>,
  attributes: LooseJson | undefined,
  wanted?: readonly string[],
): ReadonlyMap<string, string> {
  const added = [...entriesOf(attributes)].filter(
    ([name, value]) => wanted === undefined || (value !== null && wanted.includes(name)),
  )
  if (added.length === 0) return before
  return new Map([
    ...before,
    ...added.map(([name, value]) => [apart(name), apart(textOfLoose(value))] as const),
  ])
}

/** A text of its own: what was cut out of a line keeps the whole line in memory. */
function apart(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le')
}

/** Texts that many trials say, each kept once. */
interface Texts {
  /** The same text for all that say it. */
  once<Text extends string | null>(text: Text): Text | string
  /** What must be alike of two distributions of one parameter (`check_distribution_compatibility`): its class, its scale, its choices. */
  kindOf(distribution: string | null): string
}

function keepTexts(): Texts {
  const texts = new Map<string, string>()
  const kinds = new Map<string, string>()
  return {
    once(text) {
      if (text === null) return text
      const known = texts.get(text)
      if (known !== undefined) return known
      const own = apart(text)
      if (texts.size < MOST_TEXTS) texts.set(own, own)
      return own
    },
    kindOf(distribution) {
      const text = distribution ?? ''
      const known = kinds.get(text)
      if (known !== undefined) return known
      const parsed = parseLooseJson(text)
      const fields = parsed.kind === 'json' && isLooseMap(parsed.value) ? parsed.value : null
      const attributes = fields?.get('attributes')
      const of = (name: string) => (isLooseMap(attributes) ? textOfLoose(attributes.get(name) ?? null) : '')
      const kind = JSON.stringify([textOfLoose(fields?.get('name') ?? null), of('log'), of('choices')])
      if (kinds.size < MOST_TEXTS) kinds.set(text, kind)
      return kind
    },
  }
}

const MOST_TEXTS = 10_000

function isOperation(value: LooseJson): value is Fields {
  return (
    isLooseMap(value) && isLooseNumber(value.get('op_code')) && typeof value.get('worker_id') === 'string'
  )
}

function setAll(into: Map<string, LooseJson>, attributes: LooseJson | undefined): void {
  for (const [name, value] of entriesOf(attributes)) into.set(name, value)
}

function entriesOf(value: LooseJson | undefined): Iterable<readonly [string, LooseJson]> {
  return isLooseMap(value) ? value : []
}

function stateOf(value: LooseJson | undefined): string {
  return STATES[wholeOf(value) ?? -1] ?? textOfLoose(value ?? null)
}

function wholeOf(value: LooseJson | undefined): number | null {
  return isLooseNumber(value) && Number.isSafeInteger(value.value) ? value.value : null
}

function numberOf(value: LooseJson | undefined): number | null {
  return isLooseNumber(value) ? value.value : null
}

function textOrNull(value: LooseJson | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function timeOf(value: LooseJson | undefined): string | null {
  return value === undefined || value === null ? null : apart(textOfLoose(value))
}
