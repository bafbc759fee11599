import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function run(argv: readonly string[], options: Partial<TestWorldOptions> = {}) {
  const cwd =
    options.cwd ?? (await temporaryFolder({ 'narrate.yaml': 'project: churn\n', 'deep/er/keep': '' }))
  const { world, stdout, stderr } = makeWorld({ ...options, cwd })
  const kinds = [fakeKind({ [path.join(cwd, 'runs')]: { runs: [{ id: 'aaaa1111' }, { id: 'aaaa2222' }] } })]
  const code = await main(argv, world, { ...PARTS, sourceKinds: async () => kinds })
  const journal = path.join(cwd, 'narrative/notes/2026-11-20.md')
  const kept = await readFile(journal, 'utf8').catch(() => null)
  return { code, stdout: stdout(), stderr: stderr(), kept, cwd }
}

describe('note', () => {
  test.each([
    ['words', ['note', 'val', 'loss', 'spikes'], {}, 'val loss spikes'],
    ['stdin', ['note'], { stdin: 'from a pipe\nwith two lines\n' }, 'from a pipe\nwith two lines'],
  ])('keeps %s', async (_, argv, options, words) => {
    const { code, stdout, kept } = await run(argv, options)
    expect(kept).toContain(words)
    expect(stdout).toBe('Kept in narrative/notes/2026-11-20.md.\n')
    expect(code).toBe(0)
  })

  test('adds to the journal of the day and never rewrites it', async () => {
    const { cwd, kept: first } = await run(['note', 'one'])
    const { kept } = await run(['note', 'two'], { cwd })
    expect(kept?.startsWith(first ?? 'missing')).toBe(true)
    expect(kept).toContain('two')
  })

  test('keeps words, not control characters, which would make the file of the day binary', async () => {
    const { kept } = await run(['note', '--', 'a\u0000b\u0007\tc\r\nd'])
    expect(kept).toContain('ab\tc\r\nd')
    expect(kept).not.toContain('\u0000')
  })

  test('is of the day before until four in the morning', async () => {
    const { stdout } = await run(['note', 'late'], { now: Date.parse('2026-11-21T02:00:00Z') })
    expect(stdout).toBe('Kept in narrative/notes/2026-11-20.md.\n')
  })

  test('from a folder below stands in the journal of the project', async () => {
    const cwd = await temporaryFolder({ 'narrate.yaml': '', 'deep/er/keep': '' })
    await run(['note', 'deep'], { cwd: path.join(cwd, 'deep/er') })
    expect(await readdir(cwd)).toContain('narrative')
  })

  test('opens the editor at a terminal, and forgets the draft once it is kept', async () => {
    const { kept, cwd } = await run(['note', 'begun', '--edit'], {
      terminal: 80,
      env: { EDITOR: 'ed' },
      onInteractive: async (_, [file = '']) => {
        await writeFile(file, `${await readFile(file, 'utf8')} and finished`)
        return 0
      },
    })
    expect(kept).toContain('begun and finished')
    expect(await readdir(path.join(cwd, '.narrate'))).toEqual(['.gitignore'])
  })

  test.each([
    [['note'], { stdin: ' \n' }],
    [['note'], { terminal: 80, env: { EDITOR: 'ed' } }],
  ])('that is empty is not kept: exit code 2', async (argv, options) => {
    const { code, stderr, kept } = await run(argv, options)
    expect(stderr).toContain('The note is empty: nothing was kept.')
    expect(kept).toBeNull()
    expect(code).toBe(2)
  })

  test('tied to a run says so in the journal', async () => {
    const { code, kept, stdout } = await run(['note', '--json', '--run', 'aaaa1', 'killed by hand'])
    expect(kept).toContain('aaaa1')
    expect(JSON.parse(stdout).note).toMatchObject({
      path: 'narrative/notes/2026-11-20.md',
      at: '2026-11-20T18:30:00.000Z',
      text: 'killed by hand',
      runs: ['aaaa1'],
    })
    expect(code).toBe(0)
  })

  test.each([
    ['ffff', `No run's id begins with "ffff".`],
    ['aaaa', '"aaaa" is ambiguous: 2 runs begin with it.'],
  ])('tied to %s is kept all the same, and what is wrong is said: exit code 1', async (typed, sentence) => {
    const { code, stderr, kept } = await run(['note', '--run', typed, 'kept'])
    expect(kept).toContain('kept')
    expect(stderr).toContain(sentence)
    expect(code).toBe(1)
  })

  test('keeps addresses as typed, but no key', async () => {
    const secret = `ghp_${'aB3dE5fG7h'.repeat(4)}`
    const { kept, stderr } = await run(['note', `ask kari@example.org, token ${secret}`])
    expect(kept).not.toContain(secret)
    expect(stderr).toContain('1 access token in your note was masked before it was kept.')
    expect((await run(['note', 'ask kari@example.org'])).kept).toContain('kari@example.org')
  })

  test('--dry-run keeps nothing', async () => {
    const { code, kept, stdout } = await run(['note', '--dry-run', 'x'])
    expect(stdout).toContain('Would be kept')
    expect(kept).toBeNull()
    expect(code).toBe(0)
  })

  test('that cannot be written is printed back whole: exit code 6', async () => {
    const cwd = await temporaryFolder({ 'narrate.yaml': '', narrative: 'a file stands in the way' })
    const { code, stderr } = await run(['note', 'do not lose this'], { cwd })
    expect(stderr).toContain('do not lose this')
    expect(code).toBe(6)
  })
})
