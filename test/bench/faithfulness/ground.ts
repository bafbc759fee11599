import type { Evidence, Group } from '../../../src/evidence/evidence.ts'
import type { RunStatus } from '../../../src/runs/run.ts'

/** A metric of a run as its log tells it; finite values only. */
export interface GroundMetric {
  readonly name: string
  readonly value: number
  readonly last: number
  readonly min: number
  readonly max: number
  readonly minStep: number | null
  readonly maxStep: number | null
  readonly lastStep: number | null
  readonly count: number
  readonly direction: 'higher' | 'lower' | null
}

/** A run as its log tells it, in plain values. */
export interface GroundRun {
  readonly address: string
  readonly name: string
  readonly id: string
  readonly status: RunStatus
  readonly comparableAs: string
  readonly params: ReadonlyMap<string, string>
  readonly metrics: ReadonlyMap<string, GroundMetric>
  readonly startedAt: number | null
  /** Seconds. */
  readonly duration: number | null
}

/**
 * What is true of a history, worked out from the runs themselves and without any of the code that is measured:
 * every lie is shown to be false, and every honest statement to be true, by this alone.
 */
export interface Ground {
  readonly name: string
  readonly evidence: Evidence
  readonly runs: readonly GroundRun[]
  readonly finished: readonly GroundRun[]
  readonly groups: readonly (Group & { readonly members: readonly GroundRun[] })[]
}

export function groundOf(name: string, evidence: Evidence): Ground {
  const runs = evidence.runs.map(({ address, run, comparableAs }): GroundRun => {
    const metrics = [...run.metrics].flatMap(([metric, summary]): (readonly [string, GroundMetric])[] => {
      const { last, min, max, count } = summary
      if (evidence.metrics.headline(metric) !== 'last' || (summary.nonFinite ?? 0) > 0) return []
      if (!Number.isFinite(last)) return []
      return [
        [
          metric,
          {
            name: metric,
            value: last,
            last,
            min: min ?? last,
            max: max ?? last,
            minStep: summary.minStep,
            maxStep: summary.maxStep,
            lastStep: summary.lastStep,
            count: min === null || max === null ? 1 : (count ?? 1),
            direction: evidence.metrics.direction(metric),
          },
        ],
      ]
    })
    const { startedAt, endedAt } = run
    return {
      address,
      name: run.name,
      id: run.id,
      status: run.status,
      comparableAs,
      params: run.params,
      metrics: new Map(metrics),
      startedAt,
      duration: startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1000,
    }
  })
  const byAddress = new Map(runs.map((run) => [run.address, run]))
  return {
    name,
    evidence,
    runs,
    finished: runs.filter(({ status }) => status === 'finished'),
    groups: evidence.groups.map((group) => ({
      ...group,
      members: group.runs.flatMap((address) => byAddress.get(address) ?? []),
    })),
  }
}

/** The names of metrics that at least so many of the runs have. */
export function metricsOf(runs: readonly GroundRun[], atLeast: number): readonly string[] {
  const counts = new Map<string, number>()
  for (const run of runs) for (const name of run.metrics.keys()) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].flatMap(([name, count]) => (count >= atLeast ? [name] : []))
}

/** Whether two numbers are so far apart that no rounding a reader sees makes one of the other. */
export function isApart(a: number, b: number): boolean {
  return Math.abs(a - b) > 0.01 * Math.max(Math.abs(a), Math.abs(b), 1e-6)
}
