import { basename, dirname, join } from 'node:path'
import { type Gap, isGap } from '../../../gap.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { RunPlace } from '../../files/loaded-run.ts'
import { isNoLogFolder, type WalkedFolder, walkFolders } from '../../files/walk-folders.ts'

export const PARAMS = 'params.json'
export const METRICS = 'metrics.json'
/** Spellings of the file about a run, the first being the usual one. */
export const METADATA: readonly string[] = ['metadata.yaml', 'metadata.yml', 'metadata.json']

/** A run's folder: `params.json`, `metrics.json`, `metadata.yaml` and whatever else the run left. */
export interface RunFolderPlace extends RunPlace {
  readonly path: string
  readonly name: string
  /** Which of its own files are there. */
  readonly has: ReadonlySet<string>
  /** The id of the run whose folder it lies in. */
  readonly parent: string | null
  readonly experiment: { readonly id: string; readonly name: string }
}

const DEEPEST = 6
/** Where SpecWeave keeps what belongs to a project; hidden, and looked into all the same. */
const SPECWEAVE = '.specweave'
const OTHER_TRACKERS: ReadonlySet<string> = new Set([
  'mlruns',
  'mlartifacts',
  'wandb',
  'tensorboard',
  'lightning_logs',
  'dvclive',
  'ray_results',
  'cometml-runs',
])
/** Files by which other trackers know a folder of theirs: MLflow, W&B, Sacred, Ray Tune, DVC, Hugging Face. */
const OTHERS_FILES =
  /^(?:meta\.yaml|wandb-(?:summary|metadata|history)\.jsonl?|run-.*\.wandb|run\.json|result\.json|progress\.csv|dvc\.yaml|trainer_state\.json|.*\.tfevents\..*)$/

/** Whether a folder of this name may hold runs of this kind, or folders of them. */
export function mayHoldRuns(name: string): boolean {
  return name === SPECWEAVE || (!isNoLogFolder(name) && !OTHER_TRACKERS.has(name))
}

/**
 * Every run's folder at or below a root, in the order of their paths, with gaps for what cannot be listed. A folder is one by `params.json` and
 * `metrics.json`, or one of them beside `metadata.yaml`; with one of them alone only in a folder called `experiments`, or beside a folder that is one.
 */
export function findRunFolders(root: string): readonly (RunFolderPlace | Gap)[] {
  const found: (RunFolderPlace | Gap)[] = []
  const runs = new Map<string, RunFolderPlace>()
  const children = new Map<string, string[]>()
  const walked = [...walkFolders(root, { deepest: DEEPEST, enter })]
  const sure = new Set(walked.flatMap((each) => (!isGap(each) && isSure(each) ? [above(each.name)] : [])))
  for (const folder of walked) {
    if (isGap(folder)) {
      found.push(folder)
      continue
    }
    if (!isRun(folder, sure)) continue
    const parent = runAbove(folder.name, runs)
    const place = placeOf(root, folder, parent, children)
    if (parent !== null) children.set(parent.id, [...(children.get(parent.id) ?? []), place.path])
    runs.set(folder.name, place)
    found.push(place)
  }
  return found
}

/** Whether there is any run's folder in a folder; looks no further than the first. */
export function holdsRunFolder(root: string, deepest = DEEPEST): boolean {
  for (const folder of walkFolders(root, { deepest, enter }))
    if (!isGap(folder) && folder.name !== '' && isSure(folder)) return true
  return false
}

/** Folders that directly hold runs' folders; the first run tells of each. */
export function containersIn(root: string, deepest: number): readonly string[] {
  const found = new Set<string>()
  const walk = walkFolders(root, {
    deepest,
    enter: (name, parent) => name !== SPECWEAVE && enter(name, parent),
    isWanted: (name) => name === '' || !found.has(above(name)),
  })
  for (const folder of walk)
    if (!isGap(folder) && folder.name !== '' && isSure(folder)) found.add(above(folder.name))
  const isInner = (name: string): boolean =>
    [...found].some((other) => other !== name && (other === '' || name.startsWith(`${other}/`)))
  return [...found].filter((name) => !isInner(name)).map((name) => join(root, name))
}

function enter(name: string, parent: WalkedFolder): boolean {
  return mayHoldRuns(name) && !isOthers(parent)
}

function isOthers({ files }: WalkedFolder): boolean {
  return files.some((file) => OTHERS_FILES.test(file))
}

/** Whether a folder is a run's by what it holds alone. */
function isSure(folder: WalkedFolder): boolean {
  if (isOthers(folder)) return false
  const has = (file: string) => folder.files.includes(file)
  return (has(PARAMS) && has(METRICS)) || ((has(PARAMS) || has(METRICS)) && METADATA.some(has))
}

function isRun(folder: WalkedFolder, sure: ReadonlySet<string>): boolean {
  if (isSure(folder)) return true
  if (isOthers(folder) || folder.name === '') return false
  const holdsAny = [PARAMS, METRICS, ...METADATA].some((file) => folder.files.includes(file))
  return holdsAny && (basename(above(folder.name)) === 'experiments' || sure.has(above(folder.name)))
}

function runAbove(name: string, runs: ReadonlyMap<string, RunFolderPlace>): RunFolderPlace | null {
  for (let at = name; at !== ''; ) {
    at = above(at)
    const run = runs.get(at)
    if (run !== undefined) return run
  }
  return null
}

function placeOf(
  root: string,
  folder: WalkedFolder,
  parent: RunFolderPlace | null,
  children: ReadonlyMap<string, readonly string[]>,
): RunFolderPlace {
  const { path } = folder
  const id = idOfPath(folder.name)
  const own = [PARAMS, METRICS, ...METADATA]
  return {
    kind: 'place',
    id,
    where: id,
    path,
    name: folder.name === '' ? basename(root) : basename(folder.name),
    has: new Set(folder.files),
    parent: parent?.id ?? null,
    experiment: parent?.experiment ?? experimentOf(root, above(folder.name)),
    files: [path, ...own.map((file) => join(path, file))],
    artifacts: {
      path,
      where: id,
      // A run inside of a run has its own.
      takes: (name) =>
        !own.includes(name) &&
        !(children.get(id) ?? []).some((inner) => join(path, name).startsWith(join(inner, '/'))),
    },
  }
}

/** Runs belong to the folder they lie in; a folder called `experiments` stands for the increment it is of. */
function experimentOf(root: string, container: string): RunFolderPlace['experiment'] {
  const owner = basename(container === '' ? root : container) === 'experiments' ? above(container) : container
  const isAbove = container === '' && basename(root) === 'experiments'
  const name = isAbove ? basename(dirname(root)) : owner === '' ? basename(root) : basename(owner)
  return { id: idOfPath(owner), name: idOfPath(name) }
}

function above(name: string): string {
  const at = name.lastIndexOf('/')
  return at === -1 ? '' : name.slice(0, at)
}
