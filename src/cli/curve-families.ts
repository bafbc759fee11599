import type { MetricRules } from '../evidence/evidence.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import { splitOf } from '../runs/pair-metrics.ts'
import type { RunSummary } from '../runs/run.ts'

/** The last word on new data: drawn behind what a run is judged by. */
const TEST = /test|hold/i
const MOST_LINES = 3

/**
 * Metrics of one run that belong in one plot: the same metric on training and on held-out data (`train_loss` and
 * `val_loss`, `l2.train` and `l2.valid`, `loss` and `val_loss`), held-out first. In the order of what tells most; without
 * those that are `isFlat`, such as single values.
 */
export function curveFamilies(
  run: RunSummary,
  rules: MetricRules,
  isFlat: (metric: string) => boolean,
): readonly (readonly string[])[] {
  const families = new Map<string, string[]>()
  for (const name of rankMetrics([run], rules)) {
    if (isFlat(name)) continue
    const family = splitOf(name).stem
    const known = families.get(family)
    if (known === undefined) families.set(family, [name])
    else known.push(name)
  }
  return [...families.values()].map((names) =>
    names.sort((a, b) => orderOf(b) - orderOf(a)).slice(0, MOST_LINES),
  )
}

function orderOf(name: string): number {
  return splitOf(name).split === 'held out' ? (TEST.test(name) ? 1 : 2) : 0
}
