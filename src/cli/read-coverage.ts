import type { ChangeTold, CoverageParts, Explanation } from '../documents/coverage.ts'
import { type Break, protocolTimeline } from '../evidence/protocol-timeline.ts'
import { type ReasonPassage, reasonForBreak } from '../evidence/reason-for-break.ts'
import { type Gap, isGap } from '../gap.ts'
import type { SessionNote } from '../notes/note.ts'
import type { Filter } from '../runs/filter/filter.ts'
import { listWholeRuns } from '../runs/list-runs.ts'
import { readExperiments } from '../runs/read-experiments.ts'
import type { Experiment, Run, RunKey } from '../runs/run.ts'
import type { RunQuery } from '../runs/run-source.ts'
import type { Store } from '../stores/store.ts'
import type { World } from '../world.ts'
import { explainFailures } from './explain-failures.ts'
import { findIdentity } from './find-identity.ts'
import type { Project } from './find-project.ts'
import { mayHideRuns } from './gap-weight.ts'
import type { OpenedSources } from './open-sources.ts'
import { readAllNotes } from './read-all-notes.ts'

/** What coverage is counted over, and what could not be read of it. */
export interface CoverageReading extends CoverageParts {
  readonly gaps: readonly Gap[]
  /** Whether runs or documents may be missing: exit 1. */
  readonly isPartial: boolean
}

/** The parts of a protocol whose change needs a reason: it moves every number behind it. */
const NEED_A_REASON: ReadonlySet<Break['what']> = new Set([
  'primary metric',
  'evaluation data',
  'split',
  'threshold',
])

/** Reads runs (no histories), the store's list, and the notes. */
export async function readCoverage(
  asked: { readonly query: RunQuery; readonly filter: Filter },
  opened: OpenedSources,
  store: Store,
  project: Project,
  world: World,
  onRead: (done: number) => void,
): Promise<CoverageReading> {
  const gaps: Gap[] = [...opened.unread]
  const runs: Run[] = []
  for await (const found of listWholeRuns(opened.sources, asked.query, asked.filter)) {
    world.signal.throwIfAborted()
    if (isGap(found)) gaps.push(found)
    else if (!found.run.deleted) {
      runs.push(found.run)
      onRead(runs.length)
    }
  }
  const documents = await readTellers(store)
  const told = withOtherKeys(documents.told, runs)
  const identity = await findIdentity(project, world)
  const { notes, gaps: unreadNotes } = await readAllNotes(project, identity, world)
  const { experiments } = await readExperiments(opened.sources, runs, world.signal)
  const changes = protocolTimeline(runs, experiments)
    .filter(({ what }) => NEED_A_REASON.has(what))
    .map((change) => ({ change, reason: reasonOf(change, runs, notes, experiments, project) }))
  return {
    runs,
    told,
    explained: await explainFailures({ runs, notes, told, store }, project, world),
    changes,
    gaps: [...gaps, ...documents.gaps, ...unreadNotes],
    isPartial: opened.unread.length > 0 || documents.gaps.length > 0 || gaps.some(mayHideRuns),
  }
}

/** The documents that tell each run; what was superseded counts by what took its place. */
async function readTellers(store: Store): Promise<{
  readonly told: ReadonlyMap<RunKey, readonly string[]>
  readonly gaps: readonly Gap[]
}> {
  const told = new Map<RunKey, string[]>()
  const gaps: Gap[] = []
  for await (const found of store.list({})) {
    if (isGap(found)) gaps.push(found)
    else if (found.supersededBy === null)
      for (const key of found.runs) {
        const ids = told.get(key)
        if (ids === undefined) told.set(key, [found.id])
        else ids.push(found.id)
      }
  }
  return { told, gaps }
}

/** A run that is joined with one of another source is told where either of its keys is. */
function withOtherKeys(
  told: ReadonlyMap<RunKey, readonly string[]>,
  runs: readonly Run[],
): ReadonlyMap<RunKey, readonly string[]> {
  const all = new Map(told)
  for (const { key, also = [] } of runs) {
    const ids = also.flatMap((one) => told.get(one.key) ?? [])
    if (ids.length > 0) all.set(key, [...new Set([...(told.get(key) ?? []), ...ids])])
  }
  return all
}

function reasonOf(
  change: ChangeTold['change'],
  runs: readonly Run[],
  notes: readonly SessionNote[],
  experiments: readonly Experiment[],
  project: Project,
): Explanation | null {
  const waiver = project.settings.waivers.find(({ across }) => across === change.what)
  if (waiver !== undefined)
    return { by: 'narrate.yaml', place: 'narrate.yaml', line: null, text: waiver.because }
  const at = runs.find(({ key }) => key === change.at)
  const last = runs.find(({ key }) => key === change.last)
  const passages = [
    ...notes.flatMap((note) =>
      note.quotes.map(
        (quote): ReasonPassage => ({
          text: quote.heading === null ? quote.text : `${quote.heading}: ${quote.text}`,
          place: quote.file,
          line: note.kind === 'commit' ? null : quote.line,
          at: quote.time.kind === 'dated' ? quote.time.at : note.time.kind === 'dated' ? note.time.at : null,
          experiment: null,
        }),
      ),
    ),
    ...experiments.flatMap((one): readonly ReasonPassage[] =>
      one.note === null || one.note.trim() === ''
        ? []
        : [{ text: one.note.trim(), place: one.name, line: null, at: null, experiment: one.id }],
    ),
  ]
  const time = {
    last: last?.startedAt ?? null,
    at: at?.startedAt ?? null,
    experiment: at?.experiment.id ?? '',
  }
  const reason = reasonForBreak(change, time, passages)
  if (reason === null) return null
  const { text, place, line, experiment } = reason
  return { by: experiment === null ? 'note' : 'tracker', place, line, text }
}
