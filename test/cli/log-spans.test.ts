import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS, type Parts } from '../../src/cli/parts.ts'
import { type FakeLog, type FakeRun, fakeKind } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MORNING: FakeRun = {
  id: 'aaaa1111',
  name: 'lgbm',
  startedAt: '2026-11-20T09:00:00Z',
  endedAt: '2026-11-20T09:30:00Z',
  params: { lr: '0.1' },
  metrics: { val_auc: [[0, 0.81]] },
}
const AFTERNOON: FakeRun = {
  id: 'bbbb2222',
  name: 'xgb',
  startedAt: '2026-11-20T15:00:00Z',
  endedAt: '2026-11-20T15:30:00Z',
  params: { lr: '0.2' },
  metrics: { val_auc: [[0, 0.83]] },
}
const LAST_WEEK: FakeRun = {
  ...MORNING,
  id: 'cccc3333',
  name: 'ridge',
  startedAt: '2026-11-12T09:00:00Z',
  endedAt: '2026-11-12T09:30:00Z',
}

async function project(yaml = 'project: churn\nusers: [ola]\nsources:\n  - at: runs\n    as: main\n') {
  const cwd = await temporaryFolder({ 'narrate.yaml': yaml })
  return {
    async run(argv: readonly string[], logs: Readonly<Record<string, FakeLog>>, now?: string) {
      const { world, stdout, stderr } = makeWorld({
        cwd,
        ...(now === undefined ? {} : { now: Date.parse(now) }),
      })
      const parts: Parts = {
        ...PARTS,
        sourceKinds: async () => [
          fakeKind(Object.fromEntries(Object.entries(logs).map(([at, log]) => [path.join(cwd, at), log]))),
        ],
        chooseModel: async () => ({ model: null, reason: 'No model was named.', remember: null }),
      }
      const code = await main(argv, world, parts)
      return { code, stdout: stdout(), stderr: stderr() }
    },
    files: (folder: string) => readdir(path.join(cwd, folder)).catch(() => []),
    read: (file: string) => readFile(path.join(cwd, file), 'utf8'),
  }
}

/** The line under the title: span, counts, and what else is said of the entry. */
function secondLine(text: string): string {
  return text.split('\n')[2] ?? ''
}

describe('a second session of a day', () => {
  test('tells what is new since the first and links it', async () => {
    const { run, files } = await project()
    const first = await run(
      ['log', '-m', 'lgbm first'],
      { runs: { runs: [MORNING] } },
      '2026-11-20T12:00:00Z',
    )
    expect(secondLine(first.stdout)).toBe('20 Nov 2026 · 1 run, finished')
    const [entry = ''] = await files('narrative/log')
    const logs = { runs: { runs: [MORNING, AFTERNOON] } }
    const second = await run(['log', '-m', 'xgb beats it'], logs, '2026-11-20T18:00:00Z')
    expect(second.stderr).toContain('1 told in earlier entries.')
    expect(secondLine(second.stdout)).toBe(
      `20 Nov 2026 · 1 run, finished · continues [churn: val_auc 0.81 in lgbm (aaaa1111)](../log/${entry})`,
    )
    expect(second.stdout).not.toContain('lgbm first')
    expect((await run(['verify'], logs)).stdout).toContain('2 documents: 2 stand.')
  })

  test('an entry of another day is not linked', async () => {
    const { run } = await project()
    await run(['log', '-m', 'ridge'], { runs: { runs: [LAST_WEEK] } }, '2026-11-12T12:00:00Z')
    const { stdout } = await run(['log', '-m', 'lgbm'], { runs: { runs: [LAST_WEEK, MORNING] } })
    expect(stdout).not.toContain('continues')
  })
})

describe('a past day told late', () => {
  test('is dated by the day told, and says when it and its notes were written', async () => {
    const { run, files } = await project()
    const logs = { runs: { runs: [LAST_WEEK, MORNING] } }
    const { stdout } = await run(
      ['log', '--since', '2026-11-12', '--until', '2026-11-12', '-m', 'ridge was fine'],
      logs,
    )
    expect(await files('narrative/log')).toEqual([expect.stringMatching(/^2026-11-12-/)])
    expect(secondLine(stdout)).toBe(
      '12 Nov 2026 · 1 run, finished · written later, on 20 Nov 2026, and so were notes',
    )
    expect((await run(['verify'], logs)).stdout).toContain('1 document: 1 stands.')
  })
})

describe('runs that are named or filtered', () => {
  const logs = {
    runs: {
      runs: [LAST_WEEK, MORNING, AFTERNOON, { ...AFTERNOON, id: 'dddd4444', name: 'hers', user: 'kari' }],
    },
  }

  test('become an entry of their own, whoever made them and whenever', async () => {
    const { run } = await project()
    const { code, stdout } = await run(['log', 'ridge', 'dddd', '-m', 'the two candidates'], logs)
    expect(secondLine(stdout)).toBe('12–20 Nov 2026 · 2 runs, all finished · chosen: ridge, dddd')
    expect(stdout).toContain('“the two candidates”')
    expect(code).toBe(0)
    expect((await run(['verify'], logs)).stdout).toContain('1 document: 1 stands.')
  })

  test('leave the others of their span to the next entry', async () => {
    const { run } = await project()
    const filtered = await run(['log', '--filter', "params.lr = '0.2'", '--user', 'ola'], logs)
    expect(filtered.stdout).toContain("chosen: params.lr = '0.2', by ola")
    const rest = await run(['log', '-m', 'evening'], logs)
    expect(rest.stdout).toContain('aaaa1111')
    expect(rest.stdout).not.toContain('#r1)bbbb2222')
    expect(rest.stderr).toContain('1 told in earlier entries.')
  })

  test('that there are not are a usage error which knows where a note goes', async () => {
    const { run, files } = await project()
    const { code, stderr } = await run(['log', 'smote', 'did', 'nothing'], logs)
    expect(code).toBe(2)
    expect(stderr).toContain(`No run's id begins with "smote"`)
    expect(stderr).toContain('A note goes behind -m.')
    expect((await run(['log', '--filter', "params.lr = '9'"], logs)).stderr).toContain(
      'No run is chosen by that.',
    )
    expect(await files('narrative/log')).toEqual([])
  })
})

test('several projects of a day are told apart: the largest leads, no run is ranked against another project', async () => {
  const { run } = await project(
    'project: lab\nusers: all\nsources:\n  - at: river\n    as: river\n  - at: shop\n    as: shop\n',
  )
  const shop: FakeRun = {
    ...AFTERNOON,
    id: 'eeee5555',
    name: 'trees',
    params: { num_leaves: '7', min_child: '30', sampling: 'none', folds: '5', depth: '3', rate: '0.1' },
    metrics: { val_auc: [[0, 0.99]], val_f1: [[0, 0.3]], val_ap: [[0, 0.2]], fit: [[0, 1]] },
  }
  const logs = { river: { runs: [MORNING, AFTERNOON] }, shop: { runs: [shop] } }
  const { stdout } = await run(['log', '-m', 'both projects today'], logs)
  const [visible = ''] = stdout.split('<details>')
  expect(visible).toContain('# lab: highest val_auc 0.83 in [xgb (bbbb2222)]')
  expect(visible).toContain('Of river alone.')
  expect(visible).toMatch(/\*\*shop\*\*: 1 run; highest val_\w+ 0\.\d+ in \[trees/)
  expect(stdout).toContain('<details><summary>Results of shop</summary>')
  expect((await run(['verify'], logs)).stdout).toContain('1 document: 1 stands.')
})
