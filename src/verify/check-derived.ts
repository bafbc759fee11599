import type { Evidence } from '../evidence/evidence.ts'
import { dataSetsOf } from '../evidence/gather-evidence.ts'
import { groupRuns } from '../evidence/group-runs.ts'
import { quoteValues } from '../evidence/quote-values.ts'
import { whatVaried } from '../evidence/what-varied.ts'
import type { MetricSummary } from '../runs/run.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/**
 * What of the evidence follows from the rest of it, against what is frozen: levels, groups, data sets, the numbers of
 * notes, a metric's extremes against its last value and its curve, runs against what the record says it tells. Of another
 * version (`isSame` false), which may group and read otherwise, only what is not true of the runs is a finding.
 */
export function checkDerived(evidence: Evidence, isSame: boolean): readonly VerifyFinding[] {
  return [
    ...(isSame ? whatDiffers(evidence) : whatIsUntrue(evidence)).map((what) =>
      found(
        'evidence',
        null,
        `In the frozen evidence ${what} no longer follow from the runs frozen beside them.`,
      ),
    ),
    ...evidence.quotes.flatMap((quote) =>
      (
        isSame
          ? differs(
              quote.values,
              quoteValues(quote.text).map(({ value, text, unit }) => ({ value, text, unit })),
            )
          : quote.values.some(({ text }) => !quote.text.includes(text))
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

function differs(frozen: unknown, again: unknown): boolean {
  return JSON.stringify(frozen) !== JSON.stringify(again)
}

function whatDiffers(evidence: Evidence): readonly string[] {
  const { factors, constants } = whatVaried(evidence.runs)
  return [
    ...(differs(evidence.factors, factors) ? ['what varied over the runs'] : []),
    ...(differs(sorted(evidence.constants), sorted(constants)) ? ['what was held fixed'] : []),
    ...(differs(evidence.groups, groupRuns(evidence.runs, factors)) ? ['the groups of runs'] : []),
    ...(differs(evidence.dataSets, dataSetsOf(evidence.runs)) ? ['the data sets'] : []),
  ]
}

/** What of levels, constants, groups and data sets is not true of the runs, however they are gathered. */
function whatIsUntrue({ runs, factors, constants, groups, dataSets }: Evidence): readonly string[] {
  const values = (param: string) =>
    new Map(runs.map(({ address, run }) => [address, run.params.get(param) ?? null]))
  const isTrueLevel = (param: string, value: string | null, members: readonly string[]): boolean => {
    const own = values(param)
    return members.every((address) => own.get(address) === value)
  }
  const areOfOneLevel = (members: readonly string[]): boolean =>
    factors.some(({ levels }) =>
      levels.some(
        (level) => level.runs.length === members.length && members.every((one) => level.runs.includes(one)),
      ),
    )
  const isTrueGroup = ({ kind, word, runs: members }: Evidence['groups'][number]): boolean => {
    if (kind === 'level') return areOfOneLevel(members)
    if (kind !== 'status') return members.every((address) => runs.some((one) => one.address === address))
    const of = runs.filter(({ run }) => word === 'all' || run.status === word)
    return of.length === members.length && of.every(({ address }) => members.includes(address))
  }
  const isVaried = factors.every(({ param, levels }) =>
    levels.every(({ value, runs: members }) => isTrueLevel(param, value, members)),
  )
  const isFixed = [...constants].every(([param, value]) =>
    runs.every(({ run }) => !run.params.has(param) || run.params.get(param) === value),
  )
  return [
    ...(isVaried ? [] : ['what varied over the runs']),
    ...(isFixed ? [] : ['what was held fixed']),
    ...(groups.every(isTrueGroup) ? [] : ['the groups of runs']),
    ...(differs(dataSets, dataSetsOf(runs)) ? ['the data sets'] : []),
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
