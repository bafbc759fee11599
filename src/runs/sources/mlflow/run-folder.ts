import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { quoted } from '../../quoted.ts'
import type { RunStatus } from '../../run.ts'
import type { ExperimentFolder } from './experiment-folder.ts'
import type { MetaRead } from './meta-file.ts'
import { type Meta, metaText } from './meta-yaml.ts'
import { isPlainName } from './run-key.ts'
import { statusOf } from './run-record.ts'

/** What a run's own `meta.yaml` says; `gaps` are fields that could not be read. */
export interface RunMeta {
  readonly name: string | null
  readonly user: string | null
  readonly status: RunStatus
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly deleted: boolean
  readonly sourceName: string | null
  readonly sourceVersion: string | null
  readonly artifactUri: string | null
  readonly gaps: readonly Gap[]
}

/** A run's folder whose `meta.yaml` could be read. */
export interface RunFolder {
  readonly id: string
  readonly experiment: ExperimentFolder
  readonly path: string
  readonly where: string
  readonly meta: RunMeta
}

/** The run that a folder is, or why it is none that MLflow would take. */
export function runFolder(
  experiment: ExperimentFolder,
  id: string,
  read: Exclude<MetaRead, { readonly kind: 'missing' }>,
): RunFolder | Gap {
  const where = `${experiment.where}/${id}`
  const what = `run ${quoted(id)}`
  if (!isPlainName(id)) return gap(what, where, 'the name of its folder is no run id')
  if (read.kind === 'broken') return gap(what, `${where}/meta.yaml`, read.why)
  const { meta } = read
  const written = metaText(meta, 'run_id') ?? metaText(meta, 'run_uuid')
  if (written !== id)
    return gap(
      what,
      `${where}/meta.yaml`,
      read.unsettled
        ? 'its last line does not end, and its run_id is not whole: it is cut'
        : 'its run_id is not the name of its folder',
    )
  if (metaText(meta, 'experiment_id') !== experiment.id)
    return gap(what, `${where}/meta.yaml`, 'it names another experiment than the one it lies in')
  const parsed = parseRunMeta(meta, what, `${where}/meta.yaml`)
  const gaps = read.unsettled
    ? [
        ...parsed.gaps,
        gap(what, `${where}/meta.yaml`, 'its last line does not end, and is left out: it may be cut'),
      ]
    : parsed.gaps
  return { id, experiment, path: join(experiment.path, id), where, meta: { ...parsed, gaps } }
}

function parseRunMeta(meta: Meta, what: string, where: string): RunMeta {
  const gaps: Gap[] = []
  const written = metaText(meta, 'status')
  const status = written === null ? 'running' : statusOf(written)
  if (status === null) gaps.push(gap(`status of ${what}`, where, 'it is none that MLflow knows'))
  return {
    // Before 1.28 the field was called `name` and left empty.
    name: metaText(meta, 'run_name') || metaText(meta, 'name'),
    user: metaText(meta, 'user_id'),
    status: status ?? 'unknown',
    startedAt: timeOf('start_time', 'start time'),
    endedAt: timeOf('end_time', 'end time'),
    deleted: metaText(meta, 'lifecycle_stage') === 'deleted',
    sourceName: metaText(meta, 'source_name'),
    sourceVersion: metaText(meta, 'source_version'),
    artifactUri: metaText(meta, 'artifact_uri'),
    gaps,
  }

  function timeOf(field: string, name: string): number | null {
    const text = metaText(meta, field)
    if (text === null || text === '') return null
    const time = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (Math.abs(time) <= 8.64e15) return time
    gaps.push(gap(`${name} of ${what}`, where, 'it is no time in milliseconds'))
    return null
  }
}
