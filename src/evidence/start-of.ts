import type { EvidenceRun } from './evidence.ts'

/** When a run started, ms since 1970; 0 where that is not logged. */
export function startOf({ run }: EvidenceRun): number {
  return run.startedAt ?? 0
}
