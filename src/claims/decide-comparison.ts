import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { isDone } from '../runs/run.ts'
import { whyNotComparable } from './comparable.ts'
import { evaluate } from './evaluate.ts'
import { parseCheck } from './expression.ts'
import type { Relation } from './lexicon.ts'
import {
  type Claim,
  type Context,
  namesNear,
  slotValues,
  withoutAsides,
  wordAt,
  wordsOf,
} from './relation-claim.ts'
import { CHANGE, type Party, type Sides, sidesOf } from './sides-of-comparison.ts'
import type { Token } from './tokens.ts'
import type { NumberValue } from './value.ts'

/** What the log says of a claim whose sides and quantity its words tell beyond doubt. */
export type Decision = { readonly kind: 'holds' } | { readonly kind: 'fails'; readonly actual: string }

type Comparative = Extract<Relation, { kind: 'comparative' }>

/** Nouns, bounds and verbs whose sides stand where the words do not tell beyond doubt. */
const UNDECIDED =
  /^(at least|no less than|at most|no more than|drop|gains?|gained|improvements?|reduction|degradation|increase|decrease|decline|cut|reduced|lowered|raised|boosts|boosted|lifts|lifted|helped|helps|hurts?|harm(s|ed)|benefits?|benefited|pays off|paid off|suffers|suffered|costs)$/
const SMALL_SIZES = /^(close|slightly|barely|marginally|narrowly|a bit|a little|just|minimally)$/
const LARGE_SIZES =
  /^(far|much|vastly|hugely|substantially|considerably|dramatically|greatly|times|way|sharply|massively)$/
const MOST_FOR_SMALL = 0.05
const LEAST_FOR_LARGE = 0.2
const LEAST_FOR_TIMES = 0.5

/**
 * Holds a comparison against the log itself, whatever is checked beside it: "[[r1]] has a lower val_loss than [[r2]]",
 * "val_loss rose from [[r1]] to [[r2]]", "the mean val_auc of [[g1]] is higher than that of [[g2]]". Null where its words leave
 * a side, the quantity or the point open: a check must then tell.
 */
export function decideComparison(claim: Claim, relation: Comparative, context: Context): Decision | null {
  if (UNDECIDED.test(claim.written)) return null
  const sides = sidesOf(claim)
  if (sides === null) return null
  const words = wordsOf(claim.tokens)
  const saysMean = /\b(mean|means|average|averages|averaged|median)\b/.test(words)
  const { subjects, objects } = saysMean ? sides : eachOf(sides, context.evidence)
  const ofGroups = subjects.concat(objects).some(({ runs }) => runs.length > 1)
  if (saysMean !== ofGroups || /\bmedian\b/.test(words)) return null
  if (
    /\b(gap|gaps|difference|spread|range|margin|distance|effect|step|steps|epoch|epochs|ratio)\b/.test(words)
  )
    return null
  const point = pointOf(claim, ofGroups, context)
  const name = point === null ? null : nameOf(claim, relation, context, subjects.concat(objects))
  if (point === null || name === null) return null
  for (const subject of subjects)
    for (const object of objects) {
      const own = numberAt(subject, name, point, context.evidence)
      const other = numberAt(object, name, point, context.evidence)
      if (own === null || other === null || whyNotComparable([own, other]) !== null) return null
      const wantsHigh = wantsHigher(relation.polarity, own)
      if (wantsHigh === null) return null
      const holds = own.value !== other.value && own.value > other.value === wantsHigh
      if (holds === claim.isNegated)
        return { kind: 'fails', actual: `${labelOf(own)} is ${relationOf(own, other)} ${labelOf(other)}` }
      const size = claim.isNegated ? null : sizeProblem(claim, own.value, other.value)
      if (size !== null) return { kind: 'fails', actual: `${size}: ${labelOf(own)}, ${labelOf(other)}` }
    }
  return { kind: 'holds' }
}

/** "Ahead of the [[g6]]": where one side is a single run, the other is every finished run of its group. */
function eachOf({ subjects, objects }: Sides, evidence: Evidence): Sides {
  const isGroup = ({ runs }: Party): boolean => runs.length > 1
  if (subjects.some(isGroup) === objects.some(isGroup)) return { subjects, objects }
  const finished = (party: Party): readonly Party[] =>
    party.runs
      .filter((address) => {
        const run = findRun(evidence, address)?.run
        return run !== undefined && isDone(run)
      })
      .map((address) => ({ address, runs: [address] }))
  const single = (parties: readonly Party[]) =>
    parties.flatMap((one) => (isGroup(one) ? finished(one) : [one]))
  return { subjects: single(subjects), objects: single(objects) }
}

/** Whether an adverb of size stands before the word: it is then part of what is claimed. */
export function sizeWord({ tokens, at }: Claim): string | null {
  const word = wordAt(tokens, at - 1)
  return SMALL_SIZES.test(word) || LARGE_SIZES.test(word) ? word : null
}

function sizeProblem(claim: Claim, own: number, other: number): string | null {
  const word = sizeWord(claim)
  const largest = Math.max(Math.abs(own), Math.abs(other))
  if (word === null || largest === 0) return null
  const share = Math.abs(own - other) / largest
  if (SMALL_SIZES.test(word))
    return share <= MOST_FOR_SMALL ? null : `"${word}" is said of a large difference`
  const least = word === 'times' ? LEAST_FOR_TIMES : LEAST_FOR_LARGE
  return share >= least ? null : `"${word}" is said of a small difference`
}

/** The point of the series that the words or the printed values tell; `''` for the headline, null where they tell several. */
function pointOf(claim: Claim, ofGroups: boolean, context: Context): string | null {
  if (ofGroups) return '.mean'
  const tokens = ownClause(claim)
  // "Has the highest val_auc, ahead of the others" ranks runs and tells no point of a series.
  const words = wordsOf(withoutLongNames(tokens, context)).replace(
    /\b(has|have|had|reaches|reached) the (lowest|highest|best|worst)\b/g,
    '',
  )
  if (/\b(lowest|highest|best|worst|its (minimum|maximum|peak|last|final|end))\b/.test(words)) return null
  const said = [
    ...(/\b(minimum|min|minima)\b/.test(words) ? ['.min'] : []),
    ...(/\b(maximum|max|peak|maxima)\b/.test(words) ? ['.max'] : []),
    ...(/\b(final|last|ended|ends|end)\b/.test(words) ? ['.last'] : []),
  ]
  const printed = slotValues(tokens).flatMap((value) =>
    value.kind === 'number' &&
    value.made === null &&
    value.field === 'metric' &&
    /\.(min|max|last|at\(.*\))$/.test(value.cites[0] ?? '')
      ? [/\.(min|max|last|at\(.*\))$/.exec(value.cites[0] ?? '')?.[0] ?? '']
      : [],
  )
  const told = new Set(said.length > 0 ? said : printed)
  return told.size > 1 ? null : ([...told][0] ?? '')
}

/** The tokens without a relative clause that the word does not stand in: "than [[r3]], which has the highest val_auc". */
function ownClause({ tokens, at, end }: Claim): readonly Token[] {
  const isRelative = (token: Token) => token.kind === 'word' && /^(which|who|whose)$/.test(token.lower)
  const behind = tokens.findIndex((token, index) => index >= end && isRelative(token))
  const before = tokens.slice(0, at).findLastIndex(isRelative)
  return tokens.slice(Math.max(0, before), behind < 0 ? tokens.length : behind)
}

/** "Best" in `best_threshold` tells no point of a series. */
function withoutLongNames(tokens: readonly Token[], { longNameAt }: Context): readonly Token[] {
  const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  const kept: Token[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    const length = longNameAt(words, at)
    if (length > 0) at += length - 1
    else if (token !== undefined) kept.push(token)
  }
  return kept
}

/** The names that a comparison may be of: "val_loss shrinks with seq_len" is about the loss, whatever stands behind "with". */
export function comparedNames(claim: Claim, context: Context): readonly string[] {
  const { tokens, at, end } = claim
  const isWith = CHANGE.test(claim.written) && [0, 1].some((on) => wordAt(tokens, end + on) === 'with')
  const before = tokens.slice(0, at).flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  return isWith ? context.lastPhraseNames(before) : namesNear(claim, context)
}

/** The one metric, parameter or attribute that is compared; null where the words may mean several. */
function nameOf(
  claim: Claim,
  { isTime }: Comparative,
  context: Context,
  parties: readonly Party[],
): string | null {
  const { tokens, at } = claim
  const printed = [
    ...new Set(
      slotValues(tokens).flatMap((value) =>
        value.kind === 'number' && value.name !== null && value.unit !== 'step' ? [value.name] : [],
      ),
    ),
  ]
  const wordsBefore = withoutAsides(tokens.slice(0, at)).flatMap((token) =>
    token.kind === 'word' ? [token.lower] : [],
  )
  const near = comparedNames(claim, context)
  // "[[r1]]'s test_f1 is lower than the val_f1 of [[r2]]" compares two metrics, which only a check could.
  const behind = context.phraseNames(wordsOf(withoutAsides(tokens.slice(claim.end))).split(' '))
  const ahead = context.lastPhraseNames(wordsBefore)
  const isMetric = (name: string) => context.evidence.runs.some(({ run }) => run.metrics.has(name))
  const areOther = ![...ahead].some((name) => behind.includes(name))
  if (areOther && ahead.some(isMetric) && behind.some(isMetric) && isOfOtherSide(claim)) return null
  if (isTime) return near.length === 0 && printed.every((name) => name === 'duration') ? 'duration' : null
  const beside = besideName(claim)
  const options = [beside === null ? [] : [beside], near, context.lastPhraseNames(wordsBefore), printed].map(
    (names) =>
      [...new Set(names)].filter((name) =>
        parties.every(
          (party) => isLoggedBy(name, party, context.evidence) && isNumeric(name, party, context.evidence),
        ),
      ),
  )
  const fitting = options.find((names) => names.length > 0) ?? []
  return fitting.length === 1 ? (fitting[0] ?? null) : null
}

/** Whether the words behind "than" or the like name what the other side is compared in: "than the val_f1 of …". */
function isOfOtherSide({ tokens, end }: Claim): boolean {
  const than = tokens.findIndex(
    (token, index) => index >= end && token.kind === 'word' && token.lower === 'than',
  )
  const [first, second] = [1, 2].map((on) => tokens[than + on])
  const isName = (token: Token | undefined) =>
    token?.kind === 'word' && !/^(the|run|that|those|in|on|for|with|of)$/.test(token.lower)
  return than >= 0 && (isName(first) || (first?.kind === 'word' && first.lower === 'the' && isName(second)))
}

function isLoggedBy(name: string, { runs }: Party, evidence: Evidence): boolean {
  return (
    name === 'duration' ||
    evidence.runs
      .concat(evidence.earlier)
      .filter(({ address }) => runs.includes(address))
      .some(({ run }) => run.metrics.has(name) || run.params.has(name))
  )
}

/** "Reaches val_auc [[r4.val_auc]], higher than [[r2.val_auc]] …": the metric whose value is printed on either side of the word. */
function besideName({ tokens, at, end }: Claim): string | null {
  const nameAt = (index: number): string | null => {
    const token = tokens[index]
    return token?.kind === 'slot' &&
      token.value.kind === 'number' &&
      token.value.field === 'metric' &&
      token.value.made === null
      ? token.value.name
      : null
  }
  const comma = tokens[at - 1]
  const before = nameAt(comma?.kind === 'mark' && comma.text === ',' ? at - 2 : at - 1)
  const isThan = wordAt(tokens, end) === 'than'
  return (isThan ? nameAt(end + 1) : null) ?? (isThan ? before : null)
}

function isNumeric(name: string, { runs }: Party, evidence: Evidence): boolean {
  if (name === 'duration') return true
  return evidence.runs
    .concat(evidence.earlier)
    .filter(({ address }) => runs.includes(address))
    .every(({ run }) => run.metrics.has(name) || parseNumber(run.params.get(name) ?? '') !== null)
}

function numberAt(party: Party, name: string, point: string, evidence: Evidence): NumberValue | null {
  const isMetric = evidence.runs
    .concat(evidence.earlier)
    .some(({ address, run }) => party.runs.includes(address) && run.metrics.has(name))
  const field = isMetric
    ? `metric[${JSON.stringify(name)}]${point}`
    : `param[${JSON.stringify(name)}]${point === '.mean' ? point : ''}`
  const parsed = parseCheck(name === 'duration' ? `${party.address}.duration` : `${party.address}.${field}`)
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  return !isRefusal(value) && value.kind === 'number' && Number.isFinite(value.value) ? value : null
}

function wantsHigher(polarity: Comparative['polarity'], { direction }: NumberValue): boolean | null {
  if (polarity === 'higher') return true
  if (polarity === 'lower') return false
  return direction === null ? null : (direction === 'higher') === (polarity === 'better')
}

function relationOf(own: NumberValue, other: NumberValue): string {
  if (own.value === other.value) return 'equal to'
  return own.value > other.value ? 'higher than' : 'lower than'
}

function labelOf({ cites, runs, name }: NumberValue): string {
  return cites.length === 1 ? (cites[0] ?? '') : `${name ?? 'a value'} of ${runs.slice(0, 3).join(', ')}`
}
