import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const DAY = '2026-11-20.md'

async function run(
  argv: readonly string[],
  settings: string,
  options: Partial<TestWorldOptions> = {},
): Promise<{
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly cwd: string
}> {
  const cwd = await temporaryFolder({ 'narrate.yaml': settings, 'dump.md': 'from a file' })
  const { world, stdout, stderr } = makeWorld({ cwd, ...options })
  const code = await main(argv, world, { ...PARTS, sourceKinds: async () => [] })
  return { code, stdout: stdout(), stderr: stderr(), cwd }
}

async function journal(cwd: string, folder = 'narrative'): Promise<string> {
  return readFile(path.join(cwd, folder, 'notes', DAY), 'utf8')
}

describe('with a faulty narrate.yaml, what was typed is kept and the fault is told', () => {
  test.each<[string, readonly string[], Partial<TestWorldOptions>, readonly string[]]>([
    ['note', ['note', 'val loss spikes'], {}, ['val loss spikes']],
    ['note through a pipe', ['note'], { stdin: 'piped words' }, ['piped words']],
    ['note begun for the editor', ['note', '--edit', 'begun'], { terminal: 80 }, ['begun']],
    ['note tied to a run', ['note', '--run', 'aaaa1', 'by hand'], {}, ['by hand', '- runs: aaaa1']],
    ['log -m', ['log', '-m', 'one', '-m', 'two', '--yes'], {}, ['one', 'two']],
    ['log --notes', ['log', '--notes', 'dump.md', '--yes'], {}, ['from a file']],
    ['log through a pipe', ['log', '--yes'], { stdin: 'dumped' }, ['dumped']],
    ['the default command', ['-m', 'bare'], {}, ['bare']],
  ])('%s: exit code 2', async (_, argv, options, kept) => {
    const { code, stderr, cwd } = await run(argv, 'project: churn\ngaol: typo\n', options)
    expect(code).toBe(2)
    for (const words of kept) expect(await journal(cwd)).toContain(words)
    expect(stderr).toContain('narrate.yaml:2:')
    expect(stderr.replace(/\s+/g, ' ')).toContain(`What you typed is kept in narrative/notes/${DAY}.`)
  })

  test.each([
    ['that names another folder', 'store: docs/told\nprimary: x\n', 'docs/told', ':2:'],
    ['that is no YAML further down', 'store: told\nmetrics: {primary: [\n', 'told', ':3:'],
    ['whose folder is the fault', 'store: ../outside\n', 'narrative', ':1:'],
    ['that is a list', '- one\n', 'narrative', ':1:'],
  ])('in the folder of a file %s', async (_, settings, folder, line) => {
    const { code, stderr, cwd } = await run(['note', 'keep me'], settings)
    expect(await journal(cwd, folder)).toContain('keep me')
    expect(stderr).toContain(`narrate.yaml${line}`)
    expect(code).toBe(2)
  })

  test('in the file of the day that the zone of a faulty file gives', async () => {
    const { cwd } = await run(['note', 'late'], 'day: {zone: Asia/Tokyo, endsAtHour: 0}\ngaol: x\n')
    expect(await readdir(path.join(cwd, 'narrative/notes'))).toEqual(['2026-11-21.md'])
  })

  test('and is not kept twice when the command is typed again once the file is mended', async () => {
    const { cwd } = await run(['log', '-m', 'once', '--yes'], 'gaol: x\n')
    await writeFile(path.join(cwd, 'narrate.yaml'), '')
    const { world } = makeWorld({ cwd })
    await main(['log', '-m', 'once', '--yes', '--no-model'], world, { ...PARTS, sourceKinds: async () => [] })
    expect((await journal(cwd)).match(/once/g)).toHaveLength(1)
  })

  test('without its secrets, those of the file itself among them', async () => {
    const { cwd } = await run(
      ['note', 'ask Projekt Nordlys, ghp_aB3dE5fG7haB3dE5fG7haB3dE5fG7haB3dE5'],
      'mask: [Nordlys]\ngaol: x\n',
    )
    const kept = await journal(cwd)
    expect(kept).not.toContain('ghp_')
    expect(kept).not.toContain('Nordlys')
  })

  test('but not with --dry-run, and nothing is said to be kept where nothing was typed', async () => {
    const dry = await run(['note', '--dry-run', 'x'], 'gaol: x\n')
    const empty = await run(['log', '--yes'], 'gaol: x\n')
    for (const { code, stderr, cwd } of [dry, empty]) {
      expect(await readdir(cwd)).toEqual(['dump.md', 'narrate.yaml'])
      expect(stderr).not.toContain('is kept')
      expect(code).toBe(2)
    }
  })
})
