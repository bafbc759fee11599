import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { LoggedText } from '../../files/loaded-run.ts'
import { numberOfText } from '../../files/loose-json.ts'
import { readBeginning, readHeader } from '../../files/read-beginning.ts'
import { readLooseMap } from '../../files/read-loose.ts'
import { paramsOf } from './read-settings.ts'
import { takeEpochs } from './take-epochs.ts'
import {
  type FolderAt,
  placeOfFolder,
  type TrainerFormat,
  type TrainerReading,
  type TrainerRun,
} from './trainer-format.ts'

const RESULTS = 'results.csv'
/** The settings: Ultralytics, and YOLOv5 with its hyperparameters apart. */
const SETTINGS: readonly string[] = ['args.yaml', 'opt.yaml']
const HYPERPARAMETERS = 'hyp.yaml'

/**
 * Ultralytics: `runs/<task>/<name>` with `results.csv` (padded cells in old versions) and `args.yaml`. A folder that has only its settings is a run that
 * left no results. Format: `ultralytics/engine/trainer.py`; of YOLOv5 `utils/loggers`.
 */
export const ultralytics: TrainerFormat = {
  name: 'Ultralytics',
  async find(folder, root, refused) {
    const { files, path } = folder
    const settings = SETTINGS.find((file) => files.includes(file))
    const hasResults = files.includes(RESULTS)
    const isTraining =
      (hasResults && isResults(await readHeader(join(path, RESULTS), refused))) ||
      (settings !== undefined &&
        /^mode: train\b/m.test(await readBeginning(join(path, settings), refused))) ||
      (settings === 'opt.yaml' && files.includes(HYPERPARAMETERS))
    if (!isTraining) return []
    const hasHyperparameters = files.includes(HYPERPARAMETERS)
    const load = (at: FolderAt, reading: TrainerReading) =>
      loadTraining(at, { hasResults, settings: settings ?? null, hasHyperparameters }, reading)
    return [placeOfFolder(folder, root, [RESULTS, ...SETTINGS, HYPERPARAMETERS], load)]
  },
}

/** Whether a table is one of epochs with losses and scores in folders: `train/box_loss`, `metrics/mAP50(B)`. */
function isResults(header: readonly string[]): boolean {
  return header.includes('epoch') && header.some((name) => /^(?:train|val|metrics)\//.test(name))
}

async function loadTraining(
  at: FolderAt,
  there: {
    readonly hasResults: boolean
    readonly settings: string | null
    readonly hasHyperparameters: boolean
  },
  reading: TrainerReading,
): Promise<TrainerRun> {
  const gaps: Gap[] = []
  const params = new Map<string, LoggedText>()
  const take = (file: string, prefix: string): void => {
    for (const [name, value] of paramsOf(
      readLooseMap(at, file, 'parameters', gaps),
      `${at.where}/${file}`,
      prefix,
    ))
      params.set(name, value)
  }
  if (there.settings !== null) take(there.settings, '')
  if (there.hasHyperparameters) take(HYPERPARAMETERS, 'hyp')
  const results = `${at.where}/${RESULTS}`
  const epochs = there.hasResults ? await takeEpochs(join(at.path, RESULTS), results, reading) : null
  gaps.push(...(epochs?.gaps ?? [gap('metrics', results, 'the training left no results')]))
  return {
    status: isOver(epochs, params) ? 'finished' : 'unknown',
    startedAt: null,
    endedAt: null,
    params,
    gaps,
    origin: { file: there.settings === null ? results : `${at.where}/${there.settings}` },
  }
}

/** Whether the last epoch that was wanted is there; YOLOv5 counts from 0. One that stopped early cannot be told from one that broke off. */
function isOver(
  epochs: { readonly first: number | null; readonly last: number | null } | null,
  params: ReadonlyMap<string, LoggedText>,
): boolean {
  const wanted = numberOfText(params.get('epochs')?.text ?? '')
  if (epochs === null || wanted === null || epochs.first === null || epochs.last === null) return false
  return epochs.last >= (epochs.first === 0 ? wanted - 1 : wanted)
}
