import { isBroken } from '../runs/run.ts'
import { comparableSets } from './comparable-sets.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'
import { rankedBy } from './headline.ts'
import { heldOutLoss, isLoss } from './held-out-loss.ts'
import { rankMetrics } from './rank-metrics.ts'
import { isHeldOut, isTraining, isWord } from './telling-curves.ts'

/** The way that one metric of one run took, by what its whole series tells. */
export interface Trajectory {
  readonly one: EvidenceRun
  readonly metric: string
  /** Which extreme is its best; null where its direction is not known. */
  readonly best: 'min' | 'max' | null
  /** Whether its steps tell anything. */
  readonly hasSteps: boolean
  /** The same measure on the training data, where the run logged both. */
  readonly training: string | null
}

const FEWEST_POINTS = 3
const MOST_RUNS = 12
/** So many that broke off are told however many others there are: how far they got is known from nowhere else. */
const MOST_BROKEN = 3

/**
 * How training went in the runs told, the best ones first: the loss on held-out data (else the first series that tells
 * anything), and the metric that tables lead with where it is a series as well; the runs of one metric together, and
 * behind them a few of those that broke off.
 */
export function trajectories(evidence: EvidenceWithoutFindings): readonly Trajectory[] {
  const loss = tellingSeries(evidence)
  const lead = evidence.lead?.metric
  const metrics = [...new Set([loss, lead].filter((one) => one !== undefined))]
  const known = bestFirst(evidence).filter((one) => metrics.some((metric) => isSeries(one, metric)))
  const broken = known.filter(({ run }) => isBroken(run))
  const whole = known.filter((one) => !broken.includes(one))
  const kept = Math.min(MOST_BROKEN, broken.length)
  const told = [
    ...whole.slice(0, MOST_RUNS - kept),
    ...bestBy(loss, broken, evidence).slice(0, Math.max(kept, MOST_RUNS - whole.length)),
  ]
  return metrics.flatMap((metric) =>
    told.filter((one) => isSeries(one, metric)).map((one) => trajectoryOf(one, metric, evidence)),
  )
}

/** The way of one metric, whatever others tell. */
export function trajectoryOf(
  one: EvidenceRun,
  metric: string,
  { metrics }: Pick<EvidenceWithoutFindings, 'metrics'>,
): Trajectory {
  const curve = one.curves.get(metric)
  const direction = metrics.direction(metric)
  return {
    one,
    metric,
    best: direction === null ? null : direction === 'lower' ? 'min' : 'max',
    hasSteps: curve !== undefined && curve.steps !== 'none',
    training: curve?.training?.metric ?? null,
  }
}

/** Runs that may be ranked, by their sets, then the others in order of their start. */
function bestFirst(evidence: EvidenceWithoutFindings): readonly EvidenceRun[] {
  const { lead, metrics, runs } = evidence
  const ranked =
    lead === null
      ? []
      : comparableSets(evidence, lead.metric).flatMap(({ own }) => rankedBy(lead.metric, own, metrics))
  return [...new Set([...ranked, ...runs])]
}

/** Runs by the best value of a series, whether they finished or not; in their order where its direction is not known. */
function bestBy(
  metric: string | undefined,
  runs: readonly EvidenceRun[],
  { metrics }: EvidenceWithoutFindings,
): readonly EvidenceRun[] {
  const direction = metric === undefined ? null : metrics.direction(metric)
  if (metric === undefined || direction === null) return runs
  const worth = ({ curves }: EvidenceRun): number => {
    const curve = curves.get(metric)
    if (curve === undefined) return Number.POSITIVE_INFINITY
    return direction === 'lower' ? curve.lowest.value : -curve.highest.value
  }
  return runs.toSorted((a, b) => worth(a) - worth(b) || 0)
}

/** The series that tells most of how a run was trained: a held-out loss, else what else was held out, else what there is. */
function tellingSeries({ runs, metrics }: EvidenceWithoutFindings): string | undefined {
  const series = rankMetrics(
    runs.map(({ run }) => run),
    metrics,
  ).filter((metric) => isWord(metric) && runs.some((one) => isSeries(one, metric)))
  const elsewhere = series.filter((metric) => !isTraining(metric))
  return (
    heldOutLoss(series) ??
    series.find((metric) => isHeldOut(metric)) ??
    elsewhere.find((metric) => isLoss(metric)) ??
    elsewhere[0] ??
    series[0]
  )
}

function isSeries(one: EvidenceRun, metric: string): boolean {
  const curve = one.curves.get(metric)
  return curve !== undefined && curve.count - curve.nonFinite >= FEWEST_POINTS
}
