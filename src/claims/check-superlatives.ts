import { findRun } from '../evidence/address.ts'
import { isDone } from '../runs/run.ts'
import { isSameValue } from '../statistics/difference.ts'
import { decideBestStep } from './decide-best-step.ts'
import type { Decision } from './decide-comparison.ts'
import { antecedentOf, decideOwnSeries, decideSuperlative } from './decide-superlative.ts'
import { levelNamed } from './level-named.ts'
import type { Relation } from './lexicon.ts'
import { contradicted, type Problem, unsupported } from './problem.ts'
import {
  type Claim,
  type Context,
  crashedStatus,
  namesNear,
  runsOfNear,
  slotValues,
  wordAt,
} from './relation-claim.ts'
import { isListGap, type SlotToken, subjectBefore } from './tokens.ts'
import type { NumberValue, Value } from './value.ts'

export function superlativeProblem(
  claim: Claim,
  relation: Extract<Relation, { kind: 'superlative' }>,
  context: Context,
): Problem | null {
  const { written, tokens, at, end } = claim
  const own = decideOwnSeries(claim, context) ?? decideBestStep(claim, context)
  if (own !== null) return problemOf(own, written)
  const decided = decideSuperlative(claim, relation.polarity, scopeOf(claim, context), context)
  if (decided !== null) {
    const crashed =
      !claim.isNegated && (relation.polarity === 'better' || scopeBehind(claim) === null)
        ? runsNamedHere(claim).find((run) => crashedStatus(run, context.evidence) !== null)
        : undefined
    if (crashed !== undefined)
      return contradicted(
        `${crashed} cannot be "${written}": its status is ${crashedStatus(crashed, context.evidence)}.`,
      )
    return problemOf(decided, written)
  }
  if (areTheFirst(claim, relation.polarity, context)) return null
  const names = namesNear(claim, context)
  const extremes = context.checks.concat(slotValues(claim.tokens)).flatMap((value) => extremesOf(value))
  const isOwn = isOfOwnSeries(claim)
  const wanted = extremes
    .concat(isOwn && !isAtEnd(claim) ? slotValues(tokens).flatMap((value) => seriesSlot(value)) : [])
    .filter((one) => (one.isOfSeries === true) === isOwn)
    .filter((one) => names.length === 0 || one.name === null || names.includes(one.name))
  const name = names[0] ?? context.evidence.metrics.primary ?? context.evidence.lead?.metric ?? 'metric'
  const named = [...claim.allRuns][0] ?? 'run'
  const side = relation.polarity === 'lower' ? 'min' : relation.polarity === 'higher' ? 'max' : 'argbest'
  const how =
    side === 'argbest'
      ? `check argbest(${name}, finished) == ${named}`
      : `check ${named}.${name} == ${side}(${name}, finished)`
  if (wanted.length === 0)
    return unsupported(`"${written}" has no check behind it; ${how}, with the run as a slot here.`)
  const antecedent = antecedentOf(tokens, at) ?? namedBy(claim)
  const before =
    antecedent !== null
      ? [antecedent]
      : subjectBefore(tokens, at).flatMap((slot) => (slot.value.runs.length === 1 ? slot.value.runs : []))
  const inSentence = runsOfNear(tokens, end)
  const candidates = before.length > 0 ? before : inSentence
  const agreeing = wanted.filter((one) => sameSide(one, relation.polarity) !== claim.isNegated)
  if (agreeing.length === 0) return contradicted(`"${written}" is not what its check says; ${how}.`)
  const ofRun = agreeing.filter((one) =>
    one.winners.some(
      (run) => candidates.includes(run) || (candidates.length === 0 && claim.allRuns.has(run)),
    ),
  )
  const untold = isOwn ? before.filter((run) => !ofRun.some((one) => one.winners.includes(run))) : []
  if (untold.length > 0)
    return unsupported(
      `"${written}" has no check for ${untold.join(', ')}; check ${untold[0]}.${name}.last == ${untold[0]}.${name}.${side === 'max' ? 'max' : 'min'}.`,
    )
  const unnamed = isOwn || names.length > 0 ? null : metricLeftOpen(ofRun, relation.polarity, claim, context)
  if (unnamed !== null)
    return unsupported(`"${written}" does not say of what; name the metric beside it: ${unnamed}.`)
  if (ofRun.length === 0)
    return claim.isNegated
      ? null
      : contradicted(
          `"${written}" is said of ${candidates.join(', ') || 'no run'}, but the check names ${agreeing[0]?.winners.join(', ')}.`,
        )
  for (const one of ofRun) {
    const winner = one.winners[0] ?? ''
    const crashed = relation.polarity === 'better' ? crashedStatus(winner, context.evidence) : null
    if (crashed !== null) return contradicted(`${winner} cannot be "${written}": its status is ${crashed}.`)
    const left = one.isOfSeries === true ? [] : leftOut(one, claim, context)
    if (left.length === 0) return null
    if (one === ofRun.at(-1))
      return unsupported(
        `"${written}" leaves out ${left.slice(0, 6).join(', ')}; take all comparable runs, or name the group as a slot behind "of".`,
      )
  }
  return null
}

function problemOf(decision: Decision, written: string): Problem | null {
  return decision.kind === 'holds'
    ? null
    : contradicted(`"${written}" is not what the log says: ${decision.actual}.`)
}

/** The group whose extreme is printed: what "lowest" is said among. */
function extremeOver({ tokens }: Claim): readonly string[] | null {
  const value = slotValues(tokens).find(
    ({ made, runs }) => /^(min|max)$/.test(made?.by ?? '') && runs.length > 1,
  )
  return value?.runs ?? null
}

function runsNamedHere({ tokens, at }: Claim): readonly string[] {
  const antecedent = antecedentOf(tokens, at)
  if (antecedent !== null) return [antecedent]
  const before = subjectBefore(tokens, at).flatMap(({ value }) => (value.runs.length === 1 ? value.runs : []))
  return before.length > 0 ? before : runsOfNear(tokens, 0)
}

/** The runs that a superlative is said among: the group behind "of", else all finished ones that may be ranked with the winner. */
export function scopeOf(claim: Claim, context: Context): readonly string[] {
  const { evidence } = context
  const scope = scopeBehind(claim) ?? extremeOver(claim) ?? levelNamed(claim, evidence)
  const finished = new Set(evidence.runs.filter(({ run }) => isDone(run)).map(({ address }) => address))
  if (scope !== null) return scope.filter((run) => finished.has(run))
  const [winner] = runsNamedHere(claim)
  const own = findRun(evidence, winner)
  const isOverall = claim.tokens.some((token) => token.kind === 'word' && token.lower === 'overall')
  return evidence.runs
    .filter(({ address }) => finished.has(address))
    .filter(
      ({ run }) =>
        own === undefined ||
        ((isOverall || targetOf(run.params) === targetOf(own.run.params)) &&
          digestOf(run) === digestOf(own.run)),
    )
    .map(({ address }) => address)
}

/** "[[r11]], the best forest there,": the run that the words behind its comma name. */
function namedBy({ tokens, at, end }: Claim): string | null {
  const [run, comma] = [tokens[at - 3], tokens[at - 2]]
  const isAside =
    /^(the|a|an|our)$/.test(wordAt(tokens, at - 1)) && comma?.kind === 'mark' && comma.text === ','
  if (!isAside || run?.kind !== 'slot' || run.value.kind !== 'run') return null
  const close = tokens.slice(end).find((token) => token.kind !== 'word')
  return close === undefined || (close.kind === 'mark' && /[,.;)]/.test(close.text))
    ? run.value.address
    : null
}

/** "[[r16]] and [[r15]] have the highest values": a check of its rank for each, the ranks being the first. */
function areTheFirst(
  { isNegated, written, tokens, at }: Claim,
  polarity: string,
  { checks, allPhraseNames }: Context,
): boolean {
  const runs = subjectBefore(tokens, at).flatMap(({ value }) => (value.kind === 'run' ? value.runs : []))
  const said = allPhraseNames(tokens.map((token) => (token.kind === 'word' ? token.lower : ','))).flat()
  if (runs.length < 2 || isNegated || polarity === 'worse' || /^(best|worst)$/.test(written)) return false
  const ranks = runs.flatMap((run) =>
    checks.flatMap(({ made }) => {
      const sides = made?.by === '==' ? made.operands : []
      const rank = sides.find((side) => side.made?.by === 'rank')
      const own = rank?.made?.operands[0]
      const isOfRun =
        own?.kind === 'number' &&
        own.runs.join() === run &&
        own.direction === polarity &&
        said.includes(own.name ?? '')
      return isOfRun && rank?.kind === 'number' ? [rank.value] : []
    }),
  )
  return new Set(ranks).size === runs.length && ranks.every((rank) => rank <= runs.length)
}

/** What a superlative check says: who wins, on which side, over which runs. */
interface Extreme {
  readonly side: 'higher' | 'lower' | 'better' | 'worse'
  readonly name: string | null
  readonly winners: readonly string[]
  readonly over: readonly string[]
  /** Whether it is an extreme of one run's own series. */
  readonly isOfSeries?: boolean
}

/** "its lowest", "lowest at the last epoch": an extreme within one run, no ranking of runs. */
function isOfOwnSeries(claim: Claim): boolean {
  if ([1, 2].some((back) => /^(its|their|own)$/.test(wordAt(claim.tokens, claim.at - back)))) return true
  const behind = claim.tokens
    .slice(claim.end, claim.end + 7)
    .flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  // "The minimum of its val_loss stands there".
  return /^of (its|their)\b|\b(at|until|to|by) (the |its |their )?(very )?(last|end|final|epoch|step)\b/.test(
    behind.join(' '),
  )
}

/** "Lowest at its last step": where the extreme stands is claimed, which only a check of the two points tells. */
function isAtEnd(claim: Claim): boolean {
  const behind = claim.tokens
    .slice(claim.end, claim.end + 7)
    .flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  return /\b(at|until|to|by) (the |its |their )?(very )?(last|end|final)\b/.test(behind.join(' '))
}

function seriesSlot(value: Value): readonly Extreme[] {
  if (value.kind !== 'number' || value.made !== null || (value.point !== 'min' && value.point !== 'max'))
    return []
  const side = value.point === 'min' ? 'lower' : 'higher'
  const name = value.name?.replace(/ step$/, '') ?? null
  const common = { name, winners: value.runs, over: value.runs, isOfSeries: true }
  const best =
    value.direction === null
      ? []
      : [{ ...common, side: value.direction === side ? ('better' as const) : ('worse' as const) }]
  return [{ ...common, side }, ...best]
}

function extremesOf(value: Value): readonly Extreme[] {
  if (value.kind === 'run' && value.made?.by === 'argbest') {
    const first = value.made.operands[0]
    return first?.kind === 'number' ? bestOf(first, [value.address], value.runs) : []
  }
  if (value.kind === 'number' && (value.made?.by === 'min' || value.made?.by === 'max')) {
    const operands = value.made.operands.filter((one): one is NumberValue => one.kind === 'number')
    const winners = operands.filter((one) => isSameValue(one.value, value.value)).flatMap((one) => one.runs)
    const side = value.made.by === 'min' ? 'lower' : 'higher'
    const best =
      value.direction === null
        ? []
        : [
            {
              side: value.direction === side ? ('better' as const) : ('worse' as const),
              name: value.name,
              winners,
              over: value.runs,
            },
          ]
    return [{ side, name: value.name, winners, over: value.runs }, ...best]
  }
  if (value.kind !== 'truth' || !/^(==|<=|>=)$/.test(value.made?.by ?? '')) return []
  const [a, b] = value.made?.operands ?? []
  if (a === undefined || b === undefined) return []
  if (a.kind === 'number' && b.kind === 'number') {
    const rank = [a, b].find((one) => one.made?.by === 'rank')
    if (rank !== undefined) return rank.value === 1 ? rankWinner(rank) : []
  }
  return [...seriesExtreme(a, b), ...extremesOf(a), ...extremesOf(b)]
}

/** `r4.train_loss.last == r4.train_loss.min`: the extreme of one run's own series. */
function seriesExtreme(a: Value, b: Value): readonly Extreme[] {
  if (
    a.kind !== 'number' ||
    b.kind !== 'number' ||
    a.name !== b.name ||
    a.runs.join() !== b.runs.join() ||
    a.point === b.point
  )
    return []
  return [a, b].flatMap((one): readonly Extreme[] => {
    if (one.point !== 'min' && one.point !== 'max') return []
    const side = one.point === 'min' ? 'lower' : 'higher'
    const name = one.name?.replace(/ step$/, '') ?? null
    const common = { name, winners: one.runs, over: one.runs, isOfSeries: true }
    const best =
      one.direction === null
        ? []
        : [{ ...common, side: one.direction === side ? ('better' as const) : ('worse' as const) }]
    return [{ ...common, side }, ...best]
  })
}

function rankWinner(rank: NumberValue): readonly Extreme[] {
  const own = rank.made?.operands[0]
  return own?.kind === 'number' ? bestOf(own, own.runs, rank.runs) : []
}

/** The best is also the highest or the lowest, as the direction says. */
function bestOf(
  sample: NumberValue,
  winners: readonly string[],
  over: readonly string[],
): readonly Extreme[] {
  const common = { name: sample.name, winners, over }
  return [
    { ...common, side: 'better' },
    ...(sample.direction === null ? [] : [{ ...common, side: sample.direction }]),
  ]
}

function sameSide(one: Extreme, polarity: 'higher' | 'lower' | 'better' | 'worse'): boolean {
  return one.side === polarity
}

/** "The best run", with a check on another metric than the one that leads and no word that says which. */
function metricLeftOpen(
  extremes: readonly Extreme[],
  polarity: string,
  claim: Claim,
  context: Context,
): string | null {
  const lead = context.evidence.metrics.primary ?? context.evidence.lead?.metric ?? null
  if (lead === null || (polarity !== 'better' && polarity !== 'worse')) return null
  const words = claim.tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  const said = context.allPhraseNames(words).flat()
  const printed = slotValues(claim.tokens).flatMap((value) => (value.kind === 'number' ? [value.name] : []))
  const isSaid = ({ name }: Extreme) =>
    name === null || name === lead || said.includes(name) || printed.includes(name)
  return extremes.length === 0 || extremes.some(isSaid) ? null : (extremes[0]?.name ?? null)
}

/** Comparable runs that a superlative must speak of and its check does not. */
function leftOut(one: Extreme, claim: Claim, context: Context): readonly string[] {
  const scope = scopeBehind(claim)
  // A run of the group that never logged the metric has no place in its order.
  const has = (address: string): boolean => {
    const run = findRun(context.evidence, address)?.run
    return one.name === null || run === undefined || run.metrics.has(one.name) || !isMetric(one.name, context)
  }
  if (scope !== null) return scope.filter((run) => !one.over.includes(run) && has(run))
  const level = levelNamed(claim, context.evidence)
  const winner = findRun(context.evidence, one.winners[0])
  if (winner === undefined || one.name === null) return []
  if (one.name === 'duration')
    return context.evidence.runs
      .filter(({ run }) => run.status === 'finished' && run.startedAt !== null && run.endedAt !== null)
      .map((run) => run.address)
      .filter((run) => !one.over.includes(run))
  const target = targetOf(winner.run.params)
  // "Overall" takes in the runs that cannot be ranked with these, so it cannot be said.
  const isOverall = claim.tokens.some((token) => token.kind === 'word' && token.lower === 'overall')
  return context.evidence.runs
    .filter(({ address }) => level === null || level.includes(address))
    .filter(({ run }) => isDone(run) && (isOverall || targetOf(run.params) === target))
    .filter(
      ({ run }) =>
        Number.isFinite(run.metrics.get(one.name ?? '')?.last ?? Number.NaN) ||
        (run.params.has(one.name ?? '') && !run.metrics.has(one.name ?? '')),
    )
    .filter(({ run }) => digestOf(run) === digestOf(winner.run))
    .map((run) => run.address)
    .filter((run) => !one.over.includes(run))
}

function isMetric(name: string, { evidence }: Context): boolean {
  return evidence.runs.some(({ run }) => run.metrics.has(name))
}

/** The runs behind "of", "among", "in": an explicit scope made of slots. */
function scopeBehind(claim: Claim): readonly string[] | null {
  for (let index = 0; index < claim.tokens.length - 1; index++) {
    const word = wordAt(claim.tokens, index)
    if (!/^(of|among|amongst|within|between)$/.test(word)) continue
    const isBehind = index >= claim.end && index <= claim.end + 6
    if (
      index > 0 &&
      (!isBehind || /^(ahead|behind|instead|front|because)$/.test(wordAt(claim.tokens, index - 1)))
    )
      continue
    // "Among the runs with lake inputs, [[g2]], the lowest …": an opening names its group with more words.
    const most = index === 0 ? 8 : 5
    const slots: SlotToken[] = []
    let last = index
    for (let next = index + 1; next < claim.tokens.length; next++) {
      const token = claim.tokens[next]
      if (token?.kind !== 'slot') continue
      if (slots.length > 0 ? !isListGap(claim.tokens, last, next) : next - index > most) break
      slots.push(token)
      last = next
    }
    const runs = [...new Set(slots.flatMap((slot) => slot.value.runs))]
    if (runs.length > 1) return runs
  }
  return null
}

function targetOf(params: ReadonlyMap<string, string>): string {
  return [...params]
    .filter(([name]) =>
      /^(.*[._/])?(target|label|response|y)([._](variable|column|col|name|feature))?s?$/i.test(name),
    )
    .map(([, text]) => text)
    .join()
}

function digestOf(run: {
  readonly dataSets: readonly { readonly digest: string; readonly context: string | null }[]
}): string {
  return run.dataSets
    .filter((dataSet) => dataSet.context === null || !/^train/i.test(dataSet.context))
    .map((dataSet) => dataSet.digest)
    .sort()
    .join()
}
