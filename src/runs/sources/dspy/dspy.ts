import { basename, dirname, join } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, RunPlace } from '../../files/loaded-run.ts'
import { isLooseMap } from '../../files/loose-json.ts'
import { closedJson, partOfFile } from '../../files/part-of-file.ts'
import { fileAt, folderAt } from '../../files/path-at.ts'
import { readLooseJson } from '../../files/read-loose.ts'
import { isNoLogFolder, type WalkedFolder, walkFolders } from '../../files/walk-folders.ts'
import { parseDspyProgram, versionsIn } from '../../programs/dspy-program.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'

const KIND = 'dspy'
const DEEPEST = 10
const DEEPEST_FOUND = 4
const MOST_BYTES = 16 * 1024 * 1024
/** Where trackers keep programs that they tell of themselves. */
const TRACKERS: ReadonlySet<string> = new Set(['wandb', 'mlruns', 'mlartifacts'])
const DRAWN = /^(?:[0-9a-f]{32}|m-[0-9a-f]{32})$/
const PICKLE = 'program.pkl'
const VERSIONS = 'metadata.json'

/** A program as a walk finds it: a file of its state, or a folder of the whole program. */
interface ProgramPlace extends RunPlace {
  readonly path: string
  readonly form: 'state' | 'whole'
  readonly experiment: { readonly id: string; readonly name: string }
}

/**
 * Programs that DSPy saved (`program.save`): the state of one as a JSON file, or a folder with the whole of one, which is a pickle and never
 * opened. Each is a run of its folder without any metric: what it says is what it is. A location is such a file or folder, or a folder that
 * holds some at any level.
 */
export const dspy: RunSourceKind = { name: KIND, recognises, detect, open }

async function recognises(location: string, world: World): Promise<boolean> {
  const file = fileAt(location, world)
  if (file !== null) return isState(file)
  const root = folderAt(location, world)
  return root !== null && !foldersIn(root, DEEPEST).next().done
}

async function detect(directory: string, world: World): Promise<readonly string[]> {
  const root = folderAt(directory, world)
  if (root === null) return []
  const names = new Set<string>()
  for (const { name } of foldersIn(root, DEEPEST_FOUND)) names.add(name.split('/')[0] ?? '')
  return names.has('') ? [root] : [...names].map((name) => join(root, name))
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const file = fileAt(location, world)
  const root = file === null ? folderAt(location, world) : dirname(file)
  if (root === null || (file === null ? foldersIn(root, DEEPEST).next().done : !isState(file)))
    throw new NarrateError('source', `${location} holds no program that DSPy saved.`, {
      hint: 'Name what program.save was given: a .json file, or a folder with program.pkl and metadata.json.',
    })
  return filesSource<ProgramPlace>(
    {
      kind: KIND,
      alias,
      location,
      root,
      idsAreUnique: false,
      hasCheapList: false,
      keepsNothing: true,
      places: () => (file === null ? places(root) : [placeOf(file, basename(file), 'state')]),
      load,
    },
    world,
    options,
  )
}

function* places(root: string): Iterable<ProgramPlace | Gap> {
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter })) {
    if (isGap(folder)) {
      yield folder
      continue
    }
    if (isWhole(folder)) yield placeOf(folder.path, folder.name, 'whole')
    yield* closedJson(folder)
    for (const file of statesIn(folder))
      yield placeOf(join(folder.path, file), joined(folder.name, file), 'state')
  }
}

function placeOf(path: string, name: string, form: ProgramPlace['form']): ProgramPlace {
  const id = idOfPath(name)
  const experiment = { id: idOfPath(above(name)), name: idOfPath(basename(dirname(path))) }
  const files = form === 'whole' ? [path, join(path, VERSIONS)] : [path]
  return { kind: 'place', id, where: id, files, artifacts: null, experiment, path, form }
}

async function load({ id, path, form, experiment }: ProgramPlace): Promise<LoadedRun | Gap> {
  const file = form === 'whole' ? `${id}/${VERSIONS}` : id
  const read = readLooseJson(form === 'whole' ? join(path, VERSIONS) : path, MOST_BYTES)
  const gaps: Gap[] = []
  if (read.kind !== 'json') gaps.push(gap('program', file, read.kind === 'missing' ? 'it is gone' : read.why))
  else if (read.remark !== null) gaps.push(gap('program', file, read.remark))
  const value = read.kind === 'json' ? read.value : null
  const texts = form === 'whole' ? versionsIn(isLooseMap(value) ? value : null) : parseDspyProgram(value)
  if (read.kind === 'json' && texts === null) gaps.push(gap('program', file, 'it holds no predictor'))
  if (form === 'whole')
    gaps.push(
      gap(
        'program',
        `${id}/${PICKLE}`,
        'it is kept in a pickle alone, which may run any code when it is opened and is not read',
      ),
    )
  return {
    experiment,
    name: idOfPath(basename(path)).replace(/\.json$/i, ''),
    status: 'unknown',
    startedAt: null,
    endedAt: null,
    params: new Map([...(texts ?? [])].map(([name, text]) => [name, { text, file }])),
    gaps,
    origin: { file },
  }
}

function enter(name: string, parent: WalkedFolder): boolean {
  // What MLflow keeps of a run lies in `<its id>/artifacts`, wherever its store put it.
  const isKept = name === 'artifacts' && DRAWN.test(basename(parent.path))
  return !isNoLogFolder(name) && !TRACKERS.has(name) && !isKept
}

function* foldersIn(root: string, deepest: number): Generator<WalkedFolder> {
  for (const folder of walkFolders(root, { deepest, enter }))
    if (!isGap(folder) && (isWhole(folder) || statesIn(folder).length > 0)) yield folder
}

function isWhole({ files }: WalkedFolder): boolean {
  return files.includes(PICKLE) && files.includes(VERSIONS)
}

function statesIn({ path, files }: WalkedFolder): readonly string[] {
  return files.filter((file) => isState(join(path, file)))
}

/** Whether a file holds the state of a program, by how it begins: the first predictor's first name. */
function isState(path: string): boolean {
  if (!/\.json$/i.test(path) || !BEGINNING.test(partOfFile(path, 300))) return false
  return /"demos"\s*:\s*\[/.test(partOfFile(path, MOST_LOOKED_AT))
}

const BEGINNING = /^\s*\{\s*(?:"[^"]{1,200}"\s*:\s*\{\s*)?"(?:traces|lm|demos|signature)"\s*:/
const MOST_LOOKED_AT = 64 * 1024

function above(name: string): string {
  return name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : ''
}

function joined(folder: string, file: string): string {
  return folder === '' ? file : `${folder}/${file}`
}
