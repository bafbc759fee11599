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
      name: 'lgbm [[r2]] <b>',
      startedAt: '2026-11-18T09:00:00Z',
      endedAt: '2026-11-18T09:02:05Z',
      params: { model: 'lgbm', lr: '0.1' },
      metrics: { val_auc: [[0, 0.81]] },
    },
    {
      id: 'bbbb2222',
      name: 'xgb',
      startedAt: '2026-11-18T10:00:00Z',
      endedAt: '2026-11-18T10:12:00Z',
      params: { model: 'xgb', lr: '0.1' },
      metrics: { val_auc: [[0, 0.84]] },
    },
    {
      id: 'cccc3333',
      name: 'xgb-deep',
      status: 'failed',
      startedAt: '2026-11-19T10:00:00Z',
      endedAt: '2026-11-19T13:00:00Z',
      params: { model: 'xgb', lr: '0.3' },
    },
  ],
}

async function run(
  argv: readonly string[],
  logs: Readonly<Record<string, FakeLog>> = { runs: LOG },
  files: Readonly<Record<string, string>> = {},
) {
  const cwd = await temporaryFolder(files)
  const { world, stdout, stderr } = makeWorld({ cwd })
  const placed = Object.fromEntries(Object.entries(logs).map(([name, log]) => [`${cwd}/${name}`, log]))
  const code = await main(argv, world, { ...PARTS, sourceKinds: async () => [fakeKind(placed)] })
  return { code, stdout: stdout(), stderr: stderr().replaceAll(cwd, 'HERE') }
}

describe('runs findings', () => {
  test('tells what the runs say under the name of its kind, with runs by name and id, at 80 columns', async () => {
    const { code, stdout } = await run(['runs', 'findings'])
    expect(code).toBe(0)
    expect(stdout).toContain('best\n  - Highest val_auc: 0.84 in xgb (bbbb2222), then 0.81 in lgbm')
    expect(stdout).toContain('failure\n')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('tells only the kinds that were asked for', async () => {
    const { stdout } = await run(['runs', 'findings', '--kind', 'failure'])
    expect(stdout.startsWith('failure\n')).toBe(true)
    expect(stdout).not.toContain('best')
  })

  test('refuses a kind that is none, and names those there are', async () => {
    const { code, stderr } = await run(['runs', 'findings', '--kind', 'gossip'])
    expect(code).toBe(2)
    expect(stderr).toContain('"gossip" is no kind of finding.')
    expect(stderr).toContain('minimal-pair')
  })

  test('gives one JSON value whose findings name runs by their keys', async () => {
    const { stdout } = await run(['runs', 'findings', '--json', '--kind', 'best'])
    expect(JSON.parse(stdout)).toEqual({
      runs: 3,
      findings: [
        {
          kind: 'best',
          scope: 'session',
          sentence: expect.stringContaining('0.84'),
          runs: ['fake:1/bbbb2222', 'fake:1/aaaa1111'],
          values: {},
          texts: {},
        },
      ],
      gaps: [],
    })
  })

  test('counts runs that stand in two sources under one id once', async () => {
    const { stdout } = await run(['runs', 'findings', '--json'], { runs: LOG, 'copy/runs': LOG })
    expect(JSON.parse(stdout).runs).toBe(3)
  })

  test('says what could not be read of the runs and tells the rest', async () => {
    const broken = { ...LOG, gaps: [gap('run dddd', 'dddd', 'its file is empty')] }
    const { code, stdout, stderr } = await run(['runs', 'findings'], { runs: broken })
    expect(stderr).toContain('run dddd: its file is empty.')
    expect(stdout).toContain('best')
    expect(code).toBe(1)
  })

  test('ends with 3 where no log is in sight', async () => {
    expect((await run(['runs', 'findings'], {})).code).toBe(3)
  })

  test('says so where the runs tell nothing', async () => {
    const one = { runs: [{ id: 'aaaa1111', startedAt: '2026-11-18T09:00:00Z' }] }
    const { code, stdout, stderr } = await run(['runs', 'findings', '--kind', 'best'], { runs: one })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('nothing by themselves')
  })

  test('looks only at the runs that a filter, a user and a status leave', async () => {
    const filtered = await run(['runs', 'findings', '--json', '--filter', "params.model = 'xgb'"])
    expect(JSON.parse(filtered.stdout).runs).toBe(2)
    expect(filtered.stdout).not.toContain('aaaa1111')
    const both = ['--filter', 'params.model = "xgb"', '--status', 'finished']
    expect(JSON.parse((await run(['runs', 'findings', '--json', ...both])).stdout).runs).toBe(1)
    const none = await run(['runs', 'findings', '--user', 'nobody'])
    expect({ code: none.code, stdout: none.stdout }).toEqual({ code: 0, stdout: '' })
    expect(none.stderr).toContain('No runs match.')
  })

  test('says which names of a filter no run logs, and what was meant', async () => {
    const filter =
      "metrics.val_acu > 0.5 and params.model = 'lgbm' and params.dropout = '0' and params.x IS NULL"
    for (const command of ['findings', 'list', 'export']) {
      const { stderr } = await run(['runs', command, '--filter', filter])
      expect(stderr.replaceAll('\n', ' ')).toContain(
        'No runs match. No run logs metrics.val_acu. Did you mean val_auc? No run logs params.dropout. ',
      )
    }
  })

  test('says that no run logs the primary metric of narrate.yaml', async () => {
    const settings = { 'narrate.yaml': 'metrics: { primary: val_acu }\n' }
    const { stderr } = await run(['runs', 'findings'], { runs: LOG }, settings)
    expect(stderr).toContain(
      'metrics.primary in narrate.yaml is val_acu, which no run logs. Did you mean val_auc?',
    )
    const right = await run(
      ['runs', 'findings'],
      { runs: LOG },
      { 'narrate.yaml': 'metrics: { primary: val_auc }\n' },
    )
    expect(right.stderr).not.toContain('primary')
  })

  test('refuses a filter that cannot be read', async () => {
    const { code, stderr } = await run(['runs', 'findings', '--filter', 'metrics.val_auc >'])
    expect(code).toBe(2)
    expect(stderr).toContain('The filter cannot be read')
  })
})
