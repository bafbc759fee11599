import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { readEntry, readFolder } from '../../files/folder.ts'
import { readText } from '../../files/read-text.ts'
import type { RegisteredVersion } from '../../run.ts'
import { readMeta, whyOf } from './meta-file.ts'
import { metaText } from './meta-yaml.ts'
import { byVersion, DELETED_STAGE, stageOf } from './run-record.ts'

/** The folder of the model registry, beside the experiments of a file store. */
export const REGISTRY = 'models'

const LONGEST_ALIAS = 64

/** The registered versions of a file store, by the ids of the runs they were made of. */
export interface Registry {
  readonly versions: ReadonlyMap<string, readonly RegisteredVersion[]>
  readonly gaps: readonly Gap[]
}

/**
 * Reads the model registry of a file store: `models/<name>/version-<n>/meta.yaml` and `models/<name>/aliases/<alias>`, whose
 * text is the number of a version (`mlflow/store/model_registry/file_store.py`).
 */
export function readRegistry(root: string, prefix: string, source: string): Registry {
  const path = join(root, REGISTRY)
  const versions = new Map<string, RegisteredVersion[]>()
  const gaps: Gap[] = []
  const registry = readEntry(path)
  if (registry.kind === 'unreadable')
    gaps.push(gap('the model registry', `${prefix}${REGISTRY}`, registry.why))
  if (registry.kind !== 'folder') return { versions, gaps }
  for (const model of foldersIn(path, `${prefix}${REGISTRY}`)) {
    const folder = join(path, model)
    const where = `${prefix}${REGISTRY}/${model}`
    const aliases = aliasesIn(join(folder, 'aliases'), `${where}/aliases`)
    for (const entry of foldersIn(folder, where)) {
      const [, version] = /^version-(\d{1,15})$/.exec(entry) ?? []
      if (version === undefined) continue
      const file = `${where}/${entry}/meta.yaml`
      const read = readMeta(join(folder, entry, 'meta.yaml'))
      if (read.kind !== 'meta') {
        gaps.push(gap('a version of a registered model', file, whyOf(read)))
        continue
      }
      const run = metaText(read.meta, 'run_id')
      const stage = metaText(read.meta, 'current_stage')
      if (run === null || run === '' || stage === DELETED_STAGE) continue
      const registered = {
        model: metaText(read.meta, 'name') ?? model,
        version,
        stage: stageOf(stage),
        aliases: aliases.get(version) ?? [],
        origin: { source, file },
      }
      const own = versions.get(run)
      if (own === undefined) versions.set(run, [registered])
      else own.push(registered)
    }
  }
  for (const own of versions.values()) own.sort(byVersion)
  return { versions, gaps }

  function foldersIn(folder: string, where: string): readonly string[] {
    const read = readFolder(folder)
    if (read.kind === 'unreadable') gaps.push(gap('the model registry', where, read.why))
    return read.kind === 'entries'
      ? read.entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
      : []
  }

  /** Names by the version they point at. */
  function aliasesIn(folder: string, where: string): ReadonlyMap<string, readonly string[]> {
    const byTarget = new Map<string, string[]>()
    if (readEntry(folder).kind !== 'folder') return byTarget
    const read = readFolder(folder)
    if (read.kind !== 'entries') return byTarget
    for (const { name } of read.entries.filter((entry) => entry.isFile())) {
      const target = readText(join(folder, name), LONGEST_ALIAS)
      if (target.kind !== 'text') {
        gaps.push(gap(`alias ${name} of a registered model`, `${where}/${name}`, whyOf(target)))
        continue
      }
      const version = target.text.trim()
      byTarget.set(version, [...(byTarget.get(version) ?? []), name])
    }
    return byTarget
  }
}
