import { comparableSets } from '../../evidence/comparable-sets.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { finishedRuns } from '../../evidence/finished-runs.ts'
import { progressOf } from '../../evidence/progress-of.ts'
import type { Printer } from '../printer.ts'

const FEWEST = 6
const MOST_POINTS = 40

/**
 * The best so far over the finished runs in the order of their ends, as a chart in Mermaid's language, which forges draw:
 * its lines. Of a long search, evenly spaced points and the last. Empty where too few runs may be ranked.
 */
export function bestSoFarChart(evidence: Evidence, print: Printer): readonly string[] {
  const metric = evidence.lead?.metric
  if (metric === undefined || !/^[\p{L}\p{N}_ .-]{1,60}$/u.test(metric)) return []
  const [set] = comparableSets(evidence, metric)
  const progress = set === undefined ? null : progressOf(set.own, metric, evidence.metrics)
  if (progress === null || progress.series.length < FEWEST) return []
  const step = Math.max(1, Math.ceil(progress.series.length / MOST_POINTS))
  const points = progress.series.filter(
    (_, index) => index % step === 0 || index === progress.series.length - 1,
  )
  const values = points.map(({ bestRun }) => print.value(`${bestRun}.metric[${JSON.stringify(metric)}]`))
  return [
    'xychart-beta',
    `    title "Best ${metric} so far"`,
    `    x-axis "${finishedRuns(evidence)}, in the order of their ends"`,
    `    y-axis "${metric}"`,
    `    line [${values.join(', ')}]`,
  ]
}
