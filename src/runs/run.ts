import type { Gap } from '../gap.ts'

/** The stable name of a run over time: the source's alias, a colon, and the run's own id: `mlflow:2/3fa2c1…`. */
export type RunKey = string

export const RUN_STATUSES = ['running', 'scheduled', 'finished', 'failed', 'killed', 'unknown'] as const

export type RunStatus = (typeof RUN_STATUSES)[number]

/** An id that was drawn: digits in base 16, as MLflow and every UUID have them. */
const DRAWN_ID = /^(?=.*\d)[0-9a-f]{12,}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const LONGEST_SHORT_ID = 48

/**
 * What people call a run by beside its name, and can type: the first eight characters of an id that was drawn; the last part of one that is a path or
 * a name (`exp-003-xgboost`), cut where it is very long.
 */
export function shortId(id: string): string {
  const last = id.slice(id.lastIndexOf('/') + 1)
  return isDrawnId(last) ? last.slice(0, 8) : last.slice(0, LONGEST_SHORT_ID)
}

/** Whether an id was drawn, so that no two runs share it but where one store was copied from another. */
export function isDrawnId(id: string): boolean {
  return DRAWN_ID.test(id)
}

/** Whether a run's name says no more than its id does. */
export function isNamedByItsId({ id, name }: { readonly id: string; readonly name: string }): boolean {
  return id.startsWith(name) || shortId(id).startsWith(name)
}

/** Whether a run ended before it was done: it failed, or was killed. */
export function isBroken({ status }: { readonly status: RunStatus }): boolean {
  return status === 'failed' || status === 'killed'
}

/**
 * Whether what a run logged may be ranked: it finished, or its log tells of no run's end (event files, tables). What broke or is still
 * open may not.
 */
export function isDone({ status }: { readonly status: RunStatus }): boolean {
  return status === 'finished' || status === 'unknown'
}

/** Where a value was read: the source's alias, a file relative to the source, and its line or row where there is one. */
export interface Origin {
  readonly source: string
  readonly file: string
  readonly line?: number
  /** A row of a database in the reader's words: `params(run_uuid=…, key=lr)`. */
  readonly row?: string
}

/** One value of a metric. `value` may be NaN or infinite; `time` is in milliseconds since 1970. */
export interface Point {
  readonly step: number | null
  readonly value: number
  readonly time: number | null
  readonly origin: Origin
}

/**
 * What a list knows of a metric without reading its history. `last` follows the tracker's own rule (MLflow: the
 * maximum by step, time, value). `min`, `max`, `count` and `nonFinite` are null where telling them means reading the
 * whole history. `min` and `max` are over finite values only.
 */
export interface MetricSummary {
  readonly last: number
  readonly lastStep: number | null
  readonly min: number | null
  readonly max: number | null
  readonly minStep: number | null
  readonly maxStep: number | null
  readonly count: number | null
  readonly nonFinite: number | null
}

/** What of a metric's summary its last value alone does not tell. */
export const LAST_ALONE = {
  min: null,
  max: null,
  minStep: null,
  maxStep: null,
  count: null,
  nonFinite: null,
} as const satisfies Partial<MetricSummary>

/** What a list needs of a run: no history. Times are milliseconds since 1970 (UTC). */
export interface RunSummary {
  readonly key: RunKey
  /** The run's own id, as its tracker writes it. */
  readonly id: string
  /** The alias of the source. */
  readonly source: string
  readonly experiment: { readonly id: string; readonly name: string }
  readonly name: string
  readonly user: string | null
  readonly url: string | null
  readonly status: RunStatus
  /** Whether somebody deleted it, or its experiment, in the tracker. Such a run is in no ranking. */
  readonly deleted: boolean
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly parent: RunKey | null
  /** Parameters as the text that was logged, in the order of their names. */
  readonly params: ReadonlyMap<string, string>
  readonly metrics: ReadonlyMap<string, MetricSummary>
  /** The user's own tags; the tracker's system tags are told by other fields. */
  readonly tags: ReadonlyMap<string, string>
  /** The same run in other sources, whose parameters and metrics stand here too; left out where there is none. */
  readonly also?: readonly AlsoIn[]
}

/** A run of another source that was found to be the same run. */
export interface AlsoIn {
  readonly key: RunKey
  /** The alias of that source. */
  readonly source: string
  /** The evidence, in words: "its files lie below this run's". */
  readonly why: string
}

/** A data set that a run says it used. */
export interface DataSet {
  readonly name: string
  readonly digest: string
  /** What it was used for, where logged: `training`, `eval`. */
  readonly context: string | null
}

/** A version of a model in the tracker's registry: what became of a run. */
export interface RegisteredVersion {
  readonly model: string
  readonly version: string
  /** The stage it stands in, as the tracker writes it (`Production`, `Archived`); null for none. */
  readonly stage: string | null
  /** Names that point at this version, sorted: `champion`. */
  readonly aliases: readonly string[]
  readonly origin: Origin
}

/** One training run as its log tells it, without its points (`RunSource.history` streams those). */
export interface Run extends RunSummary {
  readonly note: string | null
  readonly code: {
    readonly commit: string | null
    readonly dirty: boolean | null
    readonly branch: string | null
    readonly entryPoint: string | null
    /** True where the log keeps the uncommitted changes themselves. */
    readonly diffKept?: boolean
  }
  /** True where the log keeps the packages it ran with: a logged model's requirements, a conda or Docker environment. */
  readonly environmentKept?: boolean
  readonly dataSets: readonly DataSet[]
  /** The registered models made of it, by name, then version; left out where there are none. */
  readonly registered?: readonly RegisteredVersion[]
  /** How many artifacts there are, or null where they cannot be seen. */
  readonly artifacts: number | null
  readonly gaps: readonly Gap[]
  /** Where each parameter, metric and the run's own fields were read. */
  readonly origins: {
    readonly run: Origin
    readonly params: ReadonlyMap<string, Origin>
    readonly metrics: ReadonlyMap<string, Origin>
  }
}

/** An experiment: a named set of runs, whose description is evidence (the author explains things there). */
export interface Experiment {
  readonly id: string
  readonly name: string
  /** The description that a person wrote, Markdown as typed. */
  readonly note: string | null
  /** The primary metric, where the tracker states one. */
  readonly primaryMetric: {
    readonly name: string
    readonly greaterIsBetter: boolean | null
  } | null
  readonly origin: Origin
}

/** A file that a run left behind, by its path below the run's own root, with `/` on every system; its size in bytes. */
export interface Artifact {
  readonly path: string
  readonly size: number
  readonly origin: Origin
}

/**
 * The end of a log that a run left behind: whole lines, without control characters, of at most 16 KiB. It is untrusted text,
 * and may hold secrets.
 */
export interface LogTail {
  /** The artifact's path. */
  readonly path: string
  readonly lines: readonly string[]
  readonly origin: Origin
}
