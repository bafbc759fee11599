import type { Gap } from '../gap.ts'
import type { World } from '../world.ts'
import type { Artifact, Experiment, Point, Run, RunKey, RunStatus, RunSummary } from './run.ts'

/** Which runs a list should give. Everything left out does not restrict; filters, order and limit are pushed down. */
export interface RunQuery {
  /** Ids or names of experiments. */
  readonly experiments?: readonly string[]
  /** Runs that started, ended or logged at or after this time (ms); runs still open count as active now. */
  readonly activeSince?: number
  /** Runs that started before this time (ms, exclusive). */
  readonly startedBefore?: number
  readonly statuses?: readonly RunStatus[]
  readonly users?: readonly string[]
  readonly includeDeleted?: boolean
  readonly limit?: number
  /** By start time; runs without one come last. Default: oldest first. */
  readonly order?: 'newest' | 'oldest'
  /** Read every history to fill `min`, `max`, `count` and `nonFinite` of the metrics. Default: false. */
  readonly withHistory?: boolean
}

/**
 * Which part of an artifact to read, in bytes; no source gives more than a mebibyte at once. `skip` so many from the end that it is read
 * from (default: none): a long one is read part by part.
 */
export interface ArtifactPart {
  readonly from: 'head' | 'tail'
  readonly bytes: number
  readonly skip?: number
}

/** The bytes of an artifact of a size that a part means: from the first one on (counted from 0), so many. */
export function spanOfPart(
  { from, bytes, skip = 0 }: ArtifactPart,
  size: number,
): { readonly start: number; readonly length: number } {
  const left = Math.max(0, size - Math.max(0, skip))
  const length = Math.max(0, Math.min(bytes, MOST_ARTIFACT_BYTES, left))
  return { start: from === 'head' ? size - left : left - length, length }
}

/** No source gives more of an artifact at once. */
export const MOST_ARTIFACT_BYTES = 1024 * 1024

/**
 * A place where runs are written down, opened read-only.
 *
 * `list` pushes filters and limits down and reads no history (unless asked); `read` gives one run without its points,
 * `history` streams one series in order of step, then time. What cannot be read arrives as a `Gap` in its place; a
 * source throws `NarrateError('source', …)` only when it cannot be opened or a key names nothing.
 */
export interface RunSource {
  /** The kind's name: `mlflow`. */
  readonly kind: string
  /** The alias that run keys begin with. */
  readonly alias: string
  /** The location as the user named it. */
  readonly location: string
  /**
   * Whether ids are drawn so that two stores of the kind only share one where one was copied from the other (MLflow's are random). False
   * where ids are names of folders or lines of a file.
   */
  readonly idsAreUnique: boolean
  experiments(query?: { readonly includeDeleted?: boolean }): AsyncIterable<Experiment | Gap>
  list(query: RunQuery): AsyncIterable<RunSummary | Gap>
  /**
   * The runs of a list, each read whole (as `read` gives them), in the same order and with the same limits, without a
   * search per run. For findings over a project.
   */
  readAll(query: RunQuery): AsyncIterable<Run | Gap>
  /** Keys of the runs whose id starts with the prefix (deleted ones included); none is an empty list. */
  find(idPrefix: string): Promise<readonly RunKey[]>
  /** With `withHistory`, `min`, `max`, `count` and `nonFinite` of every metric are filled; the points are still not kept. */
  read(key: RunKey, options?: { readonly withHistory?: boolean }): Promise<Run>
  history(key: RunKey, metric: string): AsyncIterable<Point | Gap>
  /**
   * The files that a run left behind, in the order of their paths. Where they lie in a place that is not read (a bucket, another
   * machine), a gap says that they are elsewhere.
   */
  artifacts(key: RunKey): AsyncIterable<Artifact | Gap>
  /**
   * A part of one artifact. The path must be one that `artifacts` gives, else `NarrateError('source')` is thrown; what
   * is listed and cannot be read is a gap.
   */
  readArtifact(key: RunKey, path: string, part: ArtifactPart): Promise<Uint8Array | Gap>
  /** The folders that a run's files lie in, absolute and real; left out by sources whose runs have none of their own. */
  folders?(key: RunKey): Promise<readonly string[]>
  /** Whether all that lies below such a folder belongs to its run, whatever wrote it. */
  readonly ownsFolders?: boolean
  close(): Promise<void>
}

/** A source that could be opened, and which of its experiments are meant (all where left out). */
export interface OpenedSource {
  readonly source: RunSource
  readonly experiments?: readonly string[]
}

/** One kind of run log that narrate can read; `registry.ts` lists them all. */
export interface RunSourceKind {
  readonly name: string
  /** Whether this path or URI is one, by looking at it and never by its name alone. */
  recognises(location: string, world: World): Promise<boolean>
  /** Locations of this kind at or below a directory (not deeper than the kind needs), absolute. */
  detect(directory: string, world: World): Promise<readonly string[]>
  /**
   * Whether a folder is a log of this kind and all that lies below it is its runs' own: then no other kind is looked for where that folder is
   * named. Told by what lies right in it. Left out: never.
   */
  owns?(directory: string, world: World): Promise<boolean>
  open(location: string, alias: string, world: World, options?: OpenOptions): Promise<RunSource>
  /** What the fields of a log mean, by meaning, as guessed: for a user to see and to mend (`OpenOptions.fields`). Null where there is nothing to guess. */
  guessFields?(location: string, world: World): Promise<Readonly<Record<string, readonly string[]>> | null>
  /** Whether a folder can be opened as one log with all that lies below it, at any level. */
  readonly takesAllBelow?: boolean
}

/** What a project says of a source beyond its place. A kind takes what it knows, and leaves the rest. */
export interface OpenOptions {
  /**
   * Where what was read is kept, so that a second look reads only what has changed: a folder that may be missing, and is made when there is
   * something to keep; `stamp` is the version of what reads. Left out: nothing is kept.
   */
  readonly cache?: { readonly folder: string; readonly stamp: string }
  /**
   * Folders are walked once: later lists take the runs where they lay then, as what a command tells is of one moment. A run that is read by its key is
   * looked at anew. Default: false.
   */
  readonly listsOnce?: boolean
  /** Called for each run that is read from its files, as it was not kept from before; a source whose runs lie in no folders need not call it. */
  readonly onRead?: () => void
  /** What fields of the log mean, by meaning: `{ name: label, metrics: [val_auc, 'results.*'] }`; each kind says which meanings it knows. */
  readonly fields?: Readonly<Record<string, string | readonly string[]>>
  /** What lines of console logs mean: `['step {step}: loss {loss}']`, or names of ready-made shapes. */
  readonly lines?: readonly string[]
}
