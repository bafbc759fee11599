import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

async function run(argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { world, stdout, stderr } = makeWorld({ cwd: await temporaryFolder() })
  const code = await main(argv, world, { ...PARTS, sourceKinds: async () => [] })
  return { code, stdout: stdout(), stderr: stderr() }
}

describe('the command line', () => {
  test.each([
    [['lgo'], 'There is no command "narrate lgo".', 'Did you mean narrate log?'],
    [['shwo', 'x'], 'There is no command "narrate shwo".', 'Did you mean narrate show?'],
    [['runs', 'lst'], 'There is no command "narrate runs lst".', 'Did you mean narrate runs list?'],
    [['something'], 'There is no command "narrate something".', 'A note for the entry goes behind -m.'],
    [['--jsn'], "Unknown option '--jsn'.", 'Did you mean --json?'],
    [['runs', 'list', '--limt', '3'], "Unknown option '--limt'.", 'Did you mean --limit?'],
    [['show'], "Missing required argument 'id-or-run'.", '--help'],
    [
      ['log', '--no-model', '--model', 'openai/x'],
      '--model and --no-model exclude each other.',
      'Leave one of them out.',
    ],
    [['--model=openai/x', 'log', '--no-model'], '--model and --no-model exclude each other.', ''],
    [['runs', 'list', '--limit', 'many'], '--limit many is no whole number between 1 and a billion.', ''],
    [['runs', 'list', '--status', 'done'], '"done" is no status.', 'running, scheduled, finished'],
    [['runs', 'list', '--since', 'tuesday'], '--since "tuesday" is not a time', 'Write a date'],
    [['runs', 'list', '--project', 'nowhere'], '--project nowhere is not a folder.', ''],
  ])('answers %j with exit code 2, a sentence and a hint', async (argv, sentence, hint) => {
    const { code, stdout, stderr } = await run(argv)
    expect(stderr).toContain(sentence)
    expect(stderr).toContain(hint)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('with --json an error is one JSON value on stdout', async () => {
    const { code, stdout } = await run(['--json', 'runs', 'list', '--status', 'done'])
    expect(JSON.parse(stdout)).toEqual({
      error: {
        kind: 'usage',
        message: '"done" is no status.',
        hint: 'It is one of running, scheduled, finished, failed, killed, unknown.',
      },
    })
    expect(code).toBe(2)
  })

  test.each([
    [['--help']],
    [['log', '--help']],
    [['runs', 'list', '--help']],
    [['demo', '--help']],
    [['note', '--help']],
    [['help', 'show']],
    [['init', '--help']],
    [['doctor', '--help']],
  ])('%j fits 80 columns and shows an example', async (argv) => {
    const { code, stdout } = await run(argv)
    expect(code).toBe(0)
    expect(stdout).toMatch(/Examples?:/)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('--help tells every exit code', async () => {
    const { stdout } = await run(['--help'])
    for (const code of ['0', '1', '2', '3', '4', '5', '6'])
      expect(stdout).toMatch(new RegExp(`(^| )${code}  \\w`, 'm'))
  })

  test('--help loads commander and no other package', async () => {
    const listed = await promisify(execFile)(
      process.execPath,
      [
        '--import',
        import.meta.resolve('../support/list-modules.ts'),
        path.join(ROOT, 'src/cli/bin.ts'),
        '--help',
      ],
      { env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' } },
    )
    const packages = new Set(
      [...listed.stderr.matchAll(/^loaded .*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(
        (match) => match[1],
      ),
    )
    const ours = [...listed.stderr.matchAll(/^loaded .*\/src\/(.*)$/gm)].map((match) => match[1])
    expect([...packages]).toEqual(['commander'])
    expect(ours.sort()).toEqual([
      'cli/bin.ts',
      'cli/check-language.ts',
      'cli/keep-heap-small.ts',
      'cli/main.ts',
      'cli/make-world.ts',
      'cli/package-root.ts',
      'cli/parts.ts',
      'cli/program.ts',
      'errors.ts',
    ])
  })

  test('a defect keeps its stack and is no code that means something else', async () => {
    const { world, stdout, stderr } = makeWorld({ cwd: await temporaryFolder() })
    const code = await main(['runs', 'list', '--json'], world, {
      ...PARTS,
      sourceKinds: async () => {
        throw new TypeError('kaput')
      },
    })
    expect(stderr()).toMatch(/a defect of narrate.*\nTypeError: kaput\n +at /)
    expect(JSON.parse(stdout()).error).toEqual({ kind: 'defect', message: 'kaput', hint: null })
    expect(code).toBe(70)
  })
})
