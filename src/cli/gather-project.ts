import type { Evidence, EvidenceQuote } from '../evidence/evidence.ts'
import { type GatherRequest, gatherEvidence } from '../evidence/gather-evidence.ts'
import { type Gap, isGap } from '../gap.ts'
import type { SessionNote, Span } from '../notes/note.ts'
import { readLogTails, readSeries, withoutRepeats } from '../runs/collect-runs.ts'
import { identityOf } from '../runs/identity.ts'
import type { Experiment, Run, RunKey } from '../runs/run.ts'
import type { OpenedSource, RunQuery, RunSource } from '../runs/run-source.ts'
import type { World } from '../world.ts'
import { dayRule, type Project } from './find-project.ts'
import { maskOf } from './gather-day.ts'

/** Which runs are gathered, and what is read of them. */
export interface ProjectRequest {
  readonly project: Project
  readonly sources: readonly OpenedSource[]
  readonly query: RunQuery
  /** Only runs that pass; the others are not read as earlier ones either. */
  readonly isWanted?: (run: Run) => boolean
  /** Which of these are told; the others may be mentioned by findings. Left out: all are told. */
  readonly isTold?: (run: Run) => boolean
  /** Whether histories are read, for what curves tell. */
  readonly withHistory: boolean
  /** Whether points of the histories may be cited by their step; they take most of the room. Default: true. */
  readonly withPoints?: boolean
  /** Which passages of the notes are taken along, by the runs that they are found to be about. Left out: all. */
  readonly isNoted?: (quote: EvidenceQuote, evidence: Evidence) => boolean
  readonly onRead?: (done: number) => void
  /** What else is evidence, where anything is: notes, earlier documents, given values, findings of the document's kind. */
  readonly beside?: (told: readonly Run[]) => Promise<Beside>
}

/** What is evidence beside runs. A span takes the place of that from the first run's start to the last one's end. */
export type Beside = Partial<
  Pick<GatherRequest, 'notes' | 'notesByDay' | 'documents' | 'given' | 'finder' | 'expectations' | 'gaps'>
> & { readonly span?: Span }

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
  const others: Run[] = []
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
      else if (!seen.has(identityOf(source, found.id)) && request.isWanted?.(found) !== false) {
        seen.add(identityOf(source, found.id))
        sourceOf.set(found.key, source)
        if (found.deleted || request.isTold?.(found) === false) others.push(found)
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
  const { span, ...rest } = (await request.beside?.(runs.map(({ run }) => run))) ?? {}
  const gathering = {
    project: { name: project.name, goal: project.settings.goal ?? null },
    span: {
      ...(span ??
        spanOfRuns(
          [...runs.map(({ run }) => run), ...(request.isTold === undefined ? others : [])],
          world.now(),
          query.startedBefore,
        )),
      timeZone: dayRule(project, world).timeZone,
    },
    runs: runs.map((one) => ({ ...one, logTail: logTails.get(one.run.key) ?? null })),
    earlier: others,
    otherRuns: { count: 0, users: [] },
    experiments: experiments.filter(({ id }) => runs.some(({ run }) => run.experiment.id === id)),
    notes: [] as readonly SessionNote[],
    ...rest,
    // Listing runs and listing experiments stumble over the same files.
    gaps: withoutRepeats([...gaps, ...ofValues, ...(rest.gaps ?? [])]),
    metrics: project.settings.metrics,
    rules: project.settings,
    mask: maskOf(project.settings, world),
  }
  const first = gatherEvidence(gathering)
  if (request.isNoted === undefined) return { evidence: first, isPartial }
  const notes = notedIn(first, gathering.notes, request.isNoted)
  return { evidence: gatherEvidence({ ...gathering, notes }), isPartial }

  async function seriesOf(source: RunSource, run: Run): ReturnType<typeof readSeries> {
    if (!withHistory) return { points: new Map(), curves: new Map() }
    const series = await readSeries(source, run, world.signal, ofValues)
    return request.withPoints === false ? { ...series, points: new Map() } : series
  }
}

/** The notes with those of their passages alone that are wanted, now that it is known which runs they are about. */
function notedIn(
  evidence: Evidence,
  notes: readonly SessionNote[],
  isNoted: (quote: EvidenceQuote, evidence: Evidence) => boolean,
): readonly SessionNote[] {
  const noted = evidence.quotes.filter((quote) => isNoted(quote, evidence))
  const wanted = new Set(noted.map(({ noteId, line, place }) => `${noteId} ${place} ${line}`))
  return notes.flatMap((note) => {
    const own = note.quotes.filter(({ file, line }) => wanted.has(`${note.id} ${file} ${line}`))
    return own.length === 0 ? [] : [{ ...note, quotes: own }]
  })
}

/** From the first start to the last end of runs; nothing but now where none of them tells one. */
export function spanOfRuns(runs: readonly Run[], now: number, atLeastUntil = 0): Span {
  const times = runs.flatMap((run) => [run.startedAt, run.endedAt]).filter((at) => at !== null)
  return {
    from: times.reduce((first, at) => Math.min(first, at), now),
    until: times.reduce((last, at) => Math.max(last, at + 1), atLeastUntil),
  }
}
