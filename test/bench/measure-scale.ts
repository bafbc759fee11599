import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { makeWorld } from '../../src/cli/make-world.ts'

interface Used {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly megabytes: number
  readonly lines: number
}

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** Runs narrate as a process of its own in a project, and says what it took. Exit codes above 1 are failures. */
function measure(bin: string, project: string, words: readonly string[]): Used {
  const usage = join(tmpdir(), `narrate-usage-${process.pid}.json`)
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', join(HERE, 'print-usage.ts'), bin, '--project', project, ...words],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      env: { ...process.env, USAGE_FILE: usage, NO_COLOR: '1', NARRATE_NO_PAGER: '1' },
    },
  )
  const seconds = (performance.now() - began) / 1000
  if (status === null || status > 1)
    throw new Error(`narrate ${words.join(' ')} ended with ${status}: ${stderr.slice(-1500)}`)
  const used: Pick<Used, 'cpuSeconds' | 'megabytes'> = JSON.parse(readFileSync(usage, 'utf8'))
  return { seconds, ...used, lines: stdout.split('\n').length - 1 }
}

/** The commands that have to stay quick over a history of years. `RUN` stands for the id of a run in the middle of the list. */
const COMMANDS: readonly string[] = [
  'runs list --limit 20',
  'runs list --since DAY',
  'runs list --all',
  'log --no-model --dry-run --since DAY',
  'runs show RUN',
  'tried lr=0.1',
  'coverage',
  'ask --no-model boosting',
]

/** `node measure-scale.ts BIN PROJECT [COMMAND…]`: each command at a first look (nothing kept) and a second one. */
function main(bin: string, project: string, only: readonly string[]): void {
  const world = makeWorld(process)
  const day = readFileSync(join(project, 'since'), 'utf8').trim()
  const listed = JSON.parse(
    spawnSync(
      process.execPath,
      [bin, '--project', project, 'runs', 'list', '--limit', '40', '--json', '--quiet'],
      {
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
      },
    ).stdout,
  ) as { readonly runs: readonly { readonly id: string }[] }
  const run = listed.runs.at(-1)?.id ?? ''
  for (const command of only.length > 0 ? only : COMMANDS) {
    const words = command.split(' ').map((word) => (word === 'DAY' ? day : word === 'RUN' ? run : word))
    rmSync(join(project, '.narrate', 'cache'), { recursive: true, force: true })
    const looks = [measure(bin, project, words), measure(bin, project, words)]
    const cells = looks.map(
      ({ seconds, cpuSeconds, megabytes }) =>
        `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s, ${Math.round(megabytes)} MB`,
    )
    world.stdout.write(`| ${command} | ${cells.join(' | ')} | ${looks[0]?.lines ?? 0} lines |\n`)
  }
}

const [bin = '', project = '', ...only] = process.argv.slice(2)
main(bin, project, only)
