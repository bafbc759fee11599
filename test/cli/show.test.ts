import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const DAYS = ['2026-11-18', '2026-11-19', '2026-11-20']

/** A project with an entry for each of three days; the run `long5555` was open on the first two. */
async function threeEntries() {
  const cwd = await temporaryFolder({ 'narrate.yaml': 'project: churn\nusers: all\n' })
  const runs = DAYS.map((day, index) => ({
    id: `aaaa${index}${index}${index}${index}`,
    name: `run ${index}`,
    startedAt: `${day}T10:00:00Z`,
    endedAt: `${day}T10:30:00Z`,
  }))
  const long = {
    id: 'long5555',
    startedAt: '2026-11-18T08:00:00Z',
    endedAt: null,
    status: 'running' as const,
  }
  async function run(argv: readonly string[], options: Partial<TestWorldOptions> = {}) {
    const { world, stdout, stderr } = makeWorld({ cwd, ...options })
    const isEarly = world.now() < Date.parse('2026-11-20T00:00:00Z')
    const log = { runs: isEarly ? [...runs, long] : runs }
    const parts = {
      ...PARTS,
      sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: log })],
      chooseModel: async () => ({ model: null, reason: 'none', remember: null }),
    }
    const code = await main(argv, world, parts)
    return { code, stdout: stdout(), stderr: stderr() }
  }
  for (const [index, day] of DAYS.entries()) {
    await run(['log', '-m', `note ${index} about focal loss`, '--since', day], {
      now: Date.parse(`${day}T18:00:00Z`),
    })
  }
  const entries = (await readdir(path.join(cwd, 'narrative/log'))).sort()
  return { cwd, run, entries }
}

describe('list', () => {
  test('is a table of the documents, oldest first', async () => {
    const { run } = await threeEntries()
    const { code, stdout } = await run(['list'])
    expect(stdout.split('\n').map((line) => line.slice(0, 22).trim())).toEqual([
      'date        kind  runs',
      '2026-11-18  log      2',
      '2026-11-19  log      2',
      '2026-11-20  log      1',
      '',
    ])
    expect(code).toBe(0)
  })

  test.each([
    [['--since', '2026-11-19', '--until', '2026-11-19'], ['2026-11-19']],
    [['--since', 'today'], ['2026-11-20']],
    [
      ['--run', 'long'],
      ['2026-11-18', '2026-11-19'],
    ],
    [['note', '1'], ['2026-11-19']],
    [['--kind', 'plan'], []],
  ])('%j narrows it', async (options, dates) => {
    const { run } = await threeEntries()
    const { stdout } = await run(['list', '--json', ...options])
    expect(JSON.parse(stdout).documents.map(({ date }: { date: string }) => date)).toEqual(dates)
  })

  test('a document that cannot be read is a gap: exit code 1', async () => {
    const { run, cwd, entries } = await threeEntries()
    const id = (entries[0] ?? '').replace('.md', '')
    await writeFile(path.join(cwd, `narrative/evidence/${id}.json`), '{')
    const { code, stdout, stderr } = await run(['list', '--json'])
    expect(JSON.parse(stdout).documents).toHaveLength(2)
    expect(JSON.parse(stdout).gaps).toHaveLength(1)
    expect(stderr).toContain(id)
    expect(code).toBe(1)
  })

  test('of an empty project is no error', async () => {
    const { world, stdout, stderr } = makeWorld({ cwd: await temporaryFolder() })
    expect(await main(['list'], world)).toBe(0)
    expect(stdout()).toBe('')
    expect(stderr()).toBe('No documents in narrative.\n')
  })
})

describe('show', () => {
  test('a document by its date is the file as it is, where it is piped', async () => {
    const { run, cwd, entries } = await threeEntries()
    const { code, stdout } = await run(['show', '2026-11-19'])
    expect(stdout).toBe(await readFile(path.join(cwd, 'narrative/log', entries[1] ?? ''), 'utf8'))
    expect(code).toBe(0)
  })

  test('at a terminal it is laid out, with the folded parts as one line each', async () => {
    const { run } = await threeEntries()
    const { stdout } = await run(['show', '2026-11-19'], { terminal: 80 })
    expect(stdout).not.toMatch(/^---|<details>|\*\*/m)
    expect(stdout).toContain('▸ All runs')
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    const full = await run(['show', '--full', '2026-11-19'], { terminal: 80 })
    expect(full.stdout).not.toContain('▸')
  })

  test('a run that one document tells shows it', async () => {
    const { run } = await threeEntries()
    expect((await run(['show', 'aaaa22'])).stdout).toContain('id: 2026-11-20')
  })

  test('a run that several tell shows the newest and names the others', async () => {
    const { run } = await threeEntries()
    const { code, stdout, stderr } = await run(['show', 'long5'])
    expect(stdout).toContain('id: 2026-11-19')
    expect(stderr).toMatch(/2026-11-18 {2}log[\s\S]*2026-11-19 {2}log/)
    expect(code).toBe(0)
    const { stdout: json } = await run(['show', 'long5', '--json'])
    expect(JSON.parse(json).documents.map(({ date }: { date: string }) => date)).toEqual([
      '2026-11-18',
      '2026-11-19',
    ])
  })

  test.each([
    ['aaaa', '"aaaa" may be any of 3 runs.'],
    ['2026-11', '"2026-11" may be any of 3 documents.'],
    ['zzz', 'Nothing is kept under "zzz".'],
  ])('%s is answered with exit code 2', async (typed, sentence) => {
    const { run } = await threeEntries()
    const { code, stdout, stderr } = await run(['show', typed])
    expect(stderr).toContain(sentence)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('a document that is there and cannot be read is not said to be missing', async () => {
    const { cwd, run, entries } = await threeEntries()
    const id = (entries[1] ?? '').replace('.md', '')
    await rm(path.join(cwd, 'narrative/evidence', `${id}.json`))
    const { code, stderr } = await run(['show', id])
    expect(stderr).toContain(`${id} cannot be shown: its evidence is missing.`)
    expect(code).toBe(6)
  })

  test('says that a person edited it', async () => {
    const { run, cwd, entries } = await threeEntries()
    const file = path.join(cwd, 'narrative/log', entries[1] ?? '')
    await writeFile(file, (await readFile(file, 'utf8')).replace('focal', 'vocal'))
    const { stdout, stderr } = await run(['show', '2026-11-19'])
    expect(stderr).toContain('Edited by hand since it was saved.')
    expect(stdout).toContain('vocal')
  })
})
