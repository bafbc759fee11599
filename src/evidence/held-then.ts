import type { Experiment, Run } from '../runs/run.ts'
import type { EvidenceQuote } from './evidence.ts'
import { mentionsOf } from './mentions-of.ts'
import { statedPrimary } from './protocol-timeline.ts'

/** What was known on a day that is over. */
export interface PastDay {
  /** All runs of the project until then, in order of their start. */
  readonly before: readonly Run[]
  readonly experiments: readonly Experiment[]
}

/**
 * The metric that decided on a day that is over, where it was not the one that narrate.yaml names now: the last one that
 * runs or their experiments stated until then, or else one that the day's notes speak of while nothing names the present
 * one. The words of the day must bear it out. Null where narrate.yaml's is as good a guess.
 */
export function heldThen(
  present: string,
  past: PastDay,
  runs: readonly Run[],
  quotes: readonly EvidenceQuote[],
): { readonly metric: string; readonly from: string } | null {
  const logged = new Set(runs.flatMap((run) => [...run.metrics.keys()]))
  const spoken = (metric: string): number => mentionsOf(metric, quotes)
  const stated = lastStated(past)
  if (stated !== null) {
    const isBorneOut = spoken(stated.metric) > 0 && spoken(stated.metric) >= spoken(present)
    return stated.metric !== present && logged.has(stated.metric) && isBorneOut ? stated : null
  }
  const notes = quotes.filter(({ kind }) => kind !== 'experiment')
  const [most, next] = [...logged]
    .filter((metric) => metric !== present && !/train/i.test(metric))
    .map((metric) => ({ metric, count: mentionsOf(metric, notes) }))
    .sort((a, b) => b.count - a.count || Number(/val/i.test(b.metric)) - Number(/val/i.test(a.metric)))
  if (most === undefined || most.count === 0 || spoken(present) > 0) return null
  // Two metrics of one name, on two parts of the data: which of them is meant is not said.
  const isTie =
    next !== undefined && next.count === most.count && /val/i.test(next.metric) === /val/i.test(most.metric)
  return isTie ? null : { metric: most.metric, from: 'the notes of that day' }
}

function lastStated({
  before,
  experiments,
}: PastDay): { readonly metric: string; readonly from: string } | null {
  const byExperiment = new Map(
    experiments.flatMap((one) => (one.primaryMetric === null ? [] : [[one.id, one] as const])),
  )
  for (const run of before.toReversed()) {
    const tagged = statedPrimary(run)
    if (tagged !== undefined) return { metric: tagged, from: 'the tags of the runs until then' }
    const experiment = byExperiment.get(run.experiment.id)
    if (experiment?.primaryMetric != null)
      return { metric: experiment.primaryMetric.name, from: `experiment ${experiment.name} in the tracker` }
  }
  return null
}
