import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gap } from '../../src/gap.ts'
import type { Point } from '../../src/runs/run.ts'
import { thinSeries } from '../../src/runs/thin-series.ts'

const origin = { source: 'mlflow', file: 'loss' }

async function* seriesOf(values: readonly number[]): AsyncIterable<Point> {
  for (const [step, value] of values.entries()) yield { step, value, time: null, origin }
}

test('at most as many points as asked, finite, in order, with the lowest and the highest among them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constant(Number.NaN)), { maxLength: 1200 }),
      fc.integer({ min: 2, max: 80 }),
      async (values, most) => {
        const thin = await thinSeries(seriesOf(values), most)
        const finite = values.filter(Number.isFinite)
        expect(thin.points.length).toBeLessThanOrEqual(most)
        expect(thin.count).toBe(values.length)
        expect(thin.nonFinite).toBe(values.length - finite.length)
        const steps = thin.points.map(({ step }) => step ?? -1)
        expect(steps).toEqual(steps.toSorted((a, b) => a - b))
        expect(thin.points.every(({ step, value }) => values[step ?? -1] === value)).toBe(true)
        if (finite.length === 0) return
        expect(Math.min(...thin.points.map(({ value }) => value))).toBe(Math.min(...finite))
        expect(Math.max(...thin.points.map(({ value }) => value))).toBe(Math.max(...finite))
      },
    ),
    { seed: 60, numRuns: 150 },
  )
})

test('a short series stays whole', async () => {
  expect((await thinSeries(seriesOf([3, 1, 2]), 60)).points).toEqual([
    { step: 0, value: 3 },
    { step: 1, value: 1 },
    { step: 2, value: 2 },
  ])
})

test('what could not be read comes along', async () => {
  const broken = gap('metric loss', 'metrics/loss', 'a line has one field')
  async function* damaged() {
    yield broken
    yield* seriesOf([1])
  }
  expect(await thinSeries(damaged(), 60)).toMatchObject({ gaps: [broken], count: 1 })
})
