import { describe, expect, test } from 'vitest'
import { NarrateError } from '../../src/errors.ts'
import { gap } from '../../src/gap.ts'
import { type CollectRequest, collectRuns } from '../../src/runs/collect-runs.ts'
import type { Point } from '../../src/runs/run.ts'
import type { RunSource } from '../../src/runs/run-source.ts'
import { samplePoints } from '../../src/runs/sample-points.ts'
import { type FakeRun, fakeSource } from '../support/fake-source.ts'

const DAY = { from: Date.parse('2026-11-20T04:00:00Z'), until: Date.parse('2026-11-21T04:00:00Z') }

async function collect(runs: readonly FakeRun[], request: Partial<CollectRequest> = {}) {
  return collectRuns({
    sources: [{ source: fakeSource({ runs }, 'fake') }],
    span: DAY,
    whose: { kind: 'identity', names: ['Ola'] },
    told: [],
    signal: new AbortController().signal,
    ...request,
  })
}

async function ids(
  runs: readonly FakeRun[],
  request: Partial<CollectRequest> = {},
): Promise<readonly string[]> {
  return (await collect(runs, request)).runs.map((run) => run.id)
}

describe('the runs an entry tells', () => {
  test('are those active in the span, oldest first', async () => {
    expect(
      await ids([
        { id: 'today', startedAt: '2026-11-20T12:00:00Z' },
        { id: 'overnight', startedAt: '2026-11-19T22:00:00Z', endedAt: '2026-11-20T06:00:00Z' },
        { id: 'yesterday', startedAt: '2026-11-19T12:00:00Z', endedAt: '2026-11-19T13:00:00Z' },
        { id: 'tomorrow', startedAt: '2026-11-21T12:00:00Z', endedAt: null, status: 'running' },
      ]),
    ).toEqual(['overnight', 'today'])
  })

  test('are mine: the others are counted, with their names', async () => {
    const { runs, others, remarks } = await collect([
      { id: 'a', user: 'OLA' },
      { id: 'b', user: 'kari' },
      { id: 'c', user: 'per' },
      { id: 'd', user: 'per' },
      { id: 'e', user: null },
    ])
    expect(runs.map((run) => run.id)).toEqual(['a'])
    expect(others).toEqual({ count: 4, users: ['kari', 'per', 'unknown'] })
    expect(remarks).toEqual([])
  })

  test('include those without a user where nobody else logs here', async () => {
    expect(
      await ids([
        { id: 'a', user: 'ola' },
        { id: 'b', user: null },
      ]),
    ).toEqual(['a', 'b'])
  })

  test.each([
    ['nobody', [null, null], 2, 'The runs carry no user: all of them are told.'],
    ['one stranger', ['root', null, 'root'], 3, 'All runs are logged as "root": they are taken as yours'],
    ['two strangers', ['kari', 'per'], 0, 'None of the runs is yours by name (Ola); they are by kari, per.'],
  ])('where the users are %s', async (_, users, told, remark) => {
    const collected = await collect(users.map((user, index) => ({ id: `run${index}`, user })))
    expect(collected.runs).toHaveLength(told)
    expect(collected.others.count).toBe(users.length - told)
    expect(collected.remarks.join()).toContain(remark)
  })

  test('are those of a user that was named, and no others', async () => {
    const runs = [
      { id: 'a', user: 'kari' },
      { id: 'b', user: null },
    ]
    expect(await ids(runs, { whose: { kind: 'users', names: ['kari'] } })).toEqual(['a'])
    expect(await ids(runs, { whose: { kind: 'users', names: ['Kari'] } })).toEqual(['a'])
    expect(await ids(runs, { whose: { kind: 'users', names: ['per'] } })).toEqual([])
    expect(await ids(runs, { whose: { kind: 'all' } })).toEqual(['a', 'b'])
  })

  test('are not told twice as ended; one that was open, or was resumed, is told again', async () => {
    const endedAt = Date.parse('2026-11-20T10:10:00Z')
    const collected = await collect([{ id: 'ended' }, { id: 'open' }, { id: 'resumed' }], {
      told: [
        { key: 'fake:1/ended', endedAt },
        { key: 'fake:1/open', endedAt: null },
        { key: 'fake:1/resumed', endedAt: endedAt - 1000 },
      ],
    })
    expect(collected.runs.map((run) => run.id)).toEqual(['open', 'resumed'])
    expect(collected.toldBefore).toBe(1)
  })

  test('leave out a run that a crash left open for ever', async () => {
    const { runs, remarks } = await collect([
      {
        id: 'zombie',
        status: 'running',
        startedAt: '2026-10-01T10:00:00Z',
        endedAt: null,
        metrics: {
          loss: [
            [1, 1, '2026-10-02T00:00:00Z'],
            [2, 1, '2026-10-02T01:00:00Z'],
          ],
        },
      },
      {
        id: 'long',
        status: 'running',
        startedAt: '2026-10-01T10:00:00Z',
        endedAt: null,
        metrics: {
          loss: [
            [1, 1, '2026-10-02T00:00:00Z'],
            [2, 1, '2026-11-20T05:00:00Z'],
          ],
        },
      },
      { id: 'quiet', status: 'running', startedAt: '2026-11-19T10:00:00Z', endedAt: null },
    ])
    expect(runs.map((run) => run.id)).toEqual(['long', 'quiet'])
    expect(remarks).toEqual(['1 run is still marked as running but logged nothing for days: left out.'])
  })

  test('come with histories folded in and a few points of each', async () => {
    const series = Array.from(
      { length: 1000 },
      (_, step) => [step, step === 400 ? 0.1 : 1 + step / 1000] as const,
    )
    const { runs, points } = await collect([{ id: 'a', metrics: { loss: series, final: [[null, 3]] } }])
    expect(runs[0]?.metrics.get('loss')).toMatchObject({ min: 0.1, minStep: 400, count: 1000 })
    const sampled = points.get('fake:1/a')?.get('loss') ?? []
    expect(sampled.length).toBeLessThanOrEqual(12)
    expect(sampled.map((point) => point.step)).toEqual(expect.arrayContaining([0, 400, 999]))
    expect(
      points
        .get('fake:1/a')
        ?.get('final')
        ?.map((point) => point.value),
    ).toEqual([3])
  })

  test('beyond a number of runs come without histories, and that is said', async () => {
    const runs = Array.from({ length: 4 }, (_, index) => ({
      id: `run${index}`,
      metrics: {
        loss: [
          [0, 1],
          [1, 2],
        ] as const,
      },
    }))
    const collected = await collect(runs, { mostHistories: 3 })
    expect(collected.runs.map((run) => run.metrics.get('loss')?.count)).toEqual([2, 2, 2, null])
    expect(collected.gaps.map((one) => one.what)).toEqual(['histories of 1 runs'])
  })

  test('stand once where two sources hold the same run', async () => {
    const log = { runs: [{ id: 'a' }, { id: 'b' }] }
    const collected = await collect([], {
      sources: [{ source: fakeSource(log, 'files') }, { source: fakeSource(log, 'database') }],
    })
    expect(collected.runs.map((run) => run.key)).toEqual(['files:1/a', 'files:1/b'])
    expect(collected.remarks).toEqual(['2 runs stand in two sources under one id: told once.'])
  })

  test('bring the description of their experiment', async () => {
    const experiment = (id: string) => ({
      id,
      name: id,
      note: 'why',
      primaryMetric: null,
      origin: { source: 'fake', file: id },
    })
    const source = fakeSource(
      { runs: [{ id: 'a' }], experiments: [experiment('1'), experiment('2')] },
      'fake',
    )
    const { experiments } = await collect([], { sources: [{ source }] })
    expect(experiments.map((one) => one.id)).toEqual(['1'])
  })

  test("come with the project's other runs, deleted ones among them, which are never told", async () => {
    const { runs, earlier } = await collect([
      { id: 'today', startedAt: '2026-11-20T12:00:00Z' },
      { id: 'gone', startedAt: '2026-11-20T13:00:00Z', deleted: true },
      { id: 'before', startedAt: '2026-11-10T12:00:00Z', endedAt: '2026-11-10T13:00:00Z' },
    ])
    expect(runs.map(({ id }) => id)).toEqual(['today'])
    expect(earlier.map(({ id, deleted }) => [id, deleted])).toEqual([
      ['gone', true],
      ['before', false],
    ])
  })

  test('are held against the newest runs of all sources together, and no more of them are read', async () => {
    const older = (id: string, day: string): FakeRun => ({
      id,
      startedAt: `2026-11-${day}T12:00:00Z`,
      endedAt: `2026-11-${day}T13:00:00Z`,
    })
    const asked: string[] = []
    const counted = (source: RunSource): RunSource => ({
      ...source,
      async *readAll(query) {
        for await (const found of source.readAll(query)) {
          if ('key' in found) asked.push(found.key)
          yield found
        }
      },
    })
    const files = counted(
      fakeSource(
        { runs: [older('f0', '01'), older('f1', '03'), older('f2', '05'), older('f3', '09')] },
        'files',
      ),
    )
    const others = counted(
      fakeSource(
        { runs: [older('o0', '02'), older('o1', '04'), older('o2', '08'), older('o3', '10')] },
        'others',
      ),
    )
    const today = fakeSource({ runs: [{ id: 'today', startedAt: '2026-11-20T12:00:00Z' }] }, 'fake')
    const { earlier, gaps } = await collect([], {
      sources: [{ source: files }, { source: others }, { source: today }],
      mostEarlier: 3,
    })
    expect(earlier.map(({ id }) => id)).toEqual(['o3', 'f3', 'o2'])
    expect(gaps.map(({ why }) => why)).toEqual(['only the newest 3 are held against those told here'])
    expect(asked).not.toContain('files:1/f0')
    expect(asked).not.toContain('others:1/o0')
  })

  test('children that started after the span are counted for the parents of runs told', async () => {
    const { runs, laterChildren } = await collect([
      { id: 'a', startedAt: '2026-11-20T12:00:00Z', parent: 'p' },
      { id: 'b', startedAt: '2026-11-22T12:00:00Z', endedAt: '2026-11-22T13:00:00Z', parent: 'p' },
      { id: 'c', startedAt: '2026-11-22T12:00:00Z', endedAt: '2026-11-22T13:00:00Z', parent: 'other' },
    ])
    expect(runs.map(({ id }) => id)).toEqual(['a'])
    expect([...laterChildren]).toEqual([['fake:1/p', 1]])
  })

  test('what cannot be read becomes a gap in its place, and a source that breaks is not counted as read', async () => {
    const whole = fakeSource(
      { runs: [{ id: 'a' }, { id: 'b' }], gaps: [gap('experiment 7', '7', 'empty')] },
      'whole',
    )
    const source: RunSource = {
      ...whole,
      read: async (key, options) => {
        if (key.endsWith('b')) throw new NarrateError('source', 'b is gone.')
        return whole.read(key, options)
      },
    }
    const broken: RunSource = {
      ...fakeSource({ runs: [] }, 'broken'),
      // biome-ignore lint/correctness/useYield: it breaks before it gives anything
      async *list() {
        throw new NarrateError('source', 'The file is cut off.')
      },
    }
    const collected = await collect([], { sources: [{ source }, { source: broken }] })
    expect(collected.runs.map((run) => run.id)).toEqual(['a'])
    expect(collected.readSources).toBe(1)
    expect(collected.gaps.map((one) => `${one.what}: ${one.why}`)).toEqual([
      'experiment 7: empty',
      'source broken: The file is cut off.',
      'run whole:1/b: b is gone.',
    ])
  })

  test('what is wrong is told once, though runs and experiments are listed apart', async () => {
    const broken = gap('experiment 7', '7', 'empty')
    const source: RunSource = {
      ...fakeSource({ runs: [{ id: 'a' }], gaps: [broken] }, 'fake'),
      async *experiments() {
        yield { ...broken }
      },
    }
    expect((await collect([], { sources: [{ source }] })).gaps).toEqual([broken])
  })

  test('are told before they are read, and a stop is heeded', async () => {
    const abort = new AbortController()
    const seen: string[] = []
    const request = {
      signal: abort.signal,
      onChosen: ({ runs }: { readonly runs: readonly { readonly id: string }[] }) => {
        seen.push(...runs.map((run) => run.id))
        abort.abort()
      },
    }
    await expect(collect([{ id: 'a' }], request)).rejects.toThrow('abort')
    expect(seen).toEqual(['a'])
  })
})

describe('sample points', () => {
  async function* series(values: readonly number[]): AsyncGenerator<Point> {
    for (const [step, value] of values.entries()) {
      yield { step, value, time: null, origin: { source: 's', file: 'f' } }
    }
  }

  test.each([
    ['none', [], []],
    ['one', [5], [0]],
    ['twelve: all of them', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ['only what is not finite', [Number.NaN, Number.NaN, Number.NaN], [0, 1, 2]],
  ])('of %s', async (_, values, steps) => {
    const { points } = await samplePoints(series(values))
    expect(points.map((point) => point.step)).toEqual(steps)
  })

  test.each([13, 64, 65, 66, 129, 1000, 100_003])(
    'of %i are at most twelve, spread, with both ends and extremes',
    async (length) => {
      const values = Array.from({ length }, (_, index) => Math.sin(index))
      values[7] = Number.NaN
      values[9] = -5
      values[11] = 5
      const { points } = await samplePoints(series(values))
      const steps = points.map((point) => point.step ?? -1)
      expect(points.length).toBe(12)
      expect(steps).toEqual([...steps].sort((a, b) => a - b))
      expect(steps).toEqual(expect.arrayContaining([0, 9, 11, length - 1]))
      const between = steps.filter((step) => step > 11 && step < length - 1)
      if (length > 100) expect(between.length).toBeGreaterThanOrEqual(6)
    },
  )
})

describe('what failed', () => {
  test('brings the end of its log; what finished does not', async () => {
    const { logTails } = await collect([
      { id: 'a', status: 'failed', artifacts: { 'train.log': 'ValueError: no rows' } },
      { id: 'b', status: 'killed', artifacts: { stderr: 'Killed' } },
      { id: 'c', artifacts: { 'train.log': 'all is well' } },
      { id: 'd', status: 'failed' },
    ])
    expect([...logTails].map(([key, { path, lines }]) => [key, path, lines])).toEqual([
      ['fake:1/a', 'train.log', ['ValueError: no rows']],
      ['fake:1/b', 'stderr', ['Killed']],
    ])
  })

  test('has the logs of fifty runs looked at, and says how many were not', async () => {
    const { logTails, gaps } = await collect(
      Array.from({ length: 53 }, (_, index) => ({
        id: `run${index}`,
        status: 'failed' as const,
        startedAt: new Date(DAY.from + index * 60_000).toISOString(),
        artifacts: { 'train.log': 'Killed' },
      })),
    )
    expect([logTails.size, logTails.has('fake:1/run2'), logTails.has('fake:1/run3')]).toEqual([
      50,
      false,
      true,
    ])
    expect(gaps.map(({ what }) => what)).toEqual(['logs of 3 failed runs'])
  })

  test('and leaves logs that are no text is told once for all of them', async () => {
    const { gaps } = await collect(
      ['a', 'b'].map((id) => ({ id, status: 'failed' as const, artifacts: { 'train.log': '\0\0' } })),
    )
    expect(gaps).toMatchObject([
      { what: 'logs of 2 failed runs', why: 'it is named like a log and holds no text' },
    ])
  })
})

test('what a long training curve said at the best step of validation is a point of its log', async () => {
  const { curves } = await collect([
    {
      id: 'a',
      metrics: {
        train_loss: Array.from({ length: 5000 }, (_, step) => [step, 5 - step / 1000] as const),
        val_loss: Array.from(
          { length: 50 },
          (_, step) => [100 * step + 50, step === 31 ? 0.5 : 0.9] as const,
        ),
      },
    },
  ])
  expect(curves.get('fake:1/a')?.get('val_loss')?.training?.atLowest?.point).toEqual({
    step: 3150,
    value: 5 - 3150 / 1000,
  })
  expect([...(curves.get('fake:1/a')?.keys() ?? [])]).toEqual(['train_loss', 'val_loss'])
})

test('a validation curve has beside it what the training curve said at its best steps', async () => {
  const { curves } = await collect([
    {
      id: 'a',
      metrics: {
        train_loss: Array.from({ length: 20 }, (_, step) => [step, 1 - step / 20] as const),
        val_loss: Array.from({ length: 10 }, (_, step) => [2 * step, step === 3 ? 0.5 : 0.9] as const),
      },
    },
  ])
  const ofRun = curves.get('fake:1/a')
  expect(ofRun?.get('train_loss')?.training).toBeNull()
  expect(ofRun?.get('val_loss')?.training).toEqual({
    metric: 'train_loss',
    atLowest: { level: 1 - 6 / 20, point: { step: 6, value: 1 - 6 / 20 } },
    atHighest: { level: 1, point: { step: 0, value: 1 } },
    last: { step: 19, value: 1 - 19 / 20 },
    endLevel: expect.closeTo(1 - 18.5 / 20, 12),
  })
})
