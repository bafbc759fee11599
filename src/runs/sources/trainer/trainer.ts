import { NarrateError } from '../../../errors.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { folderAt } from '../../files/path-at.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { findTrainerRuns, holdsTrainerRun, trainerContainersIn } from './find-trainer-runs.ts'

const KIND = 'trainer'
const DEEPEST_FOUND = 4

/**
 * What trainers write by themselves, with no tracker's server or store: Hugging Face, Lightning, Ultralytics, DVCLive, Sacred, the AI Scientist, Keras. A
 * location is a folder that holds such runs at any level; `find-trainer-runs.ts` has the formats.
 */
export const trainer: RunSourceKind = { name: KIND, recognises, detect, open, takesAllBelow: true }

async function recognises(location: string, world: World): Promise<boolean> {
  const root = folderAt(location, world)
  return root !== null && (await holdsTrainerRun(root))
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  return root === null ? [] : trainerContainersIn(root, DEEPEST_FOUND)
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const root = folderAt(location, world)
  if (root === null || !(await holdsTrainerRun(root)))
    throw new NarrateError('source', `${location} holds no files of a trainer that is known.`, {
      hint: 'Name a folder with trainer_state.json, metrics.csv with hparams.yaml, results.csv with args.yaml, or run.json with config.json.',
    })
  return filesSource(
    {
      kind: KIND,
      alias,
      location,
      root,
      idsAreUnique: false,
      hasCheapList: false,
      async *places() {
        yield* await findTrainerRuns(root)
      },
      load: (place, reading) => place.load({ ...reading, timeZone: world.timeZone }),
    },
    world,
    options,
  )
}
