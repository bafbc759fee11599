import { basename, join } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import { folderAt } from '../../files/path-at.ts'
import { isNoLogFolder, type WalkedFolder, walkFolders } from '../../files/walk-folders.ts'
import type { Experiment } from '../../run.ts'
import type { RunSource, RunSourceKind } from '../../run-source.ts'
import { type GepaPlace, type GepaRun, placesIn, SCORE } from './places-in.ts'
import { isRunDirectory } from './read-run-directory.ts'

const KIND = 'gepa'
const DEEPEST = 10
const DEEPEST_FOUND = 8
/** What GEPA keeps in a run directory beside its log, a file an example, and what trackers keep: no run directory lies in it. */
const HOLD_NONE: ReadonlySet<string> = new Set([
  'generated_best_outputs_valset',
  'iterations',
  'pareto',
  'wandb',
  'mlruns',
  'mlartifacts',
])

/**
 * GEPA's run directories (`run_dir`). A directory is an experiment: the optimisation is a run with its curves, each candidate and each proposal that
 * was rejected is one too, below the candidate it was made from. A location is such a directory, or a folder that holds some at any level.
 */
export const gepa: RunSourceKind = { name: KIND, recognises, detect, open }

async function recognises(location: string, world: World): Promise<boolean> {
  const root = folderAt(location, world)
  return root !== null && !directoriesIn(root, DEEPEST).next().done
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  const names = new Set<string>()
  for (const { name } of directoriesIn(root, DEEPEST_FOUND)) names.add(name.split('/')[0] ?? '')
  return names.has('') ? [root] : [...names].map((name) => join(root, name))
}

async function open(location: string, alias: string, world: World): Promise<RunSource> {
  const root = folderAt(location, world)
  if (root === null || directoriesIn(root, DEEPEST).next().done)
    throw new NarrateError('source', `${location} holds no run directory of GEPA.`, {
      hint: 'Name the folder that was given as run_dir: it holds gepa_state.bin, run_log.json or candidates.json.',
    })
  return filesSource<GepaPlace>(
    {
      kind: KIND,
      alias,
      location,
      root,
      idsAreUnique: false,
      hasCheapList: false,
      places: () => places(root),
      load: async (place, reading) => place.load(reading),
      experiments: () => experiments(root, alias),
    },
    // Finding the candidates is reading them: there is nothing to keep.
    world,
  )
}

function* places(root: string): Iterable<GepaPlace | Gap> {
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter })) {
    if (isGap(folder)) yield folder
    else if (isRunDirectory(folder.files)) yield* placesIn(runOf(folder))
  }
}

async function* experiments(root: string, alias: string): AsyncIterable<Experiment> {
  for (const folder of directoriesIn(root, DEEPEST)) {
    const { experiment } = runOf(folder)
    yield {
      ...experiment,
      note: null,
      // GEPA only ever looks for more.
      primaryMetric: { name: SCORE, greaterIsBetter: true },
      origin: { source: alias, file: experiment.id },
    }
  }
}

function enter(name: string): boolean {
  return !isNoLogFolder(name) && !HOLD_NONE.has(name)
}

function runOf({ path, name, files }: WalkedFolder): GepaRun {
  const id = idOfPath(name)
  return { path, id, experiment: { id, name: idOfPath(basename(path)) }, files }
}

function* directoriesIn(root: string, deepest: number): Generator<WalkedFolder> {
  for (const folder of walkFolders(root, { deepest, enter }))
    if (!isGap(folder) && isRunDirectory(folder.files)) yield folder
}
