import process from 'node:process'
import { keepHeapSmall } from '../../src/cli/keep-heap-small.ts'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { wandb } from '../../src/runs/sources/wandb/wandb.ts'

/** Reads a W&B log as a list does, histories and all, and prints as JSON what it saw, how long it took and the most memory. */
async function main(path: string): Promise<void> {
  const world = makeWorld(process)
  const began = performance.now()
  const source = await wandb.open(path, 'wandb', world)
  let [points, checksum] = [0, 0]
  for await (const run of source.list({ withHistory: true })) {
    if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
    for (const { last, count } of run.metrics.values()) {
      points += count ?? 0
      checksum += last
    }
  }
  await source.close()
  const seconds = (performance.now() - began) / 1000
  const megabytes = process.resourceUsage().maxRSS / 1024
  world.stdout.write(
    `${JSON.stringify({ points, checksum: Math.round(checksum * 1000) / 1000, seconds, megabytes })}\n`,
  )
}

// As the command does.
keepHeapSmall()
await main(process.argv[2] ?? '')
