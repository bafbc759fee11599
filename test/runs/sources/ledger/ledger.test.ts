import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ledger } from '../../../../src/runs/sources/ledger/ledger.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { errorOf, plainWorld, runSourceContract, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { jsonLedgerRuns, writeJsonLedger, writeTable, writeWandbExports } from './write-ledgers.ts'

runSourceContract('a ledger of JSON lines', {
  kind: ledger,
  alias: 'logs',
  write: writeJsonLedger,
  runs: jsonLedgerRuns('prompts'),
})

damageSuite('a ledger of JSON lines', {
  kind: ledger,
  write: writeJsonLedger,
  async writeNamed(folder, name) {
    const text = JSON.stringify(name)
    await writeFile(
      join(folder, 'experiments.jsonl'),
      `{"name": ${text}, "timestamp": ${text}, "score": 0.5, ${text}: 0.5, "config": {${text}: ${text}}}\n`,
    )
    return join(folder, 'experiments.jsonl')
  },
})

damageSuite('a ledger of tabs', {
  kind: ledger,
  write: async (folder) => {
    const path = await writeTable(folder)
    return path
  },
})

damageSuite("W&B's export of its table of runs", {
  kind: ledger,
  write: writeWandbExports,
  unshown: (['cut', 'empty', 'missing', 'linked', 'growing', 'encoded', 'garbage', 'huge'] as const).map(
    (damage) => ({
      damage,
      // The folder where it lies, too: one that cannot be listed.
      file: /^$|chart\.csv$/,
      wrong: /^train\/loss = NaN at step null$/,
      because: 'without the chart the value that the table states stands alone, and has no step',
    }),
  ),
})

describe('a ledger', () => {
  const look = (path: string, options = {}) => readEverything(ledger, path, plainWorld('/'), options)
  const ledgerOf = async (name: string, text: string) => {
    const folder = await temporaryFolder({ [name]: text })
    return join(folder, name)
  }

  it('of tabs is read in its own order, kept and thrown away alike', async () => {
    const folder = await temporaryFolder()
    const source = await ledger.open(await writeTable(folder), 'logs', plainWorld(folder))
    const { values, gaps } = await sorted(source.readAll({}))
    expect(gaps).toEqual([])
    expect(
      values.map(({ id, status, note, tags, params, metrics, code }) => [
        id,
        status,
        note,
        tags.get('status'),
        params.get('batch_size'),
        metrics.get('val_bpb')?.last,
        code.commit,
      ]),
    ).toEqual([
      ['3087aeb', 'finished', 'baseline → 1.50, "broken"', 'keep', '4', 2.33567, '3087aeb'],
      ['81dd182', 'finished', 'constant WD = 0.1', 'discard', '4', 2.494669, '81dd182'],
      ['8da6023', 'failed', null, undefined, '8', 0, '8da6023'],
    ])
    expect((await sorted(source.list({ order: 'newest' }))).values.map(({ id }) => id)).toEqual([
      '8da6023',
      '81dd182',
      '3087aeb',
    ])
  })

  it("of W&B's table says who ran when, and what its cells hold", async () => {
    const folder = await temporaryFolder()
    const { runs, gaps } = await look(await writeWandbExports(folder))
    expect(gaps).toEqual([])
    expect(
      [...runs.values()]
        .slice(0, 2)
        .map(({ run }) => [
          run.id,
          run.status,
          run.startedAt,
          run.endedAt === null || run.startedAt === null ? null : run.endedAt - run.startedAt,
          Object.fromEntries(run.params),
          Object.fromEntries(run.tags),
          run.metrics.get('train/loss')?.last,
        ]),
    ).toEqual([
      ['second', 'failed', Date.UTC(2026, 10, 20, 23, 25, 2), 42_843_000, { lmbda: '1e-3' }, {}, Number.NaN],
      [
        'a run, "first"',
        'finished',
        Date.UTC(2026, 10, 20, 23, 44, 40),
        30_222_000,
        { lmbda: '0' },
        { lr: 'true', sweep: 'true' },
        0.0497,
      ],
    ])
  })

  it("of W&B's chart is a series a run, without its bounds", async () => {
    const folder = await temporaryFolder()
    await writeWandbExports(folder)
    const { runs } = await look(join(folder, 'chart.csv'))
    expect(
      [...runs.values()].map(({ run, points }) => [
        run.id,
        [...points].map(([metric, values]) => [metric, ...values.map(({ step, value }) => [step, value])]),
      ]),
    ).toEqual([
      ['second', [['train/loss', [0, 0.4697], [2, 0.426]]]],
      ['a - b', [['val/acc', [0, 0.1], [1, 0.2], [2, Number.NaN]]]],
    ])
  })

  it("of W&B's table and the charts beside it is one set of runs", async () => {
    const folder = await temporaryFolder()
    const { runs } = await look(await writeWandbExports(folder))
    expect(
      [...runs.values()].map(({ run, points }) => [
        run.id,
        run.status,
        run.metrics.get('train/loss')?.last,
        points.get('train/loss')?.map(({ step, value, origin }) => [step, value, origin.file]),
        points.get('val/acc')?.length,
      ]),
    ).toEqual([
      [
        'second',
        'failed',
        Number.NaN,
        [
          [0, 0.4697, 'chart.csv'],
          [2, 0.426, 'chart.csv'],
        ],
        undefined,
      ],
      ['a run, "first"', 'finished', 0.0497, [[null, 0.0497, 'wandb_export_table.csv']], undefined],
      // Of which the table has no row.
      ['a - b', 'unknown', undefined, undefined, 3],
    ])
    const named = join(folder, 'wandb_export_2026-11-21.csv')
    await rename(join(folder, 'chart.csv'), named)
    expect(await ledger.detect(folder, plainWorld('/'))).toEqual([join(folder, 'wandb_export_table.csv')])
  })

  it("of W&B's exports is found in a folder by what the files hold, whatever they are called, charts with their table", async () => {
    const table =
      '"Name","State","Created","loss"\n"a","finished","2026-11-20T23:44:40.000Z","0.25"\n"b","crashed","",""\n'
    const chart = (name: string) =>
      `"Step","${name} - loss","${name} - loss__MIN","${name} - loss__MAX"\n"0","1","1","1"\n"1","0.25","0.25","0.25"\n`
    const folder = await temporaryFolder({
      'new.csv': table,
      'train-loss.csv': chart('a'),
      'of another.csv': chart('c'),
      // Each of these has the same runs: which one is meant, nobody knows.
      'figures/one.csv': chart('d'),
      'figures/other.csv': chart('d'),
      'below/marked.csv': `\ufeff${table}`,
      // A table of towns, one without quotes, a list of people, a curve, and one that is cut.
      'towns.csv': '"Name","State","Created","score"\n"Springfield","Illinois","1821","0.5"\n',
      'plain.csv': table.replaceAll('"', ''),
      'people.csv': '"Name","Age","score"\n"a","3","0.5"\n',
      'curve.csv': '"Step","loss","loss__MIN","loss__MAX"\n"0","1","1","1"\n',
      'cut.csv': '"Name","State","Crea',
    })
    expect(await ledger.detect(folder, plainWorld('/'))).toEqual([
      join(folder, 'new.csv'),
      join(folder, 'of another.csv'),
      join(folder, 'below/marked.csv'),
    ])
    const { runs, gaps } = await look(join(folder, 'new.csv'))
    expect([...runs.values()].map(({ run, points }) => [run.id, points.get('loss')?.length])).toEqual([
      ['a', 2],
      ['b', undefined],
    ])
    expect(gaps).toEqual([])
  })

  it('takes no chart for that of a table whose values are others, or whose names are not its own', async () => {
    const table = '"Name","State","loss"\n"a","finished","0.5"\n"b","finished","0.25"\n'
    const chart = (name: string, last: string) =>
      `"Step","${name} - loss","${name} - loss__MIN","${name} - loss__MAX"\n"0","1","1","1"\n"1","${last}","${last}","${last}"\n`
    const folder = await temporaryFolder({
      'wandb_export_runs.csv': table,
      'other.csv': chart('a', '0.75'),
      'else.csv': chart('c', '0.5'),
      'own.csv': chart('b', '0.25'),
    })
    const { runs } = await look(join(folder, 'wandb_export_runs.csv'))
    expect([...runs.values()].map(({ run, points }) => [run.id, points.get('loss')?.length])).toEqual([
      ['a', 1],
      ['b', 2],
    ])
  })

  it.each([
    [
      'run.history()',
      'history.csv',
      ',_step,_runtime,_timestamp,loss,acc\n0,0,1.5,1763712000.25,0.5,\n1,10,2.5,1763712001.5,NaN,0.25\n',
      [['history', { loss: [[0, 0.5, 1763712000250]], acc: [[10, 0.25, 1763712001500]] }]],
    ],
    [
      'runs.histories()',
      'histories.csv',
      ',_step,loss,run_id\n0,0,0.5,abc\n1,1,0.25,abc\n0,0,0.75,def\n',
      [
        [
          'abc',
          {
            loss: [
              [0, 0.5, null],
              [1, 0.25, null],
            ],
          },
        ],
        ['def', { loss: [[0, 0.75, null]] }],
      ],
    ],
  ])("of W&B's %s as CSV is a series a run", async (_, name, text, told) => {
    const { runs, gaps } = await look(await ledgerOf(name, text))
    expect(gaps).toEqual([])
    const finite = [...runs.values()].map(({ run, points }) => [
      run.id,
      Object.fromEntries(
        [...points].map(([metric, values]) => [
          metric,
          values
            .filter(({ value }) => Number.isFinite(value))
            .map(({ step, value, time }) => [step, value, time]),
        ]),
      ),
    ])
    expect(finite).toEqual(told)
  })

  it('takes apart the maps that stand in cells as Python prints them', async () => {
    const { runs, gaps } = await look(
      await ledgerOf(
        'project.csv',
        `,summary,config,name\n0,"{'loss': nan, '_step': 9, '_wandb': {'runtime': 4}, 'acc': 0.5}","{'lr': 0.001, 'layers': (64, 64), 'note': 'it\\'s ""so""', 'off': None}",first\n`,
      ),
    )
    expect(gaps).toEqual([])
    expect(
      [...runs.values()].map(({ run }) => [run.id, [...run.params], [...run.metrics.keys()], [...run.tags]]),
    ).toEqual([
      [
        'first',
        [
          ['config.layers', '[64,64]'],
          ['config.lr', '0.001'],
          ['config.note', 'it\'s "so"'],
        ],
        ['summary.acc', 'summary.loss'],
        [],
      ],
    ])
  })

  it("of Neptune's table says what failed, whose it was and when", async () => {
    const { runs, gaps } = await look(
      await ledgerOf(
        'neptune_runs.csv',
        [
          ',sys/creation_time,sys/failed,sys/id,sys/name,sys/owner,sys/ping_time,sys/running_time,sys/state,sys/tags,parameters/lr,metrics/acc,monitoring/cpu',
          '0,2026-01-15 09:30:00+00:00,False,CHURN-1,baseline,ana,2026-01-15 09:35:00+00:00,300.5,Inactive,"keep,first try",0.001,0.875,12.5',
          '1,2026-01-15 10:00:00+00:00,True,CHURN-2,,ben,2026-01-15 10:05:00+00:00,300.5,Inactive,,0.1,,',
        ].join('\n'),
      ),
    )
    expect(gaps.filter(({ why }) => !why.includes('does not end'))).toEqual([])
    expect(
      [...runs.values()].map(({ run }) => [
        run.id,
        run.name,
        run.status,
        run.user,
        run.startedAt,
        run.endedAt,
        run.params.get('parameters/lr'),
        run.metrics.get('metrics/acc')?.last,
        run.tags.get('first try'),
      ]),
    ).toEqual([
      [
        'CHURN-1',
        'baseline',
        'finished',
        'ana',
        Date.UTC(2026, 0, 15, 9, 30),
        Date.UTC(2026, 0, 15, 9, 35),
        '0.001',
        0.875,
        'true',
      ],
      [
        'CHURN-2',
        'CHURN-2',
        'failed',
        'ben',
        Date.UTC(2026, 0, 15, 10),
        Date.UTC(2026, 0, 15, 10, 5),
        '0.1',
        undefined,
        undefined,
      ],
    ])
  })

  it("of Comet's API as a JSON list is read entry by entry, and tells the line of a broken one", async () => {
    const { runs, gaps } = await look(
      await ledgerOf(
        'comet_experiments.json',
        `[
  {"experimentKey": "abc", "experimentName": "baseline", "startTimeMillis": 1763712000000, "endTimeMillis": 1763712060000, "projectName": "churn", "params": {"lr": 0.1}, "metrics": {"loss": 0.5}},
  7,
  {"experimentKey": "def", "experimentName": "second", "metrics": {"loss": 0.25}},
  {"experimentKey": "g`,
      ),
    )
    expect(
      [...runs.values()].map(({ run }) => [
        run.id,
        run.name,
        run.experiment.name,
        run.startedAt,
        run.endedAt,
        run.metrics.get('metrics.loss')?.last,
        run.origins.run.line,
      ]),
    ).toEqual([
      ['abc', 'baseline', 'churn', 1763712000000, 1763712060000, 0.5, 2],
      ['def', 'second', 'comet_experiments', null, null, 0.25, 4],
    ])
    expect(new Set(gaps.map(({ where, why }) => `${where} ${why}`))).toEqual(
      new Set([
        'comet_experiments.json:3 it is no JSON object',
        'comet_experiments.json:5 it ends too early',
      ]),
    )
  })

  it.each([
    [
      'calls of Weave',
      '{"id": "1", "op_name": "weave:///l/q/op/f:a", "trace_id": "t", "started_at": "2026-11-21", "loss": 1}\n',
    ],
    [
      'steps of LangWatch',
      '{"run_id": "r", "experiment_slug": "e", "index": "1", "score": 1, "optimizer": {"name": "COPRO"}}\n',
    ],
  ])('is not seen in %s', async (_, text) => {
    expect(await ledger.recognises(await ledgerOf('runs.jsonl', text), plainWorld('/'))).toBe(false)
  })

  it('tells what was promoted, the last one being what is in production', async () => {
    const folder = await temporaryFolder()
    const { runs } = await look(await writeJsonLedger(folder))
    const registered = [...runs.values()].map(({ run }) => [
      run.id,
      run.registered?.map(({ model, version, stage }) => [model, version, stage]),
    ])
    expect(registered).toEqual([
      ['bootstrap-4demos', [['production/optimized.json', '1', null]]],
      ['mipro-medium', [['production/optimized.json', '2', 'Production']]],
      ['mipro-medium#2', undefined],
    ])
  })

  it.each([
    [
      'a broken line',
      '{"name": "a", "score": 1}\n{"name": "b", "score\n{"name": "c", "score": 3}\n',
      'line 2',
    ],
    ['a line that is no object', '{"name": "a", "score": 1}\n\n[1]\n{"name": "c", "score": 3}\n', 'line 3'],
    [
      'a last line half written',
      '{"name": "a", "score": 1}\n{"name": "c", "score": 3}\n{"name": "d", "sc',
      'line 3',
    ],
  ])('tells the number of %s, and reads the others', async (_, text, line) => {
    const { runs, gaps } = await look(await ledgerOf('runs.jsonl', text))
    expect([...runs.values()].map(({ run }) => run.id)).toEqual(['a', 'c'])
    expect(new Set(gaps.map(({ what }) => what))).toEqual(new Set([line]))
    expect(gaps[0]?.where).toBe(`runs.jsonl:${line.slice(5)}`)
  })

  it('takes a last line that is whole though it does not end', async () => {
    const { runs, gaps } = await look(
      await ledgerOf('runs.jsonl', '{"name": "a", "score": 1}\n{"name": "b", "score": 2}'),
    )
    expect([...runs.values()].map(({ run }) => run.id)).toEqual(['a', 'b'])
    expect(gaps).toEqual([])
  })

  it('leaves out the last field of a table that does not end, and says so', async () => {
    const { runs, gaps } = await look(await ledgerOf('runs.csv', 'name,score,loss\na,1,0.25\nb,2,0.2'))
    expect([...runs.values()].map(({ run }) => [run.id, [...run.metrics.keys()]])).toEqual([
      ['a', ['loss', 'score']],
      ['b', ['score']],
    ])
    expect(gaps[0]).toEqual({
      kind: 'gap',
      what: 'line 3',
      where: 'runs.csv:3',
      why: 'the last line does not end, and its last field is left out: it may be cut',
    })
  })

  it('counts lines in a table whose cells hold line ends', async () => {
    const text = 'name,notes,score\n"a","two\nlines",1\n"b",2\n"c","x",3\n'
    const { runs, gaps } = await look(await ledgerOf('runs.csv', text))
    expect([...runs.values()].map(({ run }) => [run.id, run.note, run.origins.run.line])).toEqual([
      ['a', 'two\nlines', 2],
      ['c', 'x', 5],
    ])
    expect(new Set(gaps.map(({ where, why }) => `${where} ${why}`))).toEqual(
      new Set(['runs.csv:4 it has 2 fields where the header has 3']),
    )
  })

  it('keeps ids while rows are added', async () => {
    const row = '{"name": "same", "score": 1}\n'
    const path = await ledgerOf('runs.jsonl', row)
    const before = [...(await look(path)).runs.keys()]
    await writeFile(path, `${row}${row}{"name": "same#2", "score": 2}\n${row}`)
    expect([...(await look(path)).runs.keys()].slice(0, 1)).toEqual(before)
    expect([...(await look(path)).runs.keys()]).toEqual([
      'logs:same',
      'logs:same#2',
      'logs:same#2#2',
      'logs:same#3',
    ])
  })

  it('takes what narrate.yaml says of its fields before what it guesses', async () => {
    const path = await ledgerOf(
      'runs.jsonl',
      '{"label": "x1", "what": "tuned", "val": {"a": 0.5, "b": 0.25}, "score": 3, "when": "2026-11-02T09:00:00Z"}\n',
    )
    const guessed = (await look(path)).runs.get('logs:x1')?.run
    expect([guessed?.name, [...(guessed?.metrics.keys() ?? [])]]).toEqual(['x1', ['score', 'val.a', 'val.b']])
    const fields = { id: 'label', name: 'what', metrics: ['val.*'], params: ['score'] }
    const told = (await look(path, { fields })).runs.get('logs:x1')?.run
    expect([told?.name, [...(told?.metrics.keys() ?? [])], [...(told?.params ?? [])]]).toEqual([
      'tuned',
      ['val.a', 'val.b'],
      [['score', '3']],
    ])
    const error = await errorOf(() =>
      ledger.open(path, 'logs', plainWorld('/'), { fields: { nam: 'label' } }),
    )
    expect([error.kind, error.message]).toEqual(['source', 'A field of a ledger cannot mean "nam".'])
  })

  it.each([
    ['a data set', 'train.jsonl', '{"id": 1, "text": "the loss"}\n{"id": 2, "text": "x"}\n'],
    ['a curve', 'results.csv', 'epoch,train/loss\n1,0.5\n2,0.25\n'],
    ['an empty file', 'experiments.jsonl', ''],
    ['a list', 'experiments.jsonl', '[{"name": "a", "score": 1}]\n'],
    ['another kind of file', 'experiments.txt', '{"name": "a", "score": 1}\n'],
  ])('is not seen in %s', async (_, name, text) => {
    expect(await ledger.recognises(await ledgerOf(name, text), plainWorld('/'))).toBe(false)
  })

  it('looks at no artifact outside of its folder', async () => {
    const folder = await temporaryFolder({
      'secret.json': '{}',
      'log/runs.jsonl': ['../secret.json', '/etc/passwd', 'artifacts/../../secret.json', 'runs.jsonl/x']
        .map((path, index) => JSON.stringify({ name: `r${index}`, score: 1, artifact_path: path }))
        .join('\n'),
    })
    const { runs } = await look(join(folder, 'log/runs.jsonl'))
    expect([...runs.values()].map(({ artifacts }) => artifacts.length)).toEqual([0, 0, 0, 0])
  })
})
