import { type Gap, isGap } from '../gap.ts'
import type { Point } from '../runs/run.ts'

/** A series thinned for drawing: neighbours are averaged, so that memory is bounded whatever its length. */
export interface ThinCurve {
  /** Finite values in the order of the series, at a step, or at a place in the series where steps tell nothing. */
  readonly points: readonly { readonly x: number; readonly value: number }[]
  readonly unit: 'step' | 'point'
  /** All points, those that are not finite included. */
  readonly count: number
  readonly nonFinite: number
  readonly nonFiniteFrom: number | null
}

const MOST = 2048

/** Reads a series once. Where no two points have different steps, points are counted from 1 instead. */
export async function thinCurve(series: AsyncIterable<Point | Gap>, gaps: Gap[]): Promise<ThinCurve> {
  let held: {
    readonly index: number
    readonly step: number
    readonly value: number
    readonly weight: number
  }[] = []
  let most = 1
  let count = 0
  let nonFinite = 0
  let firstBad: { readonly index: number; readonly step: number | null } | null = null
  let isStepped = true
  let firstStep: number | null = null
  let hasSteps = false
  let newest: { readonly index: number; readonly step: number } | null = null
  for await (const point of series) {
    if (isGap(point)) {
      gaps.push(point)
      continue
    }
    count += 1
    if (point.step === null) isStepped = false
    else if (firstStep === null) firstStep = point.step
    else if (point.step !== firstStep) hasSteps = true
    if (!Number.isFinite(point.value)) {
      nonFinite += 1
      firstBad ??= { index: count, step: point.step }
      continue
    }
    newest = { index: count, step: point.step ?? count }
    const last = held.at(-1)
    if (last !== undefined && last.weight < most) {
      const weight = last.weight + 1
      held[held.length - 1] = { ...last, value: last.value + (point.value - last.value) / weight, weight }
    } else held.push({ index: count, step: point.step ?? count, value: point.value, weight: 1 })
    if (held.length > MOST) {
      held = halved(held)
      most *= 2
    }
  }
  const byStep = isStepped && hasSteps
  // A mean of several points stands at the first of them; the last one ends the axis.
  const last = held.at(-1)
  if (last !== undefined && newest !== null && held.length > 1) held[held.length - 1] = { ...last, ...newest }
  return {
    points: held.map(({ index, step, value }) => ({ x: byStep ? step : index, value })),
    unit: byStep ? 'step' : 'point',
    count,
    nonFinite,
    nonFiniteFrom: firstBad === null ? null : byStep ? firstBad.step : firstBad.index,
  }
}

function halved<One extends { readonly value: number; readonly weight: number }>(
  held: readonly One[],
): One[] {
  const merged: One[] = []
  for (let index = 0; index < held.length; index += 2) {
    const [one, other] = [held[index], held[index + 1]]
    if (one === undefined) break
    if (other === undefined) merged.push(one)
    else {
      const weight = one.weight + other.weight
      merged.push({ ...one, value: (one.value * one.weight + other.value * other.weight) / weight, weight })
    }
  }
  return merged
}
