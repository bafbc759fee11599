import { NarrateError } from '../errors.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import { maskRun } from '../evidence/mask-run.ts'
import type { Run, RunKey } from '../runs/run.ts'
import { savedAtOf } from '../stores/evidence-record.ts'
import type { KeyHistory } from '../stores/key-history.ts'
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
  const history = await opened.keys()
  const known = new Map<string, LiveRun>()
  const documents: VerifiedFile[] = []
  for (const one of verified.documents) {
    const findings: VerifyFinding[] = []
    let movedOn = 0
    for (const { run: frozen, now: key } of await runsOf(one, store, history)) {
      world.signal.throwIfAborted()
      const now = known.get(key) ?? (await readNow(frozen, key, opened, mask))
      known.set(key, now)
      onRead(known.size)
      const compared = compareLive(frozen, now, { isRelinked: key !== frozen.key })
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

/** All runs of a document's evidence, with the keys they have now; none where it was found to be broken already. */
async function runsOf(
  { id, findings }: VerifiedFile,
  store: Pick<Store, 'evidence'>,
  history: KeyHistory,
): Promise<readonly { readonly run: Run; readonly now: RunKey }[]> {
  if (findings.some(({ kind }) => kind === 'unreadable' || kind === 'missing')) return []
  const read = await store.evidence(id)
  if ('why' in read) return []
  const evidence = thawEvidence(read.value.evidence ?? null)
  const savedAt = savedAtOf(read.value)
  return [...evidence.runs, ...evidence.earlier, ...evidence.deleted].map(({ run }) => ({
    run,
    now: history.now(run.key, savedAt),
  }))
}

async function readNow(
  frozen: Run,
  key: RunKey,
  opened: OpenedSources,
  mask: (text: string) => string,
): Promise<LiveRun> {
  const byKey = (await findRuns(key, opened)).find((one) => one.key === key)
  // A run that was joined with one of another source since is held against what its own source tells.
  const own = opened.sources.find(({ source }) => key.startsWith(`${source.alias}:`))?.source
  const joined =
    own !== undefined && (await opened.primaryOf(key)) !== null ? { source: own, key } : undefined
  // The same store may be read under another alias, from another place.
  const match =
    byKey ??
    joined ??
    (await findRuns(frozen.id, opened)).find(
      (one) =>
        one.key.slice(one.key.indexOf(':') + 1) === frozen.id ||
        (one.source.idsAreUnique && one.key.endsWith(`/${frozen.id}`)),
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
