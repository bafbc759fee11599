import { expect, test } from 'vitest'
import { runTime } from '../../src/evidence/run-time.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

type Sketch = readonly [id: string, start: number | null, end: number | null, parent?: string]

function timeOf(sketches: readonly Sketch[]) {
  const runs = sketches.map(([id, start, end, parent]) =>
    makeRun({
      id,
      startedAt: start === null ? null : start * 1000,
      endedAt: end === null ? null : end * 1000,
      parent: parent === undefined ? null : `mlflow:1/${parent}`,
    }),
  )
  const time = runTime(gather(runs).runs)
  return { total: time.total, clock: time.onTheClock, unknown: time.unknown.map(({ run }) => run.id) }
}

test.each<[string, readonly Sketch[], number, number, readonly string[]]>([
  [
    'one after the other',
    [
      ['a', 0, 10],
      ['b', 10, 30],
    ],
    30,
    30,
    [],
  ],
  [
    'two at a time',
    [
      ['a', 0, 10],
      ['b', 5, 15],
    ],
    20,
    15,
    [],
  ],
  [
    'one within another that is no child',
    [
      ['a', 0, 10],
      ['b', 2, 4],
    ],
    12,
    10,
    [],
  ],
  [
    'children that fill their parent',
    [
      ['p', 0, 30],
      ['a', 0, 15, 'p'],
      ['b', 15, 30, 'p'],
    ],
    30,
    30,
    [],
  ],
  [
    'a parent with work of its own',
    [
      ['p', 0, 40],
      ['a', 0, 15, 'p'],
      ['b', 15, 30, 'p'],
    ],
    40,
    40,
    [],
  ],
  [
    'parallel children',
    [
      ['p', 0, 10],
      ['a', 0, 10, 'p'],
      ['b', 0, 10, 'p'],
      ['c', 0, 10, 'p'],
    ],
    30,
    10,
    [],
  ],
  [
    'grandchildren',
    [
      ['p', 0, 30],
      ['a', 0, 30, 'p'],
      ['b', 0, 30, 'a'],
    ],
    30,
    30,
    [],
  ],
  [
    'a parent without an end',
    [
      ['p', 0, null],
      ['a', 0, 10, 'p'],
    ],
    10,
    10,
    ['p'],
  ],
  ['a parent that is not told', [['a', 0, 10, 'elsewhere']], 10, 10, []],
  [
    'no end, no start, an end before its start',
    [
      ['a', 0, null],
      ['b', null, 5],
      ['c', 9, 3],
    ],
    0,
    0,
    ['a', 'c', 'b'],
  ],
  [
    'runs that enclose each other',
    [
      ['a', 0, 10, 'b'],
      ['b', 0, 10, 'a'],
    ],
    20,
    10,
    [],
  ],
  ['a run that encloses itself', [['a', 0, 10, 'a']], 10, 10, []],
])('%s', (_, sketches, total, clock, unknown) => {
  expect(timeOf(sketches)).toEqual({ total, clock, unknown })
})

test('a chain of ten thousand parents does no harm', () => {
  const chain = Array.from(
    { length: 10_000 },
    (_, index): Sketch => [`x${index}`, index, 10_000, `x${index - 1}`],
  )
  expect(timeOf(chain).total).toBe(10_000)
})
