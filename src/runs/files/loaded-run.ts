import type { Gap } from '../../gap.ts'
import type { DataSet, Experiment, MetricSummary, RegisteredVersion, Run, RunStatus } from '../run.ts'
import type { ArtifactArchive } from './artifact-archive.ts'
import type { ArtifactFolder } from './artifact-folder.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { AddPoint } from './series.ts'

/** Where one run of a source over files lies, as a listing tells it: nothing of the run was read. */
export interface RunPlace {
  readonly kind: 'place'
  /** The run's own id: a path relative to the location with `/`, or another name that no other run of the source has (`idOfPath`). */
  readonly id: string
  /** Its folder or file relative to the location, for gaps and origins. */
  readonly where: string
  /**
   * Absolute paths of what reading it looks at. A run is read again when one of them changes in size, time or inode; so name the folder too
   * where a file that appears in it would count, and files that may come to be.
   */
  readonly files: readonly string[]
  /** Further paths whose change means reading it again, though they do not tell when it was written: the folder that others may appear in. */
  readonly watched?: readonly string[]
  /**
   * The fingerprint of all those from before they were read, where finding a run is reading them: what changed meanwhile must not be taken for
   * what was read. Left out: it is taken when the place is listed.
   */
  readonly print?: Fingerprint
  /** Where its artifacts lie; null where it has none. */
  readonly artifacts: ArtifactFolder | ArtifactArchive | null
  /** Its experiment, where the place tells: then runs of others need not be read. */
  readonly experiment?: { readonly id: string; readonly name: string }
}

/** A text with the place it was read at; `line` is from 1. */
export interface LoggedText {
  readonly text: string
  readonly file: string
  readonly line?: number
}

/** A value that a tracker states for a metric itself, beside its history or instead of one: W&B's summary. */
export interface StatedValue {
  readonly value: number
  readonly step: number | null
  readonly file: string
  readonly line?: number
}

/** A run as an adapter reads it. What is left out is not known; series go to `Reading.series`. */
export interface LoadedRun {
  readonly experiment: Pick<Experiment, 'id' | 'name'>
  readonly name: string
  readonly status: RunStatus
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly user?: string | null
  readonly url?: string | null
  readonly deleted?: boolean
  /**
   * Of a log that tells no end of the run; left out where it tells one. `status` and `endedAt` are then what they are once it is silent
   * (`asOfNow`).
   */
  readonly open?: OpenEnd
  /** The id of the run that encloses it. */
  readonly parent?: string | null
  readonly params: ReadonlyMap<string, LoggedText>
  readonly tags?: ReadonlyMap<string, string>
  readonly note?: string | null
  readonly code?: Partial<Run['code']>
  readonly environmentKept?: boolean
  readonly dataSets?: readonly DataSet[]
  readonly registered?: readonly RegisteredVersion[] | undefined
  /** How many artifacts there are where they lie in no folder of the run's own; null where they cannot be seen. */
  readonly artifacts?: number | null
  /** The value that stands for a metric whatever its series ends on, and metrics without any series. */
  readonly stated?: ReadonlyMap<string, StatedValue>
  /** What could not be read. One about a metric is called `metric NAME`, and is told with its history too. */
  readonly gaps: readonly Gap[]
  /** Where the run's own fields were read: a file relative to the location. */
  readonly origin: { readonly file: string; readonly line?: number }
}

/** A log that tells no end: the time of its newest entry (ms; null where none has one), and gaps for what breaks off, unless it is being written. */
export interface OpenEnd {
  readonly newest: number | null
  readonly cut: readonly Gap[]
}

/** What an adapter is handed to read one run with. */
export interface Reading {
  /** False where only a list is wanted: an adapter with `hasCheapList` may then leave series unread and state the last values. */
  readonly withHistory: boolean
  /**
   * Where the points of a metric go that stand in a file (its path relative to the location); null where nobody wants them. Points come in
   * the order of the file; a metric may have several files.
   */
  series(metric: string, file: string): AddPoint | null
  /** Throws where the user has stopped; to be called now and then, after giving way to the event loop. */
  stop(): void
}

/** What the base keeps of a run it has read. */
export interface KnownRun {
  /** `artifacts` only where no listing of a folder tells it. */
  readonly run: Omit<Run, 'artifacts'> & Partial<Pick<Run, 'artifacts'>>
  /** When the newest point was logged; null where no point has a time. */
  readonly lastLogged: number | null
  /** Null where the log tells how the run ended, or that it has not. */
  readonly open: OpenEnd | null
}

/** How a summary looks that a value alone makes. */
export function summaryOfValue({ value, step }: StatedValue, isWhole: boolean): MetricSummary {
  const hasNumber = Number.isFinite(value)
  const extreme = isWhole && hasNumber ? { at: value, step } : { at: null, step: null }
  return {
    last: value,
    lastStep: step,
    min: extreme.at,
    max: extreme.at,
    minStep: extreme.step,
    maxStep: extreme.step,
    count: isWhole ? 1 : null,
    nonFinite: isWhole ? (hasNumber ? 0 : 1) : null,
  }
}
