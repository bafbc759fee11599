import { difference, isSameValue } from '../../../statistics/difference.ts'
import { comparableFor } from '../../comparable-as.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingValue, NewFinding } from '../../evidence.ts'
import { headlineValue, metricSlot } from '../../headline.ts'
import { sameSettingPairs } from '../../minimal-pairs.ts'
import { rankMetrics } from '../../rank-metrics.ts'
import { dataOf, isSameCode } from '../../same-ground.ts'
import { seedOf } from '../../seed-of.ts'
import { isTelling } from '../../what-varied.ts'
import { differenceOf } from '../difference-of.ts'
import { scopeOfRuns } from './teller.ts'

const MOST_NAMED = 4

/** Settings that were run again, on other data or on other code, and what came out then. */
export function ranAgain(
  measured: readonly EvidenceRun[],
  metric: string,
  evidence: EvidenceWithoutFindings,
  told: ReadonlySet<string>,
): readonly NewFinding[] {
  return [...otherData(measured, metric, evidence, told), ...otherCode(measured, metric, evidence, told)]
}

/** One setting on two states of the data, the earlier first, with what the data alone (and the code) did to it. */
function otherData(
  measured: readonly EvidenceRun[],
  lead: string,
  { metrics, experiments }: EvidenceWithoutFindings,
  told: ReadonlySet<string>,
): readonly NewFinding[] {
  const pairs = sameSettingPairs(
    measured,
    (a, b) => dataOf(a) !== '' && dataOf(b) !== '' && dataOf(a) !== dataOf(b),
  ).filter((pair) => pair.some(({ address }) => told.has(address)))
  // Where the lead metric does not move at all (a count at a fixed cut), the next one that does is told.
  const moved = (name: string): number =>
    pairs.filter(([a, b]) => {
      const [one, other] = [headlineValue(a, name, metrics), headlineValue(b, name, metrics)]
      return one !== null && other !== null && !isSameValue(one, other)
    }).length
  const runs = pairs.flat()
  // What decided in their own experiments was looked at then, whatever leads now.
  const own = new Set(runs.map(({ run }) => run.experiment.id))
  const names = [
    lead,
    ...experiments.flatMap(({ id, primaryMetric }) =>
      own.has(id) && primaryMetric !== null ? [primaryMetric.name] : [],
    ),
    ...rankMetrics(
      runs.map(({ run }) => run),
      metrics,
    ),
  ]
  const metric = names.find((name) => moved(name) * 2 > pairs.length)
  if (metric === undefined) return []
  const valued = pairs
    .map(([a, b]) =>
      (b.run.startedAt ?? 0) < (a.run.startedAt ?? 0) ? ([b, a] as const) : ([a, b] as const),
    )
    .flatMap(([from, to]) => {
      const [before, after] = [headlineValue(from, metric, metrics), headlineValue(to, metric, metrics)]
      return before === null || after === null ? [] : [{ from, to, change: difference(before, after) }]
    })
    .filter(({ change }) => Number.isFinite(change))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
  const shown = valued.slice(0, MOST_NAMED - 1)
  // What tells the pairs apart, in a word.
  const param = [...(shown[0]?.from.run.params.keys() ?? [])]
    .sort()
    .find(
      (name) =>
        isTelling(name) && new Set(shown.map(({ from }) => from.run.params.get(name))).size === shown.length,
    )
  const values: Record<string, FindingValue> = {}
  const sides = shown.map(({ from, to, change }, index) => {
    const value = `change${String.fromCharCode(65 + index)}`
    values[value] = differenceOf(
      { metrics },
      metric,
      Math.abs(change),
      'difference between one setting on the later and on the earlier data',
    )
    const word = change === 0 ? 'unchanged' : `${change > 0 ? 'higher' : 'lower'} by [[this.${value}]]`
    const setting =
      shown.length < 2 || param === undefined || !from.run.params.has(param)
        ? ''
        : ` with ${param} [[${from.address}.param[${JSON.stringify(param)}]]]`
    return `${word}${setting} ([[${metricSlot(from, metric)}]] in [[${from.address}]], then [[${metricSlot(to, metric)}]] in [[${to.address}]])`
  })
  const code = pairs.every(([a, b]) => isSameCode(a.run, b.run)) ? '' : ' (the commit changed too)'
  return [
    {
      kind: 'minimal-pair',
      scope: scopeOfRuns(pairs.flat(), told),
      sentence: `Same settings, other data${code}: ${metric} ${sides.join('; ')}${valued.length > shown.length ? '; and more' : ''}.`,
      rests: pairs.slice(0, 50).flatMap((pair) => pair.map(({ address }) => address)),
      values,
    },
  ]
}

/** One setting, seed and data on two states of the code with two outcomes: the code changed what came out. */
function otherCode(
  measured: readonly EvidenceRun[],
  metric: string,
  evidence: EvidenceWithoutFindings,
  told: ReadonlySet<string>,
): readonly NewFinding[] {
  const value = (one: EvidenceRun): number => headlineValue(one, metric, evidence.metrics) ?? Number.NaN
  const pairs = sameSettingPairs(
    measured.filter(({ run }) => seedOf(run) !== null),
    (a, b) => !isSameCode(a, b) && dataOf(a) === dataOf(b),
  ).filter(
    ([a, b]) =>
      comparableFor(a, metric) === comparableFor(b, metric) &&
      !isSameValue(value(a), value(b)) &&
      (told.has(a.address) || told.has(b.address)),
  )
  const [first] = pairs
  if (first === undefined) return []
  const [a, b] = first
  return [
    {
      kind: 'minimal-pair',
      scope: scopeOfRuns(pairs.flat(), told),
      sentence: `Same parameters, seed and data, other commit: ${metric} [[${metricSlot(a, metric)}]] in [[${a.address}]], [[${metricSlot(b, metric)}]] in [[${b.address}]]${pairs.length > 1 ? '; and more such pairs' : ''}.`,
      rests: pairs.slice(0, 50).flatMap((pair) => pair.map(({ address }) => address)),
    },
  ]
}
