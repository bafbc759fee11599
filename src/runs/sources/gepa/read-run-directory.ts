import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import {
  isLooseList,
  isLooseMap,
  type LooseJson,
  numberOfLoose,
  textOfLoose,
} from '../../files/loose-json.ts'
import { readDecoded, readLooseJson } from '../../files/read-loose.ts'
import { whyNotRead } from '../../files/read-text.ts'
import { type GepaLog, readGepaLog } from '../../programs/read-gepa-log.ts'
import { quoted } from '../../quoted.ts'

export const STATE = 'gepa_state.bin'
export const TRACES = 'run_log.json'
export const LOG = 'run_log.txt'
export const CANDIDATES = 'candidates.json'
const MOST_BYTES = 64 * 1024 * 1024
const OWN: ReadonlySet<string> = new Set([
  STATE,
  TRACES,
  LOG,
  CANDIDATES,
  'gepa_state.json',
  'run_log_stderr.txt',
])
/** Files of a kind that people keep results in. */
const RECORDS = /\.(?:jsonl?|ndjson|csv|tsv|txt|log)$/i
const MOST_NAMED = 4

/** What an iteration did, as `run_log.json` traces it. */
export interface Trace {
  /** From 1: the file counts from 0, the log and the trackers from 1. */
  readonly iteration: number
  /** Indexes of the candidates it began from, and of those it added. */
  readonly parents: readonly number[]
  readonly added: readonly number[]
  /** Means over the minibatch, of the parent and of what was proposed; null where there are none. */
  readonly before: number | null
  readonly after: number | null
  /** The ids of the minibatch's examples, as JSON. */
  readonly minibatch: string | null
  /** Null where it cannot be told: while the iteration goes on. */
  readonly isAccepted: boolean | null
  /** Texts by component, where the trace holds them. */
  readonly proposed: ReadonlyMap<string, string>
}

/** All that the readable files of a run directory tell. */
export interface RunDirectory {
  readonly traces: readonly Trace[]
  readonly log: GepaLog
  /** Texts by component, by candidate's index; the first is the seed. */
  readonly candidates: readonly ReadonlyMap<string, string>[]
  readonly gaps: readonly Gap[]
}

/** Whether a folder of these files is a GEPA run's. */
export function isRunDirectory(files: readonly string[]): boolean {
  return (
    files.includes(STATE) || (files.includes(CANDIDATES) && (files.includes(TRACES) || files.includes(LOG)))
  )
}

/**
 * Reads what GEPA leaves in its `run_dir` and is text. Its state is a pickle: opening one may run any code, so it is never looked into, and a gap says
 * so where nothing else tells what it holds, and what lies beside it. `generated_best_outputs_valset` is GEPA's too: outputs of the programs, whose
 * scores it does not tell. What else lies there (`eval_log.jsonl`, `evaluation_history.json`, `results.json`) a user's own script wrote: a line a call of
 * the function that it optimised, many a candidate, in its own sense of better. Format: GEPA 0.1.4.
 */
export function readRunDirectory(path: string, where: string, files: readonly string[]): RunDirectory {
  const gaps: Gap[] = []
  const traces = isThere(TRACES) ? readTraces() : []
  const candidates = isThere(CANDIDATES) ? readCandidates() : []
  const log = readGepaLog(isThere(LOG) ? readText() : '')
  if (isThere(STATE) && !isThere(TRACES) && !isThere(LOG))
    gaps.push(gap('candidates and scores', `${where}/${STATE}`, whyUntold(path, files)))
  return { traces, log, candidates, gaps }

  function isThere(file: string): boolean {
    return files.includes(file)
  }

  function readJson(file: string, what: string): readonly LooseJson[] {
    const read = readLooseJson(join(path, file), MOST_BYTES)
    if (read.kind === 'json' && isLooseList(read.value)) {
      if (read.remark !== null) gaps.push(gap(what, `${where}/${file}`, read.remark))
      return read.value
    }
    const why = read.kind === 'json' ? 'it holds no list' : read.kind === 'missing' ? 'it is gone' : read.why
    gaps.push(gap(what, `${where}/${file}`, why))
    return []
  }

  function readTraces(): readonly Trace[] {
    const found: Trace[] = []
    const seen = new Set<number>()
    for (const [index, each] of readJson(TRACES, 'iterations').entries()) {
      const trace = isLooseMap(each) ? traceOf(each) : null
      if (trace === null || seen.has(trace.iteration))
        gaps.push(gap(`iteration in place ${index}`, `${where}/${TRACES}`, 'it has no number of its own'))
      else {
        seen.add(trace.iteration)
        found.push(trace)
      }
    }
    return found
  }

  function readCandidates(): readonly ReadonlyMap<string, string>[] {
    return readJson(CANDIDATES, 'candidates').map((each, index) => {
      const texts = textsOf(each)
      if (!isLooseMap(each) || texts.size < each.size)
        gaps.push(gap(`candidate ${index}`, `${where}/${CANDIDATES}`, 'some of its components are no texts'))
      return texts
    })
  }

  function readText(): string {
    const read = readDecoded(join(path, LOG), MOST_BYTES)
    if (read.kind === 'text') {
      if (read.damaged)
        gaps.push(
          gap('log', `${where}/${LOG}`, 'it holds bytes that are no UTF-8, shown as replacement characters'),
        )
      return read.text
    }
    gaps.push(gap('log', `${where}/${LOG}`, read.kind === 'missing' ? 'it is gone' : read.why))
    return ''
  }
}

/** Why a state that nothing else tells of is not read, and which files beside it a reader may look into. */
function whyUntold(path: string, files: readonly string[]): string {
  if (isEmpty(join(path, STATE))) return 'the state is empty: none was saved'
  const why = 'they are kept in a pickle alone, which may run any code when it is opened and is not read'
  const beside = files.filter((file) => !OWN.has(file) && RECORDS.test(file))
  if (beside.length === 0) return why
  const shown = beside.slice(0, MOST_NAMED).map(quoted)
  const left = beside.length - shown.length
  const last = left > 0 ? `${left} more` : (shown.pop() ?? '')
  const names = shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
  return `${why}; ${names}, which GEPA did not write, ${beside.length === 1 ? 'lies' : 'lie'} beside it and may tell of them`
}

function isEmpty(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.size === 0
  } catch (error) {
    // Not permitted: nothing that we know.
    whyNotRead(error)
    return false
  }
}

function traceOf(trace: ReadonlyMap<string, LooseJson>): Trace | null {
  const index = wholeOf(trace.get('i'))
  if (index === null) return null
  const tasks = trace.get('tasks')
  const froms = isLooseList(tasks)
    ? new Set(tasks.map((task) => (isLooseMap(task) ? wholeOf(task.get('parent_idx')) : null)))
    : new Set<number | null>()
  // Where several were proposed at once, nothing says which scores and which parent are whose.
  const isOne = !isLooseList(tasks) || tasks.length < 2
  const before = isOne ? meanOf(trace.get('subsample_scores')) : null
  const after = isOne ? meanOf(trace.get('new_subsample_scores')) : null
  const added = wholesOf(trace.get('new_program_indices'))
  const first = wholeOf(trace.get('new_program_idx'))
  const own = added.length > 0 || first === null ? added : [first]
  // Two programs and what both came from, where they were merged.
  const merged = wholesOf(trace.get('merged_entities')).slice(0, 2)
  const selected = wholeOf(trace.get('selected_program_candidate'))
  const isWorse = before !== null && after !== null && after <= before
  return {
    iteration: index + 1,
    parents:
      merged.length > 0 && trace.get('merged') === true
        ? merged
        : selected === null || froms.size > 1
          ? []
          : [selected],
    added: own,
    before,
    after,
    minibatch:
      isOne && isLooseList(trace.get('subsample_ids'))
        ? textOfLoose(trace.get('subsample_ids') ?? null)
        : null,
    isAccepted: own.length > 0 ? true : trace.get('proposal_accepted') === false || isWorse ? false : null,
    proposed: textsOf(trace.get('proposed_candidate')),
  }
}

function textsOf(value: LooseJson | undefined): ReadonlyMap<string, string> {
  if (!isLooseMap(value)) return new Map()
  return new Map(
    [...value].flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : [])),
  )
}

function wholeOf(value: LooseJson | undefined): number | null {
  const number = typeof value === 'string' ? null : numberOfLoose(value)
  return number !== null && Number.isSafeInteger(number) && number >= 0 ? number : null
}

function wholesOf(value: LooseJson | undefined): readonly number[] {
  return isLooseList(value) ? value.map(wholeOf).filter((number) => number !== null) : []
}

/** Minibatches are summed in GEPA's own figures; a mean is what can be held against the validation set. */
function meanOf(value: LooseJson | undefined): number | null {
  if (!isLooseList(value) || value.length === 0) return null
  let sum = 0
  for (const each of value) {
    const number = typeof each === 'string' ? null : numberOfLoose(each)
    if (number === null) return null
    sum += number
  }
  return sum / value.length
}
