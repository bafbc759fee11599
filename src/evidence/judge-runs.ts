import { isDone } from '../runs/run.ts'
import { comparableFor } from './comparable-as.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'
import { rankedBy } from './headline.ts'
import { type Break, protocolTimeline, statedPrimary } from './protocol-timeline.ts'
import { startOf } from './start-of.ts'

/** Where another metric became the primary one. */
export interface PrimaryBreak extends Pick<Break, 'from' | 'to'> {
  readonly at: EvidenceRun
}

/** The places at which another metric became the primary one, in order of time. */
export function primaryBreaks(
  runs: readonly EvidenceRun[],
  { experiments }: Pick<EvidenceWithoutFindings, 'experiments'>,
): readonly PrimaryBreak[] {
  const byKey = new Map(runs.map((one) => [one.run.key, one]))
  return protocolTimeline(
    runs.map(({ run }) => run),
    experiments,
  ).flatMap(({ what, from, to, at }): readonly PrimaryBreak[] => {
    const one = byKey.get(at)
    return what !== 'primary metric' || one === undefined ? [] : [{ from, to, at: one }]
  })
}

/** The metric that decided when these runs were made, and the runs that may be ranked with the newest of them, best first. */
export function judgeRuns(
  runs: readonly EvidenceRun[],
  breaks: readonly PrimaryBreak[],
  evidence: EvidenceWithoutFindings,
): {
  readonly metric: string
  readonly newest: EvidenceRun
  readonly ranked: readonly EvidenceRun[]
} | null {
  const finished = runs.findLast(({ run }) => isDone(run))
  if (finished === undefined) return null
  const stated =
    statedPrimary(finished.run) ??
    evidence.experiments.find(({ id }) => id === finished.run.experiment.id)?.primaryMetric?.name
  const next = breaks.find(({ at }) => startOf(at) > startOf(finished))
  const metric = stated ?? next?.from ?? breaks.at(-1)?.to ?? evidence.lead?.metric
  if (metric === undefined || evidence.metrics.direction(metric) === null) return null
  const ranked = rankedBy(
    metric,
    runs.filter((one) => comparableFor(one, metric) === comparableFor(finished, metric)),
    evidence.metrics,
  )
  return ranked.length === 0 ? null : { metric, newest: finished, ranked }
}
