import { NarrateError } from '../errors.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import { maskRun } from '../evidence/mask-run.ts'
import type { Run } from '../runs/run.ts'
import type { Store } from '../stores/store.ts'
import { compareLive, type LiveRun } from '../verify/compare-live.ts'
import { bySeriousness, found, type VerifyFinding, type VerifyNotice } from '../verify/verify-finding.ts'
import type { VerifiedFile, VerifiedStore } from '../verify/verify-store.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'
import { findRuns } from './find-run.ts'
import { maskOf } from './gather-day.ts'
import { type OpenedSources, sentence } from './open-sources.ts'

/**
 * What was verified, with what the run logs say by now of every run that a document's evidence holds. A run log that
 * could not be opened is found of the store as a whole.
 */
export async function withLive(
  verified: VerifiedStore,
  opened: OpenedSources,
  store: Pick<Store, 'evidence'>,
  project: Project,
  world: World,
  onRead: (done: number) => void,
): Promise<VerifiedStore> {
  const mask = maskOf(project.settings, world)
  const known = new Map<string, LiveRun>()
  const documents: VerifiedFile[] = []
  for (const one of verified.documents) {
    const findings: VerifyFinding[] = []
    let movedOn = 0
    for (const frozen of await runsOf(one, store)) {
      world.signal.throwIfAborted()
      const now = known.get(frozen.key) ?? (await readNow(frozen, opened, mask))
      known.set(frozen.key, now)
      onRead(known.size)
      const compared = compareLive(frozen, now)
      if (compared.finding !== null) findings.push(compared.finding)
      if (compared.hasMovedOn) movedOn++
    }
    const notices: readonly VerifyNotice[] =
      movedOn === 0
        ? []
        : [{ kind: 'moved-on', count: movedOn, says: `Told as running, and ended since: ${movedOn}.` }]
    documents.push({
      ...one,
      findings: bySeriousness([...one.findings, ...findings]),
      notices: [...one.notices, ...notices],
    })
  }
  const unread = opened.unread.map((gap) => found('unreadable', null, sentence(gap)))
  return { ...verified, documents, findings: bySeriousness([...verified.findings, ...unread]) }
}

/** All runs of a document's evidence; none where that was found to be broken already. */
async function runsOf(
  { id, findings }: VerifiedFile,
  store: Pick<Store, 'evidence'>,
): Promise<readonly Run[]> {
  if (findings.some(({ kind }) => kind === 'unreadable' || kind === 'missing')) return []
  const read = await store.evidence(id)
  if ('why' in read) return []
  const evidence = thawEvidence(read.value.evidence ?? null)
  return [...evidence.runs, ...evidence.earlier, ...evidence.deleted].map(({ run }) => run)
}

async function readNow(frozen: Run, opened: OpenedSources, mask: (text: string) => string): Promise<LiveRun> {
  const byKey = await findRuns(frozen.key, opened)
  // The same store may be read under another alias, from another place.
  const match = [...byKey, ...(byKey.length > 0 ? [] : await findRuns(frozen.id, opened))].find(({ key }) =>
    key.endsWith(frozen.id),
  )
  if (match === undefined) {
    const isUnread = opened.unread.some(({ what }) => what === `source ${frozen.source}`)
    return isUnread
      ? { kind: 'unread', why: `source ${frozen.source} could not be opened` }
      : { kind: 'gone' }
  }
  try {
    return { kind: 'read', run: maskRun(await match.source.read(match.key, { withHistory: true }), mask) }
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    return { kind: 'unread', why: error.message }
  }
}
