import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import process from 'node:process'
import Table from 'cli-table3'
import { z } from 'zod'
import { makeWorld } from '../../src/cli/make-world.ts'

const reading = z.object({
  what: z.string(),
  reader: z.string(),
  result: z.object({
    seen: z.record(z.string(), z.number()),
    seconds: z.number(),
    cpu: z.number(),
    megabytes: z.number(),
    private: z.number().nullable(),
  }),
})
type Reading = z.infer<typeof reading>
const start = z.object({ start: z.object({ help: z.number(), nothing: z.number(), times: z.number() }) })

const OURS = 'narrate'
const FLOOR = 'console.log(process.resourceUsage().maxRSS / 1024)'

/**
 * Prints what the benches measured as one table: of each log a row for each reader, with the median of its rounds, and how many times as much as
 * narrate it took. Fails where two readers of a log did not read the same.
 */
async function main(path: string): Promise<number> {
  const world = makeWorld(process)
  const print = (text: string) => world.stdout.write(`${text}\n`)
  const lines = (await readFile(path, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => z.union([reading, start]).parse(JSON.parse(line)))
  const readings = lines.filter((line): line is Reading => 'reader' in line)
  const table = new Table({
    head: ['log', 'reader', 'time', '×', 'processor', '×', 'peak memory', '×', 'its own', 'rounds'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', ...Array.from({ length: 8 }, () => 'right' as const)],
  })
  let differ = 0
  for (const [what, ofLog] of Map.groupBy(readings, (each) => each.what)) {
    const seen = new Set(ofLog.map(saw))
    if (seen.size !== 1) {
      differ += 1
      print(`${what}: they did not read the same: ${[...seen].join(' | ')}`)
    }
    const ours = ofLog.filter(({ reader }) => reader === OURS)
    if (ours.length === 0) throw new Error(`narrate read nothing of ${what}`)
    for (const [reader, own] of Map.groupBy(ofLog, (each) => each.reader)) {
      const against = (name: 'seconds' | 'cpu' | 'megabytes') =>
        reader === OURS ? '' : (median(own, name) / median(ours, name)).toFixed(1)
      table.push([
        reader === OURS ? what : '',
        reader,
        `${median(own, 'seconds').toFixed(2)} s`,
        against('seconds'),
        `${median(own, 'cpu').toFixed(2)} s`,
        against('cpu'),
        `${median(own, 'megabytes').toFixed(0)} MB`,
        against('megabytes'),
        Number.isNaN(median(own, 'private')) ? '' : `${median(own, 'private').toFixed(0)} MB`,
        own.length,
      ])
    }
  }
  print('Of each log all readers read the same values; × is how many times as much as narrate. "Its own" is')
  print("what of the memory is no file's: neither the code of Node nor that of Python or a library.")
  print(table.toString())
  const floor = execFileSync(process.execPath, ['-e', FLOOR], { encoding: 'utf8' })
  const nothing = `Node alone, doing nothing, has ${Number(floor).toFixed(0)} MB at its peak`
  print(
    `${nothing}. The machine: ${cpus().length} cores, load ${loadavg()
      .map((each) => each.toFixed(1))
      .join(', ')}.`,
  )
  for (const line of lines)
    if ('start' in line) {
      const { help, nothing: none, times } = line.start
      print(
        `narrate --help: ${help.toFixed(0)} ms, node -e 0: ${none.toFixed(0)} ms, so ${(help - none).toFixed(0)} ms more (median of ${times}).`,
      )
    }
  return differ === 0 ? 0 : 1
}

/** What was seen, with sums as far as the order of adding up does not tell. */
function saw({ result }: Reading): string {
  return Object.entries(result.seen)
    .map(([name, value]) => `${name} ${name === 'checksum' ? value.toFixed(2) : value}`)
    .join(', ')
}

function median(readings: readonly Reading[], name: 'seconds' | 'cpu' | 'megabytes' | 'private'): number {
  const values = readings.map(({ result }) => result[name] ?? Number.NaN).sort((left, right) => left - right)
  return values[values.length >> 1] ?? Number.NaN
}

process.exitCode = await main(process.argv[2] ?? '')
