import { NarrateError } from '../errors.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import { type Gap, isGap } from '../gap.ts'
import { listRuns } from '../runs/list-runs.ts'
import type { RunSummary } from '../runs/run.ts'
import type { Store, StoreContents } from '../stores/store.ts'
import { type KnownNumber, numbersOfEvidence, numbersOfRun } from '../verify/candidates.ts'
import type { KnownRuns } from '../verify/check-figures.ts'
import type { OpenedSources } from './open-sources.ts'

/** The runs that figures are looked for in, and what could not be read of them. */
export interface ReadKnownRuns extends KnownRuns {
  readonly gaps: readonly Gap[]
  /** Where they were read. */
  readonly from: 'run logs' | 'frozen evidence'
}

/** All runs of the logs that were opened, with the extremes of their histories. */
export async function knownFromSources(
  opened: OpenedSources,
  signal: AbortSignal,
  onRead: (done: number) => void,
): Promise<ReadKnownRuns> {
  const runs: RunSummary[] = []
  const gaps: Gap[] = [...opened.unread]
  for await (const found of listRuns(opened.sources, { includeDeleted: true, withHistory: true })) {
    signal.throwIfAborted()
    if (isGap(found)) gaps.push(found)
    else {
      runs.push(found.run)
      onRead(runs.length)
    }
  }
  return { runs, numbers: runs.flatMap((run) => numbersOfRun(run)), gaps, from: 'run logs' }
}

/** All runs that documents of the store hold frozen. Throws `NarrateError('source')` where there is none. */
export async function knownFromStore(
  contents: StoreContents,
  store: Pick<Store, 'evidence'>,
): Promise<ReadKnownRuns> {
  const runs = new Map<string, RunSummary>()
  const numbers = new Map<string, KnownNumber>()
  for (const id of contents.recordIds) {
    const read = await store.evidence(id)
    if ('why' in read || read.value.evidence === undefined) continue
    const evidence = thawEvidence(read.value.evidence)
    for (const { run } of [...evidence.runs, ...evidence.earlier, ...evidence.deleted]) runs.set(run.key, run)
    for (const one of numbersOfEvidence(evidence)) numbers.set(JSON.stringify(one), one)
  }
  if (runs.size === 0)
    throw new NarrateError(
      'source',
      'There are no runs to look for numbers in: no run log is in sight, and no document holds any.',
      {
        hint: 'Name a run log with --source PATH.',
      },
    )
  return { runs: [...runs.values()], numbers: [...numbers.values()], gaps: [], from: 'frozen evidence' }
}
