import process from 'node:process'
import { keepHeapSmall } from '../../src/cli/keep-heap-small.ts'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { optuna } from '../../src/runs/sources/optuna/optuna.ts'
import { beginReading } from './report-reading.ts'

/** Reads all trials of Optuna's storage with all they hold, and reports. */
async function main(path: string): Promise<void> {
  const world = makeWorld(process)
  const report = beginReading(world)
  const source = await optuna.open(path, 'optuna', world)
  const seen = { trials: 0, params: 0, attributes: 0, steps: 0, checksum: 0 }
  for await (const run of source.list({ withHistory: true })) {
    if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
    seen.trials += 1
    seen.params += run.params.size
    seen.attributes += run.tags.size
    seen.steps += run.metrics.get('intermediate_value')?.count ?? 0
    seen.checksum += run.metrics.get('value')?.last ?? 0
    for (const text of run.params.values()) seen.checksum += Number(text) || 0
  }
  await source.close()
  report(seen)
}

// As the command does.
keepHeapSmall()
await main(process.argv[2] ?? '')
