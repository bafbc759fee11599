import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { readFolder } from '../../files/folder.ts'
import type { Experiment } from '../../run.ts'
import { type MetaRead, readMeta, settled, whyOf } from './meta-file.ts'
import { metaText } from './meta-yaml.ts'
import { REGISTRY } from './registry-folder.ts'
import { readTag } from './run-files.ts'
import { primaryMetricOf, TAG } from './run-record.ts'

/** The folder of deleted experiments. */
const TRASH = '.trash'
const NOT_RUNS: readonly string[] = ['tags', 'datasets', 'traces', 'models']

/** An experiment of a file store: its folder, and what its `meta.yaml` says. */
export interface ExperimentFolder {
  readonly id: string
  readonly name: string
  readonly deleted: boolean
  readonly path: string
  /** Its folder relative to the source, with `/`. */
  readonly where: string
}

/** All experiments of a file store, deleted ones included, and what could not be read among them. */
export async function readExperiments(
  root: string,
  prefix: string,
  settle: () => Promise<void>,
): Promise<{ readonly experiments: readonly ExperimentFolder[]; readonly gaps: readonly Gap[] }> {
  const experiments: ExperimentFolder[] = []
  const gaps: Gap[] = []
  for (const [folder, where, deleted] of [
    [root, prefix, false],
    [join(root, TRASH), `${prefix}${TRASH}/`, true],
  ] as const) {
    const read = readFolder(folder)
    if (read.kind === 'unreadable') gaps.push(gap('experiments', where || '.', read.why))
    if (read.kind !== 'entries') continue
    for (const entry of read.entries.filter(mayBeExperiment)) {
      const path = join(folder, entry.name)
      const place = `${where}${entry.name}`
      const meta = await settled(() => readMeta(join(path, 'meta.yaml')), settle)
      if (meta.kind === 'meta' && metaText(meta.meta, 'experiment_id') === entry.name)
        experiments.push({
          id: entry.name,
          name: metaText(meta.meta, 'name') ?? entry.name,
          deleted: deleted || metaText(meta.meta, 'lifecycle_stage') === 'deleted',
          path,
          where: place,
        })
      else if (meta.kind !== 'missing' || !isEmpty(path))
        gaps.push(gap(`experiment ${entry.name}`, `${place}/meta.yaml`, whyNoExperiment(meta)))
    }
  }
  return { experiments, gaps }
}

/** The folders of an experiment that may be runs. */
export function runFoldersOf(experiment: ExperimentFolder): {
  readonly ids: readonly string[]
  readonly gaps: readonly Gap[]
} {
  const read = readFolder(experiment.path)
  if (read.kind === 'entries') return { ids: read.entries.filter(mayBeRun).map(({ name }) => name), gaps: [] }
  return { ids: [], gaps: [gap(`runs of experiment ${experiment.id}`, experiment.where, whyOf(read))] }
}

/** The experiment as evidence: its description and its primary metric are tags. */
export function describeExperiment(folder: ExperimentFolder, source: string): Experiment {
  const tags = new Map<string, string>()
  for (const name of [TAG.note, TAG.primaryMetric, TAG.greaterIsBetter]) {
    const text = readTag(folder.path, name)
    if (text !== null) tags.set(name, text)
  }
  const note = tags.get(TAG.note) || null
  return {
    id: folder.id,
    name: folder.name,
    note,
    primaryMetric: primaryMetricOf(tags),
    origin: { source, file: `${folder.where}/${note === null ? 'meta.yaml' : `tags/${TAG.note}`}` },
  }
}

function mayBeExperiment(entry: Dirent): boolean {
  return isFolder(entry) && entry.name !== REGISTRY
}

function mayBeRun(entry: Dirent): boolean {
  return isFolder(entry) && !NOT_RUNS.includes(entry.name)
}

// Links are followed at these two levels only, where what they point at must be a store's folder to be taken.
function isFolder(entry: Dirent): boolean {
  return !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink())
}

function whyNoExperiment(meta: MetaRead): string {
  if (meta.kind === 'meta') return 'its experiment_id is not the name of its folder, so MLflow ignores it'
  if (meta.kind === 'missing')
    return 'there is no meta.yaml: these are files without metadata, and no experiment'
  return meta.why
}

function isEmpty(path: string): boolean {
  const read = readFolder(path)
  return read.kind !== 'entries' || read.entries.length === 0
}
