import { isDone } from '../../runs/run.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding, PlannedExperiment } from '../evidence.ts'
import { findTried } from '../find-tried.ts'
import { headlineValue, metricSlot } from '../headline.ts'
import { listedRuns, restsOn } from '../listed-runs.ts'

/**
 * What came out of experiments that were planned: finished runs told here that started after a plan and have the very setting
 * of one of its experiments, against the range that was expected. Of several plans with the same experiment the newest counts.
 */
export function planned(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const answered = new Set<string>()
  return (evidence.planned ?? [])
    .toSorted((a, b) => b.at - a.at)
    .flatMap((one) => {
      const runs = followersOf(one, evidence).filter(({ address }) => !answered.has(address))
      for (const { address } of runs) answered.add(address)
      return runs.length === 0 ? [] : [tell(one, runs, evidence)]
    })
}

function followersOf(
  { at, metric, params }: PlannedExperiment,
  { runs, metrics, rules }: EvidenceWithoutFindings,
): readonly EvidenceRun[] {
  const later = runs.filter(
    (one) => isDone(one.run) && (one.run.startedAt ?? 0) > at && headlineValue(one, metric, metrics) !== null,
  )
  if (later.length === 0) return []
  const { settings } = findTried(
    { params, typed: new Set(), scope: 'run' },
    later.map(({ run }) => run),
    rules.repeats,
  )
  const same = new Set(
    settings.filter(({ match }) => match !== 'none').flatMap((one) => one.runs.map(({ key }) => key)),
  )
  return later.filter(({ run }) => same.has(run.key))
}

function tell(
  { plan, id, metric, low, high }: PlannedExperiment,
  runs: readonly EvidenceRun[],
  { metrics }: EvidenceWithoutFindings,
): NewFinding {
  const values = runs.map((one) => headlineValue(one, metric, metrics) ?? 0)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const where = mean < low ? 'below' : mean > high ? 'above' : 'within'
  const range = where === 'within' ? 'within the expected' : `${where} the expected`
  const [first] = runs
  const named = listedRuns(runs.map(({ address }) => address))
  return {
    kind: 'planned',
    warns: true,
    sentence:
      runs.length === 1 && first !== undefined
        ? `${named} ran [[this.experiment]] of the plan [[this.plan]]: ${metric} is [[${metricSlot(first, metric)}]], ${range} [[this.low]] to [[this.high]].`
        : `${named} ran [[this.experiment]] of the plan [[this.plan]]: their mean ${metric} is [[this.mean]], ${range} [[this.low]] to [[this.high]].`,
    rests: restsOn(runs),
    values: {
      low: { value: low, unit: null, metric, how: 'lower end of the range in the plan' },
      high: { value: high, unit: null, metric, how: 'upper end of the range in the plan' },
      ...(runs.length === 1 ? {} : { mean: { value: mean, unit: null, metric, how: 'mean of the runs' } }),
    },
    texts: {
      plan: { text: plan, from: 'id of the plan' },
      experiment: { text: id, from: 'its place in the plan' },
    },
  }
}
