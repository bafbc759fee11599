import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { gap } from '../../src/gap.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOG: FakeLog = {
  runs: [
    {
      id: 'aaaa1111',
      name: 'lgbm',
      params: { lr: '0.1', depth: '6', seed: '1' },
      metrics: { val_auc: [[0, 0.81]] },
    },
    {
      id: 'aaaa2222',
      name: 'lgbm-s2',
      params: { lr: '0.1', depth: '6', seed: '2' },
      metrics: { val_auc: [[0, 0.8]] },
      startedAt: '2026-11-19T10:00:00Z',
      endedAt: '2026-11-19T11:00:00Z',
    },
    {
      id: 'bbbb1111',
      name: 'deep',
      params: { lr: '0.1', depth: '12', seed: '1' },
      status: 'failed',
      startedAt: '2026-11-20T18:00:00Z',
      endedAt: '2026-11-20T18:01:00Z',
    },
  ],
}

const FILES = {
  'narrate.yaml': 'project: churn\n',
  'conf.yaml': 'lr: 1.0e-1\ndepth: 6\n',
  'conf.json': '{"depth": 12, "lr": 0.10, "log_dir": "/tmp"}',
  'list.yaml': '- one\n',
  'broken.yaml': 'lr: [0.1\n',
  'nested.yaml': 'model:\n  lr: 0.1\n',
}

async function run(argv: readonly string[], log: FakeLog = LOG, settings = FILES['narrate.yaml']) {
  const cwd = await temporaryFolder({ ...FILES, 'narrate.yaml': settings })
  const { world, stdout, stderr } = makeWorld({ cwd })
  const kinds = [fakeKind({ [path.join(cwd, 'runs')]: log })]
  const code = await main(['tried', ...argv], world, { ...PARTS, sourceKinds: async () => kinds })
  return { code, stdout: stdout(), stderr: stderr() }
}

describe('tried', () => {
  test('answers on one screen what was found, replicates folded: exit code 1', async () => {
    const { code, stdout } = await run(['lr=0.1', 'depth=6'])
    expect(stdout).toBe(
      [
        'Tried: lr=0.1 depth=6',
        '2 runs: 2 finished; 1.17 h spent',
        '',
        'run       name            val_auc ↑  status    age',
        'aaaa1111  lgbm ×2  0.8000 to 0.8100  finished  8 h',
        '',
      ].join('\n'),
    )
    expect(code).toBe(1)
  })

  test('says that a value left empty stands for what is not set', async () => {
    const { stdout } = await run(['lr=', 'depth=6'])
    expect(stdout).toContain('Not tried: none of 3 runs has lr not set depth=6')
  })

  test('says what differs in the nearest runs where it was not tried: exit code 0', async () => {
    const { code, stdout } = await run(['lr=0.1', 'depth=9'])
    expect(stdout).toContain('Not tried: none of 3 runs has lr=0.1 depth=9')
    expect(stdout).toContain('there depth=6')
    expect(stdout).toContain('there depth=12')
    expect(code).toBe(0)
  })

  test.each<[string, readonly string[], number, string]>([
    [
      'numbers within the tolerance count, and are said to',
      ['lr=0.1004', 'depth=6'],
      1,
      'Tried, nearly: lr=0.1004 depth=6',
    ],
    ['failed runs count', ['depth=12'], 1, '1 run: 1 failed'],
    ['the setting of a run', ['--from-run', 'aaaa1'], 1, 'Tried: the setting of the run aaaa1'],
    [
      'the setting of a run by its name',
      ['--from-run', 'lgbm-s2'],
      1,
      'Tried: the setting of the run lgbm-s2',
    ],
    ['the setting of a run, changed', ['--from-run', 'aaaa1', 'depth=9'], 0, 'Not tried'],
    ['a YAML file', ['--config', 'conf.yaml'], 1, 'Tried: the setting in conf.yaml'],
    ['a JSON file', ['--config', 'conf.json'], 1, 'Tried'],
    ['a file, changed', ['--config', 'conf.yaml', 'lr=0.2'], 0, 'Not tried'],
    ['a new parameter that is meant', ['dropout=0.1', '--new'], 0, 'Not tried'],
    ['one experiment', ['lr=0.1', '--experiment', 'other'], 0, 'there are no runs'],
  ])('%s', async (_, argv, expected, words) => {
    const { code, stdout } = await run(argv)
    expect(stdout).toContain(words)
    expect(code).toBe(expected)
  })

  test.each<[readonly string[], string]>([
    [['deptn=6', 'lrr=1'], 'No run has the parameters "deptn", "lrr". --new says that they are new.'],
    [['deptn=6'], 'No run has a parameter "deptn". Did you mean depth? --new says that it is new.'],
    [['lr'], '"lr" is no setting. Write a name, = and a value: lr=0.1'],
    [['lr=1', 'lr=2'], 'lr is given twice.'],
    [[], 'No setting is given.'],
    [['--from-run', 'aaaa', 'lr=1'], '"aaaa" is ambiguous'],
    [['--from-run', 'aaaa1', '--config', 'conf.yaml'], '--from-run and --config exclude each other.'],
    [['--config', 'nowhere.yaml'], '--config nowhere.yaml is not there.'],
    [['--config', 'list.yaml'], 'list.yaml holds no "name: value" lines.'],
    [['--config', 'broken.yaml'], 'broken.yaml:'],
    [
      ['--config', 'nested.yaml'],
      'No run has a parameter "model.lr". --new says that it is new, repeats.ignore in narrate.yaml leaves names out.',
    ],
  ])('%j is refused: exit code 2', async (argv, sentence) => {
    const { code, stderr, stdout } = await run(argv)
    expect(stderr.replace(/\s+/g, ' ')).toContain(sentence)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('--quiet answers with the exit code alone', async () => {
    expect(await run(['lr=0.1', '-q'])).toEqual({ code: 1, stdout: '', stderr: '' })
    expect(await run(['lr=0.7', '-q'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('--json tells the same as one value', async () => {
    const { stdout } = await run(['lr=0.1', 'depth=6', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      tried: true,
      match: 'exact',
      asked: { lr: '0.1', depth: '6' },
      scope: 'given',
      runs: 3,
      matching: 2,
      deleted: 0,
      secondsSpent: 4200,
      metric: { name: 'val_auc', direction: 'higher' },
      settings: [
        {
          match: 'exact',
          distance: 0,
          differs: [],
          runs: [
            {
              key: 'fake:1/aaaa1111',
              id: 'aaaa1111',
              name: 'lgbm',
              status: 'finished',
              deleted: false,
              why: null,
              startedAt: '2026-11-20T10:00:00.000Z',
              value: 0.81,
            },
            {
              key: 'fake:1/aaaa2222',
              id: 'aaaa2222',
              name: 'lgbm-s2',
              status: 'finished',
              deleted: false,
              why: null,
              startedAt: '2026-11-19T10:00:00.000Z',
              value: 0.8,
            },
          ],
        },
      ],
      gaps: [],
    })
  })

  test('leaves names out that narrate.yaml ignores', async () => {
    const { code } = await run(
      ['--config', 'nested.yaml', 'lr=0.1'],
      LOG,
      'repeats: {ignore: ["model.*", depth]}\n',
    )
    expect(code).toBe(1)
  })

  test('a log that cannot be read is never "not tried": exit code 3', async () => {
    const broken = await run(['lr=0.7'], { runs: [], broken: 'The file is locked.' })
    expect(broken.code).toBe(3)
    expect(broken.stderr).toContain('The file is locked.')
    const unlisted = await run(['lr=0.7'], { runs: [], unlisted: 'It is no database.' })
    expect(unlisted.code).toBe(3)
  })

  test('one unread log among others takes the answer no away, not the answer yes', async () => {
    const settings = 'sources:\n  - {at: runs, as: one}\n  - {at: gone, as: two}\n'
    const yes = await run(['lr=0.1'], LOG, settings)
    const no = await run(['lr=0.7'], LOG, settings)
    expect([yes.code, no.code]).toEqual([1, 3])
    expect(no.stderr).toContain('Not tried in what could be read, but not all could be.')
  })

  test('a run that cannot be read is told even where nothing else is', async () => {
    const log = { ...LOG, gaps: [gap('run dddd', 'dddd', 'its file is empty')] }
    const { code, stdout, stderr } = await run(['lr=0.7', '--quiet'], log)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('run dddd: its file is empty.')
  })

  test('the first run of a project was not tried: exit code 0', async () => {
    const { code, stdout } = await run(['lr=0.1'], { runs: [] })
    expect(stdout).toBe('Not tried: there are no runs yet.\n')
    expect(code).toBe(0)
    const since = await run(['lr=0.1', '--since', '1d'], { runs: [] })
    expect(since.stdout).toContain('no runs in what was looked at')
    expect(since.code).toBe(0)
  })
})
