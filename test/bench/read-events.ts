import process from 'node:process'
import { keepHeapSmall } from '../../src/cli/keep-heap-small.ts'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { tensorboard } from '../../src/runs/sources/tensorboard/tensorboard.ts'

/** Reads all scalars below a folder of event files and prints, as JSON, what it saw, how long it took and the most memory. */
async function main(path: string): Promise<void> {
  const world = makeWorld(process)
  const began = performance.now()
  const source = await tensorboard.open(path, 'tensorboard', world)
  const seen = { runs: 0, points: 0 }
  let checksum = 0
  for await (const run of source.list({ withHistory: true })) {
    if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
    seen.runs += 1
    for (const { count, last } of run.metrics.values()) {
      seen.points += count ?? 0
      checksum += last
    }
  }
  await source.close()
  const seconds = (performance.now() - began) / 1000
  const megabytes = process.resourceUsage().maxRSS / 1024
  const result = { ...seen, checksum: Math.round(checksum * 1000) / 1000, seconds, megabytes }
  world.stdout.write(`${JSON.stringify(result)}\n`)
}

// As the command does.
keepHeapSmall()
await main(process.argv[2] ?? '')
