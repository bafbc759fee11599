import { readFile } from 'node:fs/promises'
import process from 'node:process'
import Table from 'cli-table3'
import { z } from 'zod'
import { makeWorld } from '../../src/cli/make-world.ts'

const reading = z.object({
  reader: z.enum(['narrate', 'EventAccumulator']),
  log: z.string(),
  result: z.object({
    runs: z.number(),
    points: z.number(),
    checksum: z.number(),
    seconds: z.number(),
    megabytes: z.number(),
  }),
})

/** Prints what `events.sh` measured as one table, and fails where both readers did not see the same. */
async function main(path: string): Promise<number> {
  const world = makeWorld(process)
  const readings = (await readFile(path, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => reading.parse(JSON.parse(line)))
  const table = new Table({
    head: [
      'log',
      'runs',
      'values',
      'narrate',
      'EventAccumulator',
      'faster',
      'memory: narrate',
      'it',
      'times',
    ],
    style: { head: [], border: [] },
    colAligns: ['left', ...Array.from({ length: 8 }, () => 'right' as const)],
  })
  let differ = 0
  for (const log of new Set(readings.map((each) => each.log))) {
    const of = (reader: string) => readings.filter((each) => each.log === log && each.reader === reader)
    const [ours, theirs] = [of('narrate'), of('EventAccumulator')]
    const [we, it] = [ours, theirs].map((each) =>
      each
        .map(({ result }) => result)
        .toSorted((a, b) => a.seconds - b.seconds)
        .at(Math.floor(each.length / 2)),
    )
    if (we === undefined || it === undefined) throw new Error(`no time of ${log}`)
    const saw = ({ result }: (typeof readings)[number]) =>
      `${result.runs} runs, ${result.points} values, sum ${result.checksum.toFixed(2)}`
    const seen = new Set([...ours, ...theirs].map(saw))
    if (seen.size !== 1) {
      differ += 1
      world.stdout.write(`${log}: they did not see the same: ${[...seen].join(' | ')}\n`)
    }
    table.push([
      log,
      we.runs,
      we.points,
      `${we.seconds.toFixed(2)} s`,
      `${it.seconds.toFixed(2)} s`,
      `${(it.seconds / we.seconds).toFixed(1)} ×`,
      `${we.megabytes.toFixed(0)} MB`,
      `${it.megabytes.toFixed(0)} MB`,
      `${ours.length}, ${theirs.length}`,
    ])
  }
  world.stdout.write(`${table.toString()}\n`)
  return differ === 0 ? 0 : 1
}

process.exitCode = await main(process.argv[2] ?? '')
