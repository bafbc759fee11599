import process from 'node:process'
import { keepHeapSmall } from '../../src/cli/keep-heap-small.ts'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { tensorboard } from '../../src/runs/sources/tensorboard/tensorboard.ts'
import { beginReading } from './report-reading.ts'

/** Reads all scalars below a folder of event files, and reports. */
async function main(path: string): Promise<void> {
  const world = makeWorld(process)
  const report = beginReading(world)
  const source = await tensorboard.open(path, 'tensorboard', world)
  const seen = { runs: 0, points: 0, checksum: 0 }
  for await (const run of source.list({ withHistory: true })) {
    if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
    seen.runs += 1
    for (const { count, last } of run.metrics.values()) {
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
