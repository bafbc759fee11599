import { basename, dirname, join } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import { closedJson } from '../../files/part-of-file.ts'
import { fileAt, folderAt } from '../../files/path-at.ts'
import { isNoLogFolder, type WalkedFolder, walkFolders } from '../../files/walk-folders.ts'
import { SCORE } from '../../programs/program.ts'
import type { Experiment } from '../../run.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { type GepaPlace, type GepaRun, placesIn } from './places-in.ts'
import { isResult, placesInResult, resultExperiment } from './read-result.ts'
import { CANDIDATES, isRunDirectory, TRACES } from './read-run-directory.ts'

const KIND = 'gepa'
const DEEPEST = 10
const OWN: readonly string[] = [CANDIDATES, TRACES]
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
 * GEPA's run directories (`run_dir`), and its results as users write them to JSON. A directory (or a result) is an experiment: the optimisation is a run with its curves, each candidate and each proposal that
 * was rejected is one too, below the candidate it was made from. A location is such a directory, or a folder that holds some at any level.
 */
export const gepa: RunSourceKind = { name: KIND, recognises, detect, open, takesAllBelow: true }

async function recognises(location: string, world: World): Promise<boolean> {
  const root = folderAt(location, world)
  if (root === null) return resultAt(location, world) !== null
  return root !== null && !directoriesIn(root, DEEPEST).next().done
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  const names = new Set<string>()
  for (const { name } of directoriesIn(root, DEEPEST_FOUND)) names.add(name.split('/')[0] ?? '')
  return names.has('') ? [root] : [...names].map((name) => join(root, name))
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const file = resultAt(location, world)
  const root = file === null ? folderAt(location, world) : dirname(file)
  if (root === null || (file === null && directoriesIn(root, DEEPEST).next().done))
    throw new NarrateError('source', `${location} holds no run directory of GEPA.`, {
      hint: 'Name the folder that was given as run_dir: it holds gepa_state.bin, run_log.json or candidates.json.',
    })
  const only = file === null ? null : basename(file)
  return filesSource<GepaPlace>(
    {
      kind: KIND,
      alias,
      location,
      root,
      idsAreUnique: false,
      hasCheapList: false,
      keepsNothing: true,
      places: () => (only === null ? places(root) : placesInResult(root, only, idOfPath(only))),
      load: async (place, reading) => place.load(reading),
      experiments: () => experiments(root, alias, only),
    },
    world,
    options,
  )
}

function* places(root: string): Iterable<GepaPlace | Gap> {
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter })) {
    if (isGap(folder)) {
      yield folder
      continue
    }
    if (isRunDirectory(folder.files)) yield* placesIn(runOf(folder))
    yield* closedJson(folder, (file) => !OWN.includes(file))
    for (const file of resultsIn(folder))
      yield* placesInResult(folder.path, file, idOfPath(below(folder, file)))
  }
}

/** Results that users wrote beside or in place of a run directory. */
function resultsIn({ path, files }: WalkedFolder): readonly string[] {
  return files.filter((file) => !OWN.includes(file) && isResult(join(path, file)))
}

function below({ name }: WalkedFolder, file: string): string {
  return name === '' ? file : `${name}/${file}`
}

async function* experiments(root: string, alias: string, only: string | null): AsyncIterable<Experiment> {
  for (const experiment of only === null ? experimentsIn(root) : [resultExperiment(idOfPath(only))])
    yield {
      ...experiment,
      note: null,
      // GEPA only ever looks for more.
      primaryMetric: { name: SCORE, greaterIsBetter: true },
      origin: { source: alias, file: experiment.id },
    }
}

function* experimentsIn(root: string): Generator<Pick<Experiment, 'id' | 'name'>> {
  for (const folder of directoriesIn(root, DEEPEST)) {
    if (isRunDirectory(folder.files)) yield runOf(folder).experiment
    for (const file of resultsIn(folder)) yield resultExperiment(idOfPath(below(folder, file)))
  }
}

/** The true path of a result that a location names; null where it is none. */
function resultAt(location: string, world: World): string | null {
  const file = fileAt(location, world)
  return file !== null && isResult(file) ? file : null
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
    if (!isGap(folder) && (isRunDirectory(folder.files) || resultsIn(folder).length > 0)) yield folder
}
