import { basename, join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { readEntry, readFolder } from '../../files/folder.ts'
import type { LoggedText, StatedValue } from '../../files/loaded-run.ts'
import {
  isLooseList,
  isLooseMap,
  type LooseJson,
  numberOfLoose,
  textOfLoose,
} from '../../files/loose-json.ts'
import { readLooseMap } from '../../files/read-loose.ts'
import { countLost } from './count-lost.ts'
import { timeOfEventFiles } from './event-times.ts'
import { paramsOf } from './read-settings.ts'
import {
  type FolderAt,
  placeOfFolder,
  type TrainerFormat,
  type TrainerReading,
  type TrainerRun,
} from './trainer-format.ts'

const STATE = 'trainer_state.json'
const ADAPTER = 'adapter_config.json'
const RESULTS = 'all_results.json'
const ARGUMENTS = 'training_args.bin'
const CHECKPOINT = /^checkpoint-(\d+)$/

/** The settings that a state keeps; all others are in `training_args.bin`. */
const SETTINGS: readonly string[] = [
  'num_train_epochs',
  'max_steps',
  'train_batch_size',
  'logging_steps',
  'eval_steps',
  'save_steps',
  'trial_name',
]
const REPORTED: readonly string[] = [
  'best_metric',
  'best_global_step',
  'best_model_checkpoint',
  'epoch',
  'global_step',
]
/** What PEFT's own file says of the adapter that was trained. */
const ADAPTER_SETTINGS: readonly string[] = [
  'base_model_name_or_path',
  'bias',
  'lora_alpha',
  'lora_dropout',
  'peft_type',
  'r',
  'target_modules',
  'task_type',
  'use_dora',
  'use_rslora',
]

/**
 * Hugging Face's Trainer: `trainer_state.json` in the output folder or in its `checkpoint-<step>` folders. Checkpoints are states of one run, and the
 * newest that can be read tells it. Format: `TrainerState` of transformers (`trainer_callback.py`).
 */
export const huggingFace: TrainerFormat = {
  name: 'Hugging Face Trainer',
  async find(folder, root) {
    if (folder.name !== '' && isCheckpoint(basename(folder.name))) return []
    const checkpoints = folder.folders
      .filter((name) => isCheckpoint(name))
      .toSorted((left, right) => stepOf(right) - stepOf(left))
    const states = checkpoints.filter((name) => readEntry(join(folder.path, name, STATE)).kind !== 'missing')
    const isOwn = folder.files.includes(STATE)
    if (!isOwn && states.length === 0) return []
    const own = [
      ...['', ...checkpoints.map((name) => `${name}/`)].flatMap((inner) => [
        `${inner}${STATE}`,
        `${inner}${ADAPTER}`,
        `${inner}${ARGUMENTS}`,
      ]),
      RESULTS,
    ]
    const place = placeOfFolder(folder, root, own, async (at, reading) =>
      load(at, isOwn, checkpoints, reading),
    )
    const events = join(folder.path, 'runs')
    const only = onlyLogOf(folder.path)
    return [{ ...place, files: [...place.files, events], ...(only === null ? {} : { logs: [only] }) }]
  },
}

/** Whether a folder of this name holds a checkpoint of the run around it. */
export function isCheckpoint(name: string): boolean {
  return CHECKPOINT.test(name)
}

interface State {
  readonly value: ReadonlyMap<string, LooseJson>
  /** The folder it lies in, with a `/` behind it; empty for the run's own. */
  readonly folder: string
  readonly step: number
}

async function load(
  place: FolderAt,
  isOwn: boolean,
  checkpoints: readonly string[],
  reading: TrainerReading,
): Promise<TrainerRun | Gap> {
  const gaps: Gap[] = []
  const state = newestState(place, isOwn, checkpoints, gaps)
  if (state === null)
    return gap(`run ${place.where}`, gaps[0]?.where ?? place.where, gaps[0]?.why ?? 'it has no state')
  const file = `${place.where}/${state.folder}${STATE}`
  const { names, isOver } = takeHistory(state.value, file, reading, gaps)
  const stated = statedResults(place, names, gaps)
  const maximum = numberOfLoose(state.value.get('max_steps')) ?? 0
  return {
    status: isOver || (maximum > 0 && state.step >= maximum) ? 'finished' : 'unknown',
    startedAt: startOf(place.path),
    endedAt: null,
    params: settingsOf(place, state, file, gaps),
    tags: new Map(
      REPORTED.flatMap((name) => {
        const value = state.value.get(name)
        return value === undefined || value === null ? [] : [[name, textOfLoose(value)] as const]
      }),
    ),
    stated,
    gaps,
    origin: { file },
  }
}

/** The state of the highest step that can be read; those that should be newer and cannot are gaps. */
function newestState(
  place: FolderAt,
  isOwn: boolean,
  checkpoints: readonly string[],
  gaps: Gap[],
): State | null {
  const own = isOwn ? stateIn(place, '', gaps) : null
  for (const checkpoint of checkpoints) {
    if (own !== null && own.step >= stepOf(checkpoint)) return own
    const state = stateIn(place, `${checkpoint}/`, gaps)
    if (state !== null) return state
  }
  return own
}

function stateIn(place: FolderAt, folder: string, gaps: Gap[]): State | null {
  const value = readLooseMap(place, `${folder}${STATE}`, 'trainer state', gaps)
  if (value === null) return null
  const step = numberOfLoose(value.get('global_step'))
  if (isLooseList(value.get('log_history') ?? null) && step !== null) return { value, folder, step }
  gaps.push(gap('trainer state', `${place.where}/${folder}${STATE}`, 'it has no log_history or global_step'))
  return null
}

function takeHistory(
  state: ReadonlyMap<string, LooseJson>,
  file: string,
  reading: TrainerReading,
  gaps: Gap[],
): { readonly names: ReadonlySet<string>; readonly isOver: boolean } {
  const rows = state.get('log_history')
  const lost = countLost(file)
  const names = new Set<string>()
  let noRows = 0
  for (const row of isLooseList(rows) ? rows : []) {
    if (!isLooseMap(row)) {
      noRows += 1
      continue
    }
    const step = numberOfLoose(row.get('step'))
    for (const [name, written] of row) {
      if (name === 'step' || name === 'epoch') continue
      const value = numberOfLoose(written)
      if (value === null) lost.add(name)
      else {
        names.add(name)
        reading.series(name, file)?.(step !== null && Number.isFinite(step) ? step : null, null, value)
      }
    }
  }
  if (noRows > 0) gaps.push(gap('log history', file, `${noRows} of its entries are no rows`))
  gaps.push(...lost.all())
  return { names, isOver: names.has('train_runtime') }
}

/** What only the summary beside the states tells: perplexity, results of a test set. */
function statedResults(
  place: FolderAt,
  known: ReadonlySet<string>,
  gaps: Gap[],
): ReadonlyMap<string, StatedValue> {
  const results = readLooseMap(place, RESULTS, 'results', gaps, false)
  return new Map(
    [...(results ?? [])].flatMap(([name, written]) => {
      const value = numberOfLoose(written)
      if (value === null || known.has(name) || name === 'epoch') return []
      return [[name, { value, step: null, file: `${place.where}/${RESULTS}` }] as const]
    }),
  )
}

function settingsOf(
  place: FolderAt,
  state: State,
  file: string,
  gaps: Gap[],
): ReadonlyMap<string, LoggedText> {
  const kept = new Map(
    SETTINGS.flatMap((name) => {
      const value = state.value.get(name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
  const isThere = (name: string) => readEntry(join(place.path, name)).kind !== 'missing'
  const inFolders = [...new Set(['', state.folder])]
  for (const folder of inFolders)
    if (isThere(`${folder}${ARGUMENTS}`)) {
      gaps.push(
        gap(
          'hyperparameters',
          `${place.where}/${folder}${ARGUMENTS}`,
          'they are kept in a pickle, which is never loaded',
        ),
      )
      break
    }
  const from = inFolders.find((folder) => isThere(`${folder}${ADAPTER}`))
  const adapter =
    from === undefined ? null : readLooseMap(place, `${from}${ADAPTER}`, 'adapter settings', gaps)
  const adapterKept = new Map([...(adapter ?? [])].filter(([name]) => ADAPTER_SETTINGS.includes(name)))
  return new Map([
    ...paramsOf(kept, file),
    ...paramsOf(state.value.get('trial_params'), file, 'trial_params'),
    ...paramsOf(adapterKept, `${place.where}/${from ?? ''}${ADAPTER}`, 'adapter'),
  ])
}

/** The folder of its TensorBoard log; null where there were several trainings in the folder, or none. */
function onlyLogOf(path: string): string | null {
  const runs = readFolder(join(path, 'runs'))
  if (runs.kind !== 'entries') return null
  const folders = runs.entries.filter((entry) => entry.isDirectory())
  const [only] = folders
  return folders.length !== 1 || only === undefined ? null : join(path, 'runs', only.name)
}

/** When its TensorBoard writer was opened; null where that is not plain. */
function startOf(path: string): number | null {
  const only = onlyLogOf(path)
  if (only === null) return null
  const events = readFolder(only)
  return events.kind === 'entries' ? timeOfEventFiles(events.entries.map(({ name }) => name)) : null
}

function stepOf(checkpoint: string): number {
  return Number(CHECKPOINT.exec(checkpoint)?.[1] ?? -1)
}
