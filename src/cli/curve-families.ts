import type { MetricRules } from '../evidence/evidence.ts'
import { rankMetrics } from '../evidence/rank-metrics.ts'
import type { RunSummary } from '../runs/run.ts'

/** The part of a metric's name that says on which data it was measured. */
const PART = /(^|[._/ -])(train(?:ing)?|valid(?:ation)?|val|eval(?:uation)?|dev|test)(?=$|[._/ -])/i
const HELD_OUT = /val|dev/i
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
    const family = familyOf(name)
    const known = families.get(family)
    if (known === undefined) families.set(family, [name])
    else known.push(name)
  }
  return [...families.values()].map((names) =>
    names.sort((a, b) => Number(HELD_OUT.test(b)) - Number(HELD_OUT.test(a))).slice(0, MOST_LINES),
  )
}

/** What is left of a metric's name without the data it was measured on. */
export function familyOf(name: string): string {
  return name
    .replace(PART, '$1')
    .replace(/^[._/ -]+|[._/ -]+$/g, '')
    .replace(/[._/ -]+/g, '_')
    .toLowerCase()
}
