import { whyUnsound } from '../../src/claims/why-unsound.ts'
import type { Evidence, FindingKind } from '../../src/evidence/evidence.ts'
import type { GatherRequest } from '../../src/evidence/gather-evidence.ts'
import { plainSentence } from '../../src/render/plain-sentence.ts'
import { collectRuns } from '../../src/runs/collect-runs.ts'
import { type FakeRun, fakeSource } from './fake-source.ts'
import { gather } from './gather.ts'

/** Evidence of runs as a log holds them: with whole series, so that curves are traced, and logs, so that their ends are read. */
export async function gatherLogged(
  runs: readonly FakeRun[],
  options: Partial<GatherRequest> = {},
): Promise<Evidence> {
  const collected = await collectRuns({
    sources: [{ source: fakeSource({ runs }, 'fake') }],
    span: { from: 0, until: Number.MAX_SAFE_INTEGER },
    whose: { kind: 'all' },
    told: [],
    signal: new AbortController().signal,
  })
  return gather([], [], {
    runs: collected.runs.map((run) => ({
      run,
      points: collected.points.get(run.key) ?? new Map(),
      curves: collected.curves.get(run.key) ?? new Map(),
      logTail: collected.logTails.get(run.key) ?? null,
    })),
    gaps: collected.gaps,
    ...options,
  })
}

/** A series of so many points, one for each step, from the share of its length. */
export function along(
  length: number,
  value: (share: number, step: number) => number,
): readonly (readonly [number, number])[] {
  return Array.from({ length }, (_, step) => [step, value(step / length, step)] as const)
}

/** The findings of a kind as a reader sees them; fails where one cannot be said. */
export function told(evidence: Evidence, kind: FindingKind): readonly string[] {
  return evidence.findings
    .filter((finding) => finding.kind === kind)
    .map(({ sentence }) => {
      const why = whyUnsound(sentence, evidence)
      if (why !== null) throw new Error(`${sentence}: ${why}`)
      return plainSentence(sentence, evidence)
    })
}
