import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { getuid } from 'node:process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { gap } from '../../src/gap.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { verifiedProject } from '../support/verified-project.ts'

interface Told {
  readonly name: string
  readonly state: string
  readonly says: string
  readonly advice: string | null
  readonly exit: number
}

interface Setup extends Partial<TestWorldOptions> {
  readonly files?: Readonly<Record<string, string>>
  readonly log?: FakeLog
}

/** `narrate doctor --json` in a folder with an editor of its own and, at `runs`, a log. */
async function doctor(argv: readonly string[] = [], { files = {}, log, ...options }: Setup = {}) {
  const cwd = options.cwd ?? (await temporaryFolder({ 'bin/edit': '#!/bin/sh\n', ...files }))
  await chmod(path.join(cwd, 'bin/edit'), 0o755).catch(() => undefined)
  const { world, stdout, stderr } = makeWorld({
    ...options,
    cwd,
    env: { EDITOR: './bin/edit', ...options.env },
  })
  const kind = fakeKind({ [path.join(cwd, 'runs')]: log ?? { runs: [{ id: 'a' }] } }, 'mlflow')
  const code = await main(['doctor', '--json', ...argv], world, { ...PARTS, sourceKinds: async () => [kind] })
  const checks: readonly Told[] = JSON.parse(stdout()).checks
  const of = (name: string) => checks.find((check) => check.name === name)
  return { code, checks, of, stdout: stdout(), stderr: stderr(), cwd }
}

describe('doctor', () => {
  test('tells every part of a setup that is well, and exits with 0', async () => {
    const { code, checks, cwd } = await doctor()
    expect(checks.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'node: ok',
      'narrate.yaml: ok',
      'source mlflow: ok',
      'notes: ok',
      'store: ok',
      'documents: ok',
      'git: warning',
      'editor: ok',
      'keys: ok',
      'model: ok',
      'local models: ok',
      'consent: ok',
      'templates: ok',
      'day: ok',
      'terminal: ok',
    ])
    expect(code).toBe(0)
    expect((await readdir(cwd)).sort()).toEqual(['bin'])
  })

  test('prints one line each that fits 80 columns', async () => {
    const cwd = await temporaryFolder({ 'narrate.yaml': 'notes: [nowhere/*.md]\n' })
    const { world, stdout } = makeWorld({ cwd, env: { EDITOR: 'no-such-editor' } })
    expect(await main(['doctor'], world, { ...PARTS, sourceKinds: async () => [] })).toBe(2)
    expect(stdout()).toMatch(/^trouble {2}editor +EDITOR names no-such-editor, which is no command here\./m)
    expect(stdout()).toMatch(/\n2 troubles, 2 warnings\.\n$/)
    expect(
      stdout()
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([])
  })

  test('names the line of a faulty narrate.yaml, and looks at the rest all the same', async () => {
    const { code, of } = await doctor([], { files: { 'narrate.yaml': 'goal: x\nmodle: none\n' } })
    expect(of('narrate.yaml')).toEqual({
      name: 'narrate.yaml',
      state: 'trouble',
      says: 'narrate.yaml:2: there is no setting called "modle"',
      advice: 'Did you mean "model"?',
      exit: 2,
    })
    expect(of('sources')?.state).toBe('warning')
    expect(of('store')?.state).toBe('ok')
    expect(code).toBe(2)
  })

  test.each<readonly [string, FakeLog, string, number, string]>([
    [
      'cannot be opened',
      { runs: [], broken: 'Its schema is unknown.' },
      'trouble',
      3,
      'Its schema is unknown',
    ],
    ['cannot be listed', { runs: [], unlisted: 'It is locked.' }, 'trouble', 3, 'It is locked'],
    [
      'hides runs',
      { runs: [{ id: 'a' }], gaps: [gap('run b', '1/b', 'the file is empty')] },
      'trouble',
      1,
      '1 run in 1 experiment, the newest of 2026-11-20; some could not be read',
    ],
    [
      'has a bad value',
      { runs: [{ id: 'a' }], gaps: [gap('metric loss', '1/a', 'the line has one field')] },
      'warning',
      0,
      'some values could not be read',
    ],
  ])('says of a run log that it %s', async (_, log, state, exit, says) => {
    const { code, of } = await doctor([], { log })
    expect(of('source mlflow')).toMatchObject({ state, exit, says: expect.stringContaining(says) })
    expect(code).toBe(exit)
  })

  test('one log that can be read makes another that cannot no more than 1', async () => {
    const { code, of } = await doctor(['--source', 'runs', '--source', 'gone'])
    expect(of('source mlflow')?.state).toBe('ok')
    expect(of('sources')).toMatchObject({ state: 'trouble', exit: 1 })
    expect(code).toBe(1)
  })

  test('a server elsewhere is said to be configured and is not asked', async () => {
    const asked: string[] = []
    const cwd = await temporaryFolder({
      'narrate.yaml': 'sources:\n  - at: https://tracking.example\n    as: lab\nmodel: openai/some-model\n',
    })
    const { world, stdout } = makeWorld({
      cwd,
      env: { OPENAI_API_KEY: 'sk-none-of-your-business' },
      fetch: async (request) => {
        asked.push(new URL(String(request instanceof Request ? request.url : request)).hostname)
        throw new TypeError('fetch failed')
      },
    })
    await main(['doctor'], world)
    expect(stdout().replace(/\s+/g, ' ')).toContain('a server that was not asked')
    expect(stdout().replace(/\s+/g, ' ')).toContain('which is elsewhere and was not asked')
    expect([...new Set(asked)]).toEqual(['127.0.0.1'])
  })

  test('a missing editor is trouble only where one was set', async () => {
    const set = await doctor([], { env: { VISUAL: 'no-such-editor --wait', EDITOR: 'vi' } })
    expect(set.of('editor')).toMatchObject({ state: 'trouble', exit: 2 })
    expect(set.of('editor')?.says).toBe('VISUAL names no-such-editor, which is no command here')
    expect(set.code).toBe(2)
    const unset = await doctor([], { env: { EDITOR: '', PATH: '/nowhere' } })
    expect(unset.of('editor')?.state).toBe('warning')
    expect(unset.code).toBe(0)
  })

  test('a remote model without a key, and one of no provider, are trouble', async () => {
    const missing = await doctor(['--model', 'anthropic/some-model'])
    expect(missing.of('model')).toMatchObject({ state: 'trouble', exit: 1 })
    expect(missing.of('model')?.advice).toContain('ANTHROPIC_API_KEY')
    const unknown = await doctor(['--model', 'nobody/some-model'])
    expect(unknown.of('model')).toMatchObject({ state: 'trouble', exit: 2 })
  })

  test.each([
    ['OPENAI_API_KEY', 'sk-proj-Zx81QmVt0aKpR7uW3nLs'],
    ['ANTHROPIC_API_KEY', 'sk-ant-api03-a b c d'],
    ['MLFLOW_TRACKING_PASSWORD', 'Correct-Horse-7-Battery'],
    ['DATABRICKS_TOKEN', 'dapi0123456789abcdef'],
  ])('names %s and shows neither it nor its length', async (name, secret) => {
    const settings = `model: ${JSON.stringify(`openai/${secret}`)}\nnotes: [${JSON.stringify(`${secret}/*.md`)}]\n`
    const files = { 'narrate.yaml': settings }
    const { of, stdout, stderr } = await doctor([], { files, env: { [name]: secret } })
    expect(of('keys')?.says).toContain(name)
    expect(`${stdout}${stderr}`).not.toContain(secret)
    expect(of('keys')?.says).not.toContain(String(secret.length))
  })

  test('a template of the project that does not parse is trouble, with its line', async () => {
    const { code, of } = await doctor([], {
      files: { 'narrative/templates/log.md.hbs': '# {{title}}\n{{#each runs}}\n' },
    })
    expect(of('templates')).toMatchObject({ state: 'trouble', exit: 4 })
    expect(of('templates')?.says).toMatch(/^narrative\/templates\/log\.md\.hbs:\d+: Parse error/)
    expect(code).toBe(4)
    const whole = await doctor([], { files: { 'narrative/templates/log.md.hbs': '# {{title}}\n' } })
    expect(whole.of('templates')?.says).toBe('of the project: narrative/templates/log.md.hbs')
  })

  test('tells a lock that is held, and a consent file that is not as it was written', async () => {
    const lock = { pid: 1, host: 'elsewhere', since: '2026-11-20T18:00:00.000Z', token: 'abc' }
    const { code, of } = await doctor([], {
      files: { 'narrative/.lock': JSON.stringify(lock), '.narrate/consent.json': '{}' },
    })
    expect(of('lock')).toMatchObject({
      state: 'warning',
      says: 'narrative is locked by process 1 on elsewhere, since 2026-11-20T18:00:00.000Z',
    })
    expect(of('consent')).toMatchObject({ state: 'trouble', exit: 2 })
    expect(code).toBe(2)
  })

  test('a store that may not be written is trouble of exit 6', async ({ skip }) => {
    if (getuid?.() === 0) skip()
    const cwd = await temporaryFolder({ 'bin/edit': '', 'narrative/log/a.md': '' })
    await chmod(path.join(cwd, 'narrative'), 0o500)
    onTestFinished(() => chmod(path.join(cwd, 'narrative'), 0o700))
    const { code, of } = await doctor([], { cwd })
    expect(of('store')).toMatchObject({ state: 'trouble', exit: 6 })
    expect(code).toBe(6)
  })

  test('a store whose place is a file is trouble of exit 6', async () => {
    const { code, of } = await doctor([], { files: { 'narrate.yaml': 'store: taken/in\n', taken: 'a file' } })
    expect(of('store')).toMatchObject({ state: 'trouble', exit: 6 })
    expect(code).toBe(6)
  })

  test('a chain of digests that was damaged is told, and one that was not is whole', async () => {
    const project = await verifiedProject()
    onTestFinished(() => project.remove())
    const [first = ''] = project.ids
    const look = async () => {
      const { code, stdout } = await project.run(['doctor', '--json'])
      const checks: readonly Told[] = JSON.parse(stdout).checks
      return { code, documents: checks.find(({ name }) => name === 'documents') }
    }
    expect((await look()).documents).toMatchObject({
      state: 'ok',
      says: `${project.ids.length} documents, the chain of their digests is whole`,
    })
    const file = project.evidencePathOf(first)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/"title": *"/, '$&X'))
    const altered = await look()
    expect(altered.documents?.says).toContain(`evidence/${first}.json was altered after it was saved`)
    expect(altered.documents).toMatchObject({ state: 'trouble', exit: 1 })
    expect(altered.code).toBe(1)
    await rm(file)
    expect((await look()).documents?.says).toContain(`evidence/${first}.json is gone`)
    await mkdir(file)
  })
})
