import process from 'node:process'
import { keepHeapSmall } from '../../src/cli/keep-heap-small.ts'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { mlflow } from '../../src/runs/sources/mlflow/mlflow.ts'
import { beginReading } from './report-reading.ts'

/** Reads all runs of a store of MLflow (a folder, a database, a server's address) as a list does, and reports. */
async function main(location: string): Promise<void> {
  const world = makeWorld(process)
  const report = beginReading(world)
  const source = await mlflow.open(location, 'mlflow', world)
  const seen = { runs: 0, params: 0, metrics: 0, tags: 0, checksum: 0 }
  for await (const run of source.list({})) {
    if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
    seen.runs += 1
    seen.params += run.params.size
    seen.metrics += run.metrics.size
    seen.tags += run.tags.size
    for (const { last } of run.metrics.values()) seen.checksum += last
  }
  await source.close()
  report(seen)
}

// As the command does.
keepHeapSmall()
await main(process.argv[2] ?? '')
