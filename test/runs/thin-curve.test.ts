import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gap } from '../../src/gap.ts'
import type { Point } from '../../src/runs/run.ts'
import { thinCurve } from '../../src/runs/thin-curve.ts'

const origin = { source: 'mlflow', file: 'loss' }

async function* seriesOf(
  values: readonly number[],
  stepOf: (index: number) => number | null = (index) => index,
): AsyncIterable<Point> {
  for (const [index, value] of values.entries()) yield { step: stepOf(index), value, time: null, origin }
}

test('at most as many points as asked, finite, in order, between the lowest and the highest', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constant(Number.NaN)), { maxLength: 1200 }),
      fc.integer({ min: 2, max: 80 }),
      async (values, most) => {
        const thin = await thinCurve(seriesOf(values), most)
        const finite = values.filter(Number.isFinite)
        expect(thin.points.length).toBeLessThanOrEqual(most)
        expect(thin.count).toBe(values.length)
        expect(thin.nonFinite).toBe(values.length - finite.length)
        const places = thin.points.map(({ x }) => x)
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        if (finite.length === 0) return
        const [low, high] = [Math.min(...finite), Math.max(...finite)]
        const slack = 1e-9 * Math.max(Math.abs(low), Math.abs(high))
        expect(
          thin.points.every(
            ({ value }) => Number.isFinite(value) && value >= low - slack && value <= high + slack,
          ),
        ).toBe(true)
      },
    ),
    { seed: 60, numRuns: 150 },
  )
})

test('a short series stays whole', async () => {
  expect(await thinCurve(seriesOf([3, 1, Number.NaN, 2]))).toEqual({
    points: [
      { x: 0, value: 3 },
      { x: 1, value: 1 },
      { x: 3, value: 2 },
    ],
    unit: 'step',
    count: 4,
    nonFinite: 1,
    nonFiniteFrom: 2,
    gaps: [],
  })
})

test('neighbours of a long one are averaged, and the last point ends the axis', async () => {
  const { points } = await thinCurve(seriesOf([1, 3, 5, 7, 9, 11, 13, 15]), 4)
  expect(points).toEqual([
    { x: 0, value: 2 },
    { x: 2, value: 6 },
    { x: 4, value: 10 },
    { x: 7, value: 14 },
  ])
})

test.each([
  ['none is logged', () => null],
  ['all are one', () => 5],
  ['one is missing', (index: number) => (index === 1 ? null : index)],
])('points are counted from one where steps tell nothing: %s', async (_, stepOf) => {
  const { points, unit } = await thinCurve(seriesOf([3, 1, 2], stepOf))
  expect([unit, points.map(({ x }) => x)]).toEqual(['point', [1, 2, 3]])
})

test('what could not be read comes along', async () => {
  const broken = gap('metric loss', 'metrics/loss', 'a line has one field')
  async function* damaged() {
    yield broken
    yield* seriesOf([1])
  }
  expect(await thinCurve(damaged())).toMatchObject({ gaps: [broken], count: 1 })
})
