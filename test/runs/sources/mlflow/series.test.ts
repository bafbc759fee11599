import { expect, it } from 'vitest'
import { collectSeries, summariseSeries } from '../../../../src/runs/sources/mlflow/series.ts'

type Row = readonly [step: number, time: number, value: number]

function summary(rows: readonly Row[]) {
  const series = summariseSeries()
  for (const [index, [step, time, value]] of rows.entries()) series.add(step, time, value, index + 1)
  return series.finish()
}

it.each<readonly [string, readonly Row[], number, number, number]>([
  [
    'the highest step',
    [
      [1, 5, 0.1],
      [3, 1, 0.2],
      [2, 9, 0.3],
    ],
    0.2,
    3,
    2,
  ],
  [
    'the latest time of a step',
    [
      [1, 5, 0.1],
      [1, 7, 0.2],
      [1, 6, 0.3],
    ],
    0.2,
    1,
    2,
  ],
  [
    'the greatest value of a time',
    [
      [1, 5, 0.1],
      [1, 5, 0.3],
      [1, 5, 0.2],
    ],
    0.3,
    1,
    2,
  ],
  [
    'the first of equals',
    [
      [1, 5, 0.1],
      [1, 5, 0.1],
    ],
    0.1,
    1,
    1,
  ],
  [
    'a NaN, as MLflow compares',
    [
      [1, 5, 0.1],
      [2, 5, Number.NaN],
    ],
    Number.NaN,
    2,
    2,
  ],
])('takes as last %s', (_, rows, last, lastStep, line) => {
  const finished = summary(rows)
  expect([finished?.summary.last, finished?.summary.lastStep, finished?.line]).toEqual([last, lastStep, line])
})

it('takes extremes over finite values, at their first step, in whatever order points come', () => {
  expect(
    summary([
      [3, 1, 2],
      [1, 1, 2],
      [2, 1, -1],
      [0, 1, -1],
      [4, 1, Number.NaN],
      [5, 2, -Infinity],
    ]),
  ).toEqual({
    summary: {
      last: -Infinity,
      lastStep: 5,
      min: -1,
      minStep: 0,
      max: 2,
      maxStep: 1,
      count: 6,
      nonFinite: 2,
    },
    time: 2,
    line: 6,
  })
})

it('has no extremes where no value is finite, and nothing where there is no point', () => {
  expect(summary([[0, 1, Number.NaN]])?.summary).toEqual({
    last: Number.NaN,
    lastStep: 0,
    min: null,
    max: null,
    minStep: null,
    maxStep: null,
    count: 1,
    nonFinite: 1,
  })
  expect(summary([])).toBe(null)
})

it('gives points in order of step, then time, keeping the order of equals', () => {
  const series = collectSeries()
  for (let step = 999; step >= 0; step -= 1) series.add(step, 7, step / 2, 1000 - step)
  series.add(5, 3, -1, 1001)
  series.add(5, 7, -2, 1002)
  const points = [...series.inOrder()]
  expect(points).toHaveLength(1002)
  expect(points.filter(({ step }) => step === 5).map(({ value }) => value)).toEqual([-1, 2.5, -2])
  expect(points.map(({ step }) => step)).toEqual(points.map(({ step }) => step).toSorted((a, b) => a - b))
})
