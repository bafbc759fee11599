import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { gap } from '../../src/gap.ts'
import { type FakeLog, type FakeRun, fakeKind } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

function fake(id: string, model: string, seed: string, auc: number, more: Partial<FakeRun> = {}): FakeRun {
  const hour = id.charCodeAt(0) - 96
  return {
    id,
    name: `${model} ${seed}`,
    startedAt: `2026-11-10T${String(hour).padStart(2, '0')}:00:00Z`,
    endedAt: `2026-11-10T${String(hour).padStart(2, '0')}:30:00Z`,
    params: { model, seed, depth: '4' },
    metrics: { val_auc: [[0, auc]], own: [[0, hour]] },
    ...more,
  }
}

const LOG: FakeLog = {
  runs: [
    fake('a1', 'lgbm', '1', 0.8),
    fake('b2', 'lgbm', '2', 0.81),
    fake('c3', 'lgbm', '3', 0.82),
    fake('d4', 'xgb', '1', 0.9),
    fake('e5', 'xgb', '2', 0.91),
    fake('f6', 'xgb', '3', 0.92),
    fake('g7', 'rf', '1', 0.99, { status: 'failed' }),
  ],
}

async function run(
  argv: readonly string[],
  options: { log?: FakeLog; yaml?: string; terminal?: number } = {},
) {
  const cwd = await temporaryFolder(options.yaml === undefined ? {} : { 'narrate.yaml': options.yaml })
  const { world, stdout, stderr } = makeWorld({
    cwd,
    ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
  })
  const kind = fakeKind({ [`${cwd}/runs`]: options.log ?? LOG })
  const code = await main(['runs', ...argv], world, { ...PARTS, sourceKinds: async () => [kind] })
  return { code, stdout: stdout(), stderr: stderr(), cwd }
}

/** What `compare --json` says of one metric. */
async function compared(
  argv: readonly string[],
  metric: string,
  options: { log?: FakeLog; yaml?: string } = {},
) {
  const { stdout } = await run(['compare', '--json', ...argv], options)
  return JSON.parse(stdout).metrics.find((one: { name: string }) => one.name === metric)
}

describe('runs compare', () => {
  test('marks a deleted run in every table, and says why a run that did not finish is not the best', async () => {
    const log: FakeLog = {
      runs: [
        { id: 'aaaa1111', name: 'gone', status: 'failed', deleted: true, metrics: { val_auc: [[0, 0.9]] } },
        { id: 'bbbb2222', name: 'kept', metrics: { val_auc: [[0, 0.8]] } },
      ],
    }
    const { stdout } = await run(['compare', 'aaaa', 'bbbb'], { log })
    expect(stdout).toMatch(/^A {2}aaaa1111 {2}gone {2}failed, deleted/m)
    expect(stdout).toContain('Never called best, since not finished: A.')
    expect((await run(['compare', 'aaaa', 'bbbb', '--markdown'], { log })).stdout).toContain(
      '(failed, deleted)',
    )
    expect((await run(['list', '--deleted'], { log })).stdout).toMatch(/gone {2}failed, deleted/)
    expect((await run(['show', 'aaaa'], { log })).stdout).toMatch(/status +failed, deleted/)
  })

  test('shows what differs, counts what does not, and tells a gap from noise', async () => {
    const { stdout, code } = await run(['compare', 'a1', 'd4'])
    expect(stdout).toBe(
      [
        '   run  name    status    started          took',
        'A  a1   lgbm 1  finished  10 Nov 01:00  30m 00s',
        'B  d4   xgb 1   finished  10 Nov 04:00  30m 00s',
        '',
        'Parameters: 1 differs, 2 the same',
        '         A     B',
        '  model  lgbm  xgb',
        '',
        'Metrics',
        '                  A       B    B − A  best',
        '  ↑ val_auc  0.8000  0.9000  +0.1000  B (noise 0.03926)',
        '  · own           1       4       +3',
        '↑ higher is better, ↓ lower is better, · not known (metrics.directions in',
        'narrate.yaml).',
        // t(0.975, 4) = 2.7764 (scipy.stats.t.ppf), times 0.01, times the root of 2.
        'Noise: from 6 runs in 2 groups that differ in the seed only; what is within it,',
        'seeds alone explain (95 %).',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
  })

  test.each([
    ['the better one where it is ahead of the noise', ['a1', 'd4'], 'val_auc', { winner: 'B', why: null }],
    ['neither within the noise', ['a1', 'c3'], 'val_auc', { winner: null, why: 'within noise' }],
    ['neither where no direction is known', ['a1', 'd4'], 'own', { winner: null, why: 'direction unknown' }],
    [
      'no run that failed',
      ['d4', 'g7'],
      'val_auc',
      { winner: null, why: 'fewer than two finished runs have it' },
    ],
    ['the best of several that finished', ['a1', 'd4', 'g7'], 'val_auc', { winner: 'B', why: null }],
  ])('calls best %s', async (_, words, metric, expected) => {
    expect(await compared(words, metric)).toMatchObject(expected)
  })

  test('takes a direction from narrate.yaml', async () => {
    const yaml = 'metrics: {directions: {own: lower}}\n'
    expect(await compared(['a1', 'd4'], 'own', { yaml })).toMatchObject({
      direction: 'lower',
      winner: null,
      why: 'within noise',
    })
  })

  test('the noise is that of replicates alone: without them none is known', async () => {
    const log = { runs: [fake('a1', 'lgbm', '1', 0.8), fake('b2', 'xgb', '1', 0.81)] }
    expect(await compared(['a1', 'b2'], 'val_auc', { log })).toMatchObject({ noise: null, winner: 'B' })
    const { stdout } = await run(['compare', 'a1', 'b2'], { log })
    expect(stdout).toContain('Noise is not known: too few runs differ in the seed only.')
  })

  test('folds of a cross-validation are not ranked, and another notation is no difference', async () => {
    const fold = (id: string, number: string, auc: number) =>
      fake(id, 'lgbm', '1', auc, { parent: 'a1', params: { model: 'lgbm', fold: number } })
    const log: FakeLog = {
      runs: [
        fake('a1', 'lgbm', '1', 0.8, { params: { model: 'lgbm', balanced: 'True', lr: '0.10' } }),
        fold('b2', '1', 0.7),
        fold('c3', '2', 0.9),
        fake('d4', 'lgbm', '1', 0.82, { params: { model: 'lgbm', balanced: 'true', lr: '1e-1' } }),
      ],
    }
    expect(await compared(['b2', 'c3'], 'val_auc', { log })).toMatchObject({
      winner: null,
      why: 'folds of a cross-validation',
    })
    expect(await compared(['a1', 'c3', 'd4'], 'val_auc', { log })).toMatchObject({ winner: 'C' })
    const { stdout } = await run(['compare', 'a1', 'd4'], { log })
    expect(stdout).toContain('Parameters: no difference (3 the same)')
  })

  test('calls none best where another target was predicted, and says so', async () => {
    const log: FakeLog = {
      runs: [
        fake('a1', 'lgbm', '1', 0.8, { params: { target: 'flow' } }),
        fake('b2', 'lgbm', '1', 0.9, { params: { target: 'level' } }),
      ],
    }
    const { stdout } = await run(['compare', 'a1', 'b2'], { log })
    expect(stdout).toContain('Not comparable: they did not measure the same thing, and none is called best.')
    expect(stdout).toContain('  A: target=flow\n  B: target=level')
    expect(await compared(['a1', 'b2'], 'val_auc', { log })).toMatchObject({
      winner: null,
      why: 'not comparable',
    })
  })

  test('finds runs by name, and says so where a name is not one run', async () => {
    expect((await run(['compare', 'lgbm 1', 'XGB 1'])).code).toBe(0)
    const log = { runs: [...LOG.runs, fake('h8', 'lgbm', '1', 0.7)] }
    const { code, stderr } = await run(['compare', 'lgbm 1', 'd4'], { log })
    expect(stderr).toContain('"lgbm 1" is the name of 2 runs.')
    expect(stderr).toContain('fake:1/h8, fake:1/a1')
    expect(code).toBe(2)
  })

  test('runs that do not fit side by side stand in several tables of 80 columns', async () => {
    const runs = Array.from({ length: 8 }, (_, index) =>
      fake(`${String.fromCharCode(97 + index)}x`, `a-model-of-a-long-name-${index}`, '1', index),
    )
    const { stdout } = await run(['compare', '--filter', "run_id LIKE '%x'"], { log: { runs } })
    expect(stdout.match(/-name-\d/g)).toHaveLength(16)
    const tables = stdout.split('\n').filter((line) => !/^(↑|Noise)/.test(line))
    expect(Math.max(...tables.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test.each([
    [[], 'Say which runs to compare.'],
    [['a1'], 'There is one run to compare.'],
    [['a1', 'a1'], '"a1" names a run that is compared already: fake:1/a1.'],
    [['a1', 'zzz'], `No run's id begins with "zzz", and none is called so.`],
    [
      ['a1', 'b2', '--filter', "status = 'FINISHED'"],
      'Runs are named one by one or chosen by --filter, not both.',
    ],
    [['--filter', "params.model = 'nothing'"], 'There are no runs to compare.'],
    [['--by', 'nothing'], 'No run logged nothing.'],
    [['--by', 'depth'], 'depth is 4 in all 7 runs.'],
    [['--by', 'metrics.val_auc'], 'Runs cannot be compared by the levels of metrics.val_auc.'],
    [['--by', 'model', '--metric', 'nothing'], 'None of these runs logged a metric "nothing".'],
  ])('%j is one sentence and exit code 2', async (argv, sentence) => {
    const { code, stdout, stderr } = await run(['compare', ...argv])
    expect(stderr).toContain(sentence)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('more than eight by a filter is refused with what to do', async () => {
    const runs = Array.from({ length: 9 }, (_, index) =>
      fake(`${String.fromCharCode(97 + index)}x`, 'm', '1', index),
    )
    const { stderr, code } = await run(['compare', '--filter', "params.model = 'm'"], { log: { runs } })
    expect(stderr).toContain('More than 8 runs do not fit side by side.')
    expect(code).toBe(2)
    expect(
      (await run(['compare', '--filter', "params.model = 'm'", '--limit', '3'], { log: { runs } })).code,
    ).toBe(0)
  })

  test('--markdown is the table of runs and metrics, the best one with its reasons, and what differs', async () => {
    const yaml = 'metrics: {primary: val_auc}\n'
    const { stdout } = await run(['compare', 'a1', 'd4', '--markdown'], { yaml })
    expect(stdout).toContain('| A | lgbm 1 `a1` | 0.8000 | 1 | 30m 00s |')
    expect(stdout).toContain('| B | xgb 1 `d4` | **0.9000** | 4 | 30m 00s |')
    expect(stdout).toContain('**Best run by val_auc:** xgb 1\n\n- Highest val_auc (0.9000, ahead by 0.1000)')
    expect(stdout).toContain('| model | lgbm | xgb |')
    expect(stdout).toContain('2 parameters are the same.')
  })

  test('--markdown says why none is best, and lets nothing of a log into its marks', async () => {
    const runs = [
      fake('a1', 'lgbm', '1', 0.8, { name: '<b>|x' }),
      fake('b2', 'lgbm', '2', 0.801),
      fake('c3', 'lgbm', '3', 0.9),
    ]
    const { stdout } = await run(['compare', 'a1', 'b2', '--markdown'], { log: { runs } })
    expect(stdout).toContain(
      '**Best run:** none by val_auc (assumed: no primary metric is named): the best two differ by less than seeds',
    )
    expect(stdout).toContain('\\<b>\\|x')
  })
})

describe('runs compare --by', () => {
  test('compares levels by mean and spread of finished runs', async () => {
    const { stdout } = await run(['compare', '--by', 'model', '--metric', 'val_auc'])
    expect(stdout).toBe(
      [
        'model              runs           ↑ val_auc',
        'lgbm                  3    0.8100 ± 0.01000',
        'rf     1 (1 unfinished)                   –',
        'xgb                   3  * 0.9100 ± 0.01000',
        '',
        "val_auc: model = xgb has the best mean (Welch's test of the best two: p <",
        '0.001).',
        'Mean ± sample standard deviation of finished runs; * the best mean.',
        '',
      ].join('\n'),
    )
  })

  test.each([
    [[0.8, 0.9], [0.81, 0.92], { winner: null, why: 'within noise' }],
    [[0.8], [0.9, 0.91], { winner: null, why: 'single runs' }],
    [[0.8, 0.81], [0.9, 0.91], { winner: 'xgb', why: null }],
    [[0.8, 0.81, 0.79], [0.9], { winner: 'xgb', why: null, p: null }],
    [[0.8, 0.81, 0.79], [0.82], { winner: null, why: 'within noise', p: null }],
  ])('%j against %j', async (lgbm, xgb, expected) => {
    const runs = [
      ...lgbm.map((value, index) => fake(`a${index}`, 'lgbm', String(index), value)),
      ...xgb.map((value, index) => fake(`b${index}`, 'xgb', String(index), value)),
    ]
    expect(await compared(['--by', 'model'], 'val_auc', { log: { runs } })).toMatchObject(expected)
  })

  test('folds of a cross-validation are in no mean, and are counted', async () => {
    const runs = [
      fake('a1', 'lgbm', '1', 0.8),
      fake('b2', 'xgb', '1', 0.9),
      ...['1', '2', '3'].map((fold) =>
        fake(`c${fold}`, 'lgbm', '1', 0.1, { parent: 'a1', params: { model: 'lgbm', fold } }),
      ),
    ]
    const { stdout } = await run(['compare', '--by', 'model', '--metric', 'val_auc'], { log: { runs } })
    expect(stdout).toMatch(/^lgbm +4 +0\.8000$/m)
    expect(stdout).toContain('(3 folds of cross-validations\naside)')
  })

  test('takes a number for one level however it was written, and levels in order of size', async () => {
    const runs = ['0.0', '5e-6', '0', '1e-5', '2e-6'].map((lr, index) => ({
      ...fake('abcde'.charAt(index), 'lgbm', '1', 0.8),
      params: { lr },
    }))
    const { stdout } = await run(['compare', '--by', 'lr', '--json'], { log: { runs } })
    const levels = JSON.parse(stdout).levels.map((one: { value: string; runs: number }) => [
      one.value,
      one.runs,
    ])
    expect(levels).toEqual([
      [expect.stringMatching(/^0/), 2],
      ['2e-6', 1],
      ['5e-6', 1],
      ['1e-5', 1],
    ])
    const same = { runs: runs.filter(({ params }) => /^0/.test(params.lr)) }
    expect((await run(['compare', '--by', 'lr'], { log: same })).stderr).toContain('in all 2 runs.')
  })

  test('tells the means of nothing but folds, and calls none best', async () => {
    const runs = ['lgbm', 'xgb'].flatMap((model, side) =>
      [0, 1, 2].map((fold) => ({
        ...fake('abcdef'.charAt(3 * side + fold), model, '1', 0.8 + 0.05 * side + 0.01 * fold),
        params: { model, fold: String(fold) },
      })),
    )
    const { stdout } = await run(['compare', '--by', 'model', '--metric', 'val_auc'], { log: { runs } })
    expect(stdout).toContain('xgb       3  0.8600 ± 0.01000')
    expect(stdout).toContain('val_auc: these are folds of cross-validations, which share their data; none is')
    const one = fake('g', 'xgb', '1', 0.9)
    expect(await compared(['--by', 'model'], 'val_auc', { log: { runs: [...runs, one] } })).toMatchObject({
      values: [null, { count: 1, mean: 0.9 }],
      why: 'one level only has it',
    })
  })

  test('says what else varies over the levels', async () => {
    const runs = [
      fake('a1', 'lgbm', '1', 0.8),
      fake('b2', 'xgb', '1', 0.9, { params: { model: 'xgb', depth: '9' } }),
    ]
    const { stdout } = await run(['compare', '--by', 'model'], { log: { runs } })
    expect(stdout).toContain('The levels differ in more: depth varies over these runs too.')
  })
})

describe('a change of the budget for good', () => {
  const budgets: FakeLog = {
    runs: ['10', '10', '10', '10', '50', '50', '50', '50'].map((epochs, index) => {
      const id = `${String.fromCharCode(97 + index)}${index}`
      return fake(id, 'lgbm', '1', 0.8 + index / 100, {
        name: id,
        params: { model: 'lgbm', epochs, lr: `0.${index + 1}` },
      })
    }),
  }
  const yaml = 'waivers: [{ across: budget, because: ten were enough }]\n'

  test('leaves no best across it, until it is waived', async () => {
    expect(await compared(['d3', 'e4'], 'val_auc', { log: budgets })).toMatchObject({ why: 'budget changed' })
    expect(await compared(['e4', 'f5'], 'val_auc', { log: budgets })).toMatchObject({ why: null })
    expect(await compared(['d3', 'e4'], 'val_auc', { log: budgets, yaml })).toMatchObject({ why: null })
    const { stdout } = await run(['compare', 'd3', 'e4'], { log: budgets })
    expect(stdout).toContain('The budget changed for good between them')
    expect(stdout).toContain('A: epochs=10')
    const markdown = await run(['compare', 'd3', 'e4', '--markdown'], { log: budgets })
    expect(markdown.stdout).toContain('The budget changed for good between them')
  })

  test('stands beside a list in order of a metric, until it is waived', async () => {
    const words = 'Ranked across a change of the budget: epochs 10, then 50.'
    expect((await run(['list', '--sort', 'metrics.val_auc'], { log: budgets })).stderr).toContain(words)
    expect((await run(['list', '--sort', 'metrics.val_auc'], { log: budgets, yaml })).stderr).not.toContain(
      words,
    )
  })
})

describe('runs show', () => {
  const FAMILY: FakeLog = {
    runs: [
      fake('a1', 'lgbm', '1', 0.8, {
        metrics: {
          train_loss: [
            [1, 1],
            [2, 0.5],
            [3, 0.25],
            [4, Number.NaN],
          ],
          val_loss: [
            [1, 1.5],
            [2, 1],
            [3, 0.75],
            [4, 0.75],
          ],
          val_auc: [[0, 0.8]],
        },
      }),
      fake('b2', 'lgbm', '2', 0.81),
      fake('c3', 'lgbm', '1', 0.82, { params: { model: 'lgbm', seed: '1', depth: '6' } }),
      fake('d4', 'fold', '1', 0.9, { parent: 'a1', params: {} }),
    ],
  }

  test('tells relatives, the nearest settings and one plot of training and held-out values', async () => {
    const { stdout, code } = await run(['show', 'a1'], { log: FAMILY })
    expect(stdout).toContain('children    1: fold 1 d4')
    expect(stdout).toContain('run again   1: lgbm 2 b2')
    expect(stdout).toContain(
      'Differs from lgbm 1 c3, the run of the nearest settings\n  parameter  there  here\n  depth      6      4',
    )
    expect(stdout).toContain('─ val_loss   · train_loss')
    expect(stdout).toContain('step 1 ')
    expect(stdout).toContain('train_loss: 1 of 4 points not finite, not drawn (first at step 4)')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(code).toBe(0)
  })

  test('tells a run of another experiment that repeats it, and no other seed there', async () => {
    const elsewhere = { experiment: { id: '2', name: 'final' } }
    const runs = [
      ...FAMILY.runs,
      { ...fake('e5', 'lgbm', '1', 0.8), ...elsewhere },
      { ...fake('f6', 'lgbm', '3', 0.8), ...elsewhere },
    ]
    const { stdout } = await run(['show', 'a1'], { log: { ...FAMILY, runs } })
    expect(stdout).toContain('run again   2: lgbm 2 b2, lgbm 1 e5')
    const { stdout: json } = await run(['show', 'a1', '--json'], { log: { ...FAMILY, runs } })
    expect(JSON.parse(json).related['fake:1/a1'].repeats).toEqual([expect.objectContaining({ id: 'e5' })])
  })

  test('--metric draws another one, and says which there are', async () => {
    const { stdout } = await run(['show', 'a1', '--metric', 'train_loss'], { log: FAMILY })
    expect(stdout).toContain('─ train_loss   · val_loss')
    const { stderr, code } = await run(['show', 'a1', '--metric', 'nothing'], { log: FAMILY })
    expect(stderr).toContain('Run lgbm 1 has no metric "nothing".')
    expect(code).toBe(2)
  })

  test('--json tells them as values', async () => {
    const { stdout } = await run(['show', 'd4', '--json'], { log: FAMILY })
    expect(JSON.parse(stdout).related['fake:1/d4']).toEqual({
      parent: { key: 'fake:1/a1', id: 'a1', name: 'lgbm 1', status: 'finished' },
      children: [],
      replicates: [],
      repeats: [],
      nearest: null,
      documents: [],
      notes: [],
    })
  })
})

describe('runs export', () => {
  const ODD: FakeLog = {
    runs: [
      fake('a1', '=cmd|x', '-1', 0.1 + 0.2, {
        note: '+1 for "this", really',
        params: { lr: '-1e-3', cmd: '=1+1', at: '@x', neg: '-x' },
      }),
      fake('b2', 'plain', '2', Number.NEGATIVE_INFINITY, { params: { lr: '0.1' } }),
    ],
  }

  test('is CSV with numbers in full, and texts that a spreadsheet would run made harmless', async () => {
    const { stdout, code } = await run(
      ['export', '--columns', 'id,name,params.lr,params.cmd,params.at,params.neg,metrics.val_auc,note'],
      { log: ODD },
    )
    expect(stdout).toBe(
      [
        'id,name,params.lr,params.cmd,params.at,params.neg,metrics.val_auc,note',
        'b2,plain 2,0.1,,,,-Infinity,',
        `a1,'=cmd|x -1,-1e-3,'=1+1,'@x,'-x,0.30000000000000004,"'+1 for ""this"", really"`,
        '',
      ].join('\r\n'),
    )
    expect(code).toBe(0)
  })

  test('--raw leaves them as they were logged', async () => {
    const { stdout } = await run(['export', '--columns', 'params.cmd', '--limit', '2', '--raw'], { log: ODD })
    expect(stdout).toBe('params.cmd\r\n""\r\n=1+1\r\n'.replace('""\r\n', '\r\n'))
  })

  test('has a column for whatever any run logged', async () => {
    const { stdout } = await run(['export'], { log: ODD })
    expect(stdout.split('\r\n')[0]).toBe(
      'key,id,source,experiment,name,user,status,started_at,ended_at,parent,commit,uncommitted,data,note,params.at,params.cmd,params.lr,params.neg,metrics.own,metrics.val_auc',
    )
  })

  test('is the JSON of runs list, or one run a line', async () => {
    const json = await run(['export', '--format', 'json'])
    const list = await run(['list', '--json'])
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(list.stdout))
    const lines = (await run(['export', '--format', 'jsonl'])).stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(json.stdout).runs)
    expect(
      JSON.parse((await run(['export', '--format', 'json', '--filter', "run_id = 'x'"])).stdout),
    ).toEqual({ runs: [], gaps: [] })
  })

  test('is a Markdown table that a name cannot break', async () => {
    const { stdout } = await run(
      ['export', '--format', 'markdown', '--columns', 'run,name,metrics.val_auc'],
      { log: ODD },
    )
    expect(stdout).toBe(
      '| run | name | metrics.val_auc |\n| --- | --- | --- |\n| b2 | plain 2 | -Infinity |\n| a1 | =cmd\\|x -1 | 0.3000 |\n',
    )
  })

  test('--history is one point a row', async () => {
    const log: FakeLog = {
      runs: [
        fake('a1', 'm', '1', 0, {
          metrics: {
            loss: [
              [1, 0.5, '2026-11-10T01:00:01Z'],
              [null, Number.NaN],
            ],
          },
        }),
      ],
    }
    const { stdout } = await run(['export', '--history'], { log })
    expect(stdout).toBe(
      'run,name,metric,step,time,value\r\nfake:1/a1,m 1,loss,1,2026-11-10T01:00:01.000Z,0.5\r\nfake:1/a1,m 1,loss,,,NaN\r\n',
    )
    const json = await run(['export', '--history', '--format', 'json', '--metric', 'loss'], { log })
    expect(JSON.parse(json.stdout).points[1]).toEqual({
      run: 'fake:1/a1',
      name: 'm 1',
      metric: 'loss',
      step: null,
      time: null,
      value: 'NaN',
    })
  })

  test('refuses a name that promises another format, unless one is said', async () => {
    const file = join(await temporaryFolder(), 'runs.xlsx')
    const refused = await run(['export', '--output', file])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('No format ends in .xlsx.')
    expect((await run(['export', '--output', file, '--format', 'csv'])).code).toBe(0)
  })

  test('a terminal is not given the escape sequences of a log, a pipe is', async () => {
    const log = { runs: [{ id: 'a1', name: 'red \u001b[31mrun' }] }
    const piped = await run(['export', '--columns', 'name'], { log })
    const shown = await run(['export', '--columns', 'name'], { log, terminal: 80 })
    expect([piped.stdout, shown.stdout].map((text) => text.split(/\r?\n/)[1])).toEqual([
      'red \u001b[31mrun',
      'red run',
    ])
  })

  test('--output writes a whole file, tells its format by its name, and replaces one only with --yes', async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'runs.jsonl')
    const first = await run(['export', '--output', file, '--limit', '2'])
    expect(first.stderr).toContain('runs.jsonl: 2 runs.')
    expect(first.stdout).toBe('')
    expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(2)
    const second = await run(['export', '--output', file])
    expect(second.stderr).toContain('runs.jsonl is there already.')
    expect(second.code).toBe(2)
    expect((await run(['export', '--output', file, '--yes'])).code).toBe(0)
    expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(7)
    expect(await readdir(folder)).toEqual(['runs.jsonl'])
  })

  test('leaves nothing behind where it fails, and nothing with --dry-run', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'kept.csv'), 'mine')
    const broken = { runs: LOG.runs, unlisted: 'The disk is gone.' }
    const { code } = await run(['export', '--output', join(folder, 'new.csv')], { log: broken })
    expect(code).toBe(3)
    const dry = await run(['export', '--output', join(folder, 'new.csv'), '--dry-run'])
    expect(dry.stderr).toContain('It would write 7 runs to')
    expect(await readdir(folder)).toEqual(['kept.csv'])
  })

  test('what could not be read inside runs is counted, and is no failure', async () => {
    const log = { runs: [fake('a1', 'm', '1', 0, { gaps: [gap('metric x', 'x', 'it is empty')] })] }
    const { code, stderr } = await run(['export'], { log })
    expect(stderr).toContain('1 values inside these runs could not be read')
    expect(code).toBe(0)
  })

  test.each([
    [['--format', 'xml'], "Option '--format <format>' argument 'xml' is invalid."],
    [['--format', 'markdown', '--history'], 'Points are no table for people.'],
    [['--metric', 'loss'], '--metric says whose points --history exports.'],
    [['--format', 'json', '--columns', 'id'], '--columns is for tables of runs: csv and markdown.'],
    [['--columns', 'nothing'], '"nothing" names no field of a run'],
    [['--output', 'no/such/folder/x.csv'], 'no/such/folder/x.csv cannot be written'],
    [['--filter', 'x'], 'The filter cannot be read'],
  ])('%j is one sentence and exit code 2', async (argv, sentence) => {
    const { code, stdout, stderr } = await run(['export', ...argv])
    expect(stderr).toContain(sentence)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})
