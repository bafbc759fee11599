import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { NarrateError } from '../../src/errors.ts'
import { gap } from '../../src/gap.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOG: FakeLog = {
  runs: [
    {
      id: 'aaaa1111bbbb',
      name: 'lgbm smote',
      startedAt: '2026-11-18T09:00:00Z',
      endedAt: '2026-11-18T09:02:05Z',
      params: { lr: '1e-3', 'opt.name': 'adam' },
      metrics: {
        auc: [
          [0, 0.5],
          [1, 0.8471],
          [2, 0.84],
        ],
        loss: [[0, Number.NaN]],
      },
      note: 'as in the paper',
    },
    {
      id: 'aaaa2222cccc',
      name: 'lgbm',
      user: 'kari',
      startedAt: '2026-11-19T09:00:00Z',
      endedAt: null,
      status: 'running',
    },
    {
      id: 'dddd',
      name: '\u001b[31mred\u001b[0m',
      status: 'failed',
      startedAt: '2026-11-20T09:00:00Z',
      gaps: [gap('metric x', 'dddd/x', 'the line has one field')],
    },
  ],
}

async function run(
  argv: readonly string[],
  options: { log?: FakeLog; yaml?: string; env?: Record<string, string>; second?: FakeLog } = {},
) {
  const files = options.yaml === undefined ? {} : { 'narrate.yaml': options.yaml }
  const cwd = await temporaryFolder({ ...files, 'empty/keep': '' })
  const { world, stdout, stderr } = makeWorld({ cwd, env: { ...options.env } })
  const logs = {
    [`${cwd}/runs`]: options.log ?? LOG,
    ...(options.second === undefined ? {} : { [`${cwd}/second/runs`]: options.second }),
  }
  const code = await main(argv, world, { ...PARTS, sourceKinds: async () => [fakeKind(logs)] })
  return { code, stdout: stdout(), stderr: stderr().replaceAll(cwd, 'HERE'), cwd }
}

describe('runs list', () => {
  test('is a table of 80 columns, newest first, without what others could do to a terminal', async () => {
    const { code, stdout } = await run(['runs', 'list'])
    expect(stdout).toBe(
      [
        'run       name        status    started         took     auc  loss',
        'dddd      red         failed    20 Nov 09:00  1h 10m       –     –',
        'aaaa2222  lgbm        running   19 Nov 09:00       –       –     –',
        'aaaa1111  lgbm smote  finished  18 Nov 09:00  2m 05s  0.8400   NaN',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
  })

  test('--json is the contract of DESIGN section 5', async () => {
    const { code, stdout } = await run(['runs', 'list', '--json', '--status', 'finished', '--history'])
    expect(JSON.parse(stdout)).toEqual({
      runs: [
        {
          key: 'fake:1/aaaa1111bbbb',
          id: 'aaaa1111bbbb',
          source: 'fake',
          experiment: 'churn',
          name: 'lgbm smote',
          user: 'ola',
          url: null,
          status: 'finished',
          startedAt: '2026-11-18T09:00:00.000Z',
          endedAt: '2026-11-18T09:02:05.000Z',
          parent: null,
          params: { lr: '1e-3', 'opt.name': 'adam' },
          metrics: {
            auc: { last: 0.84, lastStep: 2, min: 0.5, max: 0.8471, count: 3, nonFinite: 0 },
            loss: { last: 'NaN', lastStep: 0, min: null, max: null, count: 1, nonFinite: 1 },
          },
          tags: {},
          note: 'as in the paper',
          code: { commit: null, dirty: null },
          data: [],
          artifacts: null,
          gaps: [],
        },
      ],
      gaps: [],
    })
    expect(code).toBe(0)
  })

  test('without --history what only the histories tell is null', async () => {
    const { stdout } = await run(['runs', 'list', '--json', '--status', 'finished'])
    expect(JSON.parse(stdout).runs[0].metrics.auc).toEqual({
      last: 0.84,
      lastStep: 2,
      min: null,
      max: null,
      count: null,
      nonFinite: null,
    })
  })

  test.each([
    [['--since', '2026-11-19', '--until', '2026-11-19'], ['aaaa2222cccc']],
    [['--user', 'kari'], ['aaaa2222cccc']],
    [
      ['--limit', '2'],
      ['dddd', 'aaaa2222cccc'],
    ],
    [['--experiment', 'other'], []],
  ])('%j narrows it', async (options, ids) => {
    const { stdout, code } = await run(['runs', 'list', '--json', ...options])
    expect(JSON.parse(stdout).runs.map((one: { id: string }) => one.id)).toEqual(ids)
    expect(code).toBe(0)
  })

  test('two sources make one list in order of time, and their aliases tell them apart', async () => {
    const second = { runs: [{ id: 'eeee', startedAt: '2026-11-19T12:00:00Z' }] }
    const { stdout } = await run(['runs', 'list', '--json'], { second })
    const keys = JSON.parse(stdout).runs.map((one: { key: string }) => one.key)
    expect(keys).toEqual([
      'fake:1/dddd',
      expect.stringMatching(/^fake-[0-9a-f]{4}:1\/eeee$/),
      'fake:1/aaaa2222cccc',
      'fake:1/aaaa1111bbbb',
    ])
  })

  test('a source that narrate.yaml names keeps its alias when it is given by path', async () => {
    const yaml = 'sources:\n  - at: runs\n    as: main\n'
    for (const argv of [
      ['runs', 'list', '--json'],
      ['runs', 'list', '--json', '--source', 'runs'],
    ]) {
      const { stdout } = await run(argv, { yaml })
      expect(JSON.parse(stdout).runs[0].key).toBe('main:1/dddd')
    }
  })
})

describe('a source that cannot be read', () => {
  test('is no "no runs": nothing readable is exit code 3', async () => {
    const { code, stdout, stderr } = await run(['runs', 'list', '--source', 'nowhere'])
    expect(stderr).toContain(
      'No run log could be read: run log (HERE/nowhere): it does not exist.'.replace('HERE/', ''),
    )
    expect(stdout).toBe('')
    expect(code).toBe(3)
  })

  test.each([
    ['empty', 'it is no run log that narrate knows, and holds none'],
    ['http://tracking:5000', 'a tracking server cannot be read by this version'],
  ])('says why: %s', async (source, why) => {
    const { code, stderr } = await run(['runs', 'list', '--source', source])
    expect(stderr).toContain(why)
    expect(code).toBe(3)
  })

  test('beside one that can be read is exit code 1, and stands among the gaps', async () => {
    const { code, stdout, stderr } = await run([
      'runs',
      'list',
      '--json',
      '--source',
      'runs',
      '--source',
      'empty',
    ])
    const answer = JSON.parse(stdout)
    expect(answer.runs).toHaveLength(3)
    expect(answer.gaps).toEqual([
      { what: 'run log', where: 'empty', why: 'it is no run log that narrate knows, and holds none' },
    ])
    expect(stderr).toContain('narrate: run log (empty): it is no run log')
    expect(code).toBe(1)
  })

  test('that breaks while it is opened is told by its alias', async () => {
    const { code, stderr } = await run(['runs', 'list'], {
      log: { runs: [], broken: 'The database is locked.' },
    })
    expect(stderr).toContain('source fake (runs): The database is locked.')
    expect(code).toBe(3)
  })

  test('no run log in sight at all is said with what to do', async () => {
    const { code, stderr } = await run(['runs', 'list', '--project', 'empty'])
    expect(stderr).toContain('narrate: No run log is in sight.')
    expect(stderr).toContain('--source PATH')
    expect(code).toBe(3)
  })

  test('gaps inside a source make exit code 1', async () => {
    const { code, stdout } = await run(['runs', 'list', '--json'], {
      log: { runs: LOG.runs, gaps: [gap('experiment 7', '7/meta.yaml', 'the file is empty')] },
    })
    expect(JSON.parse(stdout).gaps).toEqual([
      { what: 'experiment 7', where: '7/meta.yaml', why: 'the file is empty' },
    ])
    expect(code).toBe(1)
  })

  test('--json stays one value where a source breaks after some runs', async () => {
    const cwd = await temporaryFolder()
    const { world, stdout } = makeWorld({ cwd })
    const kind = fakeKind({ [`${cwd}/runs`]: LOG })
    const breaking: typeof kind = {
      ...kind,
      async open(location, alias, ...others) {
        const source = await kind.open(location, alias, ...others)
        return {
          ...source,
          async *list(query) {
            for await (const found of source.list(query)) {
              yield found
              throw new NarrateError('source', 'page 7 is damaged.')
            }
          },
        }
      },
    }
    const code = await main(['runs', 'list', '--json'], world, {
      ...PARTS,
      sourceKinds: async () => [breaking],
    })
    const { runs, gaps } = JSON.parse(stdout())
    expect(runs).toHaveLength(1)
    expect(gaps).toEqual([{ what: 'the other runs', where: 'the run logs', why: 'page 7 is damaged.' }])
    expect(code).toBe(1)
  })

  test('MLFLOW_TRACKING_URI is taken where nothing else names a source', async () => {
    const { code, stderr } = await run(['runs', 'list'], {
      env: { MLFLOW_TRACKING_URI: 'https://user:secret@host/x' },
    })
    expect(stderr).toContain('https://***@host/x')
    expect(stderr).toContain('MLFLOW_TRACKING_URI')
    expect(code).toBe(3)
  })
})

describe('runs show', () => {
  test.each(['aaaa1', 'fake:1/aaaa1111bbbb', 'fake:aaaa11', '1/aaaa1'])('finds %s', async (typed) => {
    const { code, stdout } = await run(['runs', 'show', typed])
    expect(stdout).toContain('lgbm smote  aaaa1111bbbb')
    expect(stdout).toMatch(/lr +1e-3/)
    expect(code).toBe(0)
  })

  test('an ambiguous prefix is listed, exit code 2', async () => {
    const { code, stderr, stdout } = await run(['runs', 'show', 'aaaa'])
    expect(stderr).toContain('"aaaa" is ambiguous: 2 runs begin with it.')
    expect(stderr).toContain('fake:1/aaaa1111bbbb, fake:1/aaaa2222cccc')
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('an unknown one is exit code 2', async () => {
    const { code, stderr } = await run(['runs', 'show', 'ffff'])
    expect(stderr).toContain(`No run's id begins with "ffff".`)
    expect(code).toBe(2)
  })

  test('what could not be read of the run is shown, exit code 1', async () => {
    const { code, stdout } = await run(['runs', 'show', 'dddd'])
    expect(stdout).toContain('metric x (dddd/x): the line has one field')
    expect(stdout).not.toContain('\u001b')
    expect(code).toBe(1)
  })
})
