import { signTest } from '../../../statistics/sign-test.ts'
import { counted } from '../../counted.ts'
import type { EvidenceRun, FindingValue } from '../../evidence.ts'
import { parseNumber } from '../../fact-at.ts'
import { metricSlot, rankedBy } from '../../headline.ts'
import type { Cell, Contrast, SettingPair } from '../../minimal-pairs.ts'
import { isTelling } from '../../what-varied.ts'
import { differenceOf } from '../difference-of.ts'
import { alsoBeyondSeeds } from './also-beyond-seeds.ts'
import { againstBest, type BestOverAll, bestOverAll, bestWords } from './best-over-all.ts'
import { judge, verdictWords } from './judge.ts'
import { averageAgainstSeeds, consistencyOf, meanEffect, measure, noiseWords } from './measure.ts'
import {
  among,
  changeOf,
  elsewhere,
  levelOf,
  needWords,
  outcome,
  sidesOf,
  singleRuns,
  textsOf,
} from './pair-words.ts'
import { type Candidate, isOfSession, restsOf, scopeOf, type Teller, telling } from './teller.ts'

const FEWEST_FOR_SIGN_TEST = 6

/** What the pairs say that differ in one parameter and in nothing else, or in parameters that always change together. */
export function tellContrast(found: Contrast, teller: Teller): readonly Candidate[] {
  const { evidence, metric, told } = teller
  const own = withOwn(found)
  const { contrast, isChoice, overturned } = asChoice(
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
      ? `${contrast.param} ${levelOf(first.to, contrast.param)} is ahead of ${levelOf(first.from, contrast.param)}${overturned === null ? `${ownWords(contrast)}: ${metric}${among(teller)} ${outcome(lead, teller)}` : ` by the best run of each (${bestWords(overturned, metric)}), but not where all else is the same${ownWords(contrast)}: ${metric}${among(teller)} there ${outcome(lead, teller)}`}`
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
  const direction = evidence.metrics.direction(metric)
  if (!isChoice && direction !== null && lead !== 0 && (pairs.length > 1 || isTelling(contrast.param))) {
    const [better, worse] =
      lead > 0 === (direction === 'higher') ? [first.to, first.from] : [first.from, first.to]
    said.push(againstBest(contrast.param, better, worse, teller))
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
        (overturned === null ? 0 : 20) -
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
 * A choice between two named things (models, methods) has no order: turned so that the better one is `to`. Which is better the
 * best run of each tells, since that is what is chosen: `overturned` holds these where the pairs say the contrary.
 * Numbers, what is set against unset and what changes together are no choice and stay in their order.
 */
function asChoice(
  contrast: Contrast,
  teller: Teller,
): { readonly contrast: Contrast; readonly isChoice: boolean; readonly overturned: BestOverAll | null } {
  const [pair] = contrast.pairs
  const direction = teller.evidence.metrics.direction(teller.metric)
  const isNamed = [pair?.from, pair?.to].every((cell) => {
    const text = cell?.runs[0]?.run.params.get(contrast.param)
    return text !== undefined && parseNumber(text) === null
  })
  const asItIs = { contrast, isChoice: false, overturned: null }
  if (
    pair === undefined ||
    !isTelling(contrast.param) ||
    contrast.together.length > 0 ||
    !isNamed ||
    direction === null
  )
    return asItIs
  const effect = meanEffect(contrast.pairs, teller)
  if (effect === 0 || !Number.isFinite(effect)) return asItIs
  const best = bestOverAll(contrast.param, pair.from, pair.to, teller)
  const textOf = ({ run }: EvidenceRun): string | undefined => run.params.get(contrast.param)
  const isToBest = best !== null && pair.to.runs.some((one) => textOf(one) === textOf(best.ahead))
  const isToBetter = effect > 0 === (direction === 'higher')
  const isOverturned = best !== null && isToBest !== isToBetter
  return {
    contrast: isToBetter !== isOverturned ? contrast : { ...contrast, pairs: contrast.pairs.map(turned) },
    isChoice: true,
    overturned: isOverturned ? best : null,
  }
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

function ownWords({ own }: Contrast): string {
  if (own.length === 0) return ''
  return ` (each with settings of its own: ${own.slice(0, 4).join(', ')}${own.length > 4 ? ' and more' : ''})`
}
