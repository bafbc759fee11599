import { type Gap, isGap } from '../gap.ts'
import type { Experiment, RunSummary } from './run.ts'
import type { RunSource } from './run-source.ts'

/**
 * The experiments that runs are of, deleted ones included, in the order of the sources; those of one source are asked for
 * the runs of that source alone. What could not be read arrives as a gap.
 */
export async function readExperiments(
  sources: readonly { readonly source: RunSource }[],
  runs: readonly Pick<RunSummary, 'source' | 'experiment'>[],
  signal: AbortSignal,
): Promise<{ readonly experiments: readonly Experiment[]; readonly gaps: readonly Gap[] }> {
  const experiments: Experiment[] = []
  const gaps: Gap[] = []
  for (const { source } of sources) {
    const wanted = new Set(runs.filter((run) => run.source === source.alias).map((run) => run.experiment.id))
    if (wanted.size === 0) continue
    for await (const found of source.experiments({ includeDeleted: true })) {
      signal.throwIfAborted()
      if (isGap(found)) gaps.push(found)
      else if (wanted.has(found.id)) experiments.push(found)
    }
  }
  return { experiments, gaps }
}
