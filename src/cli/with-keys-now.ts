import type { Evidence, EvidenceRun } from '../evidence/evidence.ts'
import type { RunKey } from '../runs/run.ts'

/**
 * Evidence that was frozen, with the keys that its runs have now: what a new document made of it is saved with. A document names runs
 * by the keys of its own time.
 */
export function withKeysNow(evidence: Evidence, now: (key: RunKey) => RunKey): Evidence {
  const renamed = (one: EvidenceRun): EvidenceRun => ({
    ...one,
    run: {
      ...one.run,
      key: now(one.run.key),
      parent: one.run.parent === null ? null : now(one.run.parent),
    },
  })
  return {
    ...evidence,
    runs: evidence.runs.map(renamed),
    earlier: evidence.earlier.map(renamed),
    deleted: evidence.deleted.map(renamed),
  }
}
