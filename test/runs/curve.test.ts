import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Curve, type CurveShape, traceCurve } from '../../src/runs/curve.ts'
import { seededNoise } from '../support/noise.ts'

type Steps = readonly (readonly [number | null, number])[]

function traced(points: Steps): Curve | null {
  const tracer = traceCurve()
  for (const [step, value] of points) tracer.add({ step, value })
  return tracer.finish()?.curve ?? null
}

function curveOf(values: readonly number[]): Curve {
  const curve = traced(values.map((value, step) => [step, value]))
  if (curve === null) throw new Error('the test means a curve')
  return curve
}

/** The shape that the series turned upside down has in the other direction. */
function mirrored(shape: CurveShape): CurveShape {
  const { lateFrom, flatFrom } = shape
  return {
    ...shape,
    lateFrom: lateFrom === null ? null : { ...lateFrom, value: 0 - lateFrom.value },
    flatFrom:
      flatFrom === null
        ? null
        : { ...flatFrom, bestBefore: 0 - flatFrom.bestBefore, bestSince: 0 - flatFrom.bestSince },
  }
}

const SILENT = { lateFrom: null, flatFrom: null, worsenedBy: null, diverged: false }
const nan = Number.NaN

describe('what a series tells whatever its shape', () => {
  test.each<[string, Steps, Partial<Curve> | null]>([
    ['nothing was logged', [], null],
    [
      'all of it is NaN',
      [
        [0, nan],
        [1, nan],
      ],
      null,
    ],
    [
      'one point',
      [[3, 0.5]],
      {
        count: 1,
        first: { step: 3, value: 0.5 },
        last: { step: 3, value: 0.5 },
        steps: 'rising',
        endLevel: null,
      },
    ],
    [
      'NaN begins, and goes on to the end',
      [
        [0, 2],
        [1, 1],
        [2, nan],
        [3, nan],
      ],
      {
        count: 4,
        nonFinite: 2,
        nonFiniteFrom: { step: 2 },
        endsNonFinite: true,
        last: { step: 1, value: 1 },
      },
    ],
    [
      'infinity stood in between',
      [
        [0, 2],
        [1, Number.POSITIVE_INFINITY],
        [2, 1],
      ],
      {
        count: 3,
        nonFinite: 1,
        nonFiniteFrom: { step: 1 },
        endsNonFinite: false,
        highest: { step: 0, value: 2 },
      },
    ],
    [
      'no steps were logged',
      [
        [null, 1],
        [null, 2],
      ],
      { steps: 'none', highest: { step: null, value: 2 } },
    ],
    [
      'every point was logged at step 0',
      [
        [0, 1],
        [0, 2],
        [0, 3],
      ],
      { steps: 'none' },
    ],
    [
      'a resumed run logged steps again',
      [
        [0, 1],
        [1, 2],
        [1, 3],
        [2, 4],
      ],
      { steps: 'repeated' },
    ],
    [
      'a resumed run went back',
      [
        [0, 4],
        [1, 3],
        [2, 2],
        [1, 2.5],
        [2, 1],
      ],
      { steps: 'repeated', lowest: { step: 2, value: 1 } },
    ],
    [
      'equal extremes',
      [
        [0, 1],
        [1, 0],
        [2, 0],
        [3, 1],
      ],
      { lowest: { step: 1, value: 0 }, highest: { step: 0, value: 1 } },
    ],
  ])('%s', (_, points, expected) => {
    const curve = traced(points)
    if (expected === null) expect(curve).toBeNull()
    else expect(curve).toMatchObject(expected)
  })

  test('a constant series has no shape', () => {
    const curve = curveOf(Array.from({ length: 500 }, () => 0.25))
    expect(curve.shape).toEqual({ lower: SILENT, higher: SILENT })
    expect(curve.endLevel).toBe(0.25)
  })

  test('fewer than ten points have no shape', () => {
    expect(curveOf([9, 8, 7, 6, 5, 4, 3, 2, 1]).shape).toEqual({ lower: SILENT, higher: SILENT })
  })

  test('extremes, counts and ends are those of the whole series, however long it is', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            { weight: 9, arbitrary: fc.double({ noNaN: true }) },
            { weight: 1, arbitrary: fc.constant(nan) },
          ),
          {
            minLength: 1,
            maxLength: 1500,
          },
        ),
        (values) => {
          const finite = values.flatMap((value, step) => (Number.isFinite(value) ? [{ step, value }] : []))
          const curve = traced(values.map((value, step) => [step, value]))
          if (finite.length === 0) return curve === null
          const low = Math.min(...finite.map(({ value }) => value))
          const high = Math.max(...finite.map(({ value }) => value))
          expect(curve).toMatchObject({
            count: values.length,
            nonFinite: values.length - finite.length,
            first: finite[0],
            last: finite.at(-1),
            lowest: finite.find(({ value }) => value === low),
            highest: finite.find(({ value }) => value === high),
          })
          return true
        },
      ),
      { seed: 6, numRuns: 200 },
    )
  })

  test('a series turned upside down has the shapes exchanged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 10, maxLength: 600 }),
        (values) => {
          const up = curveOf(values).shape
          const down = curveOf(values.map((value) => 0 - value)).shape
          expect(down).toEqual({ lower: mirrored(up.higher), higher: mirrored(up.lower) })
        },
      ),
      { seed: 7, numRuns: 200 },
    )
  })
})

describe('the shape of a curve without noise', () => {
  const along = (length: number, value: (share: number) => number): Curve =>
    curveOf(Array.from({ length }, (_, index) => value(index / length)))

  test('a loss that still falls has its best point before the last fifth', () => {
    const { shape } = along(100, (at) => 1 - at)
    expect(shape.lower).toMatchObject({ flatFrom: null, worsenedBy: null, diverged: false })
    expect(shape.lower.lateFrom).toEqual({ step: 79, value: 1 - 0.79 })
  })

  test('a loss that stops falling is flat from there on, to a twentieth', () => {
    expect(along(100, (at) => 1 - Math.min(at, 0.3)).shape.lower).toEqual({
      ...SILENT,
      flatFrom: { step: 35, share: 0.35, bestBefore: 0.7, bestSince: 0.7 },
    })
  })

  test('the step of a plateau in a long series is exact to a block', () => {
    const { flatFrom } = along(100_000, (at) => 1 - Math.min(at, 0.3)).shape.lower
    expect(Math.abs((flatFrom?.step ?? 0) - 30_000)).toBeLessThan(1000)
  })

  test('a validation loss that turns is worse than its best, and did not diverge', () => {
    const { shape } = along(100, (at) => 1 - Math.min(at, 0.3) * 2 + Math.max(0, at - 0.3) * 0.5)
    expect(shape.lower).toMatchObject({ diverged: false, lateFrom: null })
    expect(shape.lower.worsenedBy).toBeCloseTo(0.29, 1)
  })

  test('a loss that explodes diverged', () => {
    expect(along(100, (at) => (at < 0.7 ? 1 - at : 50)).shape.lower).toMatchObject({ diverged: true })
  })
})

/**
 * How often each rule speaks, in per cent, of 400 series of each kind and length. The rates are those measured; the bounds leave
 * room of a few per cent, so that a rule that gets worse is seen.
 */
describe('noise is seldom taken for a shape', () => {
  type Make = (length: number, noise: ReturnType<typeof seededNoise>) => readonly number[]
  const each = (length: number, value: (share: number) => number): readonly number[] =>
    Array.from({ length }, (_, index) => value(index / length))
  const flat: Make = (length, noise) => each(length, () => noise.normal())
  const correlated: Make = (length, noise) => {
    let state = 0
    return each(length, () => {
      state = 0.9 * state + noise.normal()
      return state
    })
  }
  const converged: Make = (length, noise) =>
    each(length, (at) => 0.2 + 0.8 * Math.exp(-12 * at) + 0.1 * noise.normal())
  const reward: Make = (length, noise) => each(length, (at) => -200 * at - 60 * noise.normal())
  const turning: Make = (length, noise) =>
    each(
      length,
      (at) => 0.2 + 0.8 * Math.exp(-15 * at) + 0.15 * Math.max(0, at - 0.3) + 0.01 * noise.normal(),
    )
  const exploding: Make = (length, noise) =>
    each(length, (at) =>
      at < 0.7 ? 0.2 + 0.8 * Math.exp(-8 * at) + 0.02 * noise.normal() : 3 + 0.5 * noise.normal(),
    )
  const levelling: Make = (length, noise) =>
    each(length, (at) => 0.2 + 0.8 * Math.max(0, 1 - at / 0.3) + 0.05 * noise.normal())
  const falling: Make = (length, noise) =>
    each(length, (at) => 0.2 + 0.8 * Math.exp(-2 * at) + 0.02 * noise.normal())

  test.each<
    [
      string,
      Make,
      number,
      Readonly<Record<'late' | 'flat' | 'worse' | 'diverged', readonly [number, number]>>,
    ]
  >([
    ['pure noise', flat, 20, { late: [0, 1], flat: [0, 1], worse: [0, 1], diverged: [0, 1] }],
    ['pure noise', flat, 200, { late: [0, 1], flat: [0, 1], worse: [0, 1], diverged: [0, 1] }],
    [
      'noise with a memory',
      correlated,
      200,
      { late: [0, 4], flat: [0, 3], worse: [0, 12], diverged: [0, 6] },
    ],
    // Where noise lets a later best be 5 % better, no plateau is told.
    ['a converged loss', converged, 50, { late: [0, 2], flat: [50, 100], worse: [0, 1], diverged: [0, 0] }],
    [
      'a noisy reward that rises',
      reward,
      200,
      { late: [0, 8], flat: [0, 8], worse: [0, 1], diverged: [0, 0] },
    ],
    [
      'a validation loss that turns',
      turning,
      50,
      { late: [0, 0], flat: [0, 100], worse: [90, 100], diverged: [0, 0] },
    ],
    [
      'an exploding loss',
      exploding,
      50,
      { late: [0, 0], flat: [0, 20], worse: [99, 100], diverged: [99, 100] },
    ],
    [
      'a loss flat after three tenths',
      levelling,
      100,
      // The noise is a quarter of the level.
      { late: [0, 1], flat: [60, 100], worse: [0, 1], diverged: [0, 0] },
    ],
    [
      'a loss that still falls',
      falling,
      200,
      { late: [60, 100], flat: [0, 1], worse: [0, 0], diverged: [0, 0] },
    ],
  ])('%s (%#)', (_, make, length, bounds) => {
    const noise = seededNoise(length)
    const shapes = Array.from({ length: 400 }, () => curveOf(make(length, noise)).shape.lower)
    const rate = (speaks: (shape: (typeof shapes)[number]) => boolean): number =>
      (100 * shapes.filter(speaks).length) / shapes.length
    const rates = {
      late: rate(({ lateFrom }) => lateFrom !== null),
      flat: rate(({ flatFrom }) => flatFrom !== null),
      worse: rate(({ worsenedBy }) => worsenedBy !== null),
      diverged: rate(({ diverged }) => diverged),
    }
    for (const name of ['late', 'flat', 'worse', 'diverged'] as const) {
      expect(rates[name], name).toBeGreaterThanOrEqual(bounds[name][0])
      expect(rates[name], name).toBeLessThanOrEqual(bounds[name][1])
    }
  })
})
