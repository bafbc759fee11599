import { join, relative, sep } from 'node:path'
import { type Gap, gap, isGap } from '../../../gap.ts'
import { isNoLogFolder, type WalkedFolder, walkFolders } from '../../files/walk-folders.ts'
import { quoted } from '../../quoted.ts'
import { aiScientist } from './ai-scientist.ts'
import { dvclive } from './dvclive.ts'
import { huggingFace, isCheckpoint } from './hugging-face.ts'
import { keras } from './keras.ts'
import { lightning } from './lightning.ts'
import { sacred } from './sacred.ts'
import { folderAbove, type TrainerFormat, type TrainerPlace } from './trainer-format.ts'
import { ultralytics } from './ultralytics.ts'

/** Every trainer whose files are read; the first that knows a folder has it. */
const FORMATS: readonly TrainerFormat[] = [
  huggingFace,
  lightning,
  ultralytics,
  dvclive,
  sacred,
  aiScientist,
  keras,
]

const DEEPEST = 8
const OTHER_TRACKERS: ReadonlySet<string> = new Set([
  'mlruns',
  'mlartifacts',
  'wandb',
  'ray_results',
  'cometml-runs',
])
const byNumber = new Intl.Collator('en', { numeric: true })

interface Found {
  readonly folder: string
  readonly place: TrainerPlace
}

/**
 * Every run that a trainer left at or below a root, with gaps for what cannot be listed, in the order of their ids with numbers by their size: they are
 * counted up. What lies in the folder of a run inside of another one is not the outer one's.
 */
export async function findTrainerRuns(root: string): Promise<readonly (TrainerPlace | Gap)[]> {
  const gaps: Gap[] = []
  const found: Found[] = []
  for await (const each of walkRuns(root, DEEPEST)) {
    if (isGap(each)) gaps.push(each)
    else found.push(each)
  }
  const inner = new Map<string, string[]>()
  const owners = new Set(found.map(({ folder }) => folder))
  for (const folder of owners) {
    const around = ownerAbove(folder, owners)
    if (around !== null) inner.set(around, [...(inner.get(around) ?? []), below(folder, around)])
  }
  found.sort((left, right) => byNumber.compare(left.place.id, right.place.id))
  return [...gaps, ...found.map(({ folder, place }) => withoutInner(place, inner.get(folder) ?? []))]
}

/** Whether a folder holds any run at all; looks no further than the first. */
export async function holdsTrainerRun(root: string): Promise<boolean> {
  for await (const each of walkRuns(root, DEEPEST)) if (!isGap(each)) return true
  return false
}

/** Folders that directly hold runs; none lies in another one. */
export async function trainerContainersIn(root: string, deepest: number): Promise<readonly string[]> {
  const found = new Set<string>()
  for await (const each of walkRuns(root, deepest)) if (!isGap(each)) found.add(folderAbove(each.folder))
  const isInner = (name: string): boolean => ownerAbove(name, found) !== null
  return [...found].filter((name) => !isInner(name)).map((name) => join(root, name))
}

async function* walkRuns(root: string, deepest: number): AsyncIterable<Found | Gap> {
  for (const folder of walkFolders(root, { deepest, enter })) {
    if (isGap(folder)) {
      yield folder
      continue
    }
    const refusals = new Map<string, Gap>()
    const own = new Set<string>()
    for (const format of FORMATS) {
      const places = await format.find(folder, root, (path, why) => {
        const where = relative(root, path).split(sep).join('/')
        refusals.set(path, gap(`file ${quoted(where)}`, where, `it may be of a run: ${why}`))
      })
      for (const place of places) {
        for (const file of place.files) own.add(file)
        yield { folder: folder.name, place }
      }
      if (places.length > 0) break
    }
    for (const [path, refusal] of refusals) if (!own.has(path)) yield refusal
  }
}

function enter(name: string, parent: WalkedFolder): boolean {
  const isOthers = isNoLogFolder(name) || OTHER_TRACKERS.has(name) || parent.files.includes('meta.yaml')
  return !isOthers && !isCheckpoint(name)
}

function ownerAbove(name: string, owners: ReadonlySet<string>): string | null {
  for (let at = name; at !== ''; ) {
    at = folderAbove(at)
    if (owners.has(at)) return at
  }
  return null
}

function below(name: string, folder: string): string {
  return folder === '' ? name : name.slice(folder.length + 1)
}

function withoutInner(place: TrainerPlace, inner: readonly string[]): TrainerPlace {
  const { artifacts } = place
  if (artifacts === null || inner.length === 0) return place
  const takes = (name: string): boolean =>
    (artifacts.takes?.(name) ?? true) && !inner.some((folder) => name.startsWith(`${folder}/`))
  return { ...place, artifacts: { ...artifacts, takes } }
}
