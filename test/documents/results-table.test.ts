import { describe, expect, test } from 'vitest'
import { resultsTable } from '../../src/documents/results-table.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const curve = (min: number) => ({
  last: min + 0.1,
  lastStep: 9,
  min,
  minStep: 5,
  max: 1,
  maxStep: 0,
  count: 10,
})
const runs = [
  makeRun({
    id: 'aaaa1111',
    params: { inputs: 'rain', lr: '0.1' },
    metrics: { test_loss: 0.127, val_loss: curve(0.2) },
    startedAt: 1,
  }),
  makeRun({
    id: 'bbbb2222',
    params: { inputs: 'rain', lr: '0.2' },
    metrics: { test_loss: 0.17, val_loss: curve(0.19) },
    startedAt: 2,
  }),
  makeRun({
    id: 'cccc3333',
    params: { inputs: 'lake', lr: '0.3' },
    metrics: { test_loss: 0.124, val_loss: curve(0.11) },
    startedAt: 3,
  }),
  makeRun({
    id: 'dddd4444',
    params: { inputs: 'lake', lr: '0.4' },
    metrics: { test_loss: 0.01, val_loss: curve(0.01) },
    status: 'failed',
    startedAt: 4,
  }),
]

function told(axis: string | null, metrics: readonly string[] = [], titled: readonly string[] = []) {
  const table = resultsTable(gather(runs), { axis, metrics, titled })
  return table === null
    ? null
    : {
        header: table.header,
        rows: table.rows.map((row) =>
          row.map(
            (cell) =>
              `${cell.best ? '*' : ''}${[...cell.expressions, cell.text ?? '', ...cell.runs].filter((text) => text !== '').join(' ')}`,
          ),
        ),
      }
}

describe('the runs of the title', () => {
  test('stand in rows of their own where they are not the best of a level', () => {
    expect(told('inputs', [], ['r2', 'r3'])?.rows.map((row) => row.slice(0, 2))).toEqual([
      ['r3.param["inputs"]', '*r3.metric["test_loss"] r3'],
      ['r1.param["inputs"]', 'r1.metric["test_loss"] r1'],
      ['r2.param["inputs"]', 'r2.metric["test_loss"] r2'],
    ])
    expect(told('inputs', [], ['r4'])?.rows).toEqual(told('inputs')?.rows)
  })

  test('are kept in sight however little room there is', () => {
    expect(resultsTable(gather(runs), { axis: 'inputs', metrics: [], titled: ['r2'] })?.kept).toEqual([2])
  })

  test('that may not be ranked with the others come last, and that is said', () => {
    const flow = [
      ...runs.map((one) => ({ ...one, params: new Map([...one.params, ['target', 'Q']]) })),
      makeRun({
        id: 'eeee5555',
        params: { inputs: 'lake', lr: '0.5', target: 'Flow' },
        metrics: { test_loss: 0.001 },
        startedAt: 5,
      }),
    ]
    const table = resultsTable(gather(flow), { axis: 'inputs', metrics: [], titled: ['r5'] })
    const last = table?.rows.at(-1)
    expect(last?.[1]).toMatchObject({ text: 'not ranked', runs: ['r5'], best: false })
    expect(table?.kept).toEqual([2])
  })
})

describe('resultsTable', () => {
  test('compares nothing along a parameter of which one level alone has a result', () => {
    const failed = makeRun({
      id: 'eeee5555',
      params: { optimizer: 'lbfgs' },
      status: 'failed',
      startedAt: 5,
    })
    const rest = ['a', 'b', 'c'].map((id, index) =>
      makeRun({ id: `${id}000`, params: { lr: id }, metrics: { test_loss: 0.1 + index }, startedAt: index }),
    )
    expect(resultsTable(gather([...rest, failed]), { axis: null, metrics: [] })?.axis).toBeNull()
  })

  test('ranks no fold of a cross-validation: it stands for a part of the data', () => {
    const folds = ['0', '1', '2'].map((fold, index) =>
      makeRun({
        id: `ffff000${fold}`,
        name: `cv-fold-${fold}`,
        params: { inputs: 'rain', lr: '0.1', fold },
        metrics: { test_loss: 0.001 },
        startedAt: 10 + index,
      }),
    )
    const table = resultsTable(gather([...runs, ...folds]), { axis: null, metrics: [] })
    expect(table?.folds).toEqual(['r5', 'r6', 'r7'])
    expect(table?.rows.flat().flatMap((cell) => cell.expressions)).not.toContain('r5.metric["test_loss"]')
  })

  test('has a row per level of the axis, best first; what failed stands beside and is never the best', () => {
    expect(told('inputs')).toEqual({
      header: ['inputs', 'test_loss', 'other runs', 'val_loss (last)'],
      rows: [
        ['r3.param["inputs"]', '*r3.metric["test_loss"] r3', 'failed r4', '*r3.metric["val_loss"]'],
        [
          'r1.param["inputs"]',
          'r1.metric["test_loss"] r1',
          'r2.metric["test_loss"]',
          'r1.metric["val_loss"]',
        ],
      ],
    })
  })

  test.each([['param["inputs"]'], ['param.inputs'], ['no such parameter'], ['lr'], [null]])(
    'an axis written as %s that cannot group falls back to the telling one',
    (axis) => {
      expect(told(axis)?.header[0]).toBe('inputs')
    },
  )

  test('shows the metrics the model chose, if they are logged', () => {
    expect(told('inputs', ['invented'])?.header).toEqual([
      'inputs',
      'test_loss',
      'other runs',
      'val_loss (last)',
    ])
  })

  test('the metric that the notes speak of has a column beside the primary one of narrate.yaml', () => {
    const metrics = { primary: 'test_loss', directions: {}, headline: {}, units: {} }
    const logged = runs.map((run) => ({
      ...run,
      metrics: new Map([
        ...run.metrics,
        ['test_auc', makeRun({ id: 'm', metrics: { auc: 0.7 } }).metrics.get('auc')],
      ]),
    })) as typeof runs
    const header = (lines: readonly string[]) =>
      resultsTable(gather(logged, lines, { metrics }), { axis: 'inputs', metrics: ['val_loss'] })?.header
    expect(header(['auc went up', 'auc again'])).toContain('test_auc')
    expect(header(['auc went up', 'test_loss too', 'best loss yet'])).not.toContain('test_auc')
  })

  test('without an axis that gathers runs there is a row per run', () => {
    const single = runs.map((run, index) => ({ ...run, params: new Map([['lr', String(index)]]) }))
    const table = resultsTable(gather(single), { axis: null, metrics: [] })
    expect(table?.header).toEqual(['run', 'lr', 'test_loss', 'val_loss (last)'])
    expect(table?.rows.map((row) => row[0]?.expressions[0])).toEqual(['r3', 'r1', 'r2', 'r4'])
    expect(table?.rows.at(-1)?.[0]?.text).toBe('failed')
  })

  test('runs that may not be ranked against the others are named, not ranked', () => {
    const other = makeRun({
      id: 'eeee5555',
      params: { inputs: 'rain', target: 'flow' },
      metrics: { test_loss: 0.001 },
      startedAt: 5,
    })
    const table = resultsTable(
      gather([
        ...runs.map((run) => ({ ...run, params: new Map([...run.params, ['target', 'level']]) })),
        other,
      ]),
      { axis: 'inputs', metrics: [] },
    )
    expect(table?.notRanked).toEqual([{ label: 'target=flow', runs: ['r5'] }])
    expect(JSON.stringify(table?.rows)).not.toContain('r5')
  })

  test('an exact repeat is no other run: its value came out again', () => {
    const again = (id: string, of: number, metrics: Record<string, number>, startedAt: number) => {
      const original = runs[of]
      if (original === undefined) throw new Error('there are runs')
      return { ...makeRun({ id, metrics, startedAt }), params: original.params }
    }
    const repeated = [
      ...runs,
      again('eeee5555', 2, { test_loss: 0.124, test_auc: 0.8 }, 5),
      again('ffff6666', 2, { test_loss: 0.124 }, 6),
      // The same settings with another value are a second measurement.
      again('aaaa7777', 0, { test_loss: 0.13 }, 7),
    ]
    const rows = resultsTable(gather(repeated), { axis: 'inputs', metrics: ['test_auc'] })?.rows ?? []
    expect(rows.map((row) => [row[1]?.runs, row[2]?.expressions, row[2]?.runs])).toEqual([
      [['r5'], [], ['r4']],
      [['r1'], ['r7.metric["test_loss"]', 'r2.metric["test_loss"]'], []],
    ])
  })

  test('there is no table where no run logged a metric', () => {
    expect(resultsTable(gather([makeRun({ id: 'a' })]), { axis: null, metrics: [] })).toBeNull()
  })
})

test('a level that one setting fills, repeated over seeds, is told as mean and standard deviation with its runs', () => {
  const seeded = [1, 2, 3].map((seed) =>
    makeRun({
      id: `aaaa000${seed}`,
      params: { model: 'lgbm', seed: String(seed) },
      metrics: { val_auc: 0.7 + seed / 100 },
      startedAt: seed,
    }),
  )
  const other = makeRun({
    id: 'bbbb0001',
    params: { model: 'xgb', seed: '1' },
    metrics: { val_auc: 0.75 },
    startedAt: 9,
  })
  const table = resultsTable(gather([...seeded, other]), { axis: 'model', metrics: [] })
  const group = gather([...seeded, other]).groups.find(({ kind }) => kind === 'replicates')
  expect(
    table?.rows.map((row) =>
      row.map((cell) =>
        [cell.expressions.join(cell.between), [...cell.over, ...cell.runs].join(' ')].join('|'),
      ),
    ),
  ).toEqual([
    ['r4.param["model"]|', 'r4.metric["val_auc"]|r4', '|'],
    [
      'r1.param["model"]|',
      `${group?.address}.metric["val_auc"].mean ± ${group?.address}.metric["val_auc"].sd|`,
      '|r3 r2 r1',
    ],
  ])
})
