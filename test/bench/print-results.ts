import { readFile } from 'node:fs/promises'
import process from 'node:process'
import Table from 'cli-table3'
import { z } from 'zod'
import { makeWorld } from '../../src/cli/make-world.ts'

const reading = z.object({
  reader: z.enum(['narrate', 'client', 'search_runs']),
  store: z.enum(['files', 'database']),
  runs: z.number(),
  result: z.object({
    runs: z.number(),
    params: z.number(),
    metrics: z.number(),
    tags: z.number(),
    checksum: z.number(),
    seconds: z.number(),
    megabytes: z.number(),
  }),
})

const start = z.object({
  start: z.object({ help: z.number(), nothing: z.number(), times: z.number() }),
})

type Reading = z.infer<typeof reading>

/** Prints what `run.sh` measured as one table, and fails where both readers did not see the same. */
async function main(path: string, version: string): Promise<number> {
  const world = makeWorld(process)
  const print = (text: string) => world.stdout.write(`${text}\n`)
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean).map(parse)
  const readings = lines.filter((line): line is Reading => 'reader' in line)
  const table = new Table({
    head: [
      'store',
      'runs',
      'narrate',
      'mlflow.search_runs',
      'faster',
      'its client, best case',
      'faster',
      'memory: narrate',
      'search_runs',
      'client',
      'times',
    ],
    style: { head: [], border: [] },
    colAligns: ['left', ...Array.from({ length: 10 }, () => 'right' as const)],
  })
  let differ = 0
  for (const key of new Set(readings.map(({ store, runs }) => `${store} ${runs}`))) {
    const of = (reader: Reading['reader']) =>
      readings.filter((each) => each.reader === reader && `${each.store} ${each.runs}` === key)
    const [ours, frames, clients] = [of('narrate'), of('search_runs'), of('client')]
    const [we, frame, client] = [ours, frames, clients].map((each) => median(each, 'seconds'))
    if (we === undefined || frame === undefined || client === undefined) throw new Error(`no time of ${key}`)
    if (new Set([...ours, ...frames, ...clients].map(saw)).size !== 1) {
      differ += 1
      print(
        `${key}: narrate saw ${ours.map(saw)[0]}, MLflow ${clients.map(saw)[0]} and ${frames.map(saw)[0]}`,
      )
    }
    table.push([
      ...key.split(' '),
      `${we.toFixed(2)} s`,
      `${frame.toFixed(2)} s`,
      `${(frame / we).toFixed(1)} ×`,
      `${client.toFixed(2)} s`,
      `${(client / we).toFixed(1)} ×`,
      ...[ours, frames, clients].map((each) => `${Math.round(median(each, 'megabytes'))} MB`),
      [ours, frames, clients].map((each) => each.length).join(' / '),
    ])
  }
  print(
    `MLflow ${version}. All runs with parameters, last metrics and tags; median wall time, peak memory of the process:`,
  )
  print(table.toString())
  for (const line of lines)
    if ('start' in line) {
      const { help, nothing, times } = line.start
      print(
        `narrate --help: ${help.toFixed(0)} ms, node -e 0: ${nothing.toFixed(0)} ms, so ${(help - nothing).toFixed(0)} ms more (median of ${times}).`,
      )
    }
  return differ === 0 ? 0 : 1
}

function parse(line: string): Reading | z.infer<typeof start> {
  return z.union([reading, start]).parse(JSON.parse(line))
}

function saw({ result }: Reading): string {
  const { runs, params, metrics, tags, checksum } = result
  return `${runs} runs, ${params} parameters, ${metrics} metrics, ${tags} tags, last values adding up to ${checksum.toFixed(2)}`
}

function median(readings: readonly Reading[], name: 'seconds' | 'megabytes'): number {
  const values = readings.map(({ result }) => result[name]).sort((left, right) => left - right)
  return values[values.length >> 1] ?? Number.NaN
}

process.exitCode = await main(process.argv[2] ?? '', process.argv[3] ?? '')
