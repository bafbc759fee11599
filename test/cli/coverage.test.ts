import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { gap } from '../../src/gap.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOG: FakeLog = {
  runs: [
    { id: 'aaaa1111', name: 'lgbm', startedAt: '2026-11-19T10:00:00Z', endedAt: '2026-11-19T11:00:00Z' },
    {
      id: 'bbbb2222',
      name: 'boom',
      status: 'failed',
      startedAt: '2026-11-20T10:00:00Z',
      endedAt: '2026-11-20T10:05:00Z',
    },
    {
      id: 'cccc3333',
      name: 'bang',
      status: 'killed',
      startedAt: '2026-11-20T11:00:00Z',
      endedAt: '2026-11-20T11:05:00Z',
    },
    { id: 'dddd4444', name: 'open', status: 'running', startedAt: '2026-11-20T12:00:00Z', endedAt: null },
    { id: 'eeee5555', name: 'gone', deleted: true },
  ],
}

async function project(log: FakeLog = LOG, files: Readonly<Record<string, string>> = {}) {
  const cwd = await temporaryFolder({
    'narrate.yaml': 'project: churn\nusers: all\nnotes: [notes/*.md]\nsources:\n  - at: runs\n    as: main\n',
    ...files,
  })
  async function run(argv: readonly string[], options: Partial<TestWorldOptions> = {}) {
    const { world, stdout, stderr } = makeWorld({ cwd, ...options })
    const code = await main(argv, world, {
      ...PARTS,
      sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: log })],
      chooseModel: async () => ({ model: null, reason: 'none', remember: null }),
    })
    return { code, stdout: stdout(), stderr: stderr() }
  }
  return { cwd, run }
}

describe('coverage', () => {
  test('tells what stands and what does not, on one screen', async () => {
    const { run } = await project(LOG, { 'notes/2026-11-20.md': 'bang was killed by me, looked hopeless\n' })
    await run(['log', '--since', '2026-11-19', '--until', '2026-11-19', '-m', 'lgbm ok', '--yes'])
    const { code, stdout } = await run(['coverage'])
    expect(stdout).toBe(
      [
        '1 of 3 runs told in documents, 33 % (1 not ended, not counted)',
        '1 of 2 failures explained, 50 %; no changes of the protocol',
        '',
        'experiment  runs  told        failed  explained  changes  reasons',
        'churn          3     1  33 %       2          1        –        –',
        '',
        'Runs no document tells (2)',
        'started       run       name  status  experiment',
        '20 Nov 11:00  cccc3333  bang  killed  churn',
        '20 Nov 10:00  bbbb2222  boom  failed  churn',
        '',
        'Failures nobody explained (1)',
        'started       run       name  status  experiment',
        '20 Nov 10:00  bbbb2222  boom  failed  churn',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
  })

  test('fits 80 columns whatever the names', async () => {
    const long = 'a name that is quite a bit longer than any table would like it to be'
    const log = { runs: LOG.runs.map((one) => ({ ...one, name: long, experiment: { id: '1', name: long } })) }
    const { run } = await project(log)
    const { stdout } = await run(['coverage'])
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test.each<[readonly string[], number, string]>([
    [['--min', '0'], 0, ''],
    [['--min', '33%'], 1, 'Below --min 33 %: 0 of 3 runs told in documents.'],
    [['--min', '80', '--user', 'nobody'], 0, ''],
  ])('%j exits %d', async (options, expected, words) => {
    const { run } = await project()
    const { code, stderr } = await run(['coverage', ...options])
    expect(code).toBe(expected)
    expect(stderr).toContain(words)
  })

  test.each(['eighty', '-1', '101', ''])('--min %j is refused', async (min) => {
    const { run } = await project()
    const { code, stderr } = await run(['coverage', `--min=${min}`])
    expect(stderr).toContain('is no share between 0 and 100')
    expect(code).toBe(2)
  })

  test('what could not be read makes it 1, and is named', async () => {
    const { run } = await project({ ...LOG, gaps: [gap('run x', 'runs/x', 'its file is cut off')] })
    const { code, stderr } = await run(['coverage'])
    expect(stderr).toContain('its file is cut off')
    expect(code).toBe(1)
  })

  test('--json is one value with shares, keys and reasons', async () => {
    const { run } = await project()
    const { stdout } = await run(['coverage', '--json', '--min', '10'])
    const told = JSON.parse(stdout)
    expect(told.share).toEqual({
      runs: { count: 3, told: 0, percent: 0 },
      failures: { count: 2, explained: 0, percent: 0 },
      changes: { count: 0, reasoned: 0, percent: null },
    })
    expect(told).toMatchObject({ open: 1, min: 10, passes: false, below: ['runs', 'failures'] })
    expect(told.untold.map(({ key }: { key: string }) => key)).toEqual([
      'main:1/cccc3333',
      'main:1/bbbb2222',
      'main:1/aaaa1111',
    ])
    expect(told.changes).toEqual([])
  })

  test('writes nothing', async () => {
    const { cwd, run } = await project()
    await run(['coverage'])
    expect(await readdir(cwd)).toEqual(['narrate.yaml'])
  })
})
