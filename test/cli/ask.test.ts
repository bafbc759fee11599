import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import type { Answer, Model } from '../../src/models/model.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOG: FakeLog = {
  runs: [
    {
      id: 'aaaa1111',
      name: 'rf-500',
      params: { model: 'random_forest' },
      metrics: { val_auc: [[0, 0.8471]] },
      startedAt: '2026-11-19T10:00:00Z',
      endedAt: '2026-11-19T11:00:00Z',
    },
    {
      id: 'bbbb2222',
      name: 'lgbm',
      params: { model: 'lightgbm' },
      metrics: { val_auc: [[0, 0.86]] },
      startedAt: '2026-11-20T10:00:00Z',
      endedAt: '2026-11-20T10:05:00Z',
    },
    {
      id: 'cccc3333',
      name: 'xgb-focal',
      status: 'failed',
      params: { model: 'xgboost', objective: 'focal loss' },
      startedAt: '2026-11-20T11:00:00Z',
      endedAt: '2026-11-20T11:05:00Z',
    },
  ],
}

const NOTES = '- rf is out. reason: the pickle is too big for the container\n- lgbm next\n'

interface Options extends Partial<TestWorldOptions> {
  readonly model?: Model
  readonly log?: FakeLog | null
}

async function project(files: Readonly<Record<string, string>> = { 'notes/2026-11-19.md': NOTES }) {
  const cwd = await temporaryFolder({
    'narrate.yaml':
      'project: churn\nusers: all\nnotes: [notes/*.md]\ncommits: false\nmetrics:\n  primary: val_auc\n  directions:\n    val_auc: higher\nsources:\n  - at: runs\n    as: main\n',
    ...files,
  })
  async function run(argv: readonly string[], { model, log = LOG, ...options }: Options = {}) {
    const { world, stdout, stderr } = makeWorld({ cwd, ...options })
    const code = await main(argv, world, {
      ...PARTS,
      sourceKinds: async () => (log === null ? [] : [fakeKind({ [path.join(cwd, 'runs')]: log })]),
      chooseModel: async () => ({ model: model ?? null, reason: 'none is named', remember: null }),
    })
    return { code, stdout: stdout(), stderr: stderr() }
  }
  return { cwd, run }
}

const WHY = 'why did we try random forest and then abandon it?'

describe('ask without a model', () => {
  test('gives the passage with its place, and the runs', async () => {
    const { run } = await project()
    const { code, stdout } = await run(['ask', WHY])
    expect(stdout).toBe(
      [
        '2026-11-19 · note · notes/2026-11-19.md:1',
        '  rf is out. reason: the pickle is too big for the container',
        '',
        'run       name    started     status    val_auc  found by',
        'aaaa1111  rf-500  2026-11-19  finished   0.8471  its name',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
  })

  test.each<[string, string]>([
    ['has anyone tried focal loss?', '1 of 3 runs has “focal loss”.'],
    [
      'has anyone tried dropout?',
      'Not recorded: neither 2 passages of 0 documents, notes and commits, nor 3 runs',
    ],
    ['which run is behind the 0.847?', 'val_auc = 0.8471'],
    ['which run is behind the 0.123?', 'speak of “0.123”.'],
    ['what failed?', 'xgb-focal'],
    ['which run is best?', 'highest val_auc logged'],
  ])('%s → %s', async (question, words) => {
    const { run } = await project()
    const { code, stdout } = await run(['ask', question])
    expect(stdout).toContain(words)
    expect(code).toBe(0)
  })

  test('a figure of a document leads to its run, where the log has changed since', async () => {
    const { run } = await project()
    await run(['log', '--since', '2026-11-19', '--until', '2026-11-19', '-m', 'done', '--yes'])
    const [first, ...others] = LOG.runs
    const changed = {
      runs: [{ ...first, id: 'aaaa1111', metrics: { val_auc: [[0, 0.5] as const] } }, ...others],
    }
    const { stdout } = await run(['ask', 'which run is behind the 0.847 in November?', '--json'], {
      log: changed,
    })
    const { printed, runs } = JSON.parse(stdout)
    expect(printed[0]).toMatchObject({ printed: '0.8471', name: 'val_auc', run: 'main:1/aaaa1111' })
    expect(runs[0].id).toBe('aaaa1111')
  })

  test('what is written later is found, too', async () => {
    const { cwd, run } = await project()
    expect((await run(['ask', 'what about dropout?'])).stdout).toContain('Not recorded')
    await writeFile(path.join(cwd, 'notes/2026-11-20.md'), 'dropout at a half: no change\n')
    expect((await run(['ask', 'what about dropout?'])).stdout).toContain('notes/2026-11-20.md:1')
    expect(await readdir(path.join(cwd, '.narrate'))).toEqual(['.gitignore', 'cache'])
  })

  test('documents and notes answer where the tracker is gone: exit code 1', async () => {
    const { run } = await project()
    const { code, stdout, stderr } = await run(['ask', WHY], { log: null })
    expect(stdout).toContain('rf is out. reason')
    expect(stderr).toContain('source main (runs)')
    expect(code).toBe(1)
  })

  test('--filter leaves runs out', async () => {
    const { run } = await project()
    const { stdout } = await run(['ask', 'what failed?', '--filter', "params.model = 'lightgbm'"])
    expect(stdout).not.toContain('xgb-focal')
  })

  test('no question is a usage error', async () => {
    const { run } = await project()
    expect((await run(['ask', '?'])).code).toBe(2)
  })
})

const SHARED: FakeLog = {
  runs: [
    ...LOG.runs.map((run) => ({ ...run, user: 'ines' })),
    {
      id: 'dddd4444',
      name: 'candidate-rf',
      user: 'tomas',
      params: { model: 'random_forest', sampling: 'dedup' },
      metrics: { val_auc: [[0, 0.85]], test_f1: [[0, 0.25]] },
      startedAt: '2026-11-20T12:00:00Z',
      endedAt: '2026-11-20T12:05:00Z',
    },
  ],
}

describe('ask of users', () => {
  const OF_TOMAS = [
    'run       name          user   started     status    val_auc  found by',
    'dddd4444  candidate-rf  tomas  2026-11-20  finished   0.8500  by tomas',
    '',
  ].join('\n')

  test.each<[string, readonly string[]]>([
    ['which runs did Tomas make?', []],
    ['which runs?', ['--user', 'Tomas']],
    ['runs', ['--user', 'TOMAS']],
  ])('%s %j lists the runs of that user alone', async (question, options) => {
    const { run } = await project()
    expect((await run(['ask', question, ...options], { log: SHARED })).stdout).toBe(OF_TOMAS)
  })

  test('who else made runs: users, and the runs that are not mine', async () => {
    const { run } = await project({
      'narrate.yaml':
        'project: churn\nusers: [ines]\ncommits: false\nmetrics:\n  primary: val_auc\nsources:\n  - at: runs\n    as: main\n',
    })
    const { stdout } = await run(['ask', 'Who else made runs, and which?'], { log: SHARED })
    expect(stdout).toBe(`Users: ines (3 runs), tomas (1 run).\n\n${OF_TOMAS}`)
  })

  test.each(['runs by user', 'who made runs?', 'Who is the author?'])(
    '%s lists all users, each in turn',
    async (question) => {
      const { run } = await project()
      const { stdout } = await run(['ask', question], { log: SHARED })
      expect(stdout).toContain('Users: ines (3 runs), tomas (1 run).')
      expect(stdout.match(/\b(?:ines|tomas)(?= {2})/g)).toEqual(['tomas', 'ines', 'ines', 'ines'])
    },
  )

  test('a user that nobody is called names those there are', async () => {
    const { run } = await project()
    const { stdout, code } = await run(['ask', 'which runs?', '--user', 'bob'], { log: SHARED })
    expect(stdout).toBe('No run here is by “bob”. Users: ines (3 runs), tomas (1 run).\n')
    expect(code).toBe(0)
  })

  test.each([
    ['which runs?', []],
    ['which runs?', ['--user', 'bob']],
    ['what of zebra?', ['--user', 'bob']],
    ['runs by user', []],
  ])('%s %j says nothing of nothing', async (question, options) => {
    const { run } = await project()
    for (const log of [SHARED, { runs: [] }]) {
      const { stdout } = await run(['ask', question, ...options], { log })
      expect(stdout).not.toMatch(/speaks? of \.|nor 0 runs|“”/)
      expect(stdout).not.toBe('')
    }
  })
})

describe('ask of a metric', () => {
  test.each(['test_f1', 'What is the test_f1 of the two candidates?'])(
    '%s shows the runs that logged it first, with its values',
    async (question) => {
      const { run } = await project({ 'notes/2026-11-19.md': 'the candidates get a test_f1 tomorrow\n' })
      const { stdout } = await run(['ask', question], { log: SHARED })
      const [head, first] = stdout.split('\n')
      expect(head).toMatch(/^run .* test_f1(\s|$)/)
      expect(first).toMatch(/^dddd4444 .* 0\.25/)
      expect(stdout).toContain('notes/2026-11-19.md:1')
    },
  )
})

const TWO_EXPERIMENTS: FakeLog = {
  runs: Array.from({ length: 6 }, (_, at) => ({
    id: `${'abcdef'.charAt(at).repeat(4)}${at}00${at}`,
    name: `latent${2 ** (at + 1)}`,
    experiment: at < 3 ? { id: '1', name: 'Test_of_size_1' } : { id: '2', name: 'Test_of_size_2' },
    user: 'ines',
    status: at === 5 ? 'failed' : 'finished',
    params: { size: String(2 ** (at + 1)), depth: '3', words: `['${'long '.repeat(12)}${at}']` },
    metrics: {
      valid_loss: [[0, 1 - at / 10] as const],
      train_loss: [[0, 0.5 - at / 10] as const],
      val_auc: [[0, 0.5 + at / 100] as const],
    },
    startedAt: `2026-11-1${at}T10:00:00Z`,
    endedAt: `2026-11-1${at}T10:05:00Z`,
  })),
}

describe('ask what the log answers outright', () => {
  test.each<[string, readonly string[]]>([
    ['lowest val_loss', ['Lowest valid_loss: 0.6000 in latent32 (eeee4004), then 0.7000 in latent16']],
    ['how long did it take?', ['6 runs took 30m 00s of run time: Test_of_size_1 15m 00s (3)']],
    ['which settings were held fixed?', ['Held fixed over 6 runs: depth=3.']],
    ['which settings varied?', ['Varied over 6 runs: ', 'size (6: 2, 4, 8, 16, 32, 64)']],
    ['which data was used?', ['No data set is recorded for any run.']],
    ['how many runs finished?', ['6 runs: 5 finished, 1 failed.']],
    ['how many runs of Test_of_size_1 finished?', ['3 runs: 3 finished.']],
    ['why did runs fail?', ['1 of 6 runs failed or was killed: latent64 (ffff5005); no error is logged.']],
    ['who ran it?', ['Users: ines (6 runs).']],
  ])('%s → %j first', async (question, lines) => {
    const { run } = await project()
    const { stdout } = await run(['ask', question], { log: TWO_EXPERIMENTS })
    const [first = ''] = stdout.split('\n\n')
    for (const line of lines) expect(first.replace(/\s+/g, ' ')).toContain(line)
  })

  test('why runs failed is answered with the errors of their tags', async () => {
    const { run } = await project()
    const runs = TWO_EXPERIMENTS.runs.map((one) =>
      one.status === 'failed' ? { ...one, tags: { error: 'ValueError: bad shape' } } : one,
    )
    const { stdout } = await run(['ask', 'why did runs fail?'], { log: { runs } })
    expect(stdout).toMatch(
      /^1 of 6 runs failed or was killed; each with an error\.\n\nValueError: bad shape: latent64 \(ffff5005\)\./,
    )
  })

  test('the leader by a metric that is named is told, and none by another one', async () => {
    const { run } = await project()
    const { stdout } = await run(['ask', 'lowest val_loss'], { log: TWO_EXPERIMENTS })
    expect(stdout).not.toContain('Highest val_auc')
  })

  test('an experiment lists its runs, and no digit of its name is missed', async () => {
    const { run } = await project()
    const { stdout } = await run(['ask', 'Test_of_size_2'], { log: TWO_EXPERIMENTS })
    expect(stdout.match(/^[a-f]{4}\d{4}/gm)).toEqual(['ffff5005', 'eeee4004', 'dddd3003'])
    expect(stdout).not.toContain('holds “2”')
  })

  test('runs of several experiments have them in a column, and nothing is cut', async () => {
    const { run } = await project()
    const { stdout } = await run(['ask', 'lowest val_loss'], { log: TWO_EXPERIMENTS })
    expect(stdout).toMatch(/^run +name +experiment /m)
    expect(stdout).toMatch(/^eeee4004 +latent32 +Test_of_size_2 /m)
    expect(stdout).not.toContain('…')
  })

  test('a run that is named is shown with its settings and metrics', async () => {
    const { run } = await project()
    const { stdout } = await run(['ask', 'overfitting train_loss latent 32'], { log: TWO_EXPERIMENTS })
    expect(stdout).toContain('latent32 (eeee4004)')
    expect(stdout).toContain('took 5m 00s')
    expect(stdout).toContain('size=32')
    expect(stdout).toContain('train_loss 0.1000, valid_loss 0.6000')
    expect(stdout).not.toContain('“32”')
  })

  test('runs that are named stand side by side with what differs, in full', async () => {
    const { run } = await project()
    const { stdout } = await run(['ask', 'latent4 and latent 8'], { log: TWO_EXPERIMENTS })
    expect(stdout).toMatch(/^size +4 +8|^size +8 +4/m)
    expect(stdout).toMatch(/^valid_loss +0\.\d+ +0\.\d+/m)
    expect(stdout).not.toMatch(/^depth/m)
    expect(stdout.replace(/\s+/g, ' ')).toContain('long 1')
  })

  test('an entry of a bibliography answers no question of runs', async () => {
    const { run } = await project({
      'README.md': '@article{fold, title = {end-to-end failures of folds}}\n',
      'narrate.yaml':
        'project: churn\nusers: all\nnotes: [README.md]\ncommits: false\nsources:\n  - at: runs\n    as: main\n',
    })
    expect((await run(['ask', 'why did the folds fail?'], { log: TWO_EXPERIMENTS })).stdout).not.toContain(
      '@article',
    )
    expect((await run(['ask', 'which article tells of folds?'], { log: TWO_EXPERIMENTS })).stdout).toContain(
      '@article',
    )
  })

  test.each(['nor', 'what happened?', 'did it help?', '42', 'no'])(
    '%s ends no sentence in the air',
    async (question) => {
      const { run } = await project()
      const { stdout } = await run(['ask', question], { log: TWO_EXPERIMENTS })
      expect(stdout).not.toMatch(/speaks? of \./)
    },
  )
})

const AT_THE_BREAK: FakeLog = {
  runs: Array.from({ length: 12 }, (_, at) => ({
    id: `run${String(at).padStart(5, '0')}`,
    name: at < 6 ? `old-${at}` : `new-${at}`,
    user: 'ines',
    params: { model: at % 2 === 0 ? 'lgbm' : 'xgb' },
    metrics: { val_auc: [[0, 0.7 + at / 100] as const] },
    tags: { primary_metric: at < 6 ? 'val_logloss' : 'val_auc' },
    startedAt: `2026-11-${String(at + 3).padStart(2, '0')}T10:00:00Z`,
    endedAt: `2026-11-${String(at + 3).padStart(2, '0')}T10:05:00Z`,
  })),
}

describe('changes of the protocol', () => {
  test.each<[string, boolean]>([
    ['who changed features.py?', false],
    ['what about old-1?', false],
    ['why did the metric change?', true],
    ['are the runs comparable?', true],
    ['old-1 or new-9?', true],
  ])('%s tells of them: %s', async (question, expected) => {
    const { run } = await project({ 'notes/2026-11-10.md': 'changed features.py by hand\n' })
    const { stdout } = await run(['ask', question], { log: AT_THE_BREAK })
    expect(stdout.includes('Primary metric changed')).toBe(expected)
    expect(stdout).not.toContain('names nothing to look for')
  })
})

describe('a note that the log contradicts', () => {
  const files = { 'notes/2026-11-19.md': 'rf-500 gave val_auc 0.9471, nice\n' }

  test('has what the log says beside it', async () => {
    const { run } = await project(files)
    const { stdout } = await run(['ask', 'was it nice?'])
    expect(stdout).toContain('  rf-500 gave val_auc 0.9471, nice\n  ! “')
    expect(stdout).toMatch(/the log says [^!]*0\.8471/)
    const { passages } = JSON.parse((await run(['ask', 'was it nice?', '--json'])).stdout)
    expect(passages[0].against).toHaveLength(1)
    const { user } = JSON.parse((await run(['ask', 'was it nice?', '--show-payload'])).stdout)
    expect(user).toContain('discrepancy')
  })

  test('one that agrees has nothing beside it', async () => {
    const { run } = await project({ 'notes/2026-11-19.md': 'rf-500 gave val_auc 0.8471, nice\n' })
    expect((await run(['ask', 'was it nice?'])).stdout).not.toContain('the log says')
  })
})

const ANSWER = JSON.stringify({
  recorded: 'partly',
  answer: [
    {
      text: 'The note says: [[quote(n1, "the pickle is too big for the container")]]',
      basis: 'noted',
      checks: [],
    },
    { text: 'val_auc of [[r1]] is [[r1.val_auc]].', basis: 'observed', checks: [] },
    { text: 'It was fun.', basis: 'inferred', checks: [] },
    {
      text: 'val_auc of [[r1]] is higher than that of [[r2]].',
      basis: 'observed',
      checks: ['r1.val_auc > r2.val_auc'],
    },
  ],
  not_recorded: ['why did we try random forest', 'what I invent'],
})

describe('ask with a model', () => {
  test('prints sentences that hold, each with what it rests on; what was not asked is not "not recorded"', async () => {
    const { cwd, run } = await project()
    const model = scriptedModel([ANSWER, ANSWER, ANSWER])
    const { code, stdout } = await run(['ask', WHY], { model })
    expect(stdout).toBe(
      [
        `**${WHY}**`,
        '',
        '- The note says: “the pickle is too big for the container” – notes/2026-11-19.md:1',
        '- val_auc of [rf-500 (aaaa1111)](#r1) is 0.8471.',
        '',
        '**Not recorded:** “why did we try random forest”',
        '',
        'Runs: <a id="r1"></a>rf-500 (aaaa1111, main:1/aaaa1111)',
        '',
        '*2 sentences checked, 2 left out.*',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
    expect(model.prompts).toHaveLength(3)
    expect(model.prompts[1]?.turns[1]?.text).toContain('Nothing stands behind this')
    expect(await readdir(cwd)).toEqual(['.narrate', 'narrate.yaml', 'notes'])
  })

  test('the calls of each answer are kept in a folder of its own', async () => {
    const { cwd, run } = await project()
    const model = scriptedModel([ANSWER, ANSWER, ANSWER, ANSWER, ANSWER, ANSWER])
    await run(['ask', WHY], { model })
    await run(['ask', WHY], { model })
    const folder = path.join(cwd, '.narrate/calls/ask')
    const kept = await readdir(folder)
    expect(kept).toHaveLength(2)
    for (const one of kept) expect(await readdir(path.join(folder, one))).toHaveLength(6)
  })

  test('nothing recorded is said as such', async () => {
    const { run } = await project()
    const none = JSON.stringify({ recorded: 'no', answer: [], not_recorded: [] })
    const { stdout } = await run(['ask', WHY], { model: scriptedModel([none]) })
    expect(stdout).toContain('Not recorded.')
  })

  test('where nothing was found no model is asked', async () => {
    const { run } = await project()
    const model = scriptedModel([])
    expect((await run(['ask', 'what about dropout?'], { model })).stdout).toContain('Not recorded')
    expect(model.prompts).toEqual([])
  })

  test('a model that fails leaves what was found: exit code 1', async () => {
    const { run } = await project()
    const failed: Answer = { kind: 'failed', reason: 'The line is dead.', text: '' }
    const { code, stdout, stderr } = await run(['ask', WHY], { model: scriptedModel([failed]) })
    expect(stderr).toContain('The line is dead.')
    expect(stdout).toContain('rf is out. reason')
    expect(code).toBe(1)
  })

  test('--json holds the sentences beside what was found', async () => {
    const { run } = await project()
    const { stdout } = await run(['ask', WHY, '--json'], { model: scriptedModel([ANSWER, ANSWER, ANSWER]) })
    const { answer, model, passages } = JSON.parse(stdout)
    expect(answer.sentences).toHaveLength(2)
    expect(model).toMatchObject({ provider: 'scripted' })
    expect(passages[0]).toMatchObject({ path: 'notes/2026-11-19.md', line: 1 })
  })

  test('--show-payload prints the prompt and asks nobody', async () => {
    const { run } = await project()
    const { stdout } = await run(['ask', WHY, '--show-payload'])
    expect(JSON.parse(stdout).user).toContain('QUESTION <<<why did we try random forest')
  })
})

describe('search', () => {
  test('finds passages of notes and documents, and says where they stand', async () => {
    const { run } = await project()
    await run(['log', '--since', '2026-11-19', '--until', '2026-11-19', '-m', 'pickle shrunk', '--yes'])
    const { code, stdout } = await run(['search', 'pickle', '--json'])
    const { passages } = JSON.parse(stdout)
    expect(passages.map(({ path: place }: { path: string }) => place)).toContain('notes/2026-11-19.md')
    expect(code).toBe(0)
    const { stdout: logs } = await run(['search', 'rf-500', '--kind', 'log'])
    expect(logs).toContain('narrative/log/2026-11-19')
  })

  test.each([
    ['a kind', ['--kind', 'decision']],
    ['days', ['--since', '2026-11-20', '--until', '2026-11-20']],
  ])('%s narrow it', async (_, options) => {
    const { run } = await project()
    const { stdout, stderr } = await run(['search', 'pickle', ...options])
    expect(stdout).toBe('')
    expect(stderr).toContain('Nothing in 2 passages holds "pickle".')
  })

  test('a secret in a note is not in the index', async () => {
    const secret = `sk-${'a1B2'.repeat(10)}`
    const { cwd, run } = await project({ 'notes/2026-11-19.md': `used the key ${secret} for the pickle\n` })
    const { stdout } = await run(['search', 'pickle'])
    expect(stdout).not.toContain(secret)
    const index = await readFile(path.join(cwd, '.narrate/cache/search.sqlite'), 'latin1')
    expect(index).not.toContain(secret)
  })
})
