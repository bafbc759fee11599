import { chmod, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
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

  describe('a user', () => {
    const log: FakeLog = {
      runs: [
        { id: 'aa11', user: 'kari', startedAt: '2026-11-18T09:00:00Z' },
        { id: 'bb22', user: 'Kari', startedAt: '2026-11-19T09:00:00Z' },
        { id: 'cc33', user: 'ola', startedAt: '2026-11-20T09:00:00Z' },
      ],
    }

    test.each([
      ['kari', ['aa11'], ''],
      ['KARI', ['bb22', 'aa11'], 'No run is by "KARI" as written: Kari and kari are meant.'],
      ['Ola', ['cc33'], 'No run is by "Ola" as written: ola is meant.'],
      ['bob', [], ''],
    ])('%s is the one written so, else those in whatever case, which is said', async (user, ids, said) => {
      const { stdout, stderr } = await run(['runs', 'list', '--json', '--user', user], { log })
      expect(JSON.parse(stdout).runs.map((one: { id: string }) => one.id)).toEqual(ids)
      expect(stderr.trim()).toBe(said)
    })

    test.each([
      ['runs', 'export'],
      ['runs', 'findings'],
      ['runs', 'compare', '--status', 'finished'],
      ['coverage'],
      ['ask', 'which runs?'],
      ['log', '--all-users', '--experiment', 'churn', '--dry-run'],
      ['log', '--since', '2026-11-18', '--dry-run'],
    ])('is found in whatever case by %s %s', async (...words) => {
      const { stderr } = await run([...words, '--user', 'Ola'], { log })
      expect(stderr).toContain('No run is by "Ola" as written: ola is meant.')
    })
  })

  test('two sources make one list in order of time, and their aliases tell them apart', async () => {
    const second = { runs: [{ id: 'eeee', startedAt: '2026-11-19T12:00:00Z' }] }
    const { stdout } = await run(['runs', 'list', '--json'], { second })
    const keys = JSON.parse(stdout).runs.map((one: { key: string }) => one.key)
    expect(keys).toEqual([
      expect.stringMatching(/^fake-[0-9a-f]{4}:1\/dddd$/),
      expect.stringMatching(/^fake-[0-9a-f]{4}:1\/eeee$/),
      expect.stringMatching(/^fake-[0-9a-f]{4}:1\/aaaa2222cccc$/),
      expect.stringMatching(/^fake-[0-9a-f]{4}:1\/aaaa1111bbbb$/),
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
    ['http://tracking:5000', 'nothing that narrate can read is there'],
  ])('says why: %s', async (source, why) => {
    const { code, stderr } = await run(['runs', 'list', '--source', source])
    expect(stderr).toContain(why)
    expect(code).toBe(3)
  })

  test.skipIf(process.getuid?.() === 0)('says which of its folders is closed', async () => {
    const closed = path.join(await temporaryFolder({}), 'log', '1')
    await mkdir(closed, { recursive: true })
    await chmod(closed, 0)
    onTestFinished(() => chmod(closed, 0o700))
    const { code, stderr } = await run(['runs', 'list', '--source', path.dirname(closed)])
    expect(stderr).toContain('there is no permission to read 1 in it')
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
    expect(stderr.split('The database is locked.')).toHaveLength(2)
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
          async *readAll(query) {
            for await (const found of source.readAll(query)) {
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
    expect(stderr).toContain(`No run's id begins with "ffff", and none is called so.`)
    expect(code).toBe(2)
  })

  test('what could not be read of the run is shown, and is no failure', async () => {
    const { code, stdout } = await run(['runs', 'show', 'dddd'])
    expect(stdout).toContain('metric x (dddd/x): the line has one field')
    expect(stdout).not.toContain('\u001b')
    expect(code).toBe(0)
  })
})

describe('runs list, chosen and sorted', () => {
  const MANY: FakeLog = {
    runs: [
      {
        id: 'a1',
        startedAt: '2026-11-01T09:00:00Z',
        params: { model: 'lgbm', lr: '0.1' },
        metrics: { auc: [[0, 0.7]], own: [[0, 3]] },
      },
      {
        id: 'b2',
        startedAt: '2026-11-02T09:00:00Z',
        params: { model: 'xgb', lr: '1e-2' },
        metrics: { auc: [[0, 0.9]], own: [[0, 1]] },
      },
      {
        id: 'c3',
        startedAt: '2026-11-03T09:00:00Z',
        params: { model: 'lgbm', lr: '0.5' },
        metrics: { auc: [[0, Number.NaN]] },
      },
      { id: 'd4', startedAt: '2026-11-04T09:00:00Z', params: { model: 'rf' }, status: 'failed' },
      {
        id: 'e5',
        startedAt: '2026-11-05T09:00:00Z',
        params: { model: 'lgbm', lr: 'auto' },
        metrics: { auc: [[0, 0.8]], own: [[0, 2]] },
      },
    ],
  }
  const ids = (stdout: string): string =>
    JSON.parse(stdout)
      .runs.map((one: { id: string }) => one.id)
      .join(' ')

  test.each([
    [['--filter', "params.model = 'lgbm' and metrics.auc > 0.75"], 'e5'],
    [['--filter', "params.model = 'lgbm'", '--filter', 'metrics.auc < 0.75'], 'a1'],
    [['--filter', "status = 'FAILED'"], 'd4'],
    [['--filter', "params.model = 'lgbm'", '--limit', '2'], 'e5 c3'],
    [['--filter', "datasets.name = 'x'"], ''],
    [['--sort', 'metrics.auc'], 'b2 e5 a1 c3 d4'],
    [['--sort', 'metrics.auc', '--asc'], 'a1 e5 b2 c3 d4'],
    [['--sort', 'metrics.auc ASC'], 'a1 e5 b2 c3 d4'],
    [['--sort', 'metrics.own'], 'b2 e5 a1 d4 c3'],
    [['--sort=-metrics.own'], 'a1 e5 b2 d4 c3'],
    [['--sort', 'params.lr'], 'b2 a1 c3 e5 d4'],
    [['--sort', 'params.lr DESC', '--limit', '2'], 'e5 c3'],
    [['--sort', 'params.model', '--sort', 'start_time'], 'a1 c3 e5 d4 b2'],
    [['--sort', 'start_time desc', '--limit', '1'], 'e5'],
  ])('%j', async (options, expected) => {
    const { stdout, code } = await run(['runs', 'list', '--json', ...options], { log: MANY })
    expect(ids(stdout)).toBe(expected)
    expect(code).toBe(0)
  })

  test('sorts by what narrate.yaml takes for better, and says so', async () => {
    const yaml = 'metrics: {directions: {own: higher}}\nsources: [{at: runs, as: main}]\n'
    const { stdout, stderr } = await run(['runs', 'list', '--sort', 'metrics.own', '--limit', '2'], {
      log: MANY,
      yaml,
    })
    expect(stdout.split('\n').map((line) => line.slice(0, 2))).toEqual(['ru', 'a1', 'e5', ''])
    expect(stderr).toContain('metrics.own: higher is better, highest first.')
    expect(stderr).toContain('The others are not shown: --all, or --limit N.')
  })

  test('says where no direction is known, and where nobody logged it', async () => {
    const { stderr } = await run(['runs', 'list', '--sort', 'metrics.nothing'], { log: MANY })
    expect(stderr).toContain('Which way metrics.nothing is better is not known: lowest first')
    expect(stderr).toContain('No run logged metrics.nothing.')
  })

  test('a table in order of a metric says where it is no ranking', async () => {
    const runs = ['flow', 'level', 'level'].map((target, index) => ({
      id: `r${index}`,
      params: { target },
      metrics: { auc: [[0, index]] as const },
    }))
    const { stderr } = await run(['runs', 'list', '--sort', 'metrics.auc'], { log: { runs } })
    expect(stderr).toContain(
      'No ranking: these runs did not measure the same thing (2 with target=level, 1 with target=flow).',
    )
    const one = await run(['runs', 'list', '--sort', 'metrics.auc', '--filter', "params.target = 'level'"], {
      log: { runs },
    })
    expect(one.stderr).not.toContain('No ranking')
  })

  test('--columns are the ones named, in their order', async () => {
    const { stdout } = await run(
      ['runs', 'list', '--columns', 'params.model, metrics.auc,took', '--limit', '2'],
      { log: MANY },
    )
    expect(stdout.split('\n')).toEqual([
      'run  model     auc      took',
      'e5   lgbm   0.8000  361h 10m',
      'd4   rf          –  385h 10m',
      '',
    ])
  })

  test('columns that do not fit are said to be left out', async () => {
    const params = Object.fromEntries([...'abcdefghijklmn'].map((letter) => [letter, letter.repeat(12)]))
    const columns = Object.keys(params)
      .map((name) => `params.${name}`)
      .join(',')
    const { stdout, stderr } = await run(['runs', 'list', '--columns', columns], {
      log: { runs: [{ id: 'aa', params }] },
    })
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(stderr).toContain('Too wide for 80 columns, left out: h, i, j, k, l, m, n')
  })

  test('--missing tells what each run lacks, and once what all lack', async () => {
    const { stdout, code } = await run(['runs', 'list', '--missing', '--limit', '2'], { log: MANY })
    expect(stdout).toBe(
      [
        'All 2 lack: commit, data version, environment, seed, command.',
        '',
        'run  name  status    also lacks',
        'e5   e5    finished  –',
        'd4   d4    failed    –',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
    const json = await run(['runs', 'list', '--missing', '--json', '--limit', '1'], { log: MANY })
    expect(JSON.parse(json.stdout).runs[0].missing).toContain('seed')
  })

  test.each([
    [
      ['--filter', 'params.model = lgbm'],
      'The filter cannot be read at character 16 ("lgbm"): params.model is compared with a text in quotes.',
    ],
    [['--sort', 'auc'], '"auc" names no field of a run: a run has no attribute "auc".'],
    [['--sort', 'datasets.name'], 'Runs cannot be sorted by datasets.name: a run may have several.'],
    [['--sort', 'metrics.a', '--asc', '--desc'], '--asc and --desc exclude each other.'],
    [['--desc'], '--desc says which way --sort goes.'],
    [['--columns', 'took,nonsense'], '--columns: "nonsense" names no field of a run'],
    [['--columns', ','], '--columns names no column.'],
    [['--all', '--limit', '3'], '--all and --limit exclude each other.'],
    [['--missing', '--columns', 'took'], '--missing has columns of its own.'],
    [['--status', 'done'], '"done" is no status.'],
    [['--limit', '0'], '--limit 0 is no whole number between 1 and a billion.'],
  ])('%j is one sentence and exit code 2', async (options, sentence) => {
    const { code, stdout, stderr } = await run(['runs', 'list', ...options], { log: MANY })
    expect(stderr).toContain(sentence)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('a run that stands in two stores under one id comes once', async () => {
    const { stdout } = await run(['runs', 'list', '--json', '--limit', '3'], { log: MANY, second: MANY })
    expect(ids(stdout)).toBe('e5 d4 c3')
    const shown = await run(['runs', 'show', 'e5'], { log: MANY, second: MANY })
    expect(shown.code).toBe(0)
  })

  test('reads no further once nobody listens', async () => {
    const cwd = await temporaryFolder()
    const { world } = makeWorld({ cwd })
    const runs = Array.from({ length: 50 }, (_, index) => ({ id: `run${index}` }))
    let read = 0
    const kind = fakeKind({ [`${cwd}/runs`]: { runs } })
    const counting: typeof kind = {
      ...kind,
      async open(location, alias, ...others) {
        const source = await kind.open(location, alias, ...others)
        return {
          ...source,
          async *readAll(query) {
            for await (const found of source.readAll(query)) {
              read += 1
              if (read === 3) world.stdout.stream.destroy()
              yield found
            }
          },
        }
      },
    }
    const code = await main(['runs', 'list', '--json'], world, {
      ...PARTS,
      sourceKinds: async () => [counting],
    })
    expect(code).toBe(0)
    expect(read).toBeLessThan(6)
  })
})

describe('a long table', () => {
  const LONG: FakeLog = { runs: Array.from({ length: 60 }, (_, index) => ({ id: `run${index}` })) }

  async function listAt(argv: readonly string[], env: Record<string, string> = {}) {
    const cwd = await temporaryFolder()
    const piped: (string | undefined)[] = []
    const onInteractive = async (command: string, _: readonly string[], input?: string): Promise<number> => {
      if (command === 'absent') throw Object.assign(new Error('spawn absent ENOENT'), { code: 'ENOENT' })
      piped.push(input)
      return 0
    }
    const { world, stdout, stderr, programs } = makeWorld({ cwd, terminal: 80, env, onInteractive })
    const parts = { ...PARTS, sourceKinds: async () => [fakeKind({ [`${cwd}/runs`]: LONG })] }
    const code = await main(['runs', 'list', ...argv], world, parts)
    return { code, programs, piped, stdout: stdout(), stderr: stderr() }
  }

  test('goes through less at a terminal', async () => {
    const { programs, piped, stdout, code } = await listAt(['--all'])
    expect(programs).toEqual([['less', '-FRX']])
    expect(piped[0]?.split('\n')).toHaveLength(62)
    expect(stdout).toBe('')
    expect(code).toBe(0)
  })

  test.each([
    [['--all'], { PAGER: 'most -s' }, [['most', '-s']]],
    [['--all'], { LESS: '-S' }, [['less']]],
    [['--all', '--no-pager'], {}, []],
    [['--all'], { PAGER: 'cat' }, []],
    [['--all'], { PAGER: '' }, []],
    [['--all'], { TERM: 'dumb' }, []],
    [['--limit', '5'], {}, []],
  ])('%j with %j is paged by %j', async (argv, env, expected) => {
    const { programs, stdout } = await listAt(argv, env)
    expect(programs).toEqual(expected)
    expect(stdout === '').toBe(expected.length > 0)
  })

  test('is printed straight where the pager is not there', async () => {
    const { stdout, stderr } = await listAt(['--all'], { PAGER: 'absent' })
    expect(stdout.split('\n')).toHaveLength(62)
    expect(stderr).toContain('the pager could not be started')
  })
})

describe('exit codes of what could not be read', () => {
  test.each([
    ['metric loss', 0],
    ['param lr', 0],
    ["status of run 'x'", 0],
    ['a data set', 0],
    ["experiment of run 'x'", 0],
    ['the end of the log', 0],
    ['the history of the run', 0],
    ['how the run ended', 0],
    ['the runs', 1],
    ["run 'x'", 1],
    ['experiment 7', 1],
    ['3 runs of experiment 7', 1],
    ['source main', 1],
    ['something nobody thought of', 1],
  ])('%s: %i', async (what, expected) => {
    const log = { runs: LOG.runs, gaps: [gap(what, 'a/file', 'it is empty')] }
    const { code, stderr } = await run(['runs', 'list'], { log })
    expect(stderr).toContain(`${what} (a/file): it is empty.`)
    expect(code).toBe(expected)
  })
})
