import { writeFile } from 'node:fs/promises'
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

damageSuite("W&B's export of its table of runs", { kind: ledger, write: writeWandbExports })

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
      [...runs.values()].map(({ run }) => [
        run.id,
        run.status,
        run.startedAt,
        Object.fromEntries(run.params),
        Object.fromEntries(run.tags),
        run.metrics.get('train/loss')?.last,
      ]),
    ).toEqual([
      ['second', 'failed', Date.UTC(2026, 10, 20, 23, 25, 2), { lmbda: '1e-3' }, {}, Number.NaN],
      [
        'a run, "first"',
        'finished',
        Date.UTC(2026, 10, 20, 23, 44, 40),
        { lmbda: '0' },
        { Tags: 'lr, sweep' },
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
