import { difference } from '../../statistics/difference.ts'
import { comparableSets } from '../comparable-sets.ts'
import type { EvidenceRun, EvidenceWithoutFindings, Factor, NewFinding } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, metricSlot, rankedBy } from '../headline.ts'
import { isCompared, layOut, minimalPairs } from '../minimal-pairs.ts'
import { onePerSeed, runsOfOneSetting } from '../replicates.ts'
import { triedIn } from '../setting-of.ts'
import { settingValue } from '../setting-value.ts'
import { isBookkeeping, isSeed, isTelling } from '../what-varied.ts'

const MOST_FACTORS = 3
/** Numbers of more values than these were drawn, or swept. */
const MOST_LEVELS = 12
/** So few values were chosen, however seldom each was run. */
const FEW_LEVELS = 3

/**
 * For a factor: how far runs of the same level lie apart, against how far the best levels lie apart. On most days no
 * two runs differ in one thing only and nobody logged a seed; this is then the one honest measure of what the other
 * settings do. Told where a level holds two or more finished, comparable runs and there are two or more levels; factors
 * that divide the runs in the same way are one contrast and told once; numbers that were drawn are no levels. Exact repeats
 * and folds of a cross-validation count once or not at all; a factor whose levels some pair of runs compares alone is told
 * by that pair.
 */
export function spread(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined || evidence.metrics.direction(metric) === null) return []
  const competing = new Set(withoutFolds(evidence.runs, [...evidence.runs, ...evidence.earlier]))
  return comparableSets(evidence, metric).flatMap(({ own, label }) => {
    const set = own.filter((one) => competing.has(one))
    const runs = withoutRepeats(rankedBy(metric, set, evidence.metrics))
    const { contrasts, lines } = minimalPairs(layOut(runs), evidence.rules.repeats.tolerance)
    const told = new Set<string>()
    // Pairs are the better measure: beside them only what comparisons are usually about is told.
    const hasPairs = contrasts.length + lines.length > 0
    return evidence.factors
      .filter(
        (factor) =>
          !isSeed(factor.param) &&
          !isBookkeeping(factor.param) &&
          !isCompared(factor, contrasts, lines) &&
          (!hasPairs || isTelling(factor.param)),
      )
      .sort((a, b) => Number(isTelling(b.param)) - Number(isTelling(a.param)))
      .flatMap((factor) => {
        const logged = runs.filter(({ run }) => run.params.has(factor.param))
        const levels = [
          ...Map.groupBy(
            logged,
            ({ run }) => settingValue(factor.param, run.params.get(factor.param) ?? '').key,
          ).values(),
        ]
        const division = levels
          .map((level) =>
            level
              .map((one) => one.address)
              .sort()
              .join(' '),
          )
          .sort()
          .join('|')
        if (told.has(division) || !areLevels(factor.param, levels, logged.length)) return []
        told.add(division)
        return spreadOver(factor, levels, metric, evidence, label)
      })
      .sort((a, b) => b.weight - a.weight)
      .slice(0, MOST_FACTORS)
      .map(({ finding }) => finding)
  })
}

function spreadOver(
  factor: Factor,
  levels: readonly (readonly EvidenceRun[])[],
  metric: string,
  evidence: EvidenceWithoutFindings,
  label: string,
): readonly { readonly weight: number; readonly finding: NewFinding }[] {
  const repeated = levels.filter((level) => level.length > 1)
  const [winner, runnerUp] = levels.map((level) => level[0])
  if (repeated.length === 0 || winner === undefined || runnerUp === undefined) return []
  const value = (one: EvidenceRun): number => headlineValue(one, metric, evidence.metrics) ?? Number.NaN
  const widths = repeated
    .flatMap((level) => {
      const first = level[0]
      const last = level.at(-1)
      return first === undefined || last === undefined
        ? []
        : [{ first, last, width: Math.abs(difference(value(first), value(last))) }]
    })
    .sort((a, b) => a.width - b.width)
  const narrowest = widths[0]
  const widest = widths.at(-1)
  if (narrowest === undefined || widest === undefined || widest.width === 0) return []
  const between = (a: EvidenceRun, b: EvidenceRun): string => {
    const [low, high] = value(a) <= value(b) ? [a, b] : [b, a]
    return `[[delta(${metricSlot(low, metric)}, ${metricSlot(high, metric)})]]`
  }
  const within =
    widths.length === 1
      ? between(widest.first, widest.last)
      : `${between(narrowest.first, narrowest.last)} to ${between(widest.first, widest.last)}`
  const gap = Math.abs(difference(value(winner), value(runnerUp)))
  const drowned = gap <= widest.width
  const both = `${levelWords(factor.param, winner)} and ${levelWords(factor.param, runnerUp)}`
  // Where levels hold nothing but seeds of one setting, replicates tell it.
  if (seedsOnly(repeated)) return []
  const sizes = repeated.map(({ length }) => length).sort((a, b) => a - b)
  const values = {
    fewest: { value: sizes[0] ?? 0, unit: null, metric: null, how: 'runs of a level, the fewest' },
    most: { value: sizes.at(-1) ?? 0, unit: null, metric: null, how: 'runs of a level, the most' },
  }
  const counted =
    values.fewest.value === values.most.value
      ? '[[this.most]] runs each'
      : '[[this.fewest]] to [[this.most]] runs each'
  const amount = drowned ? 'by as much' : 'by less'
  const others =
    repeated.length === 1
      ? `the [[this.most]] runs of ${levelWords(factor.param, widest.first)} with other settings ${amount}, ${within}`
      : `runs of one value of ${factor.param} with other settings ${amount}, ${within} (${counted})`
  return [
    {
      weight:
        repeated.length / levels.length + (isTelling(factor.param) ? 10 : 0) + (levels.length > 2 ? 1 : 0),
      finding: {
        kind: 'spread',
        sentence: `${drowned ? `No difference between ${both} shown` : `${upper(levelWords(factor.param, winner))} is ahead of ${levelWords(factor.param, runnerUp)}`} in ${metric}${label === '' ? '' : ' ([[this.among]])'}: their best runs differ by ${between(winner, runnerUp)}, ${others}.`,
        values,
        ...(label === '' ? {} : { texts: { among: { text: label, from: 'what the log tells apart' } } }),
        rests: levels.flat().map((one) => one.address),
      },
    },
  ]
}

/**
 * Whether the values of a parameter are levels that were set: numbers that a random search draws coincide now and then, by
 * rounding, and mean nothing when they do.
 */
function areLevels(param: string, levels: readonly (readonly EvidenceRun[])[], runs: number): boolean {
  const isNumeric = levels.every(([first]) => parseNumber(first?.run.params.get(param) ?? '') !== null)
  const isRecurring = levels.length <= FEW_LEVELS || levels.length * 2 <= runs
  return !isNumeric || (levels.length <= MOST_LEVELS && isRecurring)
}

const LONGEST_LEVEL = 40

/** A level of a parameter by its value, or by its best run where the value is long. */
function levelWords(param: string, one: EvidenceRun): string {
  const text = one.run.params.get(param) ?? ''
  return text.length > LONGEST_LEVEL
    ? `the value of ${param} in [[${one.address}]]`
    : `${param} [[${one.address}.param[${JSON.stringify(param)}]]]`
}

function upper(text: string): string {
  return text.startsWith('the ') ? `T${text.slice(1)}` : text
}

/** Whether the runs of each level differ in nothing but seeds and bookkeeping. */
function seedsOnly(levels: readonly (readonly EvidenceRun[])[]): boolean {
  return levels.every((level) => new Set(level.map(({ run }) => triedIn(run) ?? run.key)).size === 1)
}

/** Ranked runs without those that repeat a setting with the same seed: a repeat says nothing of how far runs lie apart. */
function withoutRepeats(ranked: readonly EvidenceRun[]): readonly EvidenceRun[] {
  const kept = new Set(runsOfOneSetting(ranked).flatMap(onePerSeed))
  return ranked.filter((one) => kept.has(one) || triedIn(one.run) === null)
}
