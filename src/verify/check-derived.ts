import type { Evidence } from '../evidence/evidence.ts'
import { dataSetsOf } from '../evidence/gather-evidence.ts'
import { groupRuns } from '../evidence/group-runs.ts'
import { quoteValues } from '../evidence/quote-values.ts'
import { whatVaried } from '../evidence/what-varied.ts'
import type { MetricSummary } from '../runs/run.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/**
 * What of the evidence follows from the rest of it, against what is frozen: levels, groups, data sets, the numbers of
 * notes, a metric's extremes against its last value and its curve, runs against what the record says it tells.
 */
export function checkDerived(evidence: Evidence): readonly VerifyFinding[] {
  const { factors, constants } = whatVaried(evidence.runs)
  const differs = (frozen: unknown, again: unknown): boolean =>
    JSON.stringify(frozen) !== JSON.stringify(again)
  const wrong: string[] = []
  if (differs(evidence.factors, factors)) wrong.push('what varied over the runs')
  if (differs(sorted(evidence.constants), sorted(constants))) wrong.push('what was held fixed')
  if (differs(evidence.groups, groupRuns(evidence.runs, factors))) wrong.push('the groups of runs')
  if (differs(evidence.dataSets, dataSetsOf(evidence.runs))) wrong.push('the data sets')
  return [
    ...wrong.map((what) =>
      found(
        'evidence',
        null,
        `In the frozen evidence ${what} no longer follow from the runs frozen beside them.`,
      ),
    ),
    ...evidence.quotes.flatMap((quote) =>
      differs(
        quote.values,
        quoteValues(quote.text).map(({ value, text, unit }) => ({ value, text, unit })),
      )
        ? [found('evidence', quote.address, 'The numbers kept of a note are not those that stand in it.')]
        : [],
    ),
    ...[...evidence.runs, ...evidence.earlier, ...evidence.deleted].flatMap((one) =>
      [...one.run.metrics].flatMap(([name, summary]) => {
        const { last, min, max } = summary
        const curve = one.curves.get(name)
        const logged = one.points.get(name)?.map(({ value }) => value) ?? []
        const isOffPoints = logged.length > 0 && logged.length === summary.count && isNotOf(summary, logged)
        const isOutside =
          Number.isFinite(last) && ((min !== null && last < min) || (max !== null && last > max))
        const isOffCurve =
          curve !== undefined &&
          ((min !== null && curve.lowest.value !== min) ||
            (max !== null && curve.highest.value !== max) ||
            (!curve.endsNonFinite && curve.last.value !== last && curve.steps === 'rising'))
        return isOutside || isOffCurve || isOffPoints
          ? [
              found(
                'evidence',
                `${one.address}.${name}`,
                'Its last, lowest and highest value and its curve contradict each other.',
              ),
            ]
          : []
      }),
    ),
  ]
}

/** Whether a summary is not one of these points, which are all there are. */
function isNotOf({ last, min, max }: MetricSummary, points: readonly number[]): boolean {
  const finite = points.filter(Number.isFinite)
  return (
    !points.some((value) => Object.is(value, last)) ||
    (min !== null && min !== Math.min(...finite)) ||
    (max !== null && max !== Math.max(...finite))
  )
}

function sorted(map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
