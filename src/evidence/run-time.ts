import type { Run } from '../runs/run.ts'
import type { Address, EvidenceRun } from './evidence.ts'

/** Below ten minutes nobody asks what runs cost: findings on time are then silent. */
export const LEAST_SECONDS = 600

/** How long runs took together, with nothing counted twice. */
export interface RunTime {
  /**
   * Seconds that each run took beyond its children, by address; runs without a start or an end, or that ended before they started, are not in
   * it.
   */
  readonly own: ReadonlyMap<Address, number>
  /** Their sum: parallel runs count each; a parent counts only where its children do not fill its time. */
  readonly total: number
  /** Seconds on the clock in which at least one of the runs was going. */
  readonly onTheClock: number
  /** Runs whose time is not known. */
  readonly unknown: readonly EvidenceRun[]
}

/** Seconds from start to end; null where one of them is not logged, or the end stands before the start. */
export function secondsOf({ startedAt, endedAt }: Run): number | null {
  return startedAt === null || endedAt === null || endedAt < startedAt ? null : (endedAt - startedAt) / 1000
}

/** The time of runs among which some may enclose others. */
export function runTime(runs: readonly EvidenceRun[]): RunTime {
  const byKey = new Map(runs.map((one) => [one.run.key, one]))
  const parentOf = (one: EvidenceRun): EvidenceRun | undefined =>
    one.run.parent === null ? undefined : byKey.get(one.run.parent)
  const openChildren = new Map<EvidenceRun, number>()
  for (const one of runs) {
    const parent = parentOf(one)
    if (parent !== undefined) openChildren.set(parent, (openChildren.get(parent) ?? 0) + 1)
  }
  // From the leaves upwards; runs that enclose each other in a circle are never reached, and count by themselves.
  const ofChildren = new Map<EvidenceRun, number>()
  const own = new Map<Address, number>()
  const ready = runs.filter((one) => !openChildren.has(one))
  const seen = new Set(ready)
  for (let index = 0; index < ready.length; index += 1) {
    const one = ready[index]
    if (one === undefined) break
    const inside = ofChildren.get(one) ?? 0
    const seconds = secondsOf(one.run)
    if (seconds !== null) own.set(one.address, Math.max(0, seconds - inside))
    const parent = parentOf(one)
    if (parent === undefined) continue
    ofChildren.set(parent, (ofChildren.get(parent) ?? 0) + Math.max(seconds ?? 0, inside))
    const left = (openChildren.get(parent) ?? 1) - 1
    openChildren.set(parent, left)
    if (left === 0 && !seen.has(parent)) {
      seen.add(parent)
      ready.push(parent)
    }
  }
  for (const one of runs) {
    const seconds = secondsOf(one.run)
    if (!seen.has(one) && seconds !== null) own.set(one.address, seconds)
  }
  return {
    own,
    total: [...own.values()].reduce((sum, seconds) => sum + seconds, 0),
    onTheClock: clockSeconds(runs),
    unknown: runs.filter(({ run }) => secondsOf(run) === null),
  }
}

function clockSeconds(runs: readonly EvidenceRun[]): number {
  const spans = runs
    .flatMap(({ run }) =>
      run.startedAt === null || run.endedAt === null || run.endedAt < run.startedAt
        ? []
        : [[run.startedAt, run.endedAt] as const],
    )
    .toSorted((a, b) => a[0] - b[0])
  let covered = 0
  let until = Number.NEGATIVE_INFINITY
  for (const [start, end] of spans) {
    if (end > until) covered += end - Math.max(start, until)
    until = Math.max(until, end)
  }
  return covered / 1000
}
