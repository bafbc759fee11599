import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOG: FakeLog = {
  runs: [
    { id: 'aaaa1111', name: 'lgbm', params: { lr: '0.1' }, metrics: { val_auc: [[0, 0.81]] } },
    { id: 'bbbb2222', name: 'later', startedAt: '2026-11-21T10:00:00Z', endedAt: null, status: 'running' },
  ],
}
const SETTINGS = 'project: churn\nusers: [ola]\nsources:\n  - at: runs\n    as: main\n'

async function project(settings = SETTINGS) {
  const cwd = await temporaryFolder({ 'narrate.yaml': settings })
  return {
    cwd,
    async run(argv: readonly string[], options: Partial<TestWorldOptions> = {}) {
      const { world, stdout, stderr } = makeWorld({ cwd, ...options })
      const code = await main(argv, world, {
        ...PARTS,
        sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: LOG })],
        chooseModel: async () => ({ model: null, reason: 'No model was named.', remember: null }),
      })
      return { code, stdout: stdout(), stderr: stderr() }
    },
    journal: (day = '2026-11-20') =>
      readFile(path.join(cwd, `narrative/notes/${day}.md`), 'utf8').catch(() => null),
    async entry() {
      const names = (await readdir(path.join(cwd, 'narrative/log'))).sort()
      return readFile(path.join(cwd, 'narrative/log', names.at(-1) ?? ''), 'utf8')
    },
  }
}

describe('expect', () => {
  test('keeps a prediction with what it is about, and the time of now', async () => {
    const { run, journal } = await project()
    const { code, stdout, stderr } = await run(['expect', 'val_auc > 0.8', 'lr=0.1', 'note=a,b'])
    expect(await journal()).toBe(
      '\n## 2026-11-20 18:30:00 +00:00\n- kind: expectation\n- settings: lr=0.1, "note=a,b"\n\nval_auc > 0.8\n',
    )
    expect(stdout).toBe('Kept in narrative/notes/2026-11-20.md.\n')
    expect(stderr).toContain('The entry that tells its run scores it.')
    expect(code).toBe(0)
  })

  test.each<[readonly string[], string]>([
    [['expect', 'lags help', 'lr=0.1'], 'No figure to score it by is plain in it'],
    [['expect', 'val_auc > 0.8'], 'It is tied to no run'],
  ])('%j says what follows', async (argv, words) => {
    const { run } = await project()
    const { code, stderr } = await run(argv)
    expect(stderr).toContain(words)
    expect(code).toBe(0)
  })

  test('takes it from a pipe, and tells --json what was kept', async () => {
    const { run } = await project()
    const { stdout } = await run(['expect', 'lr=0.1', '--json'], { stdin: 'val_auc at least 0.8\n' })
    expect(JSON.parse(stdout)).toEqual({
      expectation: {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        path: 'narrative/notes/2026-11-20.md',
        at: '2026-11-20T18:30:00.000Z',
        text: 'val_auc at least 0.8',
        runs: [],
        settings: ['lr=0.1'],
        measured: true,
      },
    })
  })

  test.each<[readonly string[], string]>([
    [['--run', 'aaaa'], 'aaaa had ended before'],
    [['--run', 'ffff'], `No run's id begins with "ffff".`],
    [['lr=0.1', 'lr=0.2'], 'lr is given twice'],
  ])('with %j keeps it first, then says what is wrong: exit code 1', async (argv, words) => {
    const { run, journal } = await project()
    const { code, stderr } = await run(['expect', 'val_auc > 0.8', ...argv])
    expect(await journal()).toContain('val_auc > 0.8')
    expect(stderr).toContain(words)
    expect(code).toBe(1)
  })

  test('before the start of the run of --run is all well', async () => {
    const { run } = await project()
    const { code } = await run(['expect', 'val_auc > 0.8', '--run', 'bbbb'])
    expect(code).toBe(0)
  })

  test('is kept where narrate.yaml is faulty, as a prediction: exit code 2', async () => {
    const { run, journal } = await project('gaol: x\n')
    const { code } = await run(['expect', 'val_auc > 0.8', 'lr=0.1'])
    expect(await journal()).toContain('- kind: expectation\n- settings: lr=0.1\n\nval_auc > 0.8')
    expect(code).toBe(2)
  })

  test.each([[['expect']], [['expect', 'lr=0.1']]])('%j holds no prediction: exit code 2', async (argv) => {
    const { run, journal } = await project()
    const { code, stderr } = await run(argv)
    expect(stderr).toContain('The expectation is empty')
    expect(await journal()).toBeNull()
    expect(code).toBe(2)
  })

  test('--dry-run keeps nothing', async () => {
    const { run, journal } = await project()
    await run(['expect', '--dry-run', 'val_auc > 0.8'])
    expect(await journal()).toBeNull()
  })
})

describe('the entry of the day', () => {
  const earlier = { now: Date.parse('2026-11-18T09:00:00Z') }

  test('scores what was expected days before', async () => {
    const { run, entry } = await project()
    await run(['expect', 'val_auc > 0.8', 'lr=0.1'], earlier)
    await run(['expect', 'val_auc > 0.9', 'lr=0.7'], earlier)
    await run(['log', '-m', 'done', '--yes'])
    const text = (await entry()).replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    expect(text).toContain('Expected “val_auc > 0.8”: held: lgbm logged val_auc 0.81, expected above 0.8.')
    expect(text).not.toContain('0.9')
  })

  test('scores what was told as waiting in an entry before', async () => {
    const { run, entry } = await project()
    await run(['expect', 'val_auc > 0.8', 'lr=0.1'], earlier)
    await run(['log', '-m', 'planned', '--yes'], { now: Date.parse('2026-11-18T18:00:00Z') })
    expect(await entry()).toContain('waiting for a run with these settings.')
    await run(['log', '-m', 'done', '--yes'])
    expect(await entry()).toContain('held:')
  })

  test('says what was recorded after the fact', async () => {
    const { run, entry } = await project()
    await run(['expect', 'val_auc > 0.8', '--run', 'aaaa'])
    await run(['log', '-m', 'done', '--yes'])
    expect(await entry()).toContain('recorded after the run had ended')
  })

  test('of a past day scores what was typed since about its runs', async () => {
    const { run, entry } = await project()
    const now = Date.parse('2026-11-25T09:00:00Z')
    await run(['expect', 'val_auc > 0.8', '--run', 'aaaa'], { now })
    await run(['log', '-m', 'late', '--since', '2026-11-20', '--until', '2026-11-20', '--yes'], { now })
    expect(await entry()).toContain('recorded after the run had ended')
  })
})
