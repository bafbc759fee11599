import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { whyNotComparable } from './comparable.ts'
import { antecedentOf } from './decide-superlative.ts'
import { evaluate } from './evaluate.ts'
import { parseCheck } from './expression.ts'
import type { Relation } from './lexicon.ts'
import {
  type Claim,
  type Context,
  namesNear,
  objectRuns,
  slotValues,
  subjectRuns,
  withoutAsides,
  wordAt,
  wordsOf,
} from './relation-claim.ts'
import { isObject, type SlotToken, subjectBefore, type Token } from './tokens.ts'
import type { NumberValue } from './value.ts'

/** What the log says of a claim whose sides and quantity its words tell beyond doubt. */
export type Decision = { readonly kind: 'holds' } | { readonly kind: 'fails'; readonly actual: string }

/** What a value is compared of: a run, or the mean of a group. */
interface Party {
  readonly address: string
  readonly runs: readonly string[]
}

interface Sides {
  readonly subjects: readonly Party[]
  readonly objects: readonly Party[]
}

type Comparative = Extract<Relation, { kind: 'comparative' }>

const CHANGE =
  /^(rose|rises|fell|falls|fall|rise|dropped|drops|increased|increases|decreased|decreases|declined|declines|improved|improves|worsened|worsens|degraded|degrades|grew|grows|grow|climbed|climbs|shrank|shrinks|went up|goes up|went down|goes down|deteriorated|deteriorates|regressed)$/
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
      .filter((address) => findRun(evidence, address)?.run.status === 'finished')
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

/** Who is compared with whom; null where a slot stands beside that is neither. */
function sidesOf(claim: Claim): Sides | null {
  const { tokens, written } = claim
  const follower = followerOf(claim) ?? risenTo(claim)
  if (follower !== null) return follower
  const change = CHANGE.test(written) ? fromTo(tokens) : null
  const subjects = change === null ? subjectsOf(claim) : [change.to]
  const behind = objectsBehind(claim).filter(({ address }) =>
    subjects.every((one) => one.address !== address),
  )
  const objects =
    change === null ? (behind.length > 0 ? behind : onlyObject(tokens, subjects)) : [change.from]
  const opposed = subjects.length === 0 || objects.length === 0 ? valuesOpposed(tokens) : null
  if (opposed !== null) return opposed
  if (subjects.length === 0 || objects.length === 0) return null
  if (subjects.some((one) => objects.some((other) => other.address === one.address))) return null
  const known = new Set(subjects.concat(objects).flatMap(({ runs }) => runs))
  const isCovered = tokens.every((token, index) => {
    if (token.kind !== 'slot' || token.value.runs.length === 0 || token.value.kind === 'finding') return true
    return token.value.runs.every((run) => known.has(run)) || isObject(tokens, index)
  })
  return isCovered ? { subjects, objects } : null
}

/** "[[r1]] stays at [[r1.val_auc]], while [[r2]] rises to [[r2.val_auc]]": the value behind "to" is held against the one before. */
function risenTo({ tokens, end, written }: Claim): Sides | null {
  if (!CHANGE.test(written) || wordAt(tokens, end) !== 'to') return null
  const values = tokens.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'number' ? [{ index, value: token.value }] : [],
  )
  const [other, own] = values
  const isPair =
    own?.index === end + 1 &&
    values.length === 2 &&
    [own, other].every((one) => one?.value.field === 'metric' && one.value.made === null) &&
    own.value.name === other?.value.name
  const isContrast = tokens.some(
    (token) => token.kind === 'word' && /^(while|whereas|but)$/.test(token.lower),
  )
  const [to, from] = [own?.value.runs[0], other?.value.runs[0]]
  if (!isPair || !isContrast || to === undefined || from === undefined || to === from) return null
  return { subjects: [{ address: to, runs: [to] }], objects: [{ address: from, runs: [from] }] }
}

/** "[[r9]] leads on val_auc, with [[r13]] close behind": the run behind "with" is held against the one before. */
function followerOf({ tokens, at, end, written }: Claim): Sides | null {
  const next = tokens[end]
  if (written !== 'behind' || (next !== undefined && next.kind !== 'mark')) return null
  const last = tokens.slice(0, at).findLastIndex((token) => token.kind === 'slot')
  const own = tokens[last]
  const before = tokens
    .slice(0, last)
    .findLast((token) => token.kind === 'slot' && token.value.kind === 'run')
  if (wordAt(tokens, last - 1) !== 'with' || own?.kind !== 'slot' || own.value.kind !== 'run') return null
  if (before?.kind !== 'slot' || before.value.kind !== 'run') return null
  const party = (address: string): Party => ({ address, runs: [address] })
  return { subjects: [party(own.value.address)], objects: [party(before.value.address)] }
}

/** "… is lower: [[r7.test_loss]] against [[r4.test_loss]]": the two values that the sentence prints, and no others. */
function valuesOpposed(tokens: readonly Token[]): Sides | null {
  const values = tokens.flatMap((token, index) =>
    token.kind === 'slot' &&
    token.value.kind === 'number' &&
    ((token.value.field === 'metric' && token.value.made === null) || groupOf(token).length > 0)
      ? [{ index, slot: token, value: token.value }]
      : [],
  )
  const [own, other] = values
  if (own === undefined || other === undefined || values.length > 2 || own.value.name !== other.value.name)
    return null
  const isOpposed = tokens
    .slice(own.index, other.index)
    .some((token) => token.kind === 'word' && /^(against|versus|vs|than)$/.test(token.lower))
  const groups = [own, other].map(({ slot }) => groupOf(slot))
  if (
    isOpposed &&
    groups.every((group) => group.length === 1) &&
    groups[0]?.[0]?.address !== groups[1]?.[0]?.address
  )
    return { subjects: groups[0] ?? [], objects: groups[1] ?? [] }
  const [run, beside] = [own.value.runs[0], other.value.runs[0]]
  if (own.value.runs.length > 1 || other.value.runs.length > 1) return null
  if (!isOpposed || run === undefined || beside === undefined || run === beside) return null
  return { subjects: [{ address: run, runs: [run] }], objects: [{ address: beside, runs: [beside] }] }
}

function subjectsOf(claim: Claim): readonly Party[] {
  const antecedent = antecedentOf(claim.tokens, claim.at)
  if (antecedent !== null) return [{ address: antecedent, runs: [antecedent] }]
  const before = beforeDifference(claim)
  const single = subjectRuns(before)
  if (single.length > 0) return single.map((run) => ({ address: run, runs: [run] }))
  const groups = subjectBefore(before.tokens, before.at).flatMap((slot) => groupOf(slot))
  return groups.length > 0 ? groups : subjectElsewhere(before)
}

/** "Compared with [[r2]], [[r1]] has a lower …" and "the minimum is lower in [[r1]] than in [[r2]]". */
function subjectElsewhere({ tokens, at, end }: Claim): readonly Party[] {
  const runAt = (index: number): readonly Party[] => {
    const slot = tokens[index]
    return slot?.kind === 'slot' && slot.value.kind === 'run'
      ? [{ address: slot.value.address, runs: slot.value.runs }]
      : []
  }
  const last = tokens
    .slice(0, at)
    .findLastIndex((token) => token.kind === 'slot' && token.value.kind === 'run')
  const before = tokens[last - 1]
  if (last > 0 && before?.kind === 'mark' && before.text === ',') return runAt(last)
  const behind = tokens.findIndex((token, index) => index >= end && token.kind === 'slot')
  const isPlaced = behind - end <= 3 && /^(in|for|with|at|of)$/.test(wordAt(tokens, behind - 1))
  return isPlaced && tokens.slice(behind).some((token) => token.kind === 'word' && token.lower === 'than')
    ? runAt(behind)
    : []
}

/** "Is [[delta(…)]] lower than": the difference that is printed right before the word is of no run of its own. */
function beforeDifference(claim: Claim): Claim {
  const slot = claim.tokens[claim.at - 1]
  const isDifference = slot?.kind === 'slot' && /^(abs|delta|pct|ratio)$/.test(slot.value.made?.by ?? '')
  return isDifference ? { ...claim, at: claim.at - 1 } : claim
}

function objectsBehind({ tokens, end }: Claim): readonly Party[] {
  const single = objectRuns(tokens, end)
  if (single.length > 0) return single.map((run) => ({ address: run, runs: [run] }))
  const group = tokens.findIndex(
    (token, index) => index >= end && token.kind === 'slot' && token.value.runs.length > 1,
  )
  const slot = tokens[group]
  const isDirect = tokens
    .slice(end, group)
    .every((token) => token.kind === 'word' && /^(the|all|every|of|any)$/.test(token.lower))
  return slot?.kind === 'slot' && (isDirect || isObject(tokens, group)) ? groupOf(slot) : []
}

/** "Compared with [[r2]], [[r1]] …", "[[r1.x]] against [[r2.x]] in [[r2]]": the one run that stands as what is held against. */
function onlyObject(tokens: readonly Token[], subjects: readonly Party[]): readonly Party[] {
  const own = new Set(subjects.map(({ address }) => address))
  const found = new Set(
    tokens.flatMap((token, index) => {
      if (token.kind !== 'slot' || token.value.runs.length !== 1 || !isObject(tokens, index)) return []
      const [run = ''] = token.value.runs
      return own.has(run) ? [] : [run]
    }),
  )
  return found.size === 1 ? [...found].map((run) => ({ address: run, runs: [run] })) : []
}

/** The group that a slot names, itself or by a statistic of its. */
function groupOf({ value }: SlotToken): readonly Party[] {
  if (value.kind === 'group') return [{ address: value.address, runs: value.runs }]
  const cited = /^(g\d+|[a-z_]+)\./.exec(value.cites[0] ?? '')?.[1]
  return value.kind === 'number' && value.runs.length > 1 && value.made?.by === 'mean' && cited !== undefined
    ? [{ address: cited, runs: value.runs }]
    : []
}

function fromTo(tokens: readonly Token[]): { readonly from: Party; readonly to: Party } | null {
  const runAt = (word: string): Party | null => {
    const slot = tokens.find(
      (token, index) =>
        token.kind === 'slot' && token.value.runs.length === 1 && wordAt(tokens, index - 1) === word,
    )
    const run = slot?.kind === 'slot' ? slot.value.runs[0] : undefined
    return run === undefined ? null : { address: run, runs: [run] }
  }
  const [from, to] = [runAt('from'), runAt('to')]
  return from === null || to === null || from.address === to.address ? null : { from, to }
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
