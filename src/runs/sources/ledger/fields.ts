import {
  isLooseList,
  isLooseMap,
  isLooseNumber,
  type LooseJson,
  numberOfLoose,
  textOfLoose,
} from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import type { Row } from '../../files/row.ts'
import { sideOfName } from '../../files/side-of-name.ts'

/**
 * What a field of a ledger can mean. `time` is the one time of a row: when it was written, and so the end where a duration is told, else
 * taken for the start.
 */
export const MEANINGS = [
  'id',
  'name',
  'status',
  'time',
  'start',
  'end',
  'seconds',
  'minutes',
  'user',
  'note',
  'commit',
  'branch',
  'experiment',
  'parent',
  'artifact',
  'error',
  'failed',
  'labels',
  'params',
  'metrics',
] as const

export type Meaning = (typeof MEANINGS)[number]

/** The fields of a ledger by what they mean; those that are named nowhere are tags. In `params` and `metrics`, `*` stands for anything. */
export type Fields = Readonly<Record<Meaning, readonly string[]>>

// Names as `plainName` makes them; the first that a ledger has is taken.
const NAMES: Readonly<Record<Exclude<Meaning, 'params' | 'metrics'>, readonly string[]>> = {
  id: [
    'run_id',
    'runid',
    'experiment_key',
    'experimentkey',
    'sys_id',
    'call_id',
    'trial_id',
    'exp_id',
    'experiment_id',
    'uuid',
    'id',
  ],
  name: [
    'name',
    'run_name',
    'sys_name',
    'display_name',
    'label',
    'experiment_name',
    'experimentname',
    'exp_name',
    'title',
    'version',
    'op_name',
  ],
  status: ['status', 'state', 'sys_state', 'run_status', 'outcome'],
  time: ['timestamp', 'time', 'datetime', 'logged_at', 'date', 'ts', 'meta_timestamp', 'when'],
  start: [
    'started_at',
    'start_time',
    'starttime',
    'start',
    'started',
    'created_at',
    'createdat',
    'created',
    'creation_time',
    'sys_creation_time',
    'timestamps_created_at',
    'starttimemillis',
    'start_time_millis',
    'server_start_time',
  ],
  end: [
    'ended_at',
    'end_time',
    'endtime',
    'end',
    'finished_at',
    'completed_at',
    'stop_time',
    'server_end_time',
    'endtimemillis',
    'end_time_millis',
    'sys_ping_time',
  ],
  seconds: [
    'duration_seconds',
    'duration_sec',
    'duration_s',
    'training_time_sec',
    'training_time_s',
    'training_seconds',
    'elapsed_s',
    'elapsed_seconds',
    'runtime_seconds',
    'wall_time_s',
    'runtime',
    'sys_running_time',
  ],
  minutes: ['duration_minutes', 'duration_min', 'training_minutes', 'elapsed_minutes', 'minutes'],
  user: ['user', 'username', 'author', 'owner', 'sys_owner', 'wb_user_id', 'created_by'],
  note: [
    'notes',
    'note',
    'description',
    'comment',
    'comments',
    'hypothesis',
    'analysis',
    'llm_analysis',
    'conclusion',
    'sys_description',
    'summary_text',
  ],
  commit: [
    'commit',
    'git_commit',
    'git_sha',
    'git_hash',
    'commit_hash',
    'commit_sha',
    'sha',
    'revision',
    'env_git_sha',
  ],
  branch: ['branch', 'git_branch'],
  experiment: [
    'experiment',
    'project',
    'project_name',
    'projectname',
    'experiment_slug',
    'group',
    'study',
    'sweep',
  ],
  parent: ['parent', 'parent_id', 'parent_run', 'parent_run_id'],
  artifact: ['artifact_path', 'artifact', 'checkpoint_path', 'model_path', 'output_path'],
  failed: ['sys_failed', 'failed', 'has_crashed'],
  labels: ['tags', 'labels', 'sys_tags', 'sys_group_tags'],
  error: ['error', 'exception', 'traceback', 'error_message', 'failure_reason'],
}
/** Meanings that all fields of these names have together; of the others the first name that is there counts. */
const MANY: ReadonlySet<Meaning> = new Set(['note', 'error', 'labels'])

/** So many rows tell what the fields mean. */
export const LOOKED_AT = 2000
const LONGEST_PARAM = 200

/**
 * What the fields of a ledger mean, by their names and by what stands in them; what `stated` names (narrate.yaml) is taken as it is. Only names decide
 * which field is the id, so that ids stay the same while the ledger grows.
 */
export function guessFields(
  rows: readonly Row[],
  stated: Readonly<Record<string, string | readonly string[]>> = {},
  header: readonly string[] | null = null,
): Fields {
  const named = new Set(Object.values(stated).flat())
  const looked = rows.slice(0, LOOKED_AT)
  const names = new Set([...(header ?? []), ...looked.flatMap((row) => [...row.leaves.keys()])])
  const free = new Map<string, string>()
  for (const name of names)
    if (!named.has(name) && !free.has(plainName(name))) free.set(plainName(name), name)
  const found = Object.fromEntries(MEANINGS.map((meaning) => [meaning, []])) as unknown as Record<
    Meaning,
    string[]
  >
  const used = new Set<string>()
  for (const [meaning, synonyms] of Object.entries(NAMES) as [
    Exclude<Meaning, 'params' | 'metrics'>,
    readonly string[],
  ][]) {
    if (stated[meaning] !== undefined) continue
    const there = synonyms.flatMap((synonym) => {
      const name = free.get(synonym)
      return name !== undefined && !used.has(name) && fits(meaning, name, looked) ? [name] : []
    })
    const taken = MANY.has(meaning) ? inOrder(there, names) : there.slice(0, 1)
    found[meaning].push(...taken)
    // A duration is a result too.
    if (meaning !== 'seconds' && meaning !== 'minutes') for (const name of taken) used.add(name)
  }
  for (const name of names) {
    if (used.has(name) || named.has(name)) continue
    const side = sideOf(name, looked)
    if (side !== null) found[side].push(name)
  }
  for (const meaning of MEANINGS) {
    const value = stated[meaning]
    if (value !== undefined) found[meaning] = typeof value === 'string' ? [value] : [...value]
  }
  return found
}

/** Whether a field's name is meant by one of a list, in which `*` stands for anything. */
export function isMeant(name: string, list: readonly string[]): boolean {
  return list.some((each) =>
    each.includes('*')
      ? new RegExp(
          `^${each
            .split('*')
            .map((part) => part.replace(/[.+?^$()|[\]{}\\]/g, '\\$&'))
            .join('.*')}$`,
          's',
        ).test(name)
      : each === name,
  )
}

/** The field in lower case, words joined with `_`: `Run ID` and `sys/id` are `run_id` and `sys_id`. */
function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
}

function fits(meaning: Meaning, name: string, rows: readonly Row[]): boolean {
  const values = rows.flatMap((row) => {
    const value = row.leaves.get(name)
    return value === undefined || value === null || value === '' ? [] : [value]
  })
  // A column nobody has filled yet keeps its place.
  if (values.length === 0) return true
  const most = (test: (value: LooseJson) => boolean) => values.filter(test).length * 2 > values.length
  switch (meaning) {
    case 'time':
    case 'start':
    case 'end':
      return most((value) => parseTime(textOfLoose(value), 'UTC') !== null)
    case 'seconds':
    case 'minutes':
      return most((value) => numberOfLoose(value) !== null)
    case 'note':
    case 'name':
    case 'status':
    case 'user':
    case 'error':
    case 'artifact':
      return most(
        (value) => typeof value === 'string' && (meaning === 'note' || numberOfLoose(value) === null),
      )
    default:
      return most((value) => typeof value === 'string' || isLooseNumber(value))
  }
}

/** Whether a field is a setting or a result; null for a text that is neither. */
function sideOf(name: string, rows: readonly Row[]): 'params' | 'metrics' | null {
  const values = rows.flatMap((row) => {
    const value = row.leaves.get(name)
    return value === undefined || value === null || isEmpty(value) ? [] : [value]
  })
  if (values.length === 0) return null
  const isNumeric =
    values.filter((value) => numberOfLoose(value) !== null || isSeries(value)).length * 2 > values.length
  const side = sideOfName(name, {
    isNumeric,
    isWhole: values.every((value) => Number.isInteger(numberOfLoose(value))),
  })
  if (side !== 'untold') return side === 'neither' ? null : side
  if (name.includes('.')) return null
  const isShort = values.every((value) => {
    const text = textOfLoose(value)
    return text.length <= LONGEST_PARAM && !text.includes('\n')
  })
  return isShort ? 'params' : null
}

/** `{}` and `[]` say nothing. */
export function isEmpty(value: LooseJson): boolean {
  return isLooseList(value) ? value.length === 0 : isLooseMap(value) && value.size === 0
}

/** A list of numbers is a series. */
export function isSeries(value: LooseJson | undefined): value is readonly LooseJson[] {
  return isLooseList(value) && value.length > 0 && value.every((each) => isLooseNumber(each))
}

function inOrder(some: readonly string[], names: ReadonlySet<string>): readonly string[] {
  return [...names].filter((name) => some.includes(name))
}
