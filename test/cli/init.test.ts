import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { readSettings } from '../../src/cli/read-settings.ts'
import { writtenSettings } from '../../src/cli/written-settings.ts'
import { gap } from '../../src/gap.ts'
import { settingsSchema } from '../../src/settings.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function run(
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
  env: Record<string, string> = {},
) {
  const cwd = await temporaryFolder(files)
  const { world, stdout, stderr } = makeWorld({ cwd, env })
  const logs = { [`${cwd}/mlruns`]: { runs: [] }, [`${cwd}/old/mlruns`]: { runs: [] } }
  const code = await main(argv, world, { ...PARTS, sourceKinds: async () => [fakeKind(logs, 'mlflow')] })
  return { code, stdout: stdout(), stderr: stderr(), cwd }
}

describe('init', () => {
  test('writes a narrate.yaml with the logs it found, and says which', async () => {
    const { code, stdout, stderr, cwd } = await run(['init'])
    expect(stderr).toBe(
      'Looking for run logs\nFound mlflow at mlruns (by the project folder): no runs.\nFound mlflow at old/mlruns (by the project folder): no runs.\n',
    )
    expect(stdout).toBe(
      'Wrote narrate.yaml. Next: narrate runs list (and narrate doctor, if something is amiss)\n',
    )
    const settings = await readSettings(path.join(cwd, 'narrate.yaml'), 'narrate.yaml')
    expect(settings.sources).toEqual([
      { at: 'mlruns', as: expect.stringMatching(/^mlflow-[0-9a-f]{4}$/), kind: 'mlflow' },
      { at: 'old/mlruns', as: expect.stringMatching(/^mlflow-[0-9a-f]{4}$/), kind: 'mlflow' },
    ])
    expect(settings.project).toBe(path.basename(cwd))
    expect(code).toBe(0)
  })

  test('what it writes as comments on repeats, waivers, costs, production and plan are settings once the # is gone', async () => {
    const text = writtenSettings({ project: 'churn', sources: [] })
    const lines = text.split('\n')
    const block = (name: string): string =>
      lines
        .slice(lines.findIndex((line) => line.startsWith(`# ${name}:`)))
        .join('\n')
        .split('\n\n')[0]
        ?.replace(/^# /gm, '') ?? ''
    const settings = settingsSchema.parse(
      parse(['repeats', 'waivers', 'costs', 'production', 'plan'].map(block).join('\n')),
    )
    expect(settings.repeats).toEqual({ ignore: ['run_dir', 'log_*'], tolerance: 0.01 })
    expect(settings.waivers).toMatchObject([{ across: 'evaluation data' }])
    expect(settings.production).toEqual(['3fa2c1d0', 'lgbm-2025-11'])
    expect(settings.costs).toEqual({ perHour: 0.5, perGpuHour: 2.5, currency: 'EUR' })
    expect(settings.plan).toMatchObject({ target: { val_auc: 0.86 }, deadline: '2026-12-15' })
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(88)
  })

  test('never overwrites a narrate.yaml', async () => {
    const { code, stderr, cwd } = await run(['init'], { 'narrate.yaml': 'goal: mine\n' })
    expect(stderr).toContain('narrate.yaml is there already; it was left as it is.')
    expect(await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')).toBe('goal: mine\n')
    expect(code).toBe(2)
  })

  test('shows console logs that look like trainings, and reads none of them until somebody says so', async () => {
    const log = [1, 2, 3].map((step) => `step:${step}/3 val_loss:${4 - step}\n`).join('')
    const { stderr, cwd, code } = await run(['init'], { 'runs/a/log.txt': log, 'runs/b/log.txt': log })
    expect(stderr.split('\n').at(-2)).toBe(
      "Found 2 console logs at runs/*/log.txt that may be trainings' (step-values: step:3/3 val_loss:1). Nothing is read of them until you say so: they stand in narrate.yaml as a comment.",
    )
    expect(code).toBe(0)
    const file = path.join(cwd, 'narrate.yaml')
    const before = await readSettings(file, 'narrate.yaml')
    expect(before.sources.map(({ at }) => at)).toEqual(['mlruns', 'old/mlruns'])
    const text = await readFile(file, 'utf8')
    const said = text.replace(/^# {3}- at: runs(?:.*\n# {5}.*){2}/m, (block) => block.replace(/^# /gm, ''))
    await writeFile(file, said)
    expect((await readSettings(file, 'narrate.yaml')).sources.at(-1)).toEqual({
      at: 'runs/*/log.txt',
      as: 'console',
      lines: ['step-values'],
    })
  })

  test('takes only what is named where something is named', async () => {
    const { stdout } = await run(['init', '--json', '--source', 'old/mlruns'])
    expect(JSON.parse(stdout)).toEqual({
      guessed: [],
      settings: 'narrate.yaml',
      written: true,
      sources: [
        {
          kind: 'mlflow',
          at: 'old/mlruns',
          as: 'mlflow',
          from: '--source',
          runs: 0,
          isCut: false,
          experiments: 0,
          newest: null,
          gaps: [],
        },
      ],
      unread: [],
      unasked: [],
    })
  })

  test('--dry-run prints the file and writes none', async () => {
    const { stdout, cwd } = await run(['init', '--dry-run'])
    expect(stdout).toMatch(/sources:\n {2}- at: mlruns\n {4}as: mlflow-[0-9a-f]{4}\n/)
    await expect(readFile(path.join(cwd, 'narrate.yaml'))).rejects.toThrow('ENOENT')
  })

  test('says that what MLFLOW_TRACKING_URI names could not be read, and looks into the folder all the same', async () => {
    const { code, stderr, cwd } = await run(['init'], {}, { MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000' })
    expect(stderr).toContain('Found mlflow at old/mlruns')
    expect(stderr).toContain(
      'http://127.0.0.1:5000 (named by MLFLOW_TRACKING_URI): nothing that narrate can read is there.',
    )
    expect(await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')).toContain(
      '# Could not be read: nothing that narrate can read is there.\n#   - at: http://127.0.0.1:5000\n',
    )
    expect(code).toBe(1)
  })

  test('counts the runs of each log, and says the day of the newest and what could not be read', async () => {
    const gaps = [1, 2, 3].map((n) => gap(`run ${n}`, `1/${n}/meta.yaml`, 'the file is empty'))
    const { code, stdout, stderr } = await look(['init'], {
      mlruns: {
        runs: [
          { id: 'a', startedAt: '2026-11-18T09:00:00Z' },
          // Before four in the morning: it is still the day before.
          { id: 'b', startedAt: '2026-11-20T02:00:00Z' },
          { id: 'c', startedAt: '2026-11-21T02:00:00Z', deleted: true },
        ],
        gaps,
      },
    })
    expect(stderr).toBe(
      'Looking for run logs\nFound mlflow at mlruns (by the project folder): 2 runs in 1 experiment, the newest of 2026-11-19.\n' +
        'narrate: mlruns: run 1 (1/1/meta.yaml): the file is empty. And 2 more like it.\n',
    )
    expect(stdout).toContain('Wrote narrate.yaml.')
    expect(code).toBe(1)
  })

  test('counts no further than ten thousand runs, and says so', async () => {
    const runs = Array.from({ length: 10_002 }, (_, n) => ({ id: `r${n}` }))
    const { stdout, stderr } = await look(['init', '--json'], { mlruns: { runs } })
    expect(stderr).toContain('more than 10000 runs in at least 1 experiment')
    expect(JSON.parse(stdout).sources).toMatchObject([{ runs: 10_000, isCut: true }])
  })

  test('a log that cannot be opened is written as a comment beside those that can', async () => {
    const { code, stdout, stderr, cwd } = await look(['init', '--json'], {
      mlruns: { runs: [{ id: 'a' }] },
      'old/mlruns': { runs: [], broken: 'It is of\nan unknown schema.' },
    })
    expect(stderr).toContain('old/mlruns (named by the project folder): It is of')
    expect(JSON.parse(stdout).unread).toEqual([
      {
        kind: 'mlflow',
        at: 'old/mlruns',
        as: expect.stringMatching(/^mlflow/),
        from: 'the project folder',
        why: 'It is of\nan unknown schema.',
      },
    ])
    const file = path.join(cwd, 'narrate.yaml')
    expect((await readSettings(file, 'narrate.yaml')).sources).toEqual([
      { at: 'mlruns', as: expect.stringMatching(/^mlflow-[0-9a-f]{4}$/), kind: 'mlflow' },
    ])
    const text = await readFile(file, 'utf8')
    expect(text).toMatch(/# Could not be read: It is of an unknown schema\.\n# {3}- at: old\/mlruns\n/)
    expect(code).toBe(1)
  })

  test('a tracking server that cannot be reached is said, and stands in the file as a comment', async () => {
    const cwd = await temporaryFolder()
    const { world, stderr } = makeWorld({
      cwd,
      env: { MLFLOW_TRACKING_URI: 'http://tracking.example:5000' },
      fetch: async () => {
        throw new TypeError('fetch failed')
      },
    })
    expect(await main(['init', '--source', 'http://tracking.example:5000'], world)).toBe(1)
    expect(stderr()).toContain('http://tracking.example:5000 (named by --source): ')
    const text = await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')
    expect(text).toContain('# sources:\n#   - at: http://tracking.example:5000\n#     as: mlflow\n')
    expect(settingsSchema.parse(parse(text.replace('metrics:', 'metrics: {}'))).sources).toEqual([])
  })

  test('a log that the folder holds and a variable names is told once', async () => {
    const logs = { mlruns: { runs: [{ id: 'a' }] } }
    const env = (cwd: string) => ({ MLFLOW_TRACKING_URI: `file://${cwd}/mlruns` })
    const { stdout } = await look(['init', '--json'], logs, env)
    expect(JSON.parse(stdout)).toMatchObject({ sources: [{ at: 'mlruns' }], unread: [] })
  })

  test('a password in an address reaches neither the terminal nor the file', async () => {
    const password = 'hunter2-of-the-lab'
    const { stdout, stderr, cwd } = await run(
      ['init', '--json'],
      {},
      { MLFLOW_TRACKING_URI: `http://ola:${password}@127.0.0.1:5000` },
    )
    const text = await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')
    expect(text).toContain('127.0.0.1:5000')
    expect(`${stdout}${stderr}${text}`).not.toContain(password)
  })

  test('looks at what OPTUNA_STORAGE names, and says in one sentence that a database server is not read', async () => {
    const cwd = await temporaryFolder()
    const OPTUNA_STORAGE = 'mysql+pymysql://ola:hunter2-of-the-lab@db.example/optuna'
    const { world, stderr } = makeWorld({ cwd, env: { OPTUNA_STORAGE } })
    expect(await main(['init', '--dry-run'], world, PARTS)).toBe(1)
    expect(stderr().split('\n').slice(1, -1)).toEqual([
      "narrate: mysql+pymysql://***@db.example/optuna (named by OPTUNA_STORAGE): mysql+pymysql://***@db.example/optuna is a database server, and of Optuna's storages only SQLite and journal files are read. Copy the study into a file with optuna.copy_study(…, to_storage='sqlite:///study.db'), and name that.",
      'Found no run log here: add yours under sources:.',
    ])
  })
})

/** `narrate` over fake logs of the kind mlflow, by their places in the project. */
async function look(
  argv: readonly string[],
  logs: Readonly<Record<string, FakeLog>>,
  env: (cwd: string) => Record<string, string> = () => ({}),
) {
  const cwd = await temporaryFolder()
  const { world, stdout, stderr } = makeWorld({ cwd, env: env(cwd) })
  const placed = Object.fromEntries(Object.entries(logs).map(([at, log]) => [path.join(cwd, at), log]))
  const kind = fakeKind(placed, 'mlflow')
  const recognises = async (at: string) => kind.recognises(at.replace('file://', ''), world)
  const code = await main(argv, world, { ...PARTS, sourceKinds: async () => [{ ...kind, recognises }] })
  return { code, stdout: stdout(), stderr: stderr(), cwd }
}
