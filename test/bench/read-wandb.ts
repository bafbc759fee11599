import process from 'node:process'
import { keepHeapSmall } from '../../src/cli/keep-heap-small.ts'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { wandb } from '../../src/runs/sources/wandb/wandb.ts'
import { beginReading } from './report-reading.ts'

/** Reads a W&B log as a list does, histories and all, and reports. */
async function main(path: string): Promise<void> {
  const world = makeWorld(process)
  const report = beginReading(world)
  const source = await wandb.open(path, 'wandb', world)
  const seen = { points: 0, checksum: 0 }
  for await (const run of source.list({ withHistory: true })) {
    if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
    for (const { last, count } of run.metrics.values()) {
      seen.points += count ?? 0
      seen.checksum += last
    }
  }
  await source.close()
  report(seen)
}

// As the command does.
keepHeapSmall()
await main(process.argv[2] ?? '')
