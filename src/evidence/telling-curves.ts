import type { Curve, CurveShape } from '../runs/curve.ts'
import type { Direction } from '../settings.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from './evidence.ts'

/** A curve whose good direction is known, with the shape it has in that direction. */
export interface TellingCurve {
  readonly one: EvidenceRun
  readonly metric: string
  readonly curve: Curve
  readonly direction: Direction
  readonly shape: CurveShape
}

const FEWEST_POINTS = 10
const HELD_OUT = /(^|[^a-z])(val|valid|validation|eval|dev|test|holdout)([^a-z]|$)/i
const TESTED = /(^|[^a-z])test/i
const TRAINING = /(^|[^a-z])(train|training)([^a-z]|$)/i
const LOSS = /loss|error|nll|perplexity/i

/** Whether a name can stand in a sentence: a number cannot. */
export function isWord(metric: string): boolean {
  return /\p{L}/u.test(metric) && Number.isNaN(Number(metric))
}

/** Whether a metric's name says that it was measured on data held out from training. */
export function isHeldOut(metric: string): boolean {
  return HELD_OUT.test(spaced(metric))
}

/** Whether the data that it was held out on are those of the test. */
export function isTested(metric: string): boolean {
  return TESTED.test(spaced(metric))
}

/** Whether a metric's name says that it was measured on the training data. */
export function isTraining(metric: string): boolean {
  return TRAINING.test(spaced(metric))
}

/**
 * The curves of a run that have a shape and a known direction, the one that tells most of the run first: that of the metric that
 * tables lead with, then held-out data (validation before test) before others, losses before others.
 */
export function tellingCurves(one: EvidenceRun, evidence: EvidenceWithoutFindings): readonly TellingCurve[] {
  return [...one.curves]
    .flatMap(([metric, curve]) => {
      const direction = isWord(metric) ? evidence.metrics.direction(metric) : null
      if (direction === null || curve.count - curve.nonFinite < FEWEST_POINTS) return []
      return [
        { one, metric, curve, direction, shape: curve.shape[direction], rank: rankOf(metric, evidence) },
      ]
    })
    .sort((a, b) => a.rank - b.rank || (a.metric < b.metric ? -1 : 1))
}

/** How the best value of a curve is written in an expression, without its brackets. */
export function bestSlot({ one, metric, direction }: TellingCurve): string {
  return `${one.address}.metric[${JSON.stringify(metric)}].${direction === 'lower' ? 'min' : 'max'}`
}

/** The best value of a curve. */
export function bestValue({ curve, direction }: TellingCurve): number {
  return direction === 'lower' ? curve.lowest.value : curve.highest.value
}

/** How the last value of a curve is written in an expression, without its brackets. */
export function lastSlot({ one, metric }: Pick<TellingCurve, 'one' | 'metric'>): string {
  return `${one.address}.metric[${JSON.stringify(metric)}].last`
}

/** The metric of which most curves are, with those: curves of one metric are told together. */
export function mostFrequent<Of extends { readonly metric: string }>(curves: readonly Of[]): readonly Of[] {
  const [first] = [...Map.groupBy(curves, ({ metric }) => metric)].sort(
    ([left, a], [right, b]) => b.length - a.length || (left < right ? -1 : 1),
  )
  return first?.[1] ?? []
}

function rankOf(metric: string, evidence: EvidenceWithoutFindings): number {
  if (metric === evidence.lead?.metric) return 0
  const split = isTraining(metric) ? 4 : !isHeldOut(metric) ? 3 : isTested(metric) ? 2 : 1
  return 10 * split + (LOSS.test(metric) ? 0 : 1)
}

function spaced(metric: string): string {
  return metric.replace(/([a-z])([A-Z])/g, '$1 $2')
}
