import { once } from 'node:events'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Gap } from '../../../../src/gap.ts'
import type { RunQuery, RunSource } from '../../../../src/runs/run-source.ts'
import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import { errorOf, plainWorld, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { type LoggedRun, type LoggedStore, runMeta, writeFileStore, writeText } from './write-store.ts'

const ID = 'aaaabbbbccccdddd0000111122223333'
const OTHER = 'bbbbccccdddd0000111122223333aaaa'
const DAY = 86_400_000
const NOW = 1_763_600_000_000

const run: LoggedRun = {
  id: ID,
  experiment: '1',
  name: 'baseline',
  user: 'ana',
  start: NOW,
  end: NOW + 1000,
  params: { lr: '0.1' },
  metrics: { loss: [[NOW + 1, 0.5, 0]] },
}

/** A store with these runs in experiment 1, opened; `root` is its folder. */
async function storeOf(
  runs: readonly LoggedRun[],
  more: Partial<LoggedStore> = {},
): Promise<{ readonly root: string; readonly source: RunSource; readonly folder: string }> {
  const folder = temporaryFolder()
  const root = join(folder, 'mlruns')
  writeFileStore(root, { experiments: [{ id: '1', name: 'churn' }], ...more, runs })
  const source = await mlflow.open(root, 'logs', plainWorld(folder))
  return { root, source, folder }
}

async function list(source: RunSource, query: RunQuery = {}) {
  const { values, gaps } = await sorted(source.list(query))
  return { ids: values.map(({ id }) => id), values, gaps: gaps.map(plain) }
}

/** Ids of the runs that say they are deleted, by the list and by reading all alike. */
async function deletedIds(source: RunSource): Promise<readonly string[]> {
  const listed = (await sorted(source.list({ includeDeleted: true }))).values
  const whole = (await sorted(source.readAll({ includeDeleted: true }))).values
  expect(whole.map(({ deleted }) => deleted)).toEqual(listed.map(({ deleted }) => deleted))
  return listed.filter(({ deleted }) => deleted).map(({ id }) => id)
}

function plain(gap: Gap): readonly [string, string, string] {
  return [gap.what, gap.where, gap.why]
}

describe('experiments', () => {
  const experiments = [
    { id: '1', name: 'churn', tags: { 'mlflow.note.content': '## Why\nWe try.', 'mlflow.user': 'x' } },
    {
      id: '2',
      name: 'sales',
      tags: {
        'mlflow.experiment.primaryMetric.name': 'val_auc',
        'mlflow.experiment.primaryMetric.greaterIsBetter': 'True',
      },
    },
    { id: '3', name: 'old', deleted: true },
  ]

  it('come with the note a person wrote and the primary metric, deleted ones only where asked', async () => {
    const { source } = await storeOf([], { experiments })
    const expected = [
      {
        id: '1',
        name: 'churn',
        note: '## Why\nWe try.',
        primaryMetric: null,
        origin: { source: 'logs', file: '1/tags/mlflow.note.content' },
      },
      {
        id: '2',
        name: 'sales',
        note: null,
        primaryMetric: { name: 'val_auc', greaterIsBetter: true },
        origin: { source: 'logs', file: '2/meta.yaml' },
      },
    ]
    expect((await sorted(source.experiments())).values).toEqual(expected)
    expect((await sorted(source.experiments({ includeDeleted: true }))).values).toEqual([
      ...expected,
      {
        id: '3',
        name: 'old',
        note: null,
        primaryMetric: null,
        origin: { source: 'logs', file: '.trash/3/meta.yaml' },
      },
    ])
  })

  it('that were deleted, and deleted runs, are listed only where asked', async () => {
    const { source } = await storeOf(
      [run, { ...run, id: OTHER, deleted: true }, { ...run, id: OTHER.replace('b', '0'), experiment: '3' }],
      { experiments },
    )
    expect((await list(source)).ids).toEqual([ID])
    expect((await list(source, { includeDeleted: true })).ids).toEqual([OTHER.replace('b', '0'), ID, OTHER])
    expect(await list(source, { experiments: ['old'] })).toMatchObject({
      ids: [],
      gaps: [['experiment old', expect.any(String), 'it is deleted']],
    })
    expect((await list(source, { experiments: ['old'], includeDeleted: true })).ids).toHaveLength(1)
    expect(await deletedIds(source)).toEqual([OTHER.replace('b', '0'), OTHER])
    expect(await source.find('0bbb')).toEqual([`logs:3/${OTHER.replace('b', '0')}`])
    expect((await source.read(`logs:3/${OTHER.replace('b', '0')}`)).experiment.name).toBe('old')
  })

  it('without a readable meta.yaml are gaps', async () => {
    const { root, source } = await storeOf([run])
    writeText(join(root, '2', 'meta.yaml'), 'name: [\n')
    writeText(join(root, '3', 'meta.yaml'), "experiment_id: '4'\nname: copied\n")
    writeText(join(root, '5', OTHER, 'artifacts', 'model.pkl'), 'x')
    mkdirSync(join(root, '6'))
    mkdirSync(join(root, 'models', 'a registered model'), { recursive: true })
    writeFileSync(join(root, 'README.md'), 'x')
    const { ids, gaps } = await list(source)
    expect(ids).toEqual([ID])
    expect(gaps).toEqual([
      ['experiment 2', '2/meta.yaml', expect.stringMatching(/^it is no YAML/)],
      [
        'experiment 3',
        '3/meta.yaml',
        'its experiment_id is not the name of its folder, so MLflow ignores it',
      ],
      [
        'experiment 5',
        '5/meta.yaml',
        'there is no meta.yaml: these are files without metadata, and no experiment',
      ],
    ])
    expect((await sorted(source.experiments())).gaps.map(plain)).toEqual(gaps)
  })
})

describe('a run', () => {
  it('tells its note, its code, its data sets and its artifacts, with system tags kept apart', async () => {
    const { root, source } = await storeOf([
      {
        ...run,
        tags: {
          'mlflow.note.content': 'worked *better*',
          'mlflow.source.git.commit': 'abc123',
          'mlflow.source.git.branch': 'main',
          'mlflow.source.git.dirty': 'true',
          'mlflow.source.name': 'train.py',
          'mlflow.autologging': 'sklearn',
          stage: 'trial',
        },
        dataSets: [
          { name: 'churn-test', digest: 'ffff0000', context: 'eval' },
          { name: 'churn', digest: '12345678' },
        ],
      },
    ])
    writeText(join(root, '1', ID, 'artifacts', 'a', 'b.txt'), '')
    writeText(join(root, '1', ID, 'artifacts', 'c.txt'), '')
    symlinkSync('/', join(root, '1', ID, 'artifacts', 'root'))
    const read = await source.read(`logs:1/${ID}`)
    expect(read).toMatchObject({
      note: 'worked *better*',
      code: { commit: 'abc123', dirty: true, branch: 'main', entryPoint: 'train.py' },
      dataSets: [
        { name: 'churn', digest: '12345678', context: null },
        { name: 'churn-test', digest: 'ffff0000', context: 'eval' },
      ],
      artifacts: 3,
      gaps: [],
      origins: {
        run: { source: 'logs', file: `1/${ID}/meta.yaml` },
        params: new Map([['lr', { source: 'logs', file: `1/${ID}/params/lr` }]]),
        metrics: new Map([['loss', { source: 'logs', file: `1/${ID}/metrics/loss`, line: 1 }]]),
      },
    })
    expect(read.tags).toEqual(new Map([['stage', 'trial']]))
  })

  it('says what it does not know', async () => {
    const { source } = await storeOf([{ id: ID, experiment: '1' }])
    expect(await source.read(`logs:1/${ID}`)).toMatchObject({
      name: 'aaaabbbb',
      user: null,
      note: null,
      code: { commit: null, dirty: null, branch: null, entryPoint: null },
      dataSets: [],
      artifacts: null,
      parent: null,
    })
  })

  it.each([
    ['the diff alone', { 'mlflow.source.git.diff': 'diff --git' }, true],
    ['an empty diff', { 'mlflow.source.git.diff': '' }, null],
    ['a false flag', { 'mlflow.source.git.dirty': 'False', 'mlflow.source.git.diff': 'x' }, false],
  ])('is dirty by %s: %s', async (_, tags, dirty) => {
    const { source } = await storeOf([{ ...run, tags }])
    expect((await source.read(`logs:1/${ID}`)).code.dirty).toBe(dirty)
  })

  it('of MLflow 1 has its name and its user in tags, and a missing status is running', async () => {
    const { root, source } = await storeOf([])
    writeText(
      join(root, '1', ID, 'meta.yaml'),
      `artifact_uri: x\nend_time: null\nentry_point_name: ''\nexperiment_id: 1\nlifecycle_stage: active\nname: ''\nrun_uuid: ${ID}\nsource_name: train.py\nsource_version: abc123\nstart_time: 1652798713139\nuser_id: ''\n`,
    )
    writeText(join(root, '1', ID, 'tags', 'mlflow.runName'), 'the tag')
    writeText(join(root, '1', ID, 'tags', 'mlflow.user'), 'jkozal')
    expect(await source.read(`logs:1/${ID}`)).toMatchObject({
      name: 'the tag',
      user: 'jkozal',
      status: 'running',
      startedAt: 1_652_798_713_139,
      endedAt: null,
      code: { commit: 'abc123', entryPoint: 'train.py' },
    })
    expect((await list(source, { users: ['jkozal'] })).ids).toEqual([ID])
    expect((await list(source, { users: [''] })).ids).toEqual([])
  })

  it('has a parent in its own experiment, in another, or one that is gone', async () => {
    const experiments = [
      { id: '1', name: 'a' },
      { id: '2', name: 'b' },
    ]
    const child = (id: string, parent: string) => ({ ...run, id, tags: { 'mlflow.parentRunId': parent } })
    const { source } = await storeOf(
      [
        { ...run, experiment: '2', id: OTHER },
        run,
        child('c1', ID),
        child('c2', OTHER),
        child('c3', 'deadbeef'),
        child('c4', '../../2'),
        child('c5', ''),
      ],
      { experiments },
    )
    const { values, gaps } = await list(source, { experiments: ['a'] })
    expect(gaps).toEqual([
      [
        'parent of run c3',
        '1/c3/tags/mlflow.parentRunId',
        'the run deadbeef is in no experiment that can be read: which one it was in is not known',
      ],
    ])
    expect((await source.read('logs:1/c3')).gaps.map(({ what }) => what)).toEqual(['parent of run c3'])
    expect(values.map(({ id, parent }) => [id, parent])).toEqual([
      [ID, null],
      ['c1', `logs:1/${ID}`],
      ['c2', `logs:2/${OTHER}`],
      ['c3', 'logs:1/deadbeef'],
      ['c4', null],
      ['c5', null],
    ])
    expect((await source.read('logs:1/c2')).parent).toBe(`logs:2/${OTHER}`)
  })

  it('without end, started long ago, is active only where it logged something since', async () => {
    const open = { ...run, status: 'RUNNING', end: null } as const
    const { source } = await storeOf([
      { ...open, id: 'fresh', start: NOW - 6 * DAY },
      { ...open, id: 'stale', start: NOW - 8 * DAY, metrics: { loss: [[NOW - 1, 1, 0]] } },
      {
        ...open,
        id: 'logging',
        start: NOW - 8 * DAY,
        metrics: {
          'a/b': [
            [NOW + 1, 1, 0],
            [NOW - 9, 1, 5],
          ],
        },
      },
      { ...open, id: 'timeless', start: null },
      { ...open, id: 'failed', start: NOW - DAY, status: 'FAILED' },
      { ...open, id: 'odd', start: NOW - DAY, end: NOW - 1 },
      { ...run, id: 'ended', start: NOW - 30 * DAY, end: NOW },
      { ...run, id: 'before', start: NOW - 30 * DAY, end: NOW - 1 },
    ])
    expect((await list(source, { activeSince: NOW })).ids).toEqual(['ended', 'logging', 'fresh', 'timeless'])
  })

  it('with a damaged meta.yaml is a gap, and the others are listed', async () => {
    const { root, source } = await storeOf([run])
    const broken = {
      b1: '',
      b2: 'name: [\n',
      b3: 'x: 1\n',
      b4: runMeta({ ...run, id: 'b4', experiment: '9' }),
      b5: runMeta({ ...run, id: 'b5' }).replace(/run_id: .*\n/, 'run_id: ../../../etc\n'),
      b7: runMeta({ ...run, id: 'b7' }).replace(/run_id: b7.*/s, 'run_id: b'),
    }
    for (const [id, text] of Object.entries(broken)) writeText(join(root, '1', id, 'meta.yaml'), text)
    for (const id of ['n1', 'n2', 'n3', 'n4']) mkdirSync(join(root, '1', id))
    mkdirSync(join(root, '1', 'b6', 'meta.yaml'), { recursive: true })
    const { ids, gaps } = await list(source)
    expect(ids).toEqual([ID])
    expect(gaps.toSorted()).toEqual([
      [
        '4 runs of experiment 1',
        '1',
        'there is no meta.yaml in n1, n2, n3 and 1 more: files without metadata',
      ],
      ['run b1', '1/b1/meta.yaml', 'the file is empty'],
      ['run b2', '1/b2/meta.yaml', expect.stringMatching(/^it is no YAML/)],
      ['run b3', '1/b3/meta.yaml', 'its run_id is not the name of its folder'],
      ['run b4', '1/b4/meta.yaml', 'it names another experiment than the one it lies in'],
      ['run b5', '1/b5/meta.yaml', 'its run_id is not the name of its folder'],
      ['run b6', '1/b6/meta.yaml', 'it is a folder where a file should be'],
      ['run b7', '1/b7/meta.yaml', 'its last line does not end, and its run_id is not whole: it is cut'],
    ])
    const error = await errorOf(() => source.read('logs:1/b1'))
    expect([error.kind, error.message]).toEqual([
      'source',
      'The run logs:1/b1 cannot be read: the file is empty.',
    ])
  })

  it('whose meta.yaml is just being rewritten is read a moment later', async () => {
    const { root, source } = await storeOf([run])
    const path = join(root, '1', ID, 'meta.yaml')
    const whole = runMeta(run)
    for (const half of ['', whole.slice(0, 100)]) {
      writeFileSync(path, half)
      setTimeout(() => writeFileSync(path, whole), 50)
      expect(await list(source)).toMatchObject({ ids: [ID], gaps: [] })
      writeFileSync(path, half)
      setTimeout(() => writeFileSync(path, whole), 50)
      expect((await source.read(`logs:1/${ID}`)).name).toBe('baseline')
    }
  })

  it('is given with gaps where single fields or files are damaged', async () => {
    const { root, source } = await storeOf([run])
    const folder = join(root, '1', ID)
    writeText(
      join(folder, 'meta.yaml'),
      runMeta(run)
        .replace('status: 3', 'status: 9')
        .replace(/end_time: .*/, 'end_time: yesterday')
        .trimEnd(),
    )
    writeText(join(folder, 'params', 'odd'), Buffer.from([0x61, 0xff, 0x62]))
    writeText(join(folder, 'params', 'huge'), 'x'.repeat(1024 * 1024 + 1))
    writeText(join(folder, 'metrics', 'auc'), `${NOW} 0.5 1\n${NOW} 0.`)
    writeText(join(folder, 'metrics', 'bad'), 'x\n')
    symlinkSync('/etc/passwd', join(folder, 'params', 'linked'))
    symlinkSync('.', join(folder, 'tags'))
    // A socket's path may not be long where it is made.
    const socket = createServer().listen(join(root, 's'))
    onTestFinished(() => void socket.close())
    await once(socket, 'listening')
    renameSync(join(root, 's'), join(folder, 'metrics', 'socket'))
    writeText(join(folder, 'inputs', 'i1', 'meta.yaml'), 'source_type: DATASET\nsource_id: ../../../x\n')
    writeText(join(folder, 'inputs', 'i2', 'meta.yaml'), 'source_type: DATASET\nsource_id: d1\n')
    writeText(join(folder, 'inputs', 'i3', 'meta.yaml'), 'source_type: MODEL\nsource_id: m-1\n')
    const place = `1/${ID}`
    const dataSetGaps = [
      ['a data set', `${place}/inputs/i1/meta.yaml`, 'the data set it names: its id is no plain name'],
      ['a data set', `${place}/inputs/i2/meta.yaml`, 'the data set it names: the file is missing'],
    ]
    const fileGaps = [
      [`end time of run ${ID}`, `${place}/meta.yaml`, 'it is no time in milliseconds'],
      [`run ${ID}`, `${place}/meta.yaml`, 'its last line does not end, and is left out: it may be cut'],
      [`status of run ${ID}`, `${place}/meta.yaml`, 'it is none that MLflow knows'],
      ['metric auc', `${place}/metrics/auc:2`, 'the last line does not end: it may be half written'],
      ['metric bad', `${place}/metrics/bad:1`, 'the line has one field'],
      ['metric socket', `${place}/metrics/socket`, 'it is a link or no ordinary file, and not followed'],
      ['parameter huge', `${place}/params/huge`, 'it is larger than 1048576 bytes'],
      ['parameter linked', `${place}/params/linked`, 'it is a link or no ordinary file, and not followed'],
      [
        'parameter odd',
        `${place}/params/odd`,
        'it holds bytes that are no UTF-8, shown as replacement characters',
      ],
      ["the run's tags", `${place}/tags`, 'it is a symbolic link, which is not followed'],
    ]
    const { values, gaps } = await list(source)
    expect(gaps.toSorted()).toEqual(fileGaps.toSorted())
    expect(values).toMatchObject([{ id: ID, status: 'unknown', endedAt: null }])
    expect(values[0]?.params).toEqual(
      new Map([
        ['lr', '0.1'],
        ['odd', 'a\ufffdb'],
      ]),
    )
    expect([...(values[0]?.metrics.keys() ?? [])]).toEqual(['auc', 'loss'])
    expect((await source.read(`logs:1/${ID}`)).gaps.map(plain).toSorted()).toEqual(
      [...fileGaps, ...dataSetGaps].toSorted(),
    )
    const { values: points, gaps: historyGaps } = await sorted(source.history(`logs:1/${ID}`, 'auc'))
    expect(points).toHaveLength(1)
    expect(historyGaps.map(plain)).toEqual([fileGaps[3]])
  })

  it('may go while others are read, which is told', async () => {
    const { root, source } = await storeOf([run, { ...run, id: OTHER, start: NOW + 1 }])
    const seen: unknown[] = []
    for await (const value of source.list({})) {
      seen.push('id' in value ? value.id : plain(value as Gap))
      rmSync(join(root, '1', OTHER), { recursive: true, force: true })
    }
    expect(seen).toEqual([ID, OTHER, ['the run', `1/${OTHER}`, 'its folder is gone']])
  })
})

describe('hostile input', () => {
  it('has names that no object may be asked for', async () => {
    const names = [
      '__proto__',
      'constructor',
      'a\tb\u001b[31m',
      `${'x'.repeat(255)}`,
      '…/é',
      ' ',
      '[[r1]]',
      '{{x}}',
    ]
    const values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]))
    const metrics = Object.fromEntries(names.map((name) => [name, [[NOW, 1, 2]] as const]))
    const { source } = await storeOf([
      { ...run, params: { ...values, ['__proto__']: 'p' }, tags: values, metrics },
    ])
    const { values: found, gaps } = await list(source)
    expect(gaps).toEqual([])
    expect([...(found[0]?.params.keys() ?? [])].toSorted()).toEqual([...names].toSorted())
    expect([...(found[0]?.metrics.keys() ?? [])].toSorted()).toEqual([...names].toSorted())
    for (const name of names) {
      const { values: points } = await sorted(source.history(`logs:1/${ID}`, name))
      expect(points, name).toMatchObject([{ step: 2, value: 1, time: NOW }])
    }
  })

  it('is never a path out of the store', async () => {
    const { root, source, folder } = await storeOf([run])
    writeText(join(folder, 'secret'), `${NOW} 42 1\n`)
    for (const metric of [
      '../../../../secret',
      '../meta.yaml',
      '/etc/passwd',
      'loss/..',
      './loss',
      'loss/',
      '',
    ])
      expect((await errorOf(() => sorted(source.history(`logs:1/${ID}`, metric)))).message).toMatch(
        /has no metric called/,
      )
    for (const key of [
      'logs:../x',
      'logs:1/..',
      `logs:./${ID}`,
      `logs:1/${ID}/x`,
      'logs:1/a\\b',
      `logs:.trash/1`,
    ])
      expect((await errorOf(() => source.read(key))).kind).toBe('source')
    symlinkSync(folder, join(root, '1', ID, 'metrics', 'out'))
    expect((await errorOf(() => sorted(source.history(`logs:1/${ID}`, 'out/secret')))).kind).toBe('source')
    rmSync(join(root, '1', ID, 'metrics'), { recursive: true })
    symlinkSync(folder, join(root, '1', ID, 'metrics'))
    expect((await errorOf(() => sorted(source.history(`logs:1/${ID}`, 'secret')))).kind).toBe('source')
    rmSync(join(root, '1', ID, 'meta.yaml'))
    symlinkSync(join(folder, 'secret'), join(root, '1', ID, 'meta.yaml'))
    expect((await list(source)).gaps).toEqual([
      [`run ${ID}`, `1/${ID}/meta.yaml`, 'it is a symbolic link, which is not followed'],
    ])
  })

  it('is a loop of links', async () => {
    const { root, source } = await storeOf([run])
    symlinkSync('..', join(root, '1', 'loop'))
    symlinkSync('.', join(root, '7'))
    symlinkSync('self', join(root, '1', 'self'))
    const { ids, gaps } = await list(source)
    expect(ids).toEqual([ID])
    expect(gaps.map(([what]) => what).toSorted()).toEqual(['experiment 7', 'run loop', 'run self'])
    expect(await source.find('loop')).toEqual([])
  })

  it('is a metric in folders without end', async () => {
    const { root, source } = await storeOf([run])
    const deep = Array.from({ length: 200 }, () => 'd').join('/')
    writeText(join(root, '1', ID, 'metrics', deep, 'm'), `${NOW} 1 1\n`)
    const { ids, gaps } = await list(source)
    expect(ids).toEqual([ID])
    expect(gaps.map(([, , why]) => why)).toEqual(['the folders are nested too deep'])
  })

  it('is a name of ten thousand characters where a name may stand', async () => {
    const name = 'n'.repeat(10_000)
    const { source } = await storeOf([{ ...run, name, tags: { 'mlflow.parentRunId': name } }])
    const { values } = await list(source)
    expect(values[0]).toMatchObject({ name, parent: null })
    for (const query of [{ experiments: [name] }, { users: [name] }])
      expect((await list(source, query)).ids).toEqual([])
    expect(await source.find(name)).toEqual([])
    expect((await errorOf(() => sorted(source.history(`logs:1/${ID}`, name)))).message.length).toBeLessThan(
      200,
    )
  })

  // Whoever is root may read everything, so there is nothing to see.
  it.skipIf(process.getuid?.() === 0)('is a folder without permission', async () => {
    const { root, source } = await storeOf([run, { ...run, id: OTHER }], {
      experiments: [
        { id: '1', name: 'a' },
        { id: '2', name: 'b' },
      ],
    })
    const closed = [join(root, '2'), join(root, '1', OTHER, 'params')]
    for (const path of closed) {
      mkdirSync(path, { recursive: true })
      chmodSync(path, 0)
    }
    onTestFinished(() => {
      for (const path of closed) chmodSync(path, 0o700)
    })
    const { ids, gaps } = await list(source)
    expect(ids).toEqual([ID, OTHER])
    expect(gaps.map(([what, , why]) => [what, why])).toEqual([
      ['experiment 2', 'there is no permission to read it'],
      ['parameter', 'there is no permission to read it'],
    ])
  })
})

describe('an experiment', () => {
  it('may be a link to a folder somewhere else', async () => {
    const { root, source, folder } = await storeOf([run])
    renameSync(join(root, '1'), join(folder, 'elsewhere'))
    symlinkSync(join(folder, 'elsewhere'), join(root, '1'))
    expect(await list(source)).toMatchObject({ ids: [ID], gaps: [] })
  })
})
