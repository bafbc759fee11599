import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const EXAMPLE = path.join(ROOT, 'examples/forty-seven-runs')

/** Starts the real program with pipes for all streams. */
function start(argv: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [path.join(ROOT, 'src/cli/bin.ts'), ...argv], { cwd })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (piece: Buffer) => {
    stdout += piece.toString('utf8')
  })
  child.stderr.on('data', (piece: Buffer) => {
    stderr += piece.toString('utf8')
  })
  const closed = once(child, 'close')
  return { child, stdout: () => stdout, stderr: () => stderr, code: async () => (await closed)[0] }
}

describe('the program', () => {
  test('prints its version', async () => {
    const { stdout, code } = start(['--version'], await temporaryFolder())
    expect(await code()).toBe(0)
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'))
    expect(stdout()).toBe(`${version}\n`)
  })

  test('ends with the exit code of its command', async () => {
    const { stderr, code } = start(['nonsense'], await temporaryFolder())
    expect(await code()).toBe(2)
    expect(stderr()).toContain('There is no command "narrate nonsense".')
  })

  test('says nothing of a reader that went away', async () => {
    const { child, stderr, code } = start(
      ['runs', 'list', '--json', '--source', EXAMPLE],
      await temporaryFolder(),
    )
    child.stdout.destroy()
    expect(await code()).toBe(0)
    expect(stderr()).toBe('')
  })

  test('stops on Ctrl-C while it waits for stdin', async () => {
    const { child, stderr, code } = start(['note'], await temporaryFolder())
    child.stderr.once('data', () => child.kill('SIGINT'))
    expect(await code()).toBe(130)
    expect(stderr()).toContain('Reading your note from stdin')
    expect(stderr()).toContain('narrate: Stopped while reading stdin.')
  })

  test('reads a note from a pipe', async () => {
    const cwd = await temporaryFolder()
    const { child, stdout, code } = start(['note'], cwd)
    child.stdin.end('från en pipa\n')
    expect(await code()).toBe(0)
    const place = /Kept in (.*)\.\n/.exec(stdout())?.[1] ?? ''
    expect(await readFile(path.join(cwd, place), 'utf8')).toContain('från en pipa')
  })
})
