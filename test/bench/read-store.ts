import process from 'node:process'
import { keepHeapSmall } from '../../src/cli/keep-heap-small.ts'
import { makeWorld } from '../../src/cli/make-world.ts'
import { isGap } from '../../src/gap.ts'
import { RUN_SOURCE_KINDS } from '../../src/runs/registry.ts'

/** Reads all runs of a store as a list does and prints, as JSON, what it saw, how long it took and the most memory. */
async function main(path: string): Promise<void> {
  const world = makeWorld(process)
  const kind = RUN_SOURCE_KINDS.find(({ name }) => name === 'mlflow')
  if (kind === undefined) throw new Error('no source called mlflow')
  const began = performance.now()
  const source = await kind.open(path, 'mlflow', world)
  const seen = { runs: 0, params: 0, metrics: 0, tags: 0 }
  let checksum = 0
  for await (const run of source.list({})) {
    if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
    seen.runs += 1
    seen.params += run.params.size
    seen.metrics += run.metrics.size
    seen.tags += run.tags.size
    for (const { last } of run.metrics.values()) checksum += last
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
