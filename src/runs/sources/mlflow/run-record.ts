import type { Gap } from '../../../gap.ts'
import type { DataSet, MetricSummary, RegisteredVersion, Run, RunStatus, RunSummary } from '../../run.ts'
import { sortedByName } from '../../sorted-by-name.ts'

/** A run as either store holds it, before MLflow's system tags are told apart from the user's. */
export interface RunRecord {
  readonly key: string
  readonly id: string
  readonly source: string
  readonly experiment: { readonly id: string; readonly name: string }
  /** The name in the run's own record; null where it has none (before MLflow 1.28). */
  readonly name: string | null
  readonly user: string | null
  /** Where people see it; left out where nothing shows it. */
  readonly url?: string
  readonly status: RunStatus
  /** Itself, or the experiment it lies in. */
  readonly deleted: boolean
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** The run that encloses it, as a key. */
  readonly parent: string | null
  readonly sourceName: string | null
  readonly sourceVersion: string | null
  readonly params: ReadonlyMap<string, string>
  readonly metrics: ReadonlyMap<string, MetricSummary>
  readonly tags: ReadonlyMap<string, string>
}

/** What only `read` tells of a run. */
export interface RunDetails {
  readonly dataSets: readonly DataSet[]
  /** Left out where there are none. */
  readonly registered?: readonly RegisteredVersion[]
  readonly artifacts: number | null
  readonly gaps: readonly Gap[]
  readonly origins: Run['origins']
}

/** Names of MLflow's system tags (`mlflow/utils/mlflow_tags.py`). */
export const TAG = {
  note: 'mlflow.note.content',
  name: 'mlflow.runName',
  parent: 'mlflow.parentRunId',
  user: 'mlflow.user',
  sourceName: 'mlflow.source.name',
  commit: 'mlflow.source.git.commit',
  branch: 'mlflow.source.git.branch',
  oldBranch: 'mlflow.gitBranchName',
  dirty: 'mlflow.source.git.dirty',
  diff: 'mlflow.source.git.diff',
  primaryMetric: 'mlflow.experiment.primaryMetric.name',
  greaterIsBetter: 'mlflow.experiment.primaryMetric.greaterIsBetter',
  dataContext: 'mlflow.data.context',
  loggedModels: 'mlflow.log-model.history',
  environment: 'mlflow.project.env',
  image: 'mlflow.docker.image.uri',
} as const

/** The system tags that a summary is made of. */
export const SUMMARY_TAGS: readonly string[] = [TAG.name, TAG.parent, TAG.user]

/** Whether a tag is MLflow's own, not the user's. */
export function isSystemTag(name: string): boolean {
  return name.startsWith('mlflow.')
}

/** A run without a name is called by the first eight characters of its id, as MLflow's own pages do. */
export function summaryOfRecord(record: RunRecord): RunSummary {
  const { tags } = record
  return {
    key: record.key,
    id: record.id,
    source: record.source,
    experiment: record.experiment,
    name: record.name || tags.get(TAG.name) || record.id.slice(0, 8),
    user: userOf(record.user, tags.get(TAG.user)),
    url: record.url ?? null,
    status: record.status,
    deleted: record.deleted,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    parent: record.parent,
    params: sortedByName(record.params),
    metrics: sortedByName(record.metrics),
    tags: sortedByName(new Map([...tags].filter(([name]) => !isSystemTag(name)))),
  }
}

export function runOfRecord(record: RunRecord, details: RunDetails): Run {
  const { tags } = record
  return {
    ...summaryOfRecord(record),
    note: tags.get(TAG.note) || null,
    code: {
      commit: tags.get(TAG.commit) || record.sourceVersion || null,
      dirty: dirtyOf(tags.get(TAG.dirty), tags.get(TAG.diff)),
      branch: tags.get(TAG.branch) || tags.get(TAG.oldBranch) || null,
      entryPoint: tags.get(TAG.sourceName) || record.sourceName || null,
      ...(tags.get(TAG.diff) ? { diffKept: true } : {}),
    },
    // A logged model carries the requirements it was saved with.
    ...([TAG.loggedModels, TAG.environment, TAG.image].some((name) => tags.get(name))
      ? { environmentKept: true }
      : {}),
    ...details,
  }
}

/** Who ran it. `unknown` is what MLflow writes where it was not told. */
export function userOf(recorded: string | null, tag: string | undefined): string | null {
  if (recorded !== null && recorded !== '' && recorded !== 'unknown') return recorded
  return tag || null
}

/** An experiment's primary metric, where its tags state one. */
export function primaryMetricOf(
  tags: ReadonlyMap<string, string>,
): { readonly name: string; readonly greaterIsBetter: boolean | null } | null {
  const name = tags.get(TAG.primaryMetric)
  if (!name) return null
  return { name, greaterIsBetter: booleanOf(tags.get(TAG.greaterIsBetter)) }
}

/** MLflow's statuses: a number in files, a word in databases. */
export function statusOf(written: string): RunStatus | null {
  switch (written) {
    case '1':
    case 'RUNNING':
      return 'running'
    case '2':
    case 'SCHEDULED':
      return 'scheduled'
    case '3':
    case 'FINISHED':
      return 'finished'
    case '4':
    case 'FAILED':
      return 'failed'
    case '5':
    case 'KILLED':
      return 'killed'
    default:
      return null
  }
}

/** The stage of a registered version; MLflow writes the word `None` for none. */
export function stageOf(written: string | null): string | null {
  return written === null || written === '' || written === 'None' ? null : written
}

/** The stage of a version that was deleted (`mlflow/entities/model_registry/model_version_stages.py`). */
export const DELETED_STAGE = 'Deleted_Internal'

/** Registered versions in the order of their models, then of their numbers. */
export function byVersion(
  a: Pick<RegisteredVersion, 'model' | 'version'>,
  b: Pick<RegisteredVersion, 'model' | 'version'>,
): number {
  if (a.model !== b.model) return a.model < b.model ? -1 : 1
  return Number(a.version) - Number(b.version) || (a.version < b.version ? -1 : 1)
}

function dirtyOf(dirty: string | undefined, diff: string | undefined): boolean | null {
  const stated = booleanOf(dirty)
  if (stated !== null) return stated
  return diff ? true : null
}

function booleanOf(text: string | undefined): boolean | null {
  if (text === undefined) return null
  if (/^true$/i.test(text)) return true
  return /^false$/i.test(text) ? false : null
}
