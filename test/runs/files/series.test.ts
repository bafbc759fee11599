import fc from 'fast-check'
import { expect, it } from 'vitest'
import { collectSeries, summariseSeries } from '../../../src/runs/files/series.ts'

const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0.5),
)
const point = fc.record({
  step: fc.option(fc.integer({ min: -2, max: 3 })),
  time: fc.option(fc.integer({ min: 0, max: 3 })),
  value: number,
})

it('a summary says what the points in order say', () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), (points) => {
      const summary = summariseSeries()
      const series = collectSeries()
      for (const [index, { step, time, value }] of points.entries()) {
        const file = index % 2 === 0 ? 'a' : 'b'
        summary.from(file)(step, time, value, index + 1)
        series.from(file)(step, time, value, index + 1)
      }
      const inOrder = [...series.inOrder()]
      expect(series.size()).toBe(points.length)
      expect(inOrder.map(({ line }) => line).toSorted((a, b) => a - b)).toEqual(
        points.map((_, index) => index + 1),
      )
      for (const { step, time, value, line, file } of inOrder) {
        expect({ step, time, value }).toEqual(points[line - 1])
        expect(file).toBe(line % 2 === 1 ? 'a' : 'b')
      }
      const last = inOrder.at(-1)
      const finite = inOrder.map(({ value }) => value).filter(Number.isFinite)
      const found = summary.finish()
      expect(found?.summary).toMatchObject({
        last: last?.value,
        lastStep: last?.step,
        min: finite.length === 0 ? null : Math.min(...finite),
        max: finite.length === 0 ? null : Math.max(...finite),
        count: points.length,
        nonFinite: points.length - finite.length,
      })
      expect([found?.file, found?.line]).toEqual([last?.file, last?.line])
    }),
  )
})

it('grows over a million points', () => {
  const series = collectSeries()
  const add = series.from('a')
  for (let step = 1_000_000; step > 0; step -= 1) add(step, null, step)
  let before = 0
  for (const { step } of series.inOrder()) {
    expect(step).toBe(before + 1)
    before += 1
    if (before > 5) break
  }
  expect(series.size()).toBe(1_000_000)
})
