import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import {
  breakEveryKind,
  CONSOLE_LOG,
  emptyEveryKind,
  MAIN_FILES,
  writeEveryKind,
} from '../support/write-every-kind.ts'

const KINDS = [...new Set(MAIN_FILES.map(([kind]) => kind))].sort()

async function project(change: (root: string) => Promise<void> = async () => {}) {
  const cwd = await temporaryFolder()
  await writeEveryKind(cwd)
  await change(cwd)
  const run = async (
    argv: readonly string[],
    options: { terminal?: number; env?: Record<string, string> } = {},
  ) => {
    const asked: string[] = []
    const { world, stdout, stderr } = makeWorld({
      cwd,
      ...options,
      fetch: async (request) => {
        asked.push(String(request instanceof Request ? request.url : request))
        throw new TypeError('fetch failed')
      },
    })
    const code = await main(argv, world)
    return { code, stdout: stdout(), stderr: stderr(), asked }
  }
  return { cwd, run }
}

interface Listed {
  readonly kind: string
  readonly at: string
  readonly as: string
  readonly runs: number
  readonly gaps: readonly object[]
}

const columnsOf = (text: string): number =>
  Math.max(
    ...text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor takes no column
      .replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, '')
      .split(/[\n\r]/)
      .map((line) => line.length),
  )

describe('a project with a store of every kind', () => {
  test('is found whole by init, and doctor and the list of runs read it by what init wrote', async () => {
    const { cwd, run } = await project()
    const { code, stdout } = await run(['init', '--json'])
    const {
      sources,
      unread,
      unasked,
      guessed,
    }: { sources: Listed[]; unread: object[]; unasked: object[]; guessed: object[] } = JSON.parse(stdout)
    expect([...new Set(sources.map(({ kind }) => kind))].sort()).toEqual(KINDS)
    expect(sources.filter(({ runs }) => runs === 0)).toEqual([])
    expect([unread, unasked, code]).toEqual([[], [], 0])
    // A chart is told with the table it belongs to, and what was printed is shown for a person to judge.
    expect(sources.map(({ at }) => at)).toEqual(expect.not.arrayContaining(['exports/a chart.csv']))
    expect(guessed).toMatchObject([{ at: CONSOLE_LOG, lines: 'step-values' }])

    const checked = await run(['doctor', '--json'])
    const checks: { name: string; state: string; survey?: { runs: number } }[] = JSON.parse(
      checked.stdout,
    ).checks
    const surveyed = checks.filter(({ name }) => name.startsWith('source'))
    expect(surveyed.map(({ name, state, survey }) => [name, state, survey?.runs])).toEqual(
      sources.map(({ as, runs }) => [`source ${as}`, 'ok', runs]),
    )
    expect(checked.code).toBe(0)

    const listed = await run(['runs', 'list', '--json'])
    const { runs }: { runs: { source: string }[] } = JSON.parse(listed.stdout)
    expect(runs).toHaveLength(sources.reduce((sum, one) => sum + one.runs, 0))
    expect(await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')).toContain(
      '  - at: .\n    as: trainer\n    kind: trainer\n',
    )
  })

  test('whose stores are all damaged is told store by store with the reason, and exits with 1', async () => {
    const { run } = await project(breakEveryKind)
    const { code, stdout, stderr } = await run(['init', '--json'])
    const found: { sources: Listed[]; unread: { kind: string; at: string }[] } = JSON.parse(stdout)
    const told = [...found.sources.filter(({ gaps }) => gaps.length > 0), ...found.unread]
    // Which kind a database is that cannot be opened, nobody can tell.
    const kinds = KINDS.filter((kind) => kind !== 'optuna')
    expect([...new Set(told.map(({ kind }) => kind))].sort()).toEqual(kinds)
    expect(told.map(({ at }) => at)).toContain('study.db')
    expect(told).toHaveLength(MAIN_FILES.length)
    expect(stderr).toContain('malformed')
    expect(code).toBe(1)
    const checked = await run(['doctor', '--json'])
    const checks: { name: string; state: string }[] = JSON.parse(checked.stdout).checks
    // Those that cannot be opened are comments in the file.
    expect(checks.filter(({ name, state }) => name.startsWith('source') && state === 'ok')).toEqual([])
    expect(checked.code).toBe(1)
    expect((await run(['runs', 'list', '--json'])).code).toBe(1)
  })

  test('whose stores are all empty is a project without a log: doctor says so, with 3', async () => {
    const { run } = await project(emptyEveryKind)
    const { code, stdout, stderr } = await run(['init'])
    expect(stderr).toContain('Found no run log here: add yours under sources:.')
    expect(stdout).toContain('Wrote narrate.yaml.')
    expect(code).toBe(0)
    const checked = await run(['doctor'])
    expect(checked.stdout).toMatch(/trouble +sources +no run log is in sight\./)
    expect(checked.code).toBe(3)
  })

  test.each([
    ['whole', async () => {}],
    ['damaged', breakEveryKind],
    ['empty', emptyEveryKind],
  ] as const)('that is %s keeps to 80 columns at a terminal', async (_state, change) => {
    const { run } = await project(change)
    for (const argv of [['init'], ['doctor'], ['runs', 'list', '--no-pager']]) {
      const { stdout, stderr } = await run(argv, { terminal: 80 })
      expect([columnsOf(stdout), columnsOf(stderr)].filter((wide) => wide > 80)).toEqual([])
    }
  })
})

describe('what the environment names', () => {
  const elsewhere = [
    ['MLFLOW_TRACKING_URI', 'https://tracking.example/x', 'https://tracking.example/x', 'mlflow'],
    ['MLFLOW_TRACKING_URI', 'databricks', 'databricks', 'mlflow'],
    ['OPTUNA_STORAGE', 'postgresql://ola:secret-word@db.example/x', null, 'optuna'],
  ] as const

  test.each(elsewhere)('%s=%s is asked nothing by init', async (variable, value, at) => {
    const { cwd, run } = await project()
    const { code, stdout, stderr, asked } = await run(['init', '--json'], { env: { [variable]: value } })
    const { unasked, unread } = JSON.parse(stdout)
    expect(asked).toEqual([])
    expect(`${stdout}${stderr}`).not.toContain('secret-word')
    const text = await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')
    expect(text).not.toContain('secret-word')
    if (at === null) {
      expect(unread).toMatchObject([{ from: variable, why: expect.stringContaining('is a database server') }])
      expect(code).toBe(1)
    } else {
      expect(unasked).toMatchObject([{ at, from: variable }])
      expect(stderr).toContain(`${variable} names ${at}, a server elsewhere: it was not asked`)
      expect(text).toContain(`#   - at: ${at}\n`)
      expect(text).not.toContain(`\n  - at: ${at}`)
      expect(code).toBe(0)
    }
  })

  test('a project on a W&B server is named by WANDB_ENTITY and WANDB_PROJECT, unless W&B is offline', async () => {
    const env = { WANDB_ENTITY: 'ola', WANDB_PROJECT: 'churn', WANDB_API_KEY: 'a'.repeat(40) }
    const { run } = await project()
    const dry = ['init', '--dry-run', '--json']
    const online = await run(dry, { env })
    expect(JSON.parse(online.stdout).unasked).toEqual([
      {
        kind: 'wandb',
        at: 'wandb://ola/churn',
        as: expect.any(String),
        from: 'WANDB_ENTITY and WANDB_PROJECT',
      },
    ])
    expect(online.asked).toEqual([])
    expect(`${online.stdout}${online.stderr}`).not.toContain(env.WANDB_API_KEY)
    for (const more of [{ WANDB_MODE: 'offline' }, { WANDB_ENTITY: '' }, { WANDB_PROJECT: '../x' }])
      expect(JSON.parse((await run(dry, { env: { ...env, ...more } })).stdout).unasked).toEqual([])
  })

  test('a server on this machine is asked', async () => {
    const { run } = await project()
    const { asked, stdout } = await run(['init', '--json'], {
      env: { MLFLOW_TRACKING_URI: 'http://127.0.0.1:5999' },
    })
    expect(asked.length).toBeGreaterThan(0)
    expect(JSON.parse(stdout).unread).toMatchObject([{ at: 'http://127.0.0.1:5999', kind: 'mlflow' }])
  })

  test('places of this disk are looked at, each by the kind of the variable', async () => {
    const other = await temporaryFolder()
    await writeEveryKind(other)
    const cwd = await temporaryFolder()
    const env = {
      MLFLOW_TRACKING_URI: `file://${other}/mlruns`,
      MLFLOW_EXPERIMENT_NAME: 'churn: the second',
      WANDB_DIR: other,
      OPTUNA_STORAGE: `sqlite:///${other}/study.db`,
      TENSORBOARD_LOGGING_DIR: `${other}/runs`,
    }
    const { world, stdout } = makeWorld({ cwd, env })
    expect(await main(['init', '--json'], world)).toBe(0)
    const { sources }: { sources: { kind: string; from: string; runs: number }[] } = JSON.parse(stdout())
    expect(sources.map(({ kind, from, runs }) => [kind, from, runs])).toEqual([
      ['mlflow', 'MLFLOW_TRACKING_URI', 1],
      ['wandb', 'WANDB_DIR', 1],
      ['optuna', 'OPTUNA_STORAGE', 1],
      ['tensorboard', 'TENSORBOARD_LOGGING_DIR', 1],
    ])
    expect(await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')).toContain(
      '# experiments: ["churn: the second"]',
    )
  })

  test('doctor says what is written where no command reads it, and where the key of a server stands', async () => {
    const { cwd, run } = await project()
    await run(['init'])
    const env = { OPTUNA_STORAGE: 'sqlite:///elsewhere.db', WANDB_DIR: '.', TENSORBOARD_LOGGING_DIR: 'runs' }
    const { stdout, asked } = await run(['doctor', '--json'], { env })
    const checks: { name: string; says: string }[] = JSON.parse(stdout).checks
    expect(checks.filter(({ name }) => name === 'environment').map(({ says }) => says)).toEqual([
      'OPTUNA_STORAGE names elsewhere.db, which is not read',
    ])
    const isElsewhere = (url: string): boolean => URL.parse(url)?.hostname !== '127.0.0.1'
    expect(asked.filter(isElsewhere)).toEqual([])
    const yaml = await readFile(path.join(cwd, 'narrate.yaml'), 'utf8')
    await writeFile(
      path.join(cwd, 'narrate.yaml'),
      yaml.replace('sources:\n', 'sources:\n  - at: wandb://ola/churn\n    as: lab\n'),
    )
    await writeFile(path.join(cwd, '.netrc'), 'machine api.wandb.ai login user password hunter2-of-the-lab\n')
    const again = await run(['doctor', '--json'])
    const lab = JSON.parse(again.stdout).checks.find(({ name }: { name: string }) => name === 'source lab')
    expect(lab.says).toBe(
      'wandb at wandb://ola/churn, a server that was not asked: doctor asks nothing but this machine (with the key of ~/.netrc)',
    )
    expect(again.stdout).not.toContain('hunter2')
    expect(again.asked.filter(isElsewhere)).toEqual([])
  })
})
