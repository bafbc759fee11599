import type { Break } from '../evidence/protocol-timeline.ts'
import type { Run, RunKey } from '../runs/run.ts'
import { isBroken } from '../runs/run.ts'

/** What tells why a run failed, or why the protocol changed, and where that stands. */
export interface Explanation {
  readonly by: 'note' | 'document' | 'tracker' | 'narrate.yaml'
  readonly place: string
  readonly line: number | null
  readonly text: string
}

/** A change of the protocol with the passage that gives its reason, if there is one. */
export interface ChangeTold {
  readonly change: Break
  readonly reason: Explanation | null
}

/** What coverage is counted over: the runs that were found, and what was written of them. */
export interface CoverageParts {
  /** Deleted ones left out. */
  readonly runs: readonly Run[]
  /** The documents that tell each run, by their ids. */
  readonly told: ReadonlyMap<RunKey, readonly string[]>
  readonly explained: ReadonlyMap<RunKey, Explanation>
  readonly changes: readonly ChangeTold[]
}

/** How many there are and for how many of them something stands; `percent` is rounded down, null where there are none. */
export interface Share {
  readonly count: number
  readonly covered: number
  readonly percent: number | null
}

/** The coverage of all runs, or of those of one experiment. */
export interface CoverageRow {
  readonly experiment: Run['experiment'] | null
  /** Runs that ended, and those of them that a document tells. */
  readonly runs: Share
  /** Runs that failed or were killed, and those of them that something explains. */
  readonly failures: Share
  /** Changes of the protocol, and those of them that have a reason. */
  readonly changes: Share
}

export interface Coverage {
  readonly whole: CoverageRow
  /** By name. */
  readonly experiments: readonly CoverageRow[]
  /** Newest first. */
  readonly untold: readonly Run[]
  readonly unexplained: readonly Run[]
  /** In order of time. */
  readonly changes: readonly ChangeTold[]
  /** Runs that have not ended: they are not counted. */
  readonly open: number
}

/** What a project wrote down of its runs, and what it did not: a function of values. */
export function coverageOf(parts: CoverageParts): Coverage {
  const ended = parts.runs
    .filter(({ status }) => status !== 'running' && status !== 'scheduled')
    .sort(newestFirst)
  const byKey = new Map(parts.runs.map((run) => [run.key, run]))
  const experimentOf = ({ change }: ChangeTold): string => byKey.get(change.at)?.experiment.id ?? ''
  const row = (
    experiment: Run['experiment'] | null,
    runs: readonly Run[],
    changes: readonly ChangeTold[],
  ): CoverageRow => ({
    experiment,
    runs: share(runs, ({ key }) => parts.told.has(key)),
    failures: share(runs.filter(isBroken), ({ key }) => parts.explained.has(key)),
    changes: share(changes, ({ reason }) => reason !== null),
  })
  const groups = Map.groupBy(ended, ({ source, experiment }) => JSON.stringify([source, experiment.id]))
  return {
    whole: row(null, ended, parts.changes),
    experiments: [...groups.values()]
      .flatMap((runs) => {
        const [first] = runs
        if (first === undefined) return []
        const own = parts.changes.filter(
          (one) =>
            experimentOf(one) === first.experiment.id && byKey.get(one.change.at)?.source === first.source,
        )
        return [row(first.experiment, runs, own)]
      })
      .sort((a, b) => compareNames(a.experiment?.name ?? '', b.experiment?.name ?? '')),
    untold: ended.filter(({ key }) => !parts.told.has(key)),
    unexplained: ended.filter((run) => isBroken(run) && !parts.explained.has(run.key)),
    changes: parts.changes,
    open: parts.runs.length - ended.length,
  }
}

/** Which of the three shares are below so many per cent; what there is none of is never below. */
export function belowMinimum(
  { whole }: Coverage,
  least: number,
): readonly ('runs' | 'failures' | 'changes')[] {
  return (['runs', 'failures', 'changes'] as const).filter((name) => {
    const { count, covered } = whole[name]
    return count > 0 && covered * 100 < least * count
  })
}

function share<One>(members: readonly One[], isCovered: (one: One) => boolean): Share {
  const covered = members.filter(isCovered).length
  return {
    count: members.length,
    covered,
    percent: members.length === 0 ? null : Math.floor((covered * 100) / members.length),
  }
}

function newestFirst(a: Run, b: Run): number {
  return (b.startedAt ?? 0) - (a.startedAt ?? 0) || compareNames(a.key, b.key)
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
