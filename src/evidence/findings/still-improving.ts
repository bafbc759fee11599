import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'

const FEWEST_POINTS = 10
const TRAINING = /train|val|eval|loss/i

/**
 * Finished runs whose training or validation curve had its best value at its last step: they may be undertrained.
 * Silent when most runs do so, since it then tells no run from another.
 */
export function stillImproving(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const curved = evidence.runs.filter(
    ({ run }) => run.status === 'finished' && curvesOf(run.metrics).length > 0,
  )
  const improving = curved.flatMap((one) => {
    const metrics = curvesOf(one.run.metrics).filter((metric) => bestIsLast(one, metric, evidence))
    return metrics.length === 0 ? [] : [{ one, metrics }]
  })
  if (improving.length === 0 || improving.length * 2 > curved.length) return []
  return [
    {
      kind: 'still-improving',
      sentence: `Still improving at the last step: ${improving.map(({ one, metrics }) => `[[${one.address}]] (${metrics.join(', ')})`).join(', ')}.`,
      rests: improving.map(({ one }) => one.address),
    },
  ]
}

function curvesOf(metrics: EvidenceRun['run']['metrics']): readonly string[] {
  return [...metrics]
    .filter(
      ([name, summary]) => TRAINING.test(name) && summary.count !== null && summary.count >= FEWEST_POINTS,
    )
    .map(([name]) => name)
}

function bestIsLast(one: EvidenceRun, metric: string, evidence: EvidenceWithoutFindings): boolean {
  const summary = one.run.metrics.get(metric)
  const direction = evidence.metrics.direction(metric)
  if (summary === undefined || direction === null || summary.lastStep === null) return false
  return (direction === 'lower' ? summary.minStep : summary.maxStep) === summary.lastStep
}
