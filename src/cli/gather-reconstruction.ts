import path from 'node:path'
import { reconstructionKind } from '../documents/reconstruction/reconstruction-kind.ts'
import { type SetupSubject, setupSubjectSchema } from '../evidence/setup/setup-subject.ts'
import { type Gap, isGap } from '../gap.ts'
import type { Run, RunKey } from '../runs/run.ts'
import type { RunSource } from '../runs/run-source.ts'
import type { DocumentSummary } from '../stores/store.ts'
import type { DocumentSession, WriteOptions } from './document-session.ts'
import type { WrittenMatter } from './draft-document.ts'
import { findRunOrName } from './find-run.ts'
import { maskOf } from './gather-day.ts'
import { gatherMatter } from './gather-matter.ts'
import { openSources, requireSources, sentence } from './open-sources.ts'
import { readSetup } from './read-setup.ts'

/** Options of `narrate reconstruct`. */
export interface ReconstructOptions extends WriteOptions {
  readonly unclear?: readonly string[]
  readonly answer?: readonly string[]
  readonly by?: string
  readonly check?: string
  readonly code?: string
}

/** What a reconstruction is written from. */
export interface ReconstructionMatter extends WrittenMatter {
  readonly subject: SetupSubject
}

const DAY = 24 * 3_600_000
/** Notes from so many days before a run's start, and after its end, may tell of it. */
const DAYS_BEFORE = 1.5
const DAYS_AFTER = 2
const MOST_OTHERS = 5000

/**
 * The matter of a reconstruction: the run, what it left, its code at its commit, its siblings, the notes of those days, earlier
 * documents. What was answered before, in the newest reconstruction of the run, is carried on, and that one superseded.
 */
export async function gatherReconstruction(
  typed: string,
  answers: SetupSubject['answers'],
  session: DocumentSession<ReconstructOptions>,
): Promise<ReconstructionMatter> {
  const { options, print, store } = session
  const { run, subject, gaps } = await readOne(typed, session)
  for (const one of gaps) print.warn(sentence(one))
  const before = await newestOf(run.key, session)
  const known =
    before === null ? null : setupSubjectSchema.safeParse((await store.read(before.id)).evidence.subject)
  const carried = known?.success === true ? known.data : null
  const whole: SetupSubject = {
    ...subject,
    unclear: [...new Set([...(carried?.unclear ?? []), ...(options.unclear ?? [])])],
    answers: [...(carried?.answers ?? []), ...answers],
  }
  const start = run.startedAt ?? run.endedAt
  const matter = await gatherMatter(
    {
      kind: reconstructionKind,
      subject: whole,
      isTold: ({ key }) => key === run.key,
      span:
        start === null
          ? null
          : { from: start - DAYS_BEFORE * DAY, until: (run.endedAt ?? start) + DAYS_AFTER * DAY },
      withUndatedNotes: true,
      isCited: ({ kind, runs }) => kind !== 'reconstruction' && runs.includes(run.key),
    },
    session,
  )
  const { evidence } = matter
  return {
    ...matter,
    subject: whole,
    evidence: { ...evidence, gaps: [...evidence.gaps, ...gaps] },
    supersedes: before?.id ?? null,
    isPartial: matter.isPartial,
  }
}

async function readOne(
  typed: string,
  session: DocumentSession<ReconstructOptions>,
): Promise<{ readonly run: Run; readonly subject: SetupSubject; readonly gaps: readonly Gap[] }> {
  const { options, parts, project, world } = session
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  try {
    requireSources(opened)
    const { source, key } = await findRunOrName(typed, opened)
    const run = await source.read(key, { withHistory: true })
    const { openCodeHistory } = await import('../repository/code-history.ts')
    const folder = options.code === undefined ? project.root : path.resolve(world.cwd, options.code)
    const history = await openCodeHistory(folder, world)
    const read = await readSetup({
      run,
      source,
      others: await othersOf(run, source),
      history: history === null || isGap(history) ? null : history,
      mask: maskOf(project.settings, world),
      signal: world.signal,
    })
    return {
      run,
      subject: read.subject,
      gaps: [...(history !== null && isGap(history) ? [history] : []), ...read.gaps],
    }
  } finally {
    await opened.close()
  }
}

async function othersOf(run: Run, source: RunSource): Promise<readonly Run[]> {
  const others: Run[] = []
  for await (const found of source.readAll({
    experiments: [run.experiment.id],
    order: 'newest',
    limit: MOST_OTHERS,
  }))
    if (!isGap(found) && found.key !== run.key) others.push(found)
  return others
}

async function newestOf(run: RunKey, { store }: DocumentSession): Promise<DocumentSummary | null> {
  let newest: DocumentSummary | null = null
  for await (const found of store.list({ kind: 'reconstruction', run }))
    if (!isGap(found) && found.supersededBy === null && (newest === null || found.savedAt > newest.savedAt))
      newest = found
  return newest
}
