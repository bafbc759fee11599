import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isGap } from '../../../../src/gap.ts'
import { readLogTail } from '../../../../src/runs/read-log-tail.ts'
import type { Run } from '../../../../src/runs/run.ts'
import { wandb } from '../../../../src/runs/sources/wandb/wandb.ts'
import { errorOf, plainWorld, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { type WandbEntry, wandbLog } from '../../../support/wandb-log.ts'
import { rows, type WandbFiles, writeWandb } from './write-runs.ts'

const START = Date.UTC(2026, 10, 20, 9)
const DIRECTORY = 'offline-run-20261120_090000-abc'
const LOG = `${DIRECTORY}/run-abc.wandb`
const RUN: WandbEntry = { kind: 'run', id: 'abc', project: 'shop', start: START, config: { lr: '0.1' } }

let folder = ''
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => rm(folder, { recursive: true }))

async function open(files: WandbFiles) {
  return wandb.open(await writeWandb(folder, files), 'wandb', plainWorld(folder))
}

async function readRuns(files: WandbFiles): Promise<readonly Run[]> {
  const { values } = await sorted<Run>((await open(files)).readAll({}))
  return values
}

async function readRun(files: WandbFiles): Promise<Run> {
  const [run] = await readRuns(files)
  if (run === undefined) throw new Error('no run was read')
  return run
}

function whys(run: Run): readonly string[] {
  return run.gaps.map(({ what, why }) => `${what}: ${why}`)
}

describe('a run of W&B', () => {
  it('has the config that stands at the end, flattened, without what W&B keeps for itself', async () => {
    const run = await readRun({
      [LOG]: [
        {
          ...RUN,
          config: { lr: '0.1', net: '{"depth": 3, "units": [8, 4]}', gone: '1', _wandb: '{"t": 1}' },
        },
        {
          kind: 'config',
          update: { lr: '1e-05', '>net>depth': '4', id: '123456789012345678', note: '"a b"' },
        },
        { kind: 'config', update: { '>_wandb>m': '[]', empty: 'null' }, remove: ['gone'] },
      ],
    })
    expect([...run.params]).toEqual([
      ['empty', 'null'],
      ['id', '123456789012345678'],
      ['lr', '1e-05'],
      ['net.depth', '4'],
      ['net.units', '[8,4]'],
      ['note', 'a b'],
    ])
  })

  it('is called as its last record calls it', async () => {
    const run = await readRun({
      [LOG]: [
        { ...RUN, name: 'first', notes: 'old', tags: ['a', 'b'] },
        { ...RUN, name: 'second', tags: ['b'] },
      ],
    })
    expect([run.name, run.note, [...run.tags]]).toEqual(['second', null, [['b', 'true']]])
  })

  it('has the series of numbers only: no media, no texts, no times of W&B', async () => {
    const picture = '{"_type": "image-file", "width": 9, "path": "media/x.png"}'
    const run = await readRun({
      [LOG]: [
        RUN,
        {
          kind: 'history',
          step: 0,
          values: { _step: '0', _runtime: '1', _timestamp: '1', loss: '1', a: '{"b": {"c": 2}}', picture },
        },
        {
          kind: 'history',
          step: 1,
          values: {
            '>table>_type': '"table-file"',
            '>table>nrows': '2',
            '>a>b>c': '3',
            text: '"said"',
            none: 'null',
          },
        },
        { kind: 'typed history', step: 2, values: { '>loss': Number.POSITIVE_INFINITY, n: 5n, flag: true } },
      ],
    })
    expect(
      [...run.metrics].map(([name, { last, lastStep, count }]) => [name, last, lastStep, count]),
    ).toEqual([
      ['a.b.c', 3, 1, 2],
      ['loss', Number.POSITIVE_INFINITY, 2, 2],
      ['n', 5, 2, 1],
    ])
    expect(run.tags.get('text')).toBe('said')
    expect(run.gaps).toEqual([])
  })

  it('has the value that its summary was set to after the last point, and the last point where that came later', async () => {
    const source = await open({
      [LOG]: [
        RUN,
        ...rows(START, { loss: [3, 2], acc: [0.5, 0.25], f1: [0.1] }),
        { kind: 'summary', update: { loss: '2', acc: '0.5', '>f1>max': '0.1', only: 'Infinity' } },
        ...rows(START, { f1: [0.3] }, 2),
        { kind: 'exit' },
      ],
    })
    const run = await source.read('wandb:abc')
    expect([...run.metrics].map(([name, { last, lastStep }]) => [name, last, lastStep])).toEqual([
      ['acc', 0.5, null],
      ['f1', 0.3, 2],
      ['f1.max', 0.1, null],
      ['loss', 2, 1],
      ['only', Number.POSITIVE_INFINITY, null],
    ])
    const { values } = await sorted(source.history('wandb:abc', 'acc'))
    expect(values).toMatchObject([
      { step: 0, value: 0.5, origin: { file: LOG } },
      { step: 1, value: 0.25, time: START + 1000 },
    ])
  })

  it.each([
    [0, 'finished'],
    [1, 'failed'],
    [-6, 'failed'],
    [255, 'killed'],
  ] as const)('that ended with code %i is %s', async (code, status) => {
    const run = await readRun({ [LOG]: [RUN, { kind: 'exit', code, runtime: 8 }] })
    expect([run.status, run.endedAt, run.tags.get('exit_code')]).toEqual([
      status,
      START + 8000,
      code === 0 ? undefined : String(code),
    ])
  })

  it('whose process went away without a word is not said to have finished, though W&B closed its log with code nought', async () => {
    const readOf = (producer: string) =>
      readRun({ [LOG]: [{ kind: 'header', producer }, RUN, { kind: 'exit', runtime: 3, unsent: true }] })
    for (const producer of ['', '0.22.3', '0.31.0+15f8cbc']) {
      const run = await readOf(producer)
      expect([run.status, run.endedAt, whys(run)]).toEqual([
        'unknown',
        START + 3000,
        ['how the run ended: its process went away without a word, and W&B closed the log itself'],
      ])
    }
    // That version never said who wrote an exit.
    expect((await readOf('0.18.3')).status).toBe('finished')
  })

  it('without an end is running while it logs, and unknown when it has been silent for a quarter of an hour', async () => {
    const now = plainWorld(folder).now()
    const silentFor = async (minutes: number) =>
      (await readRun({ [LOG]: [RUN, { kind: 'stats', time: now - minutes * 60_000 }] })).status
    expect(await silentFor(1)).toBe('running')
    expect(await silentFor(14)).toBe('running')
    expect(await silentFor(16)).toBe('unknown')
  })

  it('that is being written has the rows so far and no gap; one that was killed has a gap', async () => {
    const now = plainWorld(folder).now()
    const whole = wandbLog([RUN, ...rows(now - 2000, { loss: [3, 2, 1] })])
    const live = await readRun({ [LOG]: whole.subarray(0, whole.length - 5) })
    expect([live.status, live.metrics.get('loss')?.count, live.gaps]).toEqual(['running', 2, []])
    const killed = wandbLog([RUN, ...rows(START - 86_400_000, { loss: [3, 2, 1] })])
    expect(whys(await readRun({ [LOG]: killed.subarray(0, killed.length - 5) }))).toEqual([
      'the end of the log: it breaks off within a record',
    ])
  })

  it('tells its code, user, machine, group and alerts', async () => {
    const run = await readRun({
      [LOG]: [
        { ...RUN, group: 'g', jobType: 'eval', sweep: 's', forkedFrom: 'xyz', host: 'box' },
        {
          kind: 'environment',
          program: 'C:/Proj/src/train.py',
          root: 'c:/proj',
          commit: 'c0ffee',
          username: 'ada',
          email: 'ada@example.com',
          gpu: '[A100, A100, A100]',
        },
        { kind: 'environment', python: 'CPython 3.12.1', args: ['--x', '1'] },
        { kind: 'used', name: 'team/shop/mnist:v3', type: 'dataset' },
        { kind: 'used', name: 'net:v1', type: 'model' },
        { kind: 'alert', title: 'Low accuracy', text: 'below 0.5' },
      ],
      [`${DIRECTORY}/files/diff.patch`]: 'diff --git',
      [`${DIRECTORY}/files/requirements.txt`]: 'torch',
    })
    expect(run.code).toEqual({
      commit: 'c0ffee',
      dirty: true,
      branch: null,
      entryPoint: 'src/train.py',
      diffKept: true,
    })
    expect([run.user, run.environmentKept, run.dataSets]).toEqual([
      'ada',
      true,
      [{ name: 'mnist', digest: 'v3', context: null }],
    ])
    expect(Object.fromEntries(run.tags)).toEqual({
      alert: 'Low accuracy: below 0.5',
      command: 'src/train.py --x 1',
      forked_from: 'xyz',
      gpu: '3 × A100',
      group: 'g',
      host: 'box',
      job_type: 'eval',
      python_version: '3.12.1',
      sweep: 's',
    })
  })

  it('keeps what it printed as output.log where no file does, and its end can be told', async () => {
    const source = await open({
      [LOG]: [
        RUN,
        { kind: 'output', line: 'epoch 1\n' },
        { kind: 'output', line: 'ValueError: ' },
        { kind: 'output', line: 'naïve\n' },
        { kind: 'exit', code: 1 },
      ],
    })
    const run = await source.read('wandb:abc')
    const { tail } = await readLogTail(source, run)
    expect([run.artifacts, tail?.path, tail?.lines]).toEqual([
      1,
      'output.log',
      ['epoch 1', 'ValueError: naïve'],
    ])
    const part = await source.readArtifact('wandb:abc', 'output.log', { from: 'tail', bytes: 7 })
    expect(Buffer.from(part as Uint8Array).toString()).toBe('naïve\n')
  })

  it('of which only text files are left is told by them, with a gap for its history', async () => {
    const source = await open({
      [`${DIRECTORY}/files/config.yaml`]:
        'lr:\n    value: 1.0e-05\nnet:\n    value:\n        depth: 3\n_wandb:\n    value: {}\n',
      [`${DIRECTORY}/files/wandb-summary.json`]:
        '{"loss": NaN, "best": {"max": 0.5}, "_step": 9, "word": "x", "id": 123456789012345678}',
      [`${DIRECTORY}/files/wandb-metadata.json`]:
        '{"startedAt": "2026-11-20T09:00:00.5Z", "username": "ada"}',
    })
    const { values, gaps } = await sorted(source.list({}))
    expect(gaps.map(({ what, where }) => [what, where])).toEqual([['the history of the run', DIRECTORY]])
    const [run] = values
    expect(run?.startedAt).toBe(START + 500)
    expect(run?.status).toBe('unknown')
    expect([...(run?.params ?? [])]).toEqual([
      ['lr', '1.0e-05'],
      ['net.depth', '3'],
    ])
    expect([...(run?.metrics ?? [])].map(([name, { last, lastStep }]) => [name, last, lastStep])).toEqual([
      ['best.max', 0.5, null],
      ['id', 123456789012345680, null],
      ['loss', Number.NaN, null],
    ])
  })

  it('is told by its log where the text files say otherwise', async () => {
    const run = await readRun({
      [LOG]: [RUN, ...rows(START, { loss: [2] })],
      [`${DIRECTORY}/files/config.yaml`]: 'lr:\n  value: 9\nmore:\n  value: 1\n',
      [`${DIRECTORY}/files/wandb-summary.json`]: '{"loss": 9, "other": 4}',
    })
    expect([...run.params]).toEqual([
      ['lr', '0.1'],
      ['more', '1'],
    ])
    expect([...run.metrics].map(([name, { last }]) => [name, last])).toEqual([
      ['loss', 2],
      ['other', 4],
    ])
  })

  it('says so where a value is no JSON, or an integer of too many digits', async () => {
    const run = await readRun({
      [LOG]: [
        { ...RUN, config: { bad: '{', lr: '1' } },
        {
          kind: 'history',
          step: 0,
          values: { loss: 'oops', big: '1152921504606846977', fine: '9007199254740991' },
        },
      ],
    })
    expect(whys(run)).toEqual([
      'metric loss: once its value is no JSON',
      'metric big: once its value is an integer of more digits than a number keeps, and told rounded',
      'parameter bad: its value is no JSON',
    ])
  })
})

describe('a wandb folder', () => {
  it('has one run for the directories of one id, and none for links or other folders', async () => {
    const root = await writeWandb(folder, {
      [LOG]: [RUN, ...rows(START, { loss: [2, 1] }), { kind: 'exit', code: 1 }],
      'run-20261120_110000-abc/run-abc.wandb': [
        { ...RUN, start: START + 7_200_000, resumed: true },
        ...rows(START + 7_200_000, { loss: [0.5] }, 1),
        { kind: 'exit' },
      ],
      'run-20261120_110000-abc/files/output.log': 'second\n',
      [`${DIRECTORY}/files/output.log`]: 'first\n',
      'sweep-abc/config-abc.yaml': 'lr: 1\n',
      settings: '[default]\nproject = other\n',
    })
    await symlink(DIRECTORY, join(root, 'latest-run'))
    await mkdir(join(root, 'run-20261120_120000-none'))
    const source = await wandb.open(root, 'wandb', plainWorld(folder))
    const { values, gaps } = await sorted<Run>(source.readAll({}))
    expect(values.map(({ id, status, startedAt }) => [id, status, startedAt])).toEqual([
      ['abc', 'finished', START],
    ])
    expect(gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'run run-20261120_120000-none: its directory holds no log and no files of a run',
    ])
    expect(values.flatMap(whys)).toEqual([
      'the history of the run: it begins at step 1, and an earlier log of this run had reached step 1: the points of both are told',
    ])
    const points = await sorted(source.history('wandb:abc', 'loss'))
    expect(points.values.map(({ step, value }) => [step, value])).toEqual([
      [0, 2],
      [1, 1],
      [1, 0.5],
    ])
    const { values: artifacts } = await sorted(source.artifacts('wandb:abc'))
    expect(artifacts.map(({ path }) => path)).toEqual([`${DIRECTORY}/files/output.log`, 'output.log'])
    expect(values[0]?.artifacts).toBe(2)
    for (const [path, text] of [
      ['output.log', 'second\n'],
      [`${DIRECTORY}/files/output.log`, 'first\n'],
    ] as const) {
      const part = await source.readArtifact('wandb:abc', path, { from: 'head', bytes: 99 })
      expect(isGap(part) ? part.why : Buffer.from(part as Uint8Array).toString()).toBe(text)
    }
  })

  it('counts a copy of latest-run where the run it links to is not there', async () => {
    const root = await writeWandb(folder, { [LOG]: [RUN, { kind: 'exit' }] })
    await cp(join(root, DIRECTORY), join(root, 'latest-run'), { recursive: true })
    const world = plainWorld(folder)
    const ids = async () =>
      (await sorted((await wandb.open(root, 'wandb', world)).list({}))).values.map(({ id }) => id)
    expect(await ids()).toEqual(['abc'])
    await rm(join(root, DIRECTORY), { recursive: true })
    expect(await ids()).toEqual(['abc'])
  })

  it('is found in a project and below its folders, and may be named by one run or its log', async () => {
    await writeWandb(join(folder, 'inner'), { [LOG]: [RUN] })
    const root = join(folder, 'inner', 'wandb')
    const world = plainWorld(folder)
    expect(await wandb.detect(folder, world)).toEqual([root])
    expect(await wandb.detect(join(folder, 'inner'), world)).toEqual([root])
    expect(await wandb.detect(root, world)).toEqual([root])
    for (const location of [
      join(folder, 'inner'),
      root,
      join(root, DIRECTORY),
      join(root, LOG),
      'inner/wandb',
    ]) {
      expect(await wandb.recognises(location, world)).toBe(true)
      const source = await wandb.open(location, 'wandb', world)
      const run = await source.read('wandb:abc')
      expect(run.params.get('lr')).toBe('0.1')
      expect(basename(run.origins.run.file)).toBe('run-abc.wandb')
    }
    await writeFile(join(folder, 'run-x.wandb'), 'not a log')
    expect(await wandb.recognises(join(folder, 'run-x.wandb'), world)).toBe(false)
    expect((await errorOf(() => wandb.open(folder, 'wandb', world))).message).toContain(
      'holds no runs of W&B',
    )
  })
})
