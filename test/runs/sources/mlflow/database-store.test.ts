import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, copyFileSync, openSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Gap } from '../../../../src/gap.ts'
import type { RunQuery, RunSource } from '../../../../src/runs/run-source.ts'
import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import { errorOf, plainWorld, sorted } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { type LoggedRun, type LoggedStore, writeDatabase, writeText } from './write-store.ts'

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
  metrics: {
    loss: [
      [NOW + 1, 0.5, 0],
      [NOW + 2, 0.25, 1],
    ],
  },
}

async function storeOf(
  runs: readonly LoggedRun[],
  more: Partial<LoggedStore> & {
    readonly schema?: 'newest' | 'oldest'
    readonly change?: (database: DatabaseSync) => void
  } = {},
): Promise<{ readonly path: string; readonly folder: string; readonly source: RunSource }> {
  const folder = temporaryFolder()
  const path = join(folder, 'mlflow.db')
  writeDatabase(path, { experiments: [{ id: '1', name: 'churn' }], ...more, runs }, more.schema)
  const database = new DatabaseSync(path)
  more.change?.(database)
  database.close()
  return { path, folder, source: await openStore(path) }
}

async function openStore(path: string): Promise<RunSource> {
  const source = await mlflow.open(path, 'logs', plainWorld('/'))
  onTestFinished(() => source.close())
  return source
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

describe('a database', () => {
  it('of MLflow 1.0 is read: no steps, no latest values, no data sets', async () => {
    const { source } = await storeOf(
      [
        {
          ...run,
          name: '',
          tags: { 'mlflow.runName': 'the tag' },
          metrics: {
            loss: [
              [NOW + 2, 0.25, 0],
              [NOW + 1, 0.5, 0],
            ],
          },
        },
      ],
      { schema: 'oldest' },
    )
    const { values, gaps } = await list(source)
    expect(gaps).toEqual([])
    expect(values[0]).toMatchObject({ name: 'the tag', status: 'finished', user: 'ana' })
    expect(values[0]?.metrics.get('loss')).toEqual({
      last: 0.25,
      lastStep: 0,
      min: 0.25,
      max: 0.5,
      minStep: 0,
      maxStep: 0,
      count: 2,
      nonFinite: 0,
    })
    expect((await sorted(source.history(`logs:1/${ID}`, 'loss'))).values).toMatchObject([
      { step: 0, time: NOW + 1, value: 0.5 },
      { step: 0, time: NOW + 2, value: 0.25 },
    ])
    expect((await source.read(`logs:1/${ID}`)).dataSets).toEqual([])
    expect((await list(source, { activeSince: NOW, users: ['ana'], statuses: ['finished'] })).ids).toEqual([
      ID,
    ])
  })

  it.each([
    ['params', 'parameters'],
    ['tags', 'tags'],
  ])('without the table %s says so, and gives what it has', async (table, what) => {
    const { source } = await storeOf([run], { change: (database) => database.exec(`DROP TABLE ${table}`) })
    const { ids, gaps } = await list(source, { users: ['ana'] })
    expect(ids).toEqual([ID])
    expect(gaps).toEqual([[what, 'mlflow.db', `the database has no table ${table}`]])
    expect((await source.read(`logs:1/${ID}`)).gaps.map(plain)).toEqual(gaps)
  })

  it('gives only the last values in a list, and the whole history where asked', async () => {
    const { source } = await storeOf([run])
    const loss = { last: 0.25, lastStep: 1 }
    const rest = { min: 0.25, max: 0.5, minStep: 1, maxStep: 0, count: 2, nonFinite: 0 }
    const unknown = { min: null, max: null, minStep: null, maxStep: null, count: null, nonFinite: null }
    const key = `logs:1/${ID}`
    expect((await list(source)).values[0]?.metrics.get('loss')).toEqual({ ...loss, ...unknown })
    expect((await list(source, { withHistory: true })).values[0]?.metrics.get('loss')).toEqual({
      ...loss,
      ...rest,
    })
    expect((await source.read(key)).metrics.get('loss')).toEqual({ ...loss, ...unknown })
    expect((await source.read(key, { withHistory: true })).metrics.get('loss')).toEqual({ ...loss, ...rest })
  })

  it('tells the row of every value', async () => {
    const { source } = await storeOf([run])
    const origin = (row: string) => ({ source: 'logs', file: 'mlflow.db', row })
    const read = await source.read(`logs:1/${ID}`)
    expect(read.origins).toEqual({
      run: origin(`runs(run_uuid=${ID})`),
      params: new Map([['lr', origin(`params(run_uuid=${ID}, key=lr)`)]]),
      metrics: new Map([['loss', origin(`latest_metrics(run_uuid=${ID}, key=loss)`)]]),
    })
    const { values } = await sorted(source.history(`logs:1/${ID}`, 'loss'))
    expect(values[1]).toEqual({
      step: 1,
      time: NOW + 2,
      value: 0.25,
      origin: origin(`metrics(run_uuid=${ID}, key=loss, step=1, timestamp=${NOW + 2})`),
    })
  })

  it('tells notes, code, data sets, and the artifacts that lie beside it', async () => {
    const { source, folder } = await storeOf(
      [
        {
          ...run,
          tags: { 'mlflow.note.content': 'better', 'mlflow.source.git.commit': 'abc123', stage: 'trial' },
          dataSets: [
            { name: 'churn-test', digest: 'ffff0000', context: 'eval' },
            { name: 'churn', digest: '12345678' },
          ],
        },
      ],
      { experiments: [{ id: '1', name: 'churn', tags: { 'mlflow.note.content': 'Why we try.' } }] },
    )
    writeText(join(folder, 'mlruns', '1', ID, 'artifacts', 'model', 'MLmodel'), '')
    expect(await source.read(`logs:1/${ID}`)).toMatchObject({
      note: 'better',
      code: { commit: 'abc123', dirty: null, branch: null, entryPoint: null },
      dataSets: [
        { name: 'churn', digest: '12345678', context: null },
        { name: 'churn-test', digest: 'ffff0000', context: 'eval' },
      ],
      artifacts: 1,
      gaps: [],
    })
    expect((await sorted(source.experiments())).values).toEqual([
      {
        id: '1',
        name: 'churn',
        note: 'Why we try.',
        primaryMetric: null,
        origin: {
          source: 'logs',
          file: 'mlflow.db',
          row: 'experiment_tags(experiment_id=1, key=mlflow.note.content)',
        },
      },
    ])
  })

  it.each([
    ['/', null],
    ['..', null],
    ['file:///etc', null],
    ['s3://bucket/run', null],
    [`kept/${ID}/artifacts`, 2],
    [`./kept/${ID}/artifacts`, 2],
    ['kept', null],
  ])('counts artifacts only below its own folder: %s', async (uri, artifacts) => {
    const { source, folder } = await storeOf([run], {
      change: (database) => database.prepare('UPDATE runs SET artifact_uri = ?').run(uri),
    })
    writeText(join(folder, 'kept', ID, 'artifacts', 'a'), '')
    writeText(join(folder, 'kept', ID, 'artifacts', 'b', 'c'), '')
    expect((await source.read(`logs:1/${ID}`)).artifacts).toBe(artifacts)
  })

  it('leaves out what is deleted unless asked, and says what it left out by name', async () => {
    const { source } = await storeOf(
      [run, { ...run, id: OTHER, deleted: true }, { ...run, id: 'ccc', experiment: '2' }],
      {
        experiments: [
          { id: '1', name: 'churn' },
          { id: '2', name: 'old', deleted: true },
        ],
      },
    )
    expect((await list(source)).ids).toEqual([ID])
    expect((await list(source, { includeDeleted: true })).ids).toEqual([ID, OTHER, 'ccc'])
    expect(await deletedIds(source)).toEqual([OTHER, 'ccc'])
    expect((await sorted(source.experiments())).values.map(({ id }) => id)).toEqual(['1'])
    expect(await list(source, { experiments: ['old', 'none'] })).toEqual({
      ids: [],
      values: [],
      gaps: [
        ['experiment old', expect.any(String), 'it is deleted'],
        ['experiment none', expect.any(String), 'there is none of this id or name; there are: churn'],
      ],
    })
    expect(await source.find('bbbb')).toEqual([`logs:1/${OTHER}`])
  })

  it('counts an open run of long ago as active only where it logged something since', async () => {
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
    expect((await list(source, { activeSince: NOW, order: 'newest', limit: 3 })).ids).toEqual([
      'fresh',
      'logging',
      'ended',
    ])
  })

  it('streams more runs than a page holds, each once', async () => {
    const runs = Array.from({ length: 1203 }, (_, index) => ({
      ...run,
      id: `r${String(index).padStart(5, '0')}`,
      start: NOW + index,
    }))
    const { source } = await storeOf(runs)
    expect((await list(source)).ids).toEqual(runs.map(({ id }) => id))
    expect((await list(source, { limit: 501, order: 'newest' })).ids).toEqual(
      runs
        .map(({ id }) => id)
        .reverse()
        .slice(0, 501),
    )
  })
})

describe('damage', () => {
  it.each([
    ['step', []],
    ['is_nan', [0.9]],
    ['timestamp', []],
  ])('of a newer schema whose points have no %s is told, and no point is guessed', async (column, left) => {
    const points = [
      [NOW, 0.9, 0],
      [NOW + 1, Number.NaN, 1],
    ] as const
    const { source } = await storeOf([{ ...run, metrics: { loss: points } }], {
      change: (database) => database.exec(`ALTER TABLE metrics RENAME COLUMN ${column} TO other`),
    })
    const { values, gaps } = await list(source)
    expect(values.map(({ metrics }) => metrics.get('loss')?.last)).toEqual([Number.NaN])
    expect(gaps).toEqual([
      [
        'histories of metrics',
        'mlflow.db metrics',
        `the table has no column ${column}: its schema is not known`,
      ],
    ])
    const history = await sorted(source.history(`logs:1/${ID}`, 'loss'))
    expect(history.values.map(({ value }) => value)).toEqual(left)
    expect(history.gaps.map(({ what }) => what)).toEqual(['metric loss'])
  })

  it('of a parent that is nowhere is told', async () => {
    const { source } = await storeOf([{ ...run, tags: { 'mlflow.parentRunId': 'deadbeef' } }])
    const { values, gaps } = await list(source)
    expect(values.map(({ parent }) => parent)).toEqual(['logs:1/deadbeef'])
    expect(gaps.map(([what]) => what)).toEqual([`parent of run ${ID}`])
  })

  it('of single fields is told, and the rest is given', async () => {
    const { source } = await storeOf([run, { ...run, id: OTHER, experiment: '9' }], {
      change: (database) =>
        database.exec(`
          UPDATE runs SET status = 'CRASHED', start_time = 'yesterday', end_time = ${2n ** 62n} WHERE run_uuid = '${ID}';
          UPDATE latest_metrics SET value = 'high' WHERE run_uuid = '${ID}';
          UPDATE metrics SET value = x'00ff' WHERE run_uuid = '${ID}' AND step = 1;
          UPDATE params SET value = x'00ff' WHERE run_uuid = '${ID}';
          INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id)
            VALUES ('i', 'DATASET', 'gone', 'RUN', '${ID}');
        `),
    })
    const gaps = [
      [`parameter lr`, `mlflow.db params(run_uuid=${ID})`, 'its value is no text'],
      [
        'metric loss',
        `mlflow.db latest_metrics(run_uuid=${ID}, key=loss)`,
        'step, time or value is no number',
      ],
      [`status of run ${ID}`, `mlflow.db runs(run_uuid=${ID})`, 'it is none that MLflow knows'],
      [`start time of run ${ID}`, `mlflow.db runs(run_uuid=${ID})`, 'it is no time in milliseconds'],
      [`end time of run ${ID}`, `mlflow.db runs(run_uuid=${ID})`, 'it is no time in milliseconds'],
    ]
    const orphan = [
      `experiment of run ${OTHER}`,
      `mlflow.db runs(run_uuid=${OTHER})`,
      'there is no such experiment',
    ]
    const listed = await list(source)
    expect(new Set(listed.ids)).toEqual(new Set([ID, OTHER]))
    expect(listed.gaps.toSorted()).toEqual([...gaps, orphan].toSorted())
    expect(listed.values.find(({ id }) => id === ID)).toMatchObject({ status: 'unknown', startedAt: null })
    expect(listed.values.find(({ id }) => id === OTHER)?.experiment).toEqual({ id: '9', name: '9' })
    expect((await list(source, { statuses: ['unknown'] })).ids).toEqual([ID])
    expect((await source.read(`logs:1/${ID}`)).gaps.map(plain).toSorted()).toEqual(
      [...gaps, ['a data set', 'mlflow.db inputs(source_id=gone)', 'there is no such data set']].toSorted(),
    )
    const history = await sorted(source.history(`logs:1/${ID}`, 'loss'))
    expect(history.values).toHaveLength(1)
    expect(history.gaps.map(plain)).toEqual([
      ['metric loss', `mlflow.db metrics(run_uuid=${ID}, key=loss)`, 'step, time or value is no number'],
    ])
  })

  it('of the file never hides runs in silence', async () => {
    const runs = Array.from({ length: 300 }, (_, index) => ({
      ...run,
      id: `r${String(index).padStart(31, '0')}`,
      start: NOW + index,
    }))
    const { path, source } = await storeOf(runs)
    await source.close()
    const { page, pages } = sizesOf(path)
    // Every page in turn is overwritten: each run must come out, or an error or a gap say that it does not.
    for (let damaged = 1; damaged < pages; damaged += 1) {
      const copy = `${path}-${damaged}.db`
      copyFileSync(path, copy)
      const file = openSync(copy, 'r+')
      writeSync(file, Buffer.alloc(page, 0xa5), 0, page, damaged * page)
      closeSync(file)
      let outcome: Awaited<ReturnType<typeof list>> | null = null
      try {
        outcome = await list(await openStore(copy))
      } catch (error) {
        expect(error).toMatchObject({ kind: 'source' })
      }
      if (outcome !== null && outcome.ids.length < runs.length) expect(outcome.gaps.length).toBeGreaterThan(0)
    }
  })

  it('cut short is told', async () => {
    const { path } = await storeOf([run])
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(4096, 0x20), 0, 4096, 100)
    closeSync(file)
    expect(await mlflow.recognises(path, plainWorld('/'))).toBe(true)
    expect((await errorOf(() => mlflow.open(path, 'logs', plainWorld('/')))).message).toMatch(
      /cannot be read: .*\.$/,
    )
  })
})

describe('while others write', () => {
  it('is read in write-ahead mode, with what is not merged yet', async () => {
    const { path, source } = await storeOf([run])
    const writer = new DatabaseSync(path)
    onTestFinished(() => writer.close())
    writer.exec(`PRAGMA journal_mode = WAL; UPDATE runs SET name = 'renamed'`)
    expect((await list(source)).values[0]?.name).toBe('renamed')
    writer.exec(`BEGIN IMMEDIATE; UPDATE runs SET name = 'half'`)
    expect((await list(source)).values[0]?.name).toBe('renamed')
    writer.exec('COMMIT')
    expect((await list(source)).values[0]?.name).toBe('half')
  })

  it('holds no lock while its reader thinks', async () => {
    const { path, source } = await storeOf([run, { ...run, id: OTHER }])
    const writer = new DatabaseSync(path, { timeout: 0 })
    onTestFinished(() => writer.close())
    for await (const value of source.list({})) {
      expect(value).toMatchObject({ experiment: { name: 'churn' } })
      writer.exec(`UPDATE runs SET name = 'written between two runs'`)
    }
    for await (const point of source.history(`logs:1/${ID}`, 'loss')) {
      expect(point).toMatchObject({ step: expect.any(Number) })
      writer.exec(`UPDATE runs SET name = 'written between two points'`)
    }
  })

  it('waits for a writer that finishes soon', async () => {
    const { path, source } = await storeOf([run])
    const script = `
      const { DatabaseSync } = require('node:sqlite')
      const database = new DatabaseSync(${JSON.stringify(path)})
      database.exec("BEGIN EXCLUSIVE; UPDATE runs SET name = 'after'")
      console.log('locked')
      setTimeout(() => database.exec('COMMIT'), 300)`
    const writer = spawn(process.execPath, ['--no-warnings', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(writer.stdout, 'data')
    expect((await list(source)).values[0]?.name).toBe('after')
    await once(writer, 'exit')
  })

  it('tells what to do where a writer died in the middle of a write', async () => {
    const { path, source } = await storeOf([run])
    await source.close()
    const script = `
      const { DatabaseSync } = require('node:sqlite')
      const database = new DatabaseSync(${JSON.stringify(path)})
      database.exec('PRAGMA cache_size = 5; BEGIN IMMEDIATE')
      const insert = database.prepare('INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)')
      for (let tag = 0; tag < 2000; tag += 1) insert.run('tag ' + tag, 'x'.repeat(200), 'no run')
      process.kill(process.pid, 'SIGKILL')`
    const writer = spawn(process.execPath, ['--no-warnings', '-e', script], { stdio: 'inherit' })
    expect(await once(writer, 'exit')).toEqual([null, 'SIGKILL'])
    const error = await errorOf(() => mlflow.open(path, 'logs', plainWorld('/')))
    expect(error.message).toBe(`${path} was left in the middle of a write, and cannot be read as it is.`)
    expect(error.hint).toContain('rolls the unfinished write back')
    expect(await mlflow.recognises(path, plainWorld('/'))).toBe(true)
  })

  it('says so where somebody keeps it locked', async () => {
    const { path, source } = await storeOf([run])
    const writer = new DatabaseSync(path)
    onTestFinished(() => writer.close())
    writer.exec('BEGIN EXCLUSIVE')
    const error = await errorOf(() => list(source))
    expect([error.kind, error.message]).toEqual(['source', `${path} is locked by another program.`])
  }, 20_000)
})

describe('a folder that cannot be written', () => {
  it.skipIf(process.getuid?.() === 0)('is read where its write-ahead log was merged, too', async () => {
    const { path, folder, source } = await storeOf([run])
    await source.close()
    const writer = new DatabaseSync(path)
    writer.exec(`PRAGMA journal_mode = WAL; UPDATE runs SET name = 'merged'`)
    writer.close()
    chmodSync(folder, 0o500)
    onTestFinished(() => chmodSync(folder, 0o700))
    const { ids, gaps } = await list(await openStore(path))
    expect(ids).toEqual([ID])
    expect(gaps).toEqual([
      [
        'the newest entries',
        'mlflow.db',
        'its folder cannot be written, so entries that are added meanwhile may not be seen',
      ],
    ])
  })

  // Whoever is root may write everywhere, so there is nothing to see.
  it.skipIf(process.getuid?.() === 0)('is read without its write-ahead log, which is told', async () => {
    const { path, folder, source } = await storeOf([run])
    await source.close()
    const writer = new DatabaseSync(path)
    writer.exec(`PRAGMA journal_mode = WAL; UPDATE runs SET name = 'not merged'`)
    const copied = temporaryFolder()
    for (const name of readdirSync(folder).filter((each) => !each.endsWith('-shm')))
      copyFileSync(join(folder, name), join(copied, name))
    writer.close()
    chmodSync(copied, 0o500)
    onTestFinished(() => chmodSync(copied, 0o700))
    const { ids, gaps } = await list(await openStore(join(copied, 'mlflow.db')))
    expect(ids).toEqual([ID])
    expect(gaps).toEqual([
      [
        'the newest entries',
        'mlflow.db',
        'its folder cannot be written, so the newest entries, in the write-ahead log, are not seen',
      ],
    ])
  })
})

describe('hostile input', () => {
  it('has names that no object, statement or path may be made of', async () => {
    const names = [
      '__proto__',
      `'; DROP TABLE runs; --`,
      '../../etc',
      'a\tb\u001b[31m',
      'é/…',
      '',
      'n'.repeat(10_000),
    ]
    const values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]))
    const metrics = Object.fromEntries(names.map((name) => [name, [[NOW, 1, 2]] as const]))
    const { source } = await storeOf([
      {
        ...run,
        name: names[6] ?? '',
        user: names[1] ?? '',
        params: values,
        tags: { 'mlflow.parentRunId': '../x' },
        metrics,
      },
    ])
    const { values: found, gaps } = await list(source, { users: [names[1] ?? ''] })
    expect(gaps).toEqual([])
    expect(found[0]).toMatchObject({ name: names[6], parent: null })
    expect([...(found[0]?.params.keys() ?? [])].toSorted()).toEqual([...names].toSorted())
    for (const name of names)
      expect((await sorted(source.history(`logs:1/${ID}`, name))).values).toMatchObject([
        { step: 2, value: 1 },
      ])
    for (const name of names) {
      expect((await list(source, { experiments: [name] })).ids).toEqual([])
      expect((await errorOf(() => source.read(`logs:1/${name}`))).message.length).toBeLessThan(300)
    }
  })

  it('has run ids that no run may have', async () => {
    const { source } = await storeOf([run, { ...run, id: '../../x' }, { ...run, id: "a'b" }])
    const { ids, gaps } = await list(source)
    expect(ids).toEqual([ID])
    expect(gaps.map(([what, , why]) => [what, why]).toSorted()).toEqual([
      ['run ../../x', 'its id is none that a run may have'],
      ["run a'b", 'its id is none that a run may have'],
    ])
    expect(await source.find('..')).toEqual([])
    expect((await errorOf(() => source.read('logs:1/../../x'))).kind).toBe('source')
  })
})

function sizesOf(path: string): { readonly page: number; readonly pages: number } {
  const database = new DatabaseSync(path)
  const page = Number(database.prepare('PRAGMA page_size').get()?.page_size)
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
  database.close()
  return { page, pages }
}
