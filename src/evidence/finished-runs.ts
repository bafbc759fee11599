import type { EvidenceWithoutFindings } from './evidence.ts'

/** What runs whose values are ranked are called: a log that tells of no run's end tells of no finished ones either. */
export function finishedRuns({
  runs,
  earlier,
}: Pick<EvidenceWithoutFindings, 'runs' | 'earlier'>): 'finished runs' | 'ranked runs' {
  return [...runs, ...earlier].some(({ run }) => run.status === 'unknown') ? 'ranked runs' : 'finished runs'
}
