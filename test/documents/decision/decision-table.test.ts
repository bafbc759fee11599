import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dominatedBy,
  type Row,
  ranking,
  scoreOf,
  sharesOf,
  sharesToWin,
  utilityFalls,
  weightMoves,
} from '../../../src/documents/decision/decision-table.ts'

const row = (...utilities: (number | null)[]): Row => ({ utilities, mayWin: true })
const TWO = sharesOf([0.5, 0.5])

describe('scores', () => {
  test('weights count as shares of their sum', () => {
    expect(sharesOf([3, 1])).toEqual([0.75, 0.25])
    expect(scoreOf(row(1, 0.5), sharesOf([3, 1]))).toEqual({ low: 0.875, high: 0.875 })
  })

  test('a missing value spans from nothing to all', () => {
    expect(scoreOf(row(1, null), sharesOf([3, 1]))).toEqual({ low: 0.75, high: 1 })
  })

  test('rows with gaps, and those that may not win, have no rank; a criterion of no weight may be missing', () => {
    const rows = [row(0.2, 0.2), row(1, null), { utilities: [1, 1], mayWin: false }, row(0.6, 0.6)]
    expect(ranking(rows, TWO)).toEqual([3, 0])
    expect(ranking([row(0.2, null), row(0.4, null)], sharesOf([1, 0]))).toEqual([1, 0])
  })
})

// Two rows A and B lead by p on the first criterion and q < 0 on the second: level at share q / (q - p) of the first.
const CLOSED: readonly {
  readonly says: string
  readonly rows: readonly Row[]
  readonly weights: readonly number[]
  readonly winner: number
  readonly moves: readonly {
    readonly up: readonly [number, number] | null
    readonly down: readonly [number, number] | null
  }[]
}[] = [
  {
    says: 'two rows that are best on one criterion each flip at one half',
    rows: [row(1, 0), row(0, 1)],
    weights: [0.7, 0.3],
    winner: 0,
    moves: [
      { up: null, down: [1 / 2, 1] },
      { up: [1 / 2, 1], down: null },
    ],
  },
  {
    says: 'a lead of 1 against one of a quarter flips at one fifth',
    rows: [row(1, 0.75), row(0, 1)],
    weights: [0.5, 0.5],
    winner: 0,
    moves: [
      { up: null, down: [1 / 5, 1] },
      { up: [4 / 5, 1], down: null },
    ],
  },
  {
    says: 'of three rows the one that is met first is told, for each direction its own',
    rows: [row(0.6, 0.6), row(1, 0), row(0, 0.9)],
    weights: [0.5, 0.5],
    winner: 0,
    moves: [
      // Against B: t (0.6 - 1) + (1 - t) 0.6 = 0; against C: t 0.6 + (1 - t) (0.6 - 0.9) = 0.
      { up: [0.6, 1], down: [1 / 3, 2] },
      { up: [2 / 3, 2], down: [0.4, 1] },
    ],
  },
  {
    says: 'three criteria: the others keep their proportions',
    rows: [row(1, 0, 0.5), row(0, 1, 0.5)],
    weights: [0.5, 0.3, 0.2],
    winner: 0,
    moves: [
      // Lead 1 here, (0.3 · -1 + 0.2 · 0) / 0.5 = -0.6 on the others: 0.6 / 1.6.
      { up: null, down: [0.375, 1] },
      // Lead -1 here, (0.5 · 1) / 0.7 on the others: (5/7) / (12/7).
      { up: [5 / 12, 1], down: null },
      // No lead here, 0.2 / 0.8 on the others: no weight of it changes who wins.
      { up: null, down: null },
    ],
  },
  {
    says: 'a row that leads everywhere cannot be overtaken',
    rows: [row(1, 1), row(0.5, 0.9)],
    weights: [0.5, 0.5],
    winner: 0,
    moves: [
      { up: null, down: null },
      { up: null, down: null },
    ],
  },
  {
    says: 'rows that may not win, and rows with gaps, overtake nobody',
    rows: [row(1, 0), { utilities: [0, 1], mayWin: false }, row(null, 1)],
    weights: [0.5, 0.5],
    winner: 0,
    moves: [
      { up: null, down: null },
      { up: null, down: null },
    ],
  },
]

describe('flip points', () => {
  test.each(CLOSED)('$says', ({ rows, weights, winner, moves }) => {
    const found = weightMoves(rows, sharesOf(weights), winner)
    expect(found).toHaveLength(moves.length)
    for (const [index, expected] of moves.entries())
      for (const side of ['up', 'down'] as const) {
        const flip = found[index]?.[side] ?? null
        const wanted = expected[side]
        if (wanted === null) expect(flip).toBeNull()
        else {
          expect(flip?.by).toBe(wanted[1])
          expect(flip?.share).toBeCloseTo(wanted[0], 12)
        }
      }
  })

  const utility = fc.integer({ min: 0, max: 20 }).map((steps) => steps / 20)
  const table = fc
    .record({ criteria: fc.integer({ min: 2, max: 6 }), rows: fc.integer({ min: 2, max: 6 }) })
    .chain(({ criteria, rows }) =>
      fc.record({
        rows: fc.array(fc.array(utility, { minLength: criteria, maxLength: criteria }), {
          minLength: rows,
          maxLength: rows,
        }),
        weights: fc.array(fc.integer({ min: 1, max: 10 }), { minLength: criteria, maxLength: criteria }),
      }),
    )
  /** Shares with this one for a criterion and the others in proportion. */
  const moved = (shares: readonly number[], criterion: number, share: number): readonly number[] =>
    shares.map((one, index) =>
      index === criterion ? share : (one * (1 - share)) / (1 - (shares[criterion] ?? 0)),
    )

  test('at a flip point the two are level, just beyond it the other is ahead, and before it nobody is ahead of the winner', () => {
    let flips = 0
    let largest = 0
    fc.assert(
      fc.property(table, ({ rows: utilities, weights }) => {
        const rows = utilities.map((one) => row(...one))
        const shares = sharesOf(weights)
        const [winner] = ranking(rows, shares)
        if (winner === undefined) throw new Error('every row is complete')
        const score = (place: number, at: readonly number[]): number => {
          const one = rows[place]
          if (one === undefined) throw new Error('a row of the table')
          return scoreOf(one, at).low
        }
        for (const [criterion, { up, down }] of weightMoves(rows, shares, winner).entries())
          for (const [flip, sign] of [
            [up, 1],
            [down, -1],
          ] as const) {
            const present = shares[criterion] ?? 0
            if (flip === null) {
              const end = moved(shares, criterion, sign > 0 ? 1 : 0)
              for (const place of rows.keys())
                expect(score(place, end)).toBeLessThanOrEqual(score(winner, end) + 1e-9)
              continue
            }
            flips += 1
            expect(sign * (flip.share - present)).toBeGreaterThanOrEqual(-1e-12)
            const at = moved(shares, criterion, flip.share)
            const apart = Math.abs(score(winner, at) - score(flip.by, at))
            largest = Math.max(largest, apart)
            expect(apart).toBeLessThan(1e-12)
            for (const place of rows.keys())
              expect(score(place, at)).toBeLessThanOrEqual(score(winner, at) + 1e-9)
            const beyond = flip.share + sign * 1e-6
            if (beyond > 1 || beyond < 0) continue
            const past = moved(shares, criterion, beyond)
            expect(score(flip.by, past)).toBeGreaterThan(score(winner, past))
          }
      }),
      { numRuns: 2000, seed: 7 },
    )
    expect(flips).toBeGreaterThan(2000)
    expect(largest).toBeLessThan(1e-12)
  })

  test('the shares with which a row wins are those at which it is ranked first or level with the first', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 0, max: 5 }), ({ rows: utilities, weights }, wanted) => {
        const rows = utilities.map((one) => row(...one))
        const shares = sharesOf(weights)
        const place = wanted % rows.length
        for (const [criterion, span] of sharesToWin(rows, shares, place).entries())
          for (let step = 0; step <= 40; step += 1) {
            const share = step / 40
            const at = moved(shares, criterion, share)
            const scores = rows.map((one) => scoreOf(one, at).low)
            const lead = (scores[place] ?? 0) - Math.max(...scores)
            // What lies within rounding of an end may fall to either side of it.
            const isEnd = span !== null && [span.from, span.to].some((end) => Math.abs(end - share) < 1e-9)
            if (isEnd || Math.abs(lead) < 1e-9) continue
            expect(span !== null && share >= span.from && share <= span.to).toBe(lead >= 0)
          }
      }),
      { numRuns: 500, seed: 11 },
    )
  })
})

test('a row is dominated by one that is no worse anywhere and better somewhere; equal ones and ones with gaps are not', () => {
  expect(dominatedBy([row(1, 0.5), row(0.5, 0.5), row(0.5, 0.5), row(0.4, 1), row(null, 1)])).toEqual([
    [],
    [0],
    [0],
    [],
    [],
  ])
})

describe('how little a criterion may be worth to the winner', () => {
  test.each([
    [
      'a lead of 0.2 in all is 0.4 of a half',
      [row(0.8, 0.6), row(0.4, 0.6)],
      TWO,
      [
        [0.4, 1],
        [0.2, 1],
      ],
    ],
    [
      'the nearest of the others counts',
      [row(1, 1), row(0.2, 1), row(1, 0.8)],
      TWO,
      [
        [0.8, 2],
        [0.8, 2],
      ],
    ],
    ['what is worth too little turns nothing', [row(1, 1), row(0, 1)], sharesOf([0.9, 0.1]), [[0, 1], null]],
    ['no weight, no turn', [row(1, 0.5), row(0.5, 0.5)], sharesOf([1, 0]), [[0.5, 1], null]],
    ['who may not win takes no place', [row(1, 1), { utilities: [1, 1], mayWin: false }], TWO, [null, null]],
  ] as const)('%s', (_, rows, shares, expected) => {
    expect(
      utilityFalls(rows, shares, 0).map((fall) =>
        fall === null ? null : [Number(fall.utility.toFixed(9)), fall.by],
      ),
    ).toEqual(expected)
  })

  test('just above it the winner is first, just below it is not', () => {
    const utility = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(utility, utility, utility), { minLength: 2, maxLength: 4 }),
        fc.tuple(
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
        ),
        (made, weights) => {
          const rows = made.map((utilities) => row(...utilities))
          const shares = sharesOf(weights)
          const [winner = 0] = ranking(rows, shares)
          for (const [criterion, fall] of utilityFalls(rows, shares, winner).entries()) {
            const firstAt = (value: number): number | undefined =>
              ranking(
                rows.map((one, index) =>
                  index === winner ? { ...one, utilities: one.utilities.with(criterion, value) } : one,
                ),
                shares,
              )[0]
            if (fall === null) expect(firstAt(0)).toBe(winner)
            else {
              expect(firstAt(fall.utility + 1e-6)).toBe(winner)
              if (fall.utility > 1e-6) expect(firstAt(fall.utility - 1e-6)).not.toBe(winner)
            }
          }
        },
      ),
    )
  })
})
