import type { Evidence } from '../evidence/evidence.ts'
import { gatherEvidence } from '../evidence/gather-evidence.ts'
import { type Gap, isGap } from '../gap.ts'
import { readLogTails, readSeries, withoutRepeats } from '../runs/collect-runs.ts'
import type { Experiment, Run, RunKey } from '../runs/run.ts'
import type { RunQuery, RunSource } from '../runs/run-source.ts'
import type { World } from '../world.ts'
import { dayRule, type Project } from './find-project.ts'
import { maskOf } from './gather-day.ts'
import type { OpenedSource } from './open-sources.ts'

/** Which runs are gathered, and what is read of them. */
export interface ProjectRequest {
  readonly project: Project
  readonly sources: readonly OpenedSource[]
  readonly query: RunQuery
  /** Only runs that pass; the others are not read as earlier ones either. */
  readonly isWanted?: (run: Run) => boolean
  /** Whether histories are read, for what curves tell. */
  readonly withHistory: boolean
  readonly onRead?: (done: number) => void
}

/** What was gathered, and whether runs among others could not be read: a bad value of a run is told and is no failure. */
export interface GatheredProject {
  readonly evidence: Evidence
  readonly isPartial: boolean
}

/**
 * The evidence of many runs without any notes: all that was listed are its runs, deleted ones aside. What could not be read
 * is in its gaps.
 */
export async function gatherProject(request: ProjectRequest, world: World): Promise<GatheredProject> {
  const { project, sources, query, withHistory } = request
  const gaps: Gap[] = []
  const ofValues: Gap[] = []
  const experiments: Experiment[] = []
  // A store that was migrated holds the same runs as the one it came from.
  const seen = new Set<string>()
  const sourceOf = new Map<RunKey, RunSource>()
  const runs: Parameters<typeof gatherEvidence>[0]['runs'][number][] = []
  const deleted: Run[] = []
  for (const { source, experiments: own } of sources) {
    for await (const found of source.experiments({ includeDeleted: query.includeDeleted === true })) {
      if (isGap(found)) gaps.push(found)
      else experiments.push(found)
    }
    const wanted = query.experiments ?? own
    const narrowed = {
      ...query,
      includeDeleted: true,
      withHistory,
      ...(wanted === undefined ? {} : { experiments: wanted }),
    }
    for await (const found of source.readAll(narrowed)) {
      world.signal.throwIfAborted()
      if (isGap(found)) gaps.push(found)
      else if (!seen.has(`${source.kind} ${found.id}`) && request.isWanted?.(found) !== false) {
        seen.add(`${source.kind} ${found.id}`)
        sourceOf.set(found.key, source)
        if (found.deleted) deleted.push(found)
        else runs.push({ run: found, ...(await seriesOf(source, found)) })
        request.onRead?.(runs.length)
      }
    }
  }
  const isPartial = gaps.length > 0
  const logTails = await readLogTails(
    runs.map(({ run }) => run),
    (run) => sourceOf.get(run.key),
    world.signal,
    gaps,
  )
  const times = [...runs.map(({ run }) => run), ...deleted]
    .flatMap((run) => [run.startedAt, run.endedAt])
    .filter((at) => at !== null)
  const now = world.now()
  const evidence = gatherEvidence({
    project: { name: project.name, goal: project.settings.goal ?? null },
    span: {
      from: times.reduce((first, at) => Math.min(first, at), now),
      until: times.reduce((last, at) => Math.max(last, at + 1), query.startedBefore ?? 0),
      timeZone: dayRule(project, world).timeZone,
    },
    runs: runs.map((one) => ({ ...one, logTail: logTails.get(one.run.key) ?? null })),
    earlier: deleted,
    otherRuns: { count: 0, users: [] },
    experiments: experiments.filter(({ id }) => runs.some(({ run }) => run.experiment.id === id)),
    notes: [],
    // Listing runs and listing experiments stumble over the same files.
    gaps: withoutRepeats([...gaps, ...ofValues]),
    metrics: project.settings.metrics,
    rules: project.settings,
    mask: maskOf(project.settings, world),
  })
  return { evidence, isPartial }

  async function seriesOf(source: RunSource, run: Run): ReturnType<typeof readSeries> {
    if (!withHistory) return { points: new Map(), curves: new Map() }
    return readSeries(source, run, world.signal, ofValues)
  }
}
