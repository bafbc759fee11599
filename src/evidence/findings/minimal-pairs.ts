import { mean } from 'simple-statistics'
import { difference, isSameValue } from '../../statistics/difference.ts'
import { signTest } from '../../statistics/sign-test.ts'
import { studentTQuantile } from '../../statistics/student-t.ts'
import { welch } from '../../statistics/welch.ts'
import { comparableFor } from '../comparable-as.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, metricSlot, rankedBy } from '../headline.ts'
import {
  type Cell,
  type Contrast,
  type Line,
  layOut,
  nearestPair,
  minimalPairs as pairsOf,
  type SettingPair,
  sameSettingPairs,
} from '../minimal-pairs.ts'
import { LEVEL, leastDifference, type NoiseFloor, noiseFloor } from '../noise-floor.ts'
import { rankMetrics } from '../rank-metrics.ts'
import { remember } from '../remember.ts'
import { dataOf, isSameCode } from '../same-ground.ts'
import { isWholeLead, leadBehind, type Search, type SearchLead, searchOf } from '../search-of.ts'
import { seedOf } from '../seed-of.ts'
import { isTelling } from '../what-varied.ts'
import { differenceOf } from './difference-of.ts'

const MOST_FINDINGS = 4
const MOST_OF_ONE_PARAMETER = 2
const MOST_NAMED = 4
const FEWEST_FOR_SIGN_TEST = 6
const MOST_OTHER_METRICS = 4
const MOST_TOGETHER = 4
/** From so many comparisons on, it is said of single runs how many there were: the strongest of many is partly luck. */
const MANY_COMPARISONS = 20

interface Candidate {
  readonly param: string
  readonly strength: number
  readonly finding: NewFinding
  /** What it did to other metrics, where that is beyond seeds. */
  readonly also: readonly NewFinding[]
  /** What it says of seeds; null where it says nothing of them. */
  readonly judgement: Judgement | null
}

/** Whether a finding says that more than seeds made a difference. */
export interface Judgement {
  readonly better: readonly Cell[]
  readonly worse: readonly Cell[]
  /** Of the means, or of their means over several pairs. */
  readonly difference: number
  readonly isBeyond: boolean
}

/**
 * What a single change did to the lead metric: runs that differ in one parameter (or in parameters that always change
 * together), seeds and bookkeeping aside, on the same code and data as far as these are known. The effect is told with
 * its sign by the metric's direction, over how many pairs it shows, and whether seeds alone do as much. The strongest
 * evidence comes first; then settings that ran again on other data or other code, and what comes nearest to a pair for
 * the parameter that the notes speak of most.
 */
export function minimalPairs(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const { clean, others } = pairFindings(evidence)
  return [...clean, ...others]
}

/** The same in two parts: pairs that differ in one thing on one ground, and what is beside them. */
export const pairFindings = remember((evidence: EvidenceWithoutFindings): PairFindings => {
  const metric = evidence.lead?.metric
  if (metric === undefined) return { clean: [], others: [], judged: [] }
  const told = new Set(evidence.runs.map(({ address }) => address))
  const measured = withoutFolds([...evidence.runs, ...evidence.earlier]).filter(
    (one) => one.run.status === 'finished' && headlineValue(one, metric, evidence.metrics) !== null,
  )
  const spoken = spokenOf(evidence)
  const found: Candidate[] = []
  const near: NewFinding[] = []
  let isCompared = false
  const sets = Map.groupBy(measured, (one) => comparableFor(one, metric))
  const laidOut = [...sets].flatMap(([label, runs]) => {
    const own = runs.filter(({ address }) => told.has(address)).length
    if (own === 0) return []
    const layout = layOut(runs)
    const { contrasts, lines } = pairsOf(layout, evidence.rules.repeats.tolerance)
    return [{ label, own, runs, layout, contrasts, lines }]
  })
  laidOut.sort((a, b) => b.own - a.own)
  // One of many comparisons exceeds what seeds do by chance: the level is shared among all that could be told.
  const comparisons = laidOut.reduce(
    (sum, { contrasts, lines }) =>
      sum +
      contrasts.filter(({ pairs }) => pairs.some((pair) => isOfSession(pair, told))).length +
      lines.reduce((count, { cells }) => count + (cells.length * (cells.length - 1)) / 2, 0),
    0,
  )
  for (const { label, runs, layout, contrasts, lines } of laidOut) {
    const floor = noiseFloor(evidence, metric, runs)
    const teller: Teller = {
      evidence,
      metric,
      told,
      floor,
      only: floor?.firsts.length === 1 ? (floor.firsts[0] ?? null) : null,
      spoken,
      search: searchOf(evidence),
      label: laidOut.length > 1 ? label : '',
      comparisons: Math.max(1, comparisons),
      level: 1 - (1 - LEVEL) / Math.max(1, comparisons),
    }
    found.push(
      ...contrasts.flatMap((contrast) => tellContrast(contrast, teller)),
      ...lines.flatMap((line) => tellLine(line, teller)),
    )
    const most = spoken[0]
    if (most === undefined) continue
    isCompared ||= [...contrasts, ...lines].some(
      ({ param, together }) => param === most || together.includes(most),
    )
    const pair = nearestPair(layout, most, evidence.rules.repeats.tolerance)
    if (pair !== null && isOfSession(pair, told)) near.push(tellNear(pair, teller))
  }
  found.sort((a, b) => b.strength - a.strength)
  const ofParameter = new Map<string, number>()
  const chosen = found.filter(({ param }) => {
    const count = (ofParameter.get(param) ?? 0) + 1
    ofParameter.set(param, count)
    return count <= MOST_OF_ONE_PARAMETER
  })
  const repeated = [
    otherData(measured, metric, evidence, told),
    otherCode(measured, metric, evidence, told),
  ].flat()
  const others = [...repeated, ...(isCompared ? [] : near.slice(0, 1))]
  const shown = chosen.slice(0, MOST_FINDINGS - others.length)
  return {
    clean: shown.flatMap(({ finding, also }) => [finding, ...also]),
    others,
    judged: shown.flatMap(({ judgement }) => judgement ?? []),
  }
})

interface PairFindings {
  readonly clean: readonly NewFinding[]
  readonly others: readonly NewFinding[]
  /** What `clean` says of seeds. */
  readonly judged: readonly Judgement[]
}

interface Teller {
  readonly evidence: EvidenceWithoutFindings
  readonly metric: string
  readonly told: ReadonlySet<string>
  readonly floor: NoiseFloor | null
  /** A run of the only group that the noise floor rests on; null where there are more, or none. */
  readonly only: EvidenceRun | null
  /** What the runs share that others of the session do not, where these may not be held against them; else empty. */
  readonly label: string
  readonly spoken: readonly string[]
  /** What the session chose among: what its best is ahead by may be luck, whatever two settings differ by. */
  readonly search: Search | null
  /** How many comparisons could be told. */
  readonly comparisons: number
  /** The confidence of a single comparison, so that all of them together have 95 % (Bonferroni). */
  readonly level: number
}

function tellContrast(found: Contrast, teller: Teller): readonly Candidate[] {
  const { evidence, metric, told } = teller
  const own = withOwn(found)
  const [contrast, isChoice] = asChoice(
    { ...own, pairs: own.pairs.filter((pair) => isOfSession(pair, told)) },
    teller,
  )
  const pairs = contrast.pairs
    .map((pair) => ({ ...pair, ...measure(pair, teller) }))
    .sort((a, b) => b.weight - a.weight)
  const [first] = pairs
  if (first === undefined) return []
  const effect = meanEffect(pairs, teller)
  if (!Number.isFinite(effect)) return []
  const agreeing = pairs.filter((pair) => Math.sign(pair.effect) === Math.sign(effect)).length
  const lead = pairs.length === 1 ? first.effect : effect
  const average = pairs.length === 1 || effect === 0 ? null : averageAgainstSeeds(effect, pairs, teller)
  const noise = average?.noise ?? (pairs.length === 1 ? first.noise : 'unknown')
  const [low, high] = [pairs.map(({ from }) => from), pairs.map(({ to }) => to)]
  const judged = judge(low, high, lead, noise, teller)
  const values: Record<string, FindingValue> = {
    effect: differenceOf(
      evidence,
      metric,
      Math.abs(lead),
      pairs.length === 1 ? 'difference of means' : 'mean difference over the pairs',
    ),
  }
  const said = [
    isChoice
      ? `${contrast.param} ${levelOf(first.to, contrast.param)} is ahead of ${levelOf(first.from, contrast.param)}${ownWords(contrast)}: ${metric}${among(teller)} ${outcome(lead, teller)}`
      : `${changeOf(contrast, first.from, first.to, '', ' → ')}${ownWords(contrast)}: ${metric}${among(teller)} ${outcome(lead, teller)}`,
  ]
  if (pairs.length === 1) {
    said.push(
      ` (${sidesOf(isChoice ? { from: first.to, to: first.from } : first, metric)})${consistencyOf(first, teller, values)}${verdictWords(judged, () => noiseWords(first, teller, values), teller, values)}`,
    )
  } else {
    values.pairs = counted(pairs.length, 'pairs of settings that differ in nothing else')
    values.agreeing = counted(agreeing, 'pairs with a change in the same direction')
    const isUnchanged = pairs.every((pair) => pair.effect === 0)
    const allPairs = pairs.length === 2 ? 'both pairs' : 'all [[this.pairs]] pairs'
    if (effect === 0) said.push(isUnchanged ? ` in ${allPairs}` : ` on average over ${allPairs}`)
    else
      said.push(
        ` on average, the same way in ${agreeing === pairs.length ? allPairs : '[[this.agreeing]] of [[this.pairs]] pairs'}`,
      )
    const shared = sharedIn(pairs, values)
    said.push(shared)
    const unequal = pairs.filter((pair) => pair.effect !== 0).length
    // Pairs that share a measurement are no draws of their own.
    if (shared === '' && lead !== 0 && unequal >= FEWEST_FOR_SIGN_TEST) {
      values.chance = {
        value: signTest(agreeing, unequal),
        unit: null,
        metric: null,
        how: 'exact sign test, two-sided p',
      }
      said.push(' (sign test: p [[this.chance]])')
    }
    if (average !== null && teller.floor !== null) {
      const where = elsewhere(
        pairs.flatMap(({ from, to }) => [from, to]),
        teller,
      )
      const words = (): string =>
        `, ${average.noise === 'beyond' ? 'more' : 'no more'} than seeds explain${where} ${needWords(average.need, teller, values)}`
      said.push(verdictWords(judged, words, teller, values))
    }
    said.push(`; ${bestOfEach(isChoice ? pairs.map(turned) : pairs, teller)}`)
  }
  said.push(
    singleRuns(
      pairs.flatMap(({ from, to }) => [from, to]),
      teller,
      values,
    ),
    '.',
  )
  const consistent = agreeing === pairs.length
  return [
    {
      param: contrast.param,
      strength:
        (judged.says === 'luck'
          ? 15
          : average === null
            ? first.weight
            : average.noise === 'beyond'
              ? 100 + Math.min(20, Math.abs(effect) / average.need)
              : 15) +
        (pairs.length > 1 && lead !== 0 ? (consistent ? 30 : 10) : 0) +
        telling(contrast.param, teller) -
        (contrast.own.length > 0 ? 2 : 0),
      finding: {
        kind: 'minimal-pair',
        scope: scopeOf(pairs, told),
        sentence: said.join(''),
        rests: restsOf(pairs.flatMap(({ from, to }) => [from, to])),
        values,
        ...textsOf(teller),
      },
      also: alsoBeyondSeeds(contrast.param, first, teller),
      judgement: judged.judgement,
    },
  ]
}

/**
 * A choice between two named things (models, methods) has no order: turned so that the better one is `to`. Whether it is
 * one comes with it; numbers, what is set against unset and what changes together stay in their order.
 */
function asChoice(contrast: Contrast, teller: Teller): readonly [Contrast, boolean] {
  const [pair] = contrast.pairs
  const direction = teller.evidence.metrics.direction(teller.metric)
  const isNamed = [pair?.from, pair?.to].every((cell) => {
    const text = cell?.runs[0]?.run.params.get(contrast.param)
    return text !== undefined && parseNumber(text) === null
  })
  if (!isTelling(contrast.param) || contrast.together.length > 0 || !isNamed || direction === null)
    return [contrast, false]
  const effect = meanEffect(contrast.pairs, teller)
  if (effect === 0 || !Number.isFinite(effect)) return [contrast, false]
  const isBetter = effect > 0 === (direction === 'higher')
  return [isBetter ? contrast : { ...contrast, pairs: contrast.pairs.map(turned) }, true]
}

function turned<Pair extends SettingPair>(pair: Pair): Pair {
  return { ...pair, from: pair.to, to: pair.from }
}

/**
 * Words where pairs share a setting, since they are then fewer measurements than they seem; adds the value they print.
 * Empty where none does.
 */
function sharedIn(pairs: readonly SettingPair[], values: Record<string, FindingValue>): string {
  const [froms, tos] = [new Set(pairs.map(({ from }) => from)), new Set(pairs.map(({ to }) => to))]
  const cells = froms.size + tos.size
  if (cells === 2 * pairs.length) return ''
  const [only] = [froms, tos].find(({ size }) => size === 1) ?? []
  const one = only?.runs[0]
  if (only?.runs.length === 1 && one !== undefined) return `, all of them against [[${one.address}]]`
  values.settings = counted(cells, 'settings that the pairs are made of')
  return ' (of [[this.settings]] settings)'
}

/** The best single value on either side; without a direction the pair that weighs most, as an example. */
function bestOfEach(pairs: readonly SettingPair[], { evidence, metric }: Teller): string {
  const side = (cells: readonly Cell[]): EvidenceRun | undefined =>
    rankedBy(metric, [...new Set(cells.flatMap(({ runs }) => runs))], evidence.metrics)[0]
  const [a, b] = [side(pairs.map(({ from }) => from)), side(pairs.map(({ to }) => to))]
  const [first] = pairs
  if (evidence.metrics.direction(metric) === null || a === undefined || b === undefined)
    return first === undefined ? '' : `for example ${sidesOf(first, metric)}`
  return `the best of each in these pairs: [[${metricSlot(a, metric)}]] in [[${a.address}]]; [[${metricSlot(b, metric)}]] in [[${b.address}]]`
}

function tellLine(line: Line, teller: Teller): readonly Candidate[] {
  const { evidence, metric, told, floor } = teller
  const cells = line.cells
  const [first] = cells
  const last = cells.at(-1)
  if (first === undefined || last === undefined) return []
  if (!cells.some(({ runs }) => runs.some(({ address }) => told.has(address)))) return []
  const means = cells.map((cell) => meanOf(cell, teller))
  const steps = means.slice(1).map((value, index) => difference(means[index] ?? value, value))
  const whole = difference(means[0] ?? 0, means.at(-1) ?? 0)
  const along = steps.filter((step) => Math.sign(step) === Math.sign(whole) && step !== 0).length
  const values: Record<string, FindingValue> = {
    levels: { value: cells.length, unit: null, metric: null, how: 'values of the parameter that were run' },
    steps: { value: steps.length, unit: null, metric: null, how: 'steps between neighbouring values' },
    along: { value: along, unit: null, metric: null, how: 'steps in the direction of the whole' },
    effect: differenceOf(
      evidence,
      metric,
      Math.abs(whole),
      'difference between the first and the last value',
    ),
  }
  const range = difference(Math.min(...means), Math.max(...means))
  if (!Number.isFinite(range)) return []
  const need = floor === null ? null : leastDifference(floor, 1, 1, teller.level)
  const [lowest, highest] = [Math.min(...means), Math.max(...means)].map((mean) =>
    cells.filter((_, index) => means[index] === mean),
  )
  const judged = judge(
    lowest ?? [],
    highest ?? [],
    range,
    need === null ? 'unknown' : range > need ? 'beyond' : 'within',
    teller,
  )
  const path =
    along === steps.length
      ? `${metric}${among(teller)} ${outcome(whole, teller)}, step by step`
      : `${metric}${among(teller)} ${outcome(whole, teller)} in the end${whole === 0 ? '' : ', that way in [[this.along]] of [[this.steps]] steps'}`
  const words = (bound: number): string =>
    `, ${range > bound ? 'more' : 'no more'} than seeds explain${elsewhere(cells, teller)} ${needWords(bound, teller, values)}`
  const noise = need === null ? '' : verdictWords(judged, () => words(need), teller, values)
  return [
    {
      param: line.param,
      strength:
        (along === steps.length ? 45 : 20) +
        telling(line.param, teller) +
        (judged.says === 'luck' || judged.says === 'within' ? -15 : 0),
      finding: {
        kind: 'minimal-pair',
        scope: scopeOf([{ from: { runs: cells.flatMap(({ runs }) => runs) }, to: { runs: [] } }], told),
        sentence: `${changeOf(line, first, last, line.together.length === 0 ? 'alone from ' : 'from ', ' to ')} ([[this.levels]] values): ${path} (${sidesOf({ from: first, to: last }, metric)})${noise}${singleRuns(cells, teller, values)}.`,
        rests: restsOf(cells),
        values,
        ...textsOf(teller),
      },
      also: [],
      judgement: judged.judgement,
    },
  ]
}

function tellNear(pair: ReturnType<typeof nearestPair> & object, teller: Teller): NewFinding {
  const { metric, told } = teller
  const [a, b] = [pair.from.runs[0], pair.to.runs[0]]
  return {
    kind: 'variation',
    scope: scopeOf([pair], told),
    sentence: `No two finished runs differ in ${pair.param} alone${among(teller)}; nearest come ${a === undefined ? '' : `[[${a.address}]] (${metric} [[${metricSlot(a, metric)}]])`} and ${b === undefined ? '' : `[[${b.address}]] ([[${metricSlot(b, metric)}]])`}, where ${pair.confound} changed too.`,
    rests: restsOf([pair.from, pair.to]),
    ...textsOf(teller),
  }
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

/** The difference that seeds alone rarely make, in brackets, with how many comparisons share the level; adds the values. */
function needWords(
  need: number,
  { evidence, metric, comparisons }: Teller,
  values: Record<string, FindingValue>,
): string {
  const shared =
    comparisons === 1 ? '95 %' : `95 % over all ${comparisons} comparisons together, so that each needs more`
  values.need = differenceOf(
    evidence,
    metric,
    need,
    `t × pooled standard deviation over seeds × √(1/n + 1/m), ${shared}`,
  )
  if (comparisons === 1) return '([[this.need]])'
  values.compared = counted(comparisons, 'comparisons that share the level of 95 %')
  return '([[this.need]], for [[this.compared]] comparisons at once)'
}

interface Measured {
  /** Of the means: to minus from. */
  readonly effect: number
  readonly weight: number
  readonly noise: 'beyond' | 'within' | 'unknown'
  /** The interval of the difference where both sides have replicates. */
  readonly interval: readonly [number, number] | null
  readonly need: number | null
}

function measure(pair: SettingPair, teller: Teller): Measured {
  const [a, b] = [valuesOf(pair.from, teller), valuesOf(pair.to, teller)]
  const effect = difference(mean([...a]), mean([...b]))
  // Where no seed is logged, nobody knows what else made the runs of a side differ.
  const test = isSeeded(pair.from) && isSeeded(pair.to) ? welch(b, a) : null
  if (test !== null && Number.isFinite(test.t)) {
    const half = studentTQuantile((1 + teller.level) / 2, test.degreesOfFreedom) * test.error
    const isBeyond = Math.abs(effect) > half
    return {
      effect,
      weight: isBeyond ? 100 + Math.min(20, Math.abs(test.t)) : 60,
      noise: isBeyond ? 'beyond' : 'within',
      interval: [effect - half, effect + half],
      need: null,
    }
  }
  if (teller.floor === null) return { effect, weight: 10, noise: 'unknown', interval: null, need: null }
  const need = leastDifference(teller.floor, a.length, b.length, teller.level)
  const isBeyond = Math.abs(effect) > need
  return {
    effect,
    weight: isBeyond ? 40 + Math.min(20, Math.abs(effect) / need) : 15,
    noise: isBeyond ? 'beyond' : 'within',
    interval: null,
    need,
  }
}

/**
 * Whether a mean over pairs exceeds what seeds do: the root of the sum over all cells of sd² / runs times the square of
 * the cell's share in the mean, times t. A cell that stands in several pairs weighs as much.
 */
function averageAgainstSeeds(
  effect: number,
  pairs: readonly SettingPair[],
  { floor, level }: Teller,
): { readonly need: number; readonly noise: 'beyond' | 'within' } | null {
  if (floor === null) return null
  const shares = new Map<Cell, number>()
  for (const { from, to } of pairs)
    for (const cell of [from, to]) shares.set(cell, (shares.get(cell) ?? 0) + 1 / pairs.length)
  const spread = [...shares].reduce((sum, [{ runs }, share]) => sum + share ** 2 / runs.length, 0)
  const need = leastDifference(floor, 1 / spread, Number.POSITIVE_INFINITY, level)
  return { need, noise: Math.abs(effect) > need ? 'beyond' : 'within' }
}

/**
 * What a finding says of a difference, from the lower or earlier settings to the higher or later ones. `nothing` where nothing
 * tells what seeds do, and where the search says more of the same lead; `luck` where it says less.
 */
function judge(
  from: readonly Cell[],
  to: readonly Cell[],
  effect: number,
  noise: Measured['noise'],
  { evidence, metric, search }: Teller,
): Judged {
  const direction = evidence.metrics.direction(metric)
  const says = noise === 'unknown' ? 'nothing' : noise
  if (says === 'nothing' || direction === null || effect === 0) return { says, judgement: null }
  const [better, worse] = effect > 0 === (direction === 'higher') ? [to, from] : [from, to]
  const difference = Math.abs(effect)
  const isBeyond = says === 'beyond'
  const ahead = leadBehind(search, better)
  if (!isBeyond && ahead?.verdict === 'stands out' && isWholeLead(difference, ahead))
    return { says: 'nothing', judgement: null }
  if (isBeyond && ahead?.verdict === 'may be luck' && difference <= ahead.most)
    return { says: 'luck', ahead, judgement: { better, worse, difference, isBeyond: false } }
  return { says, judgement: { better, worse, difference, isBeyond } }
}

type Judged = { readonly judgement: Judgement | null } & (
  | { readonly says: 'beyond' | 'within' | 'nothing' }
  | { readonly says: 'luck'; readonly ahead: SearchLead }
)

/** What is judged in words: `ofSeeds` where seeds decide. What is no more than luck adds the values that it prints. */
function verdictWords(
  judged: Judged,
  ofSeeds: () => string,
  { evidence, metric, search }: Teller,
  values: Record<string, FindingValue>,
): string {
  switch (judged.says) {
    case 'nothing':
      return ''
    case 'beyond':
    case 'within':
      return ofSeeds()
    case 'luck':
      values.searched = counted(
        search?.candidates.length ?? 0,
        'settings compared, runs that differ in the seed alone folded',
      )
      values.most = differenceOf(
        evidence,
        metric,
        judged.ahead.most,
        'lead that one of a hundred searches among equal settings exceeds',
      )
      return ', no more than luck may give the best of [[this.searched]] settings ([[this.most]])'
    default:
      return judged satisfies never
  }
}

/**
 * In how many pairs of single runs the difference of two means shows, in words, where it does not in all of them; adds the
 * values they print. Of a difference beyond noise that is no news.
 */
function consistencyOf(
  pair: SettingPair & Measured,
  teller: Teller,
  values: Record<string, FindingValue>,
): string {
  const [a, b] = [valuesOf(pair.from, teller), valuesOf(pair.to, teller)]
  const signs = a.flatMap((from) => b.map((to) => Math.sign(difference(from, to))))
  const along = signs.filter((sign) => sign === Math.sign(pair.effect)).length
  if (pair.effect === 0 || pair.noise === 'beyond' || along === signs.length) return ''
  values.along = counted(along, 'pairs of a run of each side that differ in the direction of the means')
  values.apart = counted(signs.length, 'pairs of a run of each side')
  return ', that way in [[this.along]] of [[this.apart]] pairs of single runs'
}

/** The mean of the effects of some pairs: the difference of the means of their sides. */
function meanEffect(pairs: readonly SettingPair[], teller: Teller): number {
  return difference(
    mean(pairs.map(({ from }) => meanOf(from, teller))),
    mean(pairs.map(({ to }) => meanOf(to, teller))),
  )
}

/**
 * That these are single runs and how many comparisons there were, where nothing tells what seeds do; adds the value it prints.
 * Empty where there were few, or a side has several runs.
 */
function singleRuns(
  cells: readonly Cell[],
  { floor, comparisons }: Teller,
  values: Record<string, FindingValue>,
): string {
  if (floor !== null || comparisons < MANY_COMPARISONS || cells.some(({ runs }) => runs.length > 1)) return ''
  values.compared = counted(comparisons, 'comparisons that could be told')
  return '; single runs, among [[this.compared]] comparisons, of which the strongest is partly luck'
}

/** What seeds alone would do, in words; adds the values it prints. */
function noiseWords(
  pair: SettingPair & Measured,
  teller: Teller,
  values: Record<string, FindingValue>,
): string {
  const { evidence, metric } = teller
  if (pair.interval !== null) {
    // Told around the size of the effect, which is printed without a sign.
    const [low, high] = pair.effect < 0 ? [-pair.interval[1], -pair.interval[0]] : pair.interval
    values.low = differenceOf(
      evidence,
      metric,
      low,
      'Welch t interval of the difference, 95 % over all pairs compared, lower end',
    )
    values.high = differenceOf(
      evidence,
      metric,
      high,
      'Welch t interval of the difference, 95 % over all pairs compared, upper end',
    )
    return pair.noise === 'beyond'
      ? ', more than seeds explain (interval of the difference [[this.low]] to [[this.high]])'
      : ', no more than seeds explain (interval of the difference [[this.low]] to [[this.high]])'
  }
  if (pair.need === null || pair.effect === 0) return ''
  const where = elsewhere([pair.from, pair.to], teller)
  return `${pair.noise === 'beyond' ? ', more' : ', no more'} than seeds explain${where} ${needWords(pair.need, teller, values)}`
}

/** `rises by …`; better or worse where the direction is known. */
function outcome(effect: number, { evidence, metric }: Teller): string {
  if (effect === 0) return 'unchanged'
  const direction = evidence.metrics.direction(metric)
  const word =
    direction === null
      ? effect > 0
        ? 'higher'
        : 'lower'
      : effect > 0 === (direction === 'higher')
        ? 'better'
        : 'worse'
  return `${word} by [[this.effect]]`
}

/** Both sides: one run by its name and value, replicates by their count. */
function sidesOf({ from, to }: SettingPair, metric: string): string {
  const side = ({ runs }: Cell): string => {
    const [first] = runs
    if (first === undefined) return ''
    if (runs.length === 1) return `[[${metricSlot(first, metric)}]] in [[${first.address}]]`
    const listed = runs.slice(0, 30)
    return `mean [[mean(${listed.map((one) => metricSlot(one, metric)).join(', ')})]] over [[count(${listed.map(({ address }) => address).join(', ')})]] ${isSeeded({ runs }) ? 'seeds' : 'runs'} from [[${first.address}]] on`
  }
  return `${side(from)}; ${side(to)}`
}

/** `lr 0.1 → 0.2`; of parameters that change together each with its own values: `lr 0.1 → 0.2, decay 0 → 1 together`. */
function changeOf(
  { param, together }: Pick<Contrast, 'param' | 'together'>,
  from: Cell,
  to: Cell,
  before: string,
  between: string,
): string {
  const names = [param, ...together]
  const shown = names.length > MOST_TOGETHER ? names.slice(0, MOST_TOGETHER - 1) : names
  const said = shown.map((name) => `${name} ${before}${levelOf(from, name)}${between}${levelOf(to, name)}`)
  const more = names.length > shown.length ? ' and more' : ''
  return `${said.join(', ')}${more}${together.length > 0 ? ' together' : ''}`
}

/** What changes together and is unset on one side is a setting of the other side's own. */
function withOwn(contrast: Contrast): Contrast {
  const [pair] = contrast.pairs
  const sides = [pair?.from.runs[0]?.run, pair?.to.runs[0]?.run]
  const isBoth = (name: string): boolean => sides.every((run) => run?.params.has(name) === true)
  if (!isTelling(contrast.param) || !isBoth(contrast.param)) return contrast
  return {
    ...contrast,
    together: contrast.together.filter(isBoth),
    own: [...contrast.own, ...contrast.together.filter((name) => !isBoth(name))].sort(),
  }
}

function among({ label }: Teller): string {
  return label === '' ? '' : ' ([[this.among]])'
}

function textsOf({ label }: Teller): Pick<NewFinding, 'texts'> {
  return label === '' ? {} : { texts: { among: { text: label, from: 'what the log tells apart' } } }
}

/** A noise floor from one setting is no more than that setting's: where these are others, it is said which. */
function elsewhere(cells: readonly Cell[], { only }: Teller): string {
  if (only === null || cells.some(({ runs }) => runs.includes(only))) return ''
  return ` in the setting of [[${only.address}]]`
}

function ownWords({ own }: Contrast): string {
  if (own.length === 0) return ''
  return ` (each with settings of its own: ${own.slice(0, 4).join(', ')}${own.length > 4 ? ' and more' : ''})`
}

/**
 * Other metrics that moved more than seeds explain where both sides have replicates, the level divided by the number
 * of metrics looked at (Bonferroni), since one of many differs by chance.
 */
function alsoBeyondSeeds(param: string, { from, to }: SettingPair, teller: Teller): readonly NewFinding[] {
  const { evidence, metric } = teller
  if (from.runs.length < 2 || to.runs.length < 2 || !isSeeded(from) || !isSeeded(to)) return []
  const values: Record<string, FindingValue> = {}
  const others = rankMetrics(
    [...from.runs, ...to.runs].map(({ run }) => run),
    evidence.metrics,
  ).filter((name) => name !== metric && evidence.metrics.direction(name) !== null && !/^train/i.test(name))
  const told = others.flatMap((name) => {
    const own = { ...teller, metric: name }
    const [a, b] = [valuesOf(from, own), valuesOf(to, own)]
    const test = a.length === from.runs.length && b.length === to.runs.length ? welch(b, a) : null
    return test !== null && test.p < (1 - LEVEL) / others.length ? [{ name, own, test }] : []
  })
  told.sort((a, b) => a.test.p - b.test.p)
  const words = told.slice(0, MOST_OTHER_METRICS).map(({ name, own, test }, index) => {
    const value = `other${String.fromCharCode(65 + index)}`
    values[value] = differenceOf(
      evidence,
      name,
      Math.abs(test.difference),
      'difference of means; Welch test at 5 % divided by the metrics looked at',
    )
    return `${name} ${outcome(test.difference, own).replace('this.effect', `this.${value}`)}`
  })
  if (words.length === 0) return []
  return [
    {
      kind: 'minimal-pair',
      scope: scopeOf([{ from, to }], teller.told),
      sentence: `With ${param} ${levelOf(to, param)} instead of ${levelOf(from, param)}, beyond what seeds explain: ${words.join(', ')}.`,
      rests: restsOf([from, to]),
      values,
    },
  ]
}

function isSeeded({ runs }: Cell): boolean {
  return runs.every(({ run }) => seedOf(run) !== null)
}

function levelOf({ runs }: Cell, param: string): string {
  const [first] = runs
  return first?.run.params.has(param) === true
    ? `[[${first.address}.param[${JSON.stringify(param)}]]]`
    : 'unset'
}

function valuesOf(cell: Cell, { evidence, metric }: Teller): readonly number[] {
  return cell.runs.flatMap((one) => headlineValue(one, metric, evidence.metrics) ?? [])
}

function meanOf(cell: Cell, teller: Teller): number {
  return mean([...valuesOf(cell, teller)])
}

function isOfSession({ from, to }: SettingPair, told: ReadonlySet<string>): boolean {
  return [...from.runs, ...to.runs].some(({ address }) => told.has(address))
}

function scopeOf(pairs: readonly SettingPair[], told: ReadonlySet<string>): 'session' | 'project' {
  return scopeOfRuns(
    pairs.flatMap(({ from, to }) => [...from.runs, ...to.runs]),
    told,
  )
}

function scopeOfRuns(runs: readonly EvidenceRun[], told: ReadonlySet<string>): 'session' | 'project' {
  return runs.every(({ address }) => told.has(address)) ? 'session' : 'project'
}

function restsOf(cells: readonly Cell[]): readonly string[] {
  return [...new Set(cells.flatMap(({ runs }) => runs.map(({ address }) => address)))].slice(0, 100)
}

function telling(param: string, { spoken }: Teller): number {
  return (isTelling(param) ? 8 : 0) + (spoken.includes(param) ? 8 : 0)
}

/** Parameters that the notes name, the most named first. */
function spokenOf(evidence: EvidenceWithoutFindings): readonly string[] {
  const text = evidence.quotes
    .filter(({ kind }) => kind !== 'experiment' && kind !== 'commit')
    .map((quote) => quote.text.toLowerCase())
    .join('\n')
  const words = ` ${text.replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  const counted = evidence.factors.flatMap(({ param, levels }) => {
    const name = ` ${param
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()} `
    const named = name.trim().length < 2 ? 0 : words.split(name).length - 1
    const byLevel = isTelling(param)
      ? levels.reduce(
          (sum, { value }) =>
            sum +
            (value === null || !/^\p{L}{3,}$/u.test(value)
              ? 0
              : words.split(` ${value.toLowerCase()} `).length - 1),
          0,
        )
      : 0
    const count = named + byLevel
    return count === 0 ? [] : [{ param, count }]
  })
  return counted.sort((a, b) => b.count - a.count || (a.param < b.param ? -1 : 1)).map(({ param }) => param)
}
