import { isDone } from '../../runs/run.ts'
import type { EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { headlineValue } from '../headline.ts'
import { isAmbiguousName } from '../metric-rules.ts'

/**
 * How the lead metric's direction is known, where that needs to be said: nothing tells it, or it is guessed from a name
 * that might mean something else. Names that everybody reads alike (`val_loss`, `auc`) need no word.
 */
export function direction(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const asked = questionOnDirection(evidence)
  const metric = evidence.lead?.metric
  if (metric === undefined) return []
  if (asked !== null)
    return [
      {
        kind: 'direction',
        sentence: `Whether a higher or a lower ${metric} is better is not known: no run is called best by it.`,
        rests: asked.runs,
      },
    ]
  const known = evidence.metrics.direction(metric)
  if (known === null || evidence.metrics.directionFrom(metric) !== 'name' || !isAmbiguousName(metric))
    return []
  return [
    {
      kind: 'direction',
      sentence: `A ${known} ${metric} is taken as better, by its name alone.`,
      rests: rivals(evidence, metric).slice(0, 2),
    },
  ]
}

/** What to ask the user about a metric's direction, and the runs that the answer would rank. */
export interface DirectionQuestion {
  readonly metric: string
  readonly question: string
  /** The answers to choose from, as narrate.yaml writes them under metrics.directions. */
  readonly answers: readonly ['higher', 'lower']
  readonly runs: readonly string[]
}

/**
 * The question whether a higher or lower lead metric is better; null where that is known, or where no two runs with other
 * values would be ranked by it, since then no answer changes anything.
 */
export function questionOnDirection(evidence: EvidenceWithoutFindings): DirectionQuestion | null {
  const metric = evidence.lead?.metric
  if (metric === undefined || evidence.metrics.direction(metric) !== null) return null
  const runs = rivals(evidence, metric)
  if (runs.length < 2) return null
  return { metric, question: `Is a higher or a lower ${metric} better?`, answers: ['higher', 'lower'], runs }
}

/** Two runs or more that may be ranked together and do not agree on the metric; empty where there are none. */
function rivals(evidence: EvidenceWithoutFindings, metric: string): readonly string[] {
  for (const runs of Map.groupBy(evidence.runs, (one) => one.comparableAs).values()) {
    const valued = runs.flatMap((one) => {
      const value = isDone(one.run) ? headlineValue(one, metric, evidence.metrics) : null
      return value === null ? [] : [{ address: one.address, value }]
    })
    if (new Set(valued.map(({ value }) => value)).size > 1)
      return valued.slice(0, 300).map(({ address }) => address)
  }
  return []
}
