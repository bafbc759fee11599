import { basename, dirname, join } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import { fileAt, folderAt } from '../../files/path-at.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'
import type { Experiment } from '../../run.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { type JournalFolder, type NodePlace, placesOfJournal } from './places-of-journal.ts'
import { isJournal, JOURNAL, readJournal } from './read-journal.ts'

const KIND = 'aide'
const DEEPEST = 10
const DEEPEST_FOUND = 5
/** What the agents' workspaces hold: copies of the data, and whatever their code wrote. */
const HOLD_NONE: ReadonlySet<string> = new Set(['workspaces', 'experiment_results', 'wandb', 'mlruns'])
/** A stage of the AI Scientist; it begins with the best node of the one before. */
const STAGE = /^stage_/

/**
 * Journals of searches that agents make for a solution: AIDE's `logs/<name>/journal.json` and those of the AI Scientist, version 2, one a stage. A journal is
 * an experiment, each node of its tree a run below the node it was made from. A location is a folder that holds some at any level, or the file.
 */
export const aide: RunSourceKind = { name: KIND, recognises, detect, open }

async function recognises(location: string, world: World): Promise<boolean> {
  const root = rootOf(location, world)
  if (root === null) return false
  for await (const _ of journalsIn(root, DEEPEST)) return true
  return false
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  const names = new Set<string>()
  for await (const { id } of journalsIn(root, DEEPEST_FOUND)) names.add(id === '.' ? '' : dirname(id))
  const found = [...names].map((name) => (name === '.' ? '' : name))
  const isInner = (name: string): boolean =>
    found.some((other) => other !== name && (other === '' || name.startsWith(`${other}/`)))
  return [...new Set(found)].filter((name) => !isInner(name)).map((name) => join(root, name))
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const root = rootOf(location, world)
  if (root === null || !(await recognises(location, world)))
    throw new NarrateError('source', `${location} holds no journal of AIDE.`, {
      hint: 'Name a folder with a journal.json in it, or below it: a list of nodes with code, plan and metric.',
    })
  return filesSource<NodePlace>(
    {
      kind: KIND,
      alias,
      location,
      root,
      idsAreUnique: false,
      hasCheapList: false,
      keepsNothing: true,
      places: () => places(root, world),
      load: async (place, reading) => place.load(reading),
      experiments: () => experiments(root, alias),
    },
    world,
    options,
  )
}

async function* places(root: string, { timeZone }: World): AsyncIterable<NodePlace | Gap> {
  // The nodes of stages that were read before, by the folder the stages lie in.
  const stages = new Map<string, Map<string, string>>()
  for await (const folder of walkJournals(root, DEEPEST)) {
    if (isGap(folder)) {
      yield folder
      continue
    }
    const isStage = STAGE.test(basename(folder.path))
    const around = dirname(folder.path)
    const earlier = (isStage ? stages.get(around) : undefined) ?? new Map<string, string>()
    const found = placesOfJournal(folder, readJournal(folder.path, folder.id), earlier, timeZone)
    if (isStage) stages.set(around, new Map([...earlier, ...found.ids]))
    yield* found.gaps
    yield* found.places
  }
}

async function* experiments(root: string, alias: string): AsyncIterable<Experiment> {
  for await (const folder of journalsIn(root, DEEPEST)) {
    const { task, primary, file } = readJournal(folder.path, folder.id)
    yield { ...folder.experiment, note: task, primaryMetric: primary, origin: { source: alias, file } }
  }
}

async function* journalsIn(root: string, deepest: number): AsyncGenerator<JournalFolder> {
  for await (const folder of walkJournals(root, deepest)) if (!isGap(folder)) yield folder
}

async function* walkJournals(root: string, deepest: number): AsyncGenerator<JournalFolder | Gap> {
  const enter = (name: string) => !isNoLogFolder(name) && !HOLD_NONE.has(name)
  for (const folder of walkFolders(root, { deepest, enter })) {
    if (isGap(folder)) {
      yield folder
      continue
    }
    const { path, name, files } = folder
    if (!files.includes(JOURNAL) || !(await isJournal(join(path, JOURNAL)))) continue
    const id = idOfPath(name)
    const own = basename(path)
    // Stages are called alike in every search.
    const shown = STAGE.test(own) ? `${basename(dirname(path))}/${own}` : own
    yield { path, id, experiment: { id, name: idOfPath(shown) }, files }
  }
}

/** The folder that a location names: itself, or the one that the journal lies in. */
function rootOf(location: string, world: World): string | null {
  const folder = folderAt(location, world)
  if (folder !== null) return folder
  const file = fileAt(location, world)
  return file !== null && basename(file) === JOURNAL ? dirname(file) : null
}
