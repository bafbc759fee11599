import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { makeWorld } from '../../src/cli/make-world.ts'

const TIMES = 15

/** Milliseconds of a whole process, from its start to its end. */
function millisecondsOf(...options: readonly string[]): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`node ${options.join(' ')} ended with ${status}: ${stderr.slice(0, 500)}`)
  return performance.now() - began
}

/** Measures `narrate --help` against Node doing nothing, turn by turn, and prints both medians as JSON. */
function main(bin: string): void {
  const help: number[] = []
  const nothing: number[] = []
  for (let time = 0; time < TIMES; time += 1) {
    nothing.push(millisecondsOf('-e', '0'))
    help.push(millisecondsOf(bin, '--help'))
  }
  const median = (values: number[]) => values.sort((left, right) => left - right)[TIMES >> 1] ?? Number.NaN
  const result = { start: { help: median(help), nothing: median(nothing), times: TIMES } }
  makeWorld(process).stdout.write(`${JSON.stringify(result)}\n`)
}

main(process.argv[2] ?? '')
