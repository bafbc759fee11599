import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { dvc } from '../../../../src/runs/sources/dvc/dvc.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { errorOf, plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

const FILE = 'dvc-experiments.json'
const DAY = Date.UTC(2026, 10, 2, 9)
const BASE = 'd250a82b8bdf250ff028d6e7d2dc74c475bdcb67'

interface Told {
  readonly lr?: string
  readonly loss?: string
  readonly hour?: number
  readonly rev: string
}
const contents = ({ lr = '0.1', loss, hour, rev }: Told) =>
  `{"rev": "${rev}", "timestamp": ${hour === undefined ? 'null' : `"2026-11-02T${String(hour).padStart(2, '0')}:00:00"`}, ` +
  `"params": {"params.yaml": {"data": {"train": {"lr": ${lr}, "none": null}, "seed": 123456789012345678}}}, ` +
  `"metrics": {"metrics.json": ${loss === undefined ? '{"error": {"type": "FileNotFoundError", "msg": "no such file"}}' : `{"data": {"train": {"loss": ${loss}}}}`}}, ` +
  `"deps": {"data.csv": {"hash": "c3c6", "size": 12, "nfiles": null}, "train.py": {"hash": "4bbf"}}, "outs": null, "meta": {}}`
const row = (told: Told, name: string | null, error = 'null') =>
  `{"rev": "${told.rev}", "name": ${JSON.stringify(name)}, "data": ${contents(told)}, "error": ${error}, "experiments": null}`
const experiment = (told: Told, name: string, state: string | null) =>
  `{"revs": [${row(told, name)}], "executor": ${state === null ? 'null' : `{"state": "${state}", "name": "dvc-task", "local": null}`}, "name": "${name}"}`

const EXPORT = `[${row({ rev: 'workspace', loss: '10.0' }, null)}, ${row(
  { rev: BASE, loss: '10.0', hour: 9 },
  'main',
).replace(
  '"experiments": null',
  `"experiments": [${[
    experiment({ rev: 'a1a1a1a1', lr: '0.5', loss: 'NaN', hour: 10 }, 'lr-half', null),
    experiment({ rev: 'b1b1b1b1', lr: '1e-05', loss: '5.0', hour: 11 }, 'tiny', 'success'),
    experiment({ rev: 'c1c1c1c1', lr: '0.7', hour: 12, loss: '7' }, 'waiting', 'queued'),
  ].join(', ')}]`,
)}]\n`

async function writeExport(folder: string): Promise<string> {
  await write(join(folder, 'churn'), { [FILE]: EXPORT })
  return join(folder, 'churn', FILE)
}

const about = (name: string, id: string, hour: number) => ({
  key: `logs:${id}`,
  id,
  name,
  experiment: { id: '.', name: 'churn' },
  user: null,
  startedAt: DAY + (hour - 9) * 3_600_000,
  endedAt: null,
  parent: name === 'main' ? null : `logs:${BASE}`,
  tags: { 'deps.train.py': '4bbf', ...(name === 'main' ? { 'dvc.kind': 'commit' } : {}) },
})
const params = (lr: string) => ({ 'train.lr': lr, seed: '123456789012345678' })

runSourceContract('DVC', {
  kind: dvc,
  alias: 'logs',
  write: writeExport,
  hasNoSeries: true,
  runs: [
    {
      ...about('main', BASE, 9),
      status: 'unknown',
      params: params('0.1'),
      metrics: { 'train.loss': [[null, 10]] },
    },
    {
      ...about('lr-half', 'lr-half', 10),
      status: 'finished',
      params: params('0.5'),
      metrics: { 'train.loss': [[null, Number.NaN]] },
    },
    {
      ...about('tiny', 'tiny', 11),
      status: 'finished',
      params: params('1e-05'),
      metrics: { 'train.loss': [[null, 5]] },
    },
    {
      ...about('waiting', 'waiting', 12),
      status: 'scheduled',
      params: params('0.7'),
      metrics: { 'train.loss': [[null, 7]] },
    },
  ],
})

damageSuite('DVC', {
  kind: dvc,
  write: writeExport,
  flips: 200,
  async writeNamed(folder, name) {
    const text = JSON.stringify(name)
    const told = `{"rev": ${text}, "timestamp": ${text}, "params": {${text}: {"data": {${text}: ${text}}}}, "metrics": {${text}: {"data": {${text}: 1}}}, "deps": {${text}: {"hash": ${text}}}}`
    await write(folder, {
      [FILE]: `[{"rev": "workspace"}, {"rev": ${text}, "name": ${text}, "data": ${told}, "experiments": [{"name": ${text}, "revs": [{"rev": ${text}, "data": ${told}}], "executor": {"state": ${text}}}]}]`,
    })
    return join(folder, FILE)
  },
})

async function readExport(text: string) {
  const root = await temporaryFolder()
  await write(root, { [FILE]: text })
  return readEverything(dvc, join(root, FILE), plainWorld(root))
}

describe('experiments of DVC', () => {
  it('keep the commit whose code ran and the data it was trained on; code is no data', async () => {
    const { runs } = await readExport(EXPORT)
    expect([...runs.values()].map(({ run }) => [run.name, run.code.commit])).toEqual([
      ['main', BASE],
      ['lr-half', 'a1a1a1a1'],
      ['tiny', 'b1b1b1b1'],
      ['waiting', BASE],
    ])
    expect(runs.get('logs:tiny')?.run.dataSets).toEqual([{ name: 'data.csv', digest: 'c3c6', context: null }])
  })

  it('are told once where commits and the workspace hold what was run before', async () => {
    const older = row({ rev: '0123456789', loss: '10.0', hour: 9 }, null)
    const newer = row({ rev: 'fedcba9876', loss: '10.0', hour: 20 }, 'main')
    const unrun = row({ rev: 'aaaaaaaaaa', lr: '0.3' }, null)
    const workspace = row({ rev: 'workspace', loss: '10.0' }, null)
    const { runs, gaps } = await readExport(`[${[workspace, newer, older, unrun].join(',')}]`)
    expect([...runs.values()].map(({ run }) => [run.id, run.tags.get('dvc.also')])).toEqual([
      ['0123456789', 'main'],
    ])
    expect(gaps).toEqual([])
  })

  it('of a workspace that was changed and not run, or broke, are a gap', async () => {
    const { runs, gaps } = await readExport(
      `[${row({ rev: 'workspace', lr: '2' }, null)},${row({ rev: BASE, loss: '1' }, 'main')}]`,
    )
    expect(runs.size).toBe(1)
    expect(new Set(gaps.map(({ what, why }) => `${what}: ${why}`))).toEqual(
      new Set(['workspace: it holds no metrics: what it is set to has not been run, or it failed']),
    )
  })

  it('of a workspace with results of its own are a run', async () => {
    const { runs } = await readExport(
      `[${row({ rev: 'workspace', lr: '2', loss: '3' }, null)},${row({ rev: BASE, loss: '1' }, 'main')}]`,
    )
    expect([...runs.keys()]).toEqual(['logs:workspace', `logs:${BASE}`])
  })

  it('have the file before a name that stands in two files, in every row', async () => {
    const two = EXPORT.replace(
      '"metrics": {"metrics.json": {"data": {"train": {"loss": 5.0}}}}',
      '"metrics": {"metrics.json": {"data": {"train": {"loss": 5.0}}}, "eval.yaml": {"data": {"train": {"loss": 9}, "auc": "0.5", "verdict": "good"}}}',
    )
    const { runs } = await readExport(two)
    const metrics = (id: string) =>
      [...(runs.get(`logs:${id}`)?.run.metrics ?? [])].map(([name, { last }]) => [name, last])
    expect(metrics('tiny')).toEqual([
      ['auc', 0.5],
      ['eval.yaml:train.loss', 9],
      ['metrics.json:train.loss', 5],
    ])
    expect(metrics(BASE)).toEqual([['metrics.json:train.loss', 10]])
    expect(runs.get('logs:tiny')?.run.tags.get('verdict')).toBe('good')
  })

  it('of two commits may bear one name', async () => {
    const of = (rev: string, own: string) =>
      row({ rev, loss: '1', lr: own === 'a1a1a1a1' ? '1' : '2' }, null).replace(
        '"experiments": null',
        `"experiments": [${experiment({ rev: own, loss: '2' }, 'try', null)}]`,
      )
    const { runs } = await readExport(
      `[{"rev": "workspace"},${of('1111111', 'a1a1a1a1')},${of('2222222', 'b1b1b1b1')}]`,
    )
    expect([...runs.values()].map(({ run }) => [run.id, run.parent])).toEqual([
      ['1111111', null],
      ['try@a1a1a1a', 'logs:1111111'],
      ['2222222', null],
      ['try@b1b1b1b', 'logs:2222222'],
    ])
  })

  it('that run are told with what they have logged so far', async () => {
    const running = experiment({ rev: 'a1a1a1a1', loss: '2', hour: 10 }, 'try', 'running').replace(
      '"revs": [',
      `"revs": [${row({ rev: 'e1e1e1e1', loss: '1.5' }, 'try')}, `,
    )
    const { runs } = await readExport(
      EXPORT.replace(/"experiments": \[.*\]\}\]\n/, `"experiments": [${running}]}]`),
    )
    const run = runs.get('logs:try')?.run
    expect([run?.status, run?.startedAt, run?.metrics.get('train.loss')?.last, run?.code.commit]).toEqual([
      'running',
      null,
      1.5,
      BASE,
    ])
  })

  it('of DVC before 2.45 are read from its objects', async () => {
    const old = (lr: number, loss: number, more = '') =>
      `{"data": {"timestamp": "2022-11-02T09:00:00", "params": {"params.yaml": {"data": {"lr": ${lr}}}}, "metrics": {"m.json": {"data": {"loss": ${loss}}}}, "queued": false, "running": false, "executor": null${more}}}`
    const { runs } = await readExport(
      `{"workspace": {"baseline": ${old(1, 1)}}, "${BASE}": {"baseline": ${old(1, 1, ', "name": "main"')}, "a1a1a1a1": ${old(2, 0.5, ', "name": "exp-1"')}, "b1b1b1b1": {"data": {"queued": true, "params": {"params.yaml": {"data": {"lr": 3}}}}}}}`,
    )
    expect(
      [...runs.values()].map(({ run }) => [
        run.id,
        run.name,
        run.status,
        run.parent,
        run.metrics.get('loss')?.last,
      ]),
    ).toEqual([
      [BASE, 'main', 'unknown', null, 1],
      ['exp-1', 'exp-1', 'finished', `logs:${BASE}`, 0.5],
      ['b1b1b1b1', 'b1b1b1b', 'scheduled', `logs:${BASE}`, undefined],
    ])
  })

  it('are not looked for in other JSON', async () => {
    const root = await temporaryFolder()
    await write(root, { 'a.json': '[{"rev": "abc"}]', 'b.json': '{"workspace": {"name": "x"}}' })
    expect(await dvc.detect(root, plainWorld(root))).toEqual([])
    const error = await errorOf(() => dvc.open(join(root, 'a.json'), 'logs', plainWorld(root)))
    expect(error.hint).toContain('dvc exp show --json')
  })
})

/** A value as DVC's table has it: as Python prints it, and here without spaces. */
function cellOf(text: string | undefined): string {
  return text === undefined
    ? ''
    : text.replaceAll(' ', '').replace(/^(?:True|False)$/, (word) => word.toLowerCase())
}

describe('what DVC 3.67 wrote', () => {
  const folder = fileURLToPath(new URL('../../../fixtures/dvc', import.meta.url))
  const read = (name: string) => readEverything(dvc, join(folder, name), plainWorld(folder))

  it('has the values of the table that DVC prints', async () => {
    const { runs } = await read('after.json')
    const table = Papa.parse<Readonly<Record<string, string>>>(
      readFileSync(join(folder, 'after.csv'), 'utf8').trim(),
      { header: true },
    ).data
    const statuses: Readonly<Record<string, string>> = {
      Success: 'finished',
      Failed: 'failed',
      '': 'finished',
    }
    let compared = 0
    for (const row of table) {
      const isCommit = row.typ === 'baseline'
      // The workspace and the first commit ran nothing; the commit with the README is told with the one before it.
      if (isCommit && row.rev !== 'main') continue
      const run = [...runs.values()].find((each) =>
        isCommit ? each.run.tags.get('dvc.also') === 'main' : each.run.name === row.Experiment,
      )?.run
      expect(run?.status).toBe(isCommit ? 'unknown' : statuses[row.State ?? ''])
      expect(run?.startedAt).toBe(Date.parse(`${row.Created}Z`))
      for (const [column, value = ''] of Object.entries(row).slice(7)) {
        compared += 1
        const told =
          run?.params.get(column) ??
          run?.tags.get(column) ??
          run?.tags.get(`deps.${column}`) ??
          run?.dataSets.find((each) => each.name === column)?.digest
        const metric = run?.metrics.get(column)?.last
        const theirs = value === '!' ? '' : value
        if (metric === undefined) expect([column, cellOf(told)]).toEqual([column, cellOf(theirs)])
        else expect([column, metric]).toEqual([column, theirs === 'nan' ? Number.NaN : Number(theirs)])
      }
    }
    expect(compared).toBe(126)
    expect(runs.size).toBe(7)
  })

  it('has one run of the commits that hold the same, and none of the commit before anything ran', async () => {
    const { runs, gaps } = await read('after.json')
    const commits = [...runs.values()].filter(({ run }) => run.tags.get('dvc.kind') === 'commit')
    expect(commits.map(({ run }) => run.tags.get('dvc.also'))).toEqual(['main'])
    expect(gaps.filter(({ what }) => what === 'workspace')).not.toEqual([])
    expect(commits.map(({ run }) => run.parent)).toEqual([null])
    const others = [...runs.values()].filter((each) => !commits.includes(each))
    expect(new Set(others.map(({ run }) => run.parent))).toEqual(new Set([commits[0]?.run.key]))
  })

  it('tells what waits, and once what was ending', async () => {
    const { runs } = await read('while-running.json')
    expect([...runs.values()].map(({ run }) => [run.name, run.status])).toEqual([
      [expect.stringMatching(/^[0-9a-f]{7}$/), 'unknown'],
      ['lr-02', 'finished'],
      ['lr-half', 'finished'],
      ['queued-bad', 'failed'],
      ['waiting', 'scheduled'],
      ['queued-good', 'finished'],
      // It ended while DVC made the list, which has it as running too.
      ['slow', 'finished'],
    ])
  })
})
