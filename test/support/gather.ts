import type { Evidence } from '../../src/evidence/evidence.ts'
import { type GatherRequest, gatherEvidence } from '../../src/evidence/gather-evidence.ts'
import type { Run } from '../../src/runs/run.ts'
import { makeNote } from './make-note.ts'

/** Evidence gathered from runs and lines of a note, with plain settings. */
export function gather(
  runs: readonly Run[],
  lines: readonly string[] = [],
  options: Partial<GatherRequest> = {},
): Evidence {
  return gatherEvidence({
    project: { name: 'Forecast', goal: null },
    span: { from: Date.UTC(2026, 2, 2), until: Date.UTC(2026, 2, 3), timeZone: 'UTC' },
    runs: runs.map((run) => ({ run, points: new Map(), curves: new Map() })),
    earlier: [],
    otherRuns: { count: 0, users: [] },
    experiments: [],
    notes: lines.length === 0 ? [] : [makeNote(lines)],
    gaps: [],
    metrics: { directions: {}, headline: {}, units: {} },
    rules: {
      repeats: { ignore: [], tolerance: 0.01 },
      waivers: [],
      costs: { currency: 'USD' },
      production: [],
    },
    mask: (text) => text,
    ...options,
  })
}
