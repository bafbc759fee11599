import type { MetricSummary, Point } from '../../src/runs/run.ts'
import type { Random } from './seeded-random.ts'

/** What a training run's curves were made to do. `healthy` ones fall until their end and level out there. */
export type Shape = 'healthy' | 'plateau' | 'still improving' | 'divergence' | 'overfitting' | 'not a number'

export const TELLING_SHAPES = [
  'plateau',
  'still improving',
  'divergence',
  'overfitting',
  'not a number',
] as const satisfies readonly Shape[]

/**
 * Losses on training and validation data of one run, step by step, with noise of a share of how far they fall. The noise
 * is small against what is planted: a reader sees each shape at a glance.
 */
export function plantCurves(
  shape: Shape,
  random: Random,
  steps: number,
): { readonly train: readonly number[]; readonly val: readonly number[] } {
  const floor = random.between(0.1, 0.6)
  const fall = random.between(0.5, 2)
  const gap = random.between(0.02, 0.08) * fall
  const noise = random.between(0.003, 0.012) * fall
  const turn = random.between(0.4, 0.65)
  const blow = random.between(4, 30)
  const series = (at: (t: number) => number): readonly number[] =>
    Array.from({ length: steps }, (_, step) => at(step / (steps - 1)) + noise * random.normal())
  const train = (t: number): number => floor + fall * shareLeft(shape, t, turn, blow)
  const val = (t: number): number => {
    if (shape !== 'overfitting') return train(t) + gap
    // Falls with the training loss at first, then rises by up to half of the fall.
    return floor + gap + fall * (0.75 * Math.exp(-t / 0.12) + 0.25 + 0.6 * Math.max(0, t - 0.25))
  }
  return { train: series(train), val: series(val) }
}

/**
 * A metric's way to its last value, in the shape of the run's losses: what it measures on held-out data gets better and
 * worse as the loss does.
 */
export function plantMetric(
  shape: Shape,
  value: number,
  random: Random,
  steps: number,
  direction: 'higher' | 'lower',
): readonly number[] {
  const size = Math.abs(value) * (direction === 'higher' ? -0.25 : 0.5)
  const turn = random.between(0.4, 0.65)
  const share = (t: number): number =>
    shape === 'overfitting'
      ? 0.75 * Math.exp(-t / 0.12) + 0.6 * Math.max(0, t - 0.25)
      : shareLeft(shape, t, turn, 1)
  const end = shape === 'not a number' ? 0 : share(1)
  return Array.from({ length: steps }, (_, step) => {
    if (step === steps - 1 && shape !== 'not a number') return value
    return value + size * (share(step / (steps - 1)) - end) + Math.abs(size) * 0.005 * random.normal()
  })
}

/** What is left of the fall at a share `t` of the run: all of it at the beginning, none at a good end. */
function shareLeft(shape: Shape, t: number, turn: number, blow: number): number {
  // Down after three quarters of the run: neither flat early nor still falling at the end.
  const cosine = (1 + Math.cos(Math.PI * Math.min(1, t / 0.75))) / 2
  switch (shape) {
    case 'healthy':
      return cosine
    case 'overfitting':
      return 0.75 * Math.exp(-t / 0.12) + 0.25 * (1 - t)
    case 'plateau':
      return Math.exp(-t / 0.05)
    case 'still improving':
      return 1 - 0.8 * t
    case 'divergence':
      return t < turn ? cosine : cosine + (blow * (t - turn)) / (1 - turn)
    case 'not a number':
      return t < turn ? cosine : Number.NaN
    default:
      return shape satisfies never
  }
}

/** Points of a series at every `stride`th step. */
export function pointsOf(
  values: readonly number[],
  metric: string,
  startedAt: number,
  stride: number,
): readonly Point[] {
  return values.map((value, index) => ({
    step: index * stride,
    value,
    time: startedAt + index * 1000,
    origin: { source: 'mlflow', file: `metrics/${metric}`, line: index + 1 },
  }))
}

/** What a list would tell of a series: the last point, and the extremes of the finite ones. */
export function summaryOf(points: readonly Point[]): MetricSummary {
  const finite = points.filter(({ value }) => Number.isFinite(value))
  const last = points.at(-1)
  const lowest = finite.reduce<Point | undefined>(
    (low, one) => (low === undefined || one.value < low.value ? one : low),
    undefined,
  )
  const highest = finite.reduce<Point | undefined>(
    (high, one) => (high === undefined || one.value > high.value ? one : high),
    undefined,
  )
  return {
    last: last?.value ?? Number.NaN,
    lastStep: last?.step ?? null,
    min: lowest?.value ?? null,
    max: highest?.value ?? null,
    minStep: lowest?.step ?? null,
    maxStep: highest?.step ?? null,
    count: points.length,
    nonFinite: points.length - finite.length,
  }
}
