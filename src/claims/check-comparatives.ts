import { isSameValue } from '../statistics/difference.ts'
import { scopeOf } from './check-superlatives.ts'
import { twoMetricsProblem } from './check-two-metrics.ts'
import { whyNotComparable } from './comparable.ts'
import { comparedNames, type Decision, decideComparison } from './decide-comparison.ts'
import { decideOwnSeries, decideSuperlative } from './decide-superlative.ts'
import type { Relation } from './lexicon.ts'
import { contradicted, type Problem, unsupported } from './problem.ts'
import {
  type Claim,
  type Context,
  crashedStatus,
  objectRuns,
  slotValues,
  subjectRuns,
  touches,
  wordAt,
  wordsOf,
} from './relation-claim.ts'
import { subjectBefore, type Token } from './tokens.ts'
import type { NumberValue, Value } from './value.ts'

/** Two numbers whose order a holding check or a slot tells. */
export interface Ordering {
  readonly low: NumberValue
  readonly high: NumberValue
  readonly isEqual: boolean
  /** For a change over time: whether the later value is the higher one. */
  readonly isRise?: boolean
}

export function comparativeProblem(
  claim: Claim,
  relation: Extract<Relation, { kind: 'comparative' }>,
  context: Context,
): Problem | null {
  const { tokens, at, end, written } = claim
  const orderings = orderingsOf(claim, context)
  const ofTwoMetrics = twoMetricsProblem(claim, relation.polarity, orderings, context)
  if (ofTwoMetrics !== 'other') return ofTwoMetrics
  const subjects = subjectRuns(claim)
  const extreme = ownExtreme(claim)
  const ofSeries = extreme === null ? null : decideOwnSeries(extreme, context)
  if (ofSeries !== null)
    return ofSeries.kind === 'holds'
      ? null
      : contradicted(`"${written}" is not what the log says: ${ofSeries.actual}.`)
  const leader = noOtherRun(claim)
  if (leader !== null) {
    const turned = { higher: 'higher', lower: 'lower', better: 'better', worse: 'worse' } as const
    const group = claim.tokens.find((token) => token.kind === 'slot' && token.value.kind === 'group')
    const scope = group?.kind === 'slot' ? group.value.runs : scopeOf(leader, context)
    const led = decideSuperlative(leader, turned[relation.polarity], scope, context)
    if (led !== null)
      return led.kind === 'holds'
        ? null
        : contradicted(`"${written}" is not what the log says: ${led.actual}.`)
  }
  const all = decideEveryRun(claim, relation, context)
  if (all !== null)
    return all.kind === 'holds' ? null : contradicted(`"${written}" is not what the log says: ${all.actual}.`)
  const decision = decideComparison(claim, relation, context)
  if (decision !== null) {
    const broken =
      relation.polarity === 'better' && !claim.isNegated
        ? subjects.find((subject) => crashedStatus(subject, context.evidence) !== null)
        : undefined
    if (broken !== undefined)
      return contradicted(
        `${broken} cannot be "${written}": its status is ${crashedStatus(broken, context.evidence)}.`,
      )
    return decision.kind === 'holds'
      ? null
      : contradicted(`"${written}" is not what the log says: ${decision.actual}.`)
  }
  if (liftsToTheTop(claim, relation.polarity, context)) return null
  const objects = objectRuns(tokens, end)
  const names = comparedNames(claim, context)
  const fitting = orderings.filter((one) => fits(one, names, relation.isTime))
  const change = changeBy(claim)
  if (change !== null)
    return agrees(change, null, null, relation.polarity, claim)
      ? null
      : contradicted(`"${written}" says the opposite of the change behind it: ${describe(change)}.`)
  const turned = turnedChange(claim, orderings, relation.polarity)
  if (turned !== null)
    return contradicted(`"${written}" says the opposite of its check: ${describe(turned)}.`)
  const ofGaps = fitting.filter(
    (one) => one.low.runs.length > 1 && one.high.runs.length > 1 && one.low.made !== null,
  )
  if (
    ofGaps.length > 0 &&
    /\b(gap|gaps|difference|spread|range|margin|distance|effect)\b/.test(wordsOf(tokens))
  )
    return ofGaps.some((one) => gapAgrees(one, claim, relation.polarity))
      ? null
      : contradicted(`"${written}" says the opposite of its check: ${describe(ofGaps[0])}.`)
  if (fitting.length === 0)
    return unsupported(
      `"${written}" has no check behind it; ${exampleOf(relation, subjects, objects, names, claim.allRuns)}`,
    )
  if (leader !== null && fitting.some((one) => noneBeyond(one, leader, relation.polarity, context)))
    return null
  const group = subjects.length > 0 ? null : groupSubject(claim)
  for (const object of group === null ? [] : objects) {
    const about = fitting.filter((one) => isOfGroup(one, group ?? [], object))
    if (about.length === 0) continue
    if (about.some((one) => groupAgrees(one, group ?? [], relation.polarity, claim.isNegated))) return null
    if (about.every((one) => wantedSide(one, relation.polarity) !== null))
      return contradicted(`"${written}" says the opposite of its check: ${describe(about[0])}.`)
  }
  for (const subject of subjects.length > 0 ? subjects : [null]) {
    for (const object of objects.length > 0 ? objects : [null]) {
      const about = fitting.filter((one) => involves(one, subject, object, claim.allRuns))
      if (about.length === 0)
        return unsupported(
          `"${written}" has no check for ${subject ?? 'its run'}${object === null ? '' : ` against ${object}`}; ${exampleOf(relation, subject === null ? [] : [subject], object === null ? [] : [object], names, claim.allRuns)}`,
        )
      const agreeing = about.some((one) => agrees(one, subject, object, relation.polarity, claim))
      if (!agreeing) {
        const unknown = about.find(
          (one) =>
            one.low.direction === null && (relation.polarity === 'better' || relation.polarity === 'worse'),
        )
        return unknown === undefined
          ? contradicted(
              `"${claim.isNegated ? 'not ' : ''}${written}" says the opposite of its check: ${describe(about[0])}.`,
            )
          : unsupported(
              `Whether higher or lower ${unknown.low.name ?? 'values'} are better is not known; say higher or lower instead of "${written}".`,
            )
      }
      const crashed =
        relation.polarity === 'better' && subject !== null ? crashedStatus(subject, context.evidence) : null
      if (crashed !== null)
        return contradicted(`${subject} cannot be "${written}": its status is ${crashed}.`)
    }
  }
  void at
  return null
}

/** "Lifts val_f1 to [[r8.val_f1]]" where a check has that as the highest of all: it is above whatever it rose from. */
function liftsToTheTop(
  { written, tokens, end, isNegated }: Claim,
  polarity: string,
  { checks, evidence }: Context,
): boolean {
  if (!/^(lifts|lifted|raises|raised|boosts|boosted)$/.test(written) || polarity !== 'higher' || isNegated)
    return false
  const slot = tokens.find((token, index) => index > end && token.kind === 'slot')
  const at = slot === undefined ? -1 : tokens.indexOf(slot)
  if (slot?.kind !== 'slot' || slot.value.kind !== 'number' || wordAt(tokens, at - 1) !== 'to') return false
  const { cites, name } = slot.value
  const finished = evidence.runs.filter(({ run }) => run.status === 'finished' && run.metrics.has(name ?? ''))
  return checks.some(({ made }) => {
    const [a, b] = made?.by === '==' ? made.operands : []
    const top = [a, b].find((side) => side?.made?.by === 'max')
    const own = top === a ? b : a
    return (
      top !== undefined &&
      own?.cites[0] === cites[0] &&
      finished.length > 1 &&
      finished.every(({ address }) => top.runs.includes(address))
    )
  })
}

/** "Higher than its minimum": the claim about the extreme behind the word; null where none of its own stands there. */
function ownExtreme(claim: Claim): Claim | null {
  for (let index = claim.end; index < claim.end + 5; index++) {
    const next = wordAt(claim.tokens, index + 1)
    if (
      /^(its|their)$/.test(wordAt(claim.tokens, index)) &&
      /^(minimum|lowest|maximum|peak|highest)$/.test(next)
    )
      return { ...claim, written: next, at: index + 1, end: index + 2 }
  }
  return null
}

/** Whether a comparison of every run, or of none, with one is decided by the log alone. */
export function decidesForAll(
  claim: Claim,
  relation: Extract<Relation, { kind: 'comparative' }>,
  context: Context,
): boolean {
  return noOtherRun(claim) !== null || decideEveryRun(claim, relation, context) !== null
}

/** "Every run beats [[r1]] on val_auc", held against each finished run it may be ranked with; null where the words say something else. */
function decideEveryRun(
  claim: Claim,
  { polarity }: Extract<Relation, { kind: 'comparative' }>,
  context: Context,
): Decision | null {
  const before = wordsOf(claim.tokens.slice(0, claim.at))
  if (!/\b(every|each|all)( the| other| finished)* (run|runs|model|models)\b/.test(before)) return null
  const near = claim.tokens.slice(claim.end, claim.end + 4).find((token) => token.kind === 'slot')
  const told = objectRuns(claim.tokens, claim.end)
  const objects =
    told.length > 0 ? told : near?.kind === 'slot' && near.value.kind === 'run' ? near.value.runs : []
  const isAlone = claim.tokens.slice(0, claim.at).every((token) => token.kind !== 'slot')
  const [object] = objects
  if (object === undefined || objects.length > 1 || !isAlone || claim.isNegated) return null
  const turned = { higher: 'lower', lower: 'higher', better: 'worse', worse: 'better' } as const
  const behind: Claim = { ...claim, tokens: claim.tokens.slice(claim.end), at: 0, end: 0 }
  return decideSuperlative(behind, turned[polarity], scopeOf(behind, context), context)
}

/** "No other run has a higher val_auc than [[r1]]": the claim that this run leads; null where the words say something else. */
function noOtherRun(claim: Claim): Claim | null {
  const before = wordsOf(claim.tokens.slice(0, claim.at))
  if (
    !/\b(no (\w+ ){0,2}(run|runs|model|models|configuration|setting|experiment)|none of|nothing|nobody|no one)\b/.test(
      before,
    )
  )
    return null
  const behind = claim.tokens.slice(claim.end).findIndex((token) => token.kind === 'slot')
  const slot = claim.tokens[claim.end + behind]
  if (behind < 0 || slot?.kind !== 'slot' || slot.value.runs.length !== 1) return null
  if (!/\b(than|below|above|over|under)\b/.test(wordsOf(claim.tokens.slice(claim.at, claim.end + behind))))
    return null
  // "Nothing better than [[r23]], whose val_loss was [[r23.val_loss]]": its value behind says of what.
  const value = claim.tokens.findIndex(
    (token, index) => index > claim.end + behind && token.kind === 'slot' && token.value.runs.join() !== '',
  )
  const printed = claim.tokens[value]
  const isOwn =
    printed?.kind === 'slot' &&
    printed.value.kind === 'number' &&
    printed.value.runs.join() === slot.value.runs.join()
  const tokens = claim.tokens.slice(0, isOwn ? value + 1 : claim.end + behind + 1)
  return { ...claim, tokens, isNegated: false }
}

/** "Nothing better than [[r23]]", a run of before: a check has it beyond the near end of all finished runs. */
function noneBeyond(
  one: Ordering,
  { tokens }: Claim,
  polarity: 'higher' | 'lower' | 'better' | 'worse',
  { evidence }: Context,
): boolean {
  const wantsHigh = wantedSide(one, polarity)
  const [led, others] = wantsHigh === true ? [one.high, one.low] : [one.low, one.high]
  const runs = tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'run' ? token.value.runs : [],
  )
  return (
    wantsHigh !== null &&
    led.made === null &&
    led.runs.join() === runs.join() &&
    others.made?.by === (wantsHigh ? 'max' : 'min') &&
    evidence.runs.every(
      ({ address, run }) =>
        run.status !== 'finished' || !run.metrics.has(led.name ?? '') || others.runs.includes(address),
    )
  )
}

/** The runs of the group, or of the statistic over one, that a comparison is said of. */
function groupSubject({ tokens, at }: Claim): readonly string[] | null {
  const slot = subjectBefore(tokens, at).find((one) => one.value.runs.length > 1)
  return slot === undefined || slot.value.made?.by === 'delta' ? null : slot.value.runs
}

function isOfGroup({ low, high }: Ordering, group: readonly string[], object: string): boolean {
  return (
    (isSameSet(low.runs, group) && high.runs.join() === object) ||
    (isSameSet(high.runs, group) && low.runs.join() === object)
  )
}

/** A mean stands for its group; of the two ends, only the near one says it of all. */
function groupAgrees(
  one: Ordering,
  group: readonly string[],
  polarity: 'higher' | 'lower' | 'better' | 'worse',
  isNegated: boolean,
): boolean {
  const wantsHigh = wantedSide(one, polarity)
  if (wantsHigh === null || one.isEqual) return false
  const isHigh = isSameSet(one.high.runs, group)
  const own = isHigh ? one.high : one.low
  const isFar = own.made?.by === (isHigh ? 'max' : 'min')
  return !isFar && (isHigh === wantsHigh) !== isNegated
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((run) => b.includes(run))
}

export function multipleProblem(claim: Claim, factor: number, context: Context): Problem | null {
  const holds = context.checks.concat(slotValues(claim.tokens)).some((value) => {
    const sides = value.kind === 'truth' ? (value.made?.operands ?? []) : [value]
    return sides.some(
      (side) =>
        side.kind === 'number' &&
        side.made?.by === 'ratio' &&
        Math.abs(side.value / factor - 1) < 0.05 &&
        touches(side, claim.allRuns),
    )
  })
  return holds
    ? null
    : unsupported(`"${claim.written}" needs a check: ratio(a, b) == ${factor} within a small bound.`)
}

/** Orders told by checks, by slots, and by "from [[a]] to [[b]]" behind the word. */
function orderingsOf(claim: Claim, context: Context): readonly Ordering[] {
  const found = context.checks.concat(slotValues(claim.tokens)).flatMap((value) => orderingOf(value))
  const change = fromTo(claim.tokens, claim.end)
  return change === null ? found : [...found, change]
}

function orderingOf(value: Value): readonly Ordering[] {
  const [a, b] = value.made?.operands ?? []
  if (a?.kind !== 'number' || b?.kind !== 'number') return []
  const by = value.made?.by ?? ''
  const isTold = value.kind === 'truth' ? /^(<|>|<=|>=)$/.test(by) : /^(delta|pct|ratio|compare)$/.test(by)
  if (!isTold) return []
  return [
    a.value <= b.value
      ? { low: a, high: b, isEqual: isSameValue(a.value, b.value) }
      : { low: b, high: a, isEqual: isSameValue(a.value, b.value) },
  ]
}

function fromTo(tokens: readonly Token[], end: number): Ordering | null {
  const rest = tokens.slice(end)
  const numbers = rest.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'number'
      ? [{ value: token.value, word: wordAt(rest, index - 1) }]
      : [],
  )
  const from = numbers.find((one) => one.word === 'from')?.value
  const to = numbers.find((one) => one.word === 'to')?.value
  if (from === undefined || to === undefined || whyNotComparable([from, to]) !== null) return null
  return from.value <= to.value
    ? { low: from, high: to, isEqual: isSameValue(from.value, to.value) }
    : { low: to, high: from, isEqual: isSameValue(from.value, to.value) }
}

/** "rises by [[delta(a, b)]]": the change itself tells which way. Null where no change stands right behind the verb. */
function changeBy(claim: Claim): Ordering | null {
  const [by, slot] = [claim.tokens[claim.end], claim.tokens[claim.end + 1]]
  const isVerb =
    /^(rose|rises|fell|falls|dropped|drops|increased|increases|decreased|decreases|declined|declines|improved|improves|worsened|worsens|degraded|grew|climbed|lowers|lowered|raises|raised|reduced|reduces|went up|goes up|went down|goes down)$/.test(
      claim.written,
    )
  if (!isVerb || by?.kind !== 'word' || by.lower !== 'by' || slot?.kind !== 'slot') return null
  const [a, b] = slot.value.made?.operands ?? []
  if (!/^(delta|pct)$/.test(slot.value.made?.by ?? '') || a?.kind !== 'number' || b?.kind !== 'number')
    return null
  // Seen from b, the later one: a rise puts it on the high side, which is what "agrees" asks of the subject.
  return {
    low: a.value <= b.value ? a : b,
    high: a.value <= b.value ? b : a,
    isEqual: isSameValue(a.value, b.value),
    isRise: b.value > a.value,
  }
}

/** "Goes down from [[r2]] to [[r4]]" where the check of just these two tells the other way; null where it does not. */
function turnedChange(
  { tokens, at, end, written, isNegated }: Claim,
  orderings: readonly Ordering[],
  polarity: 'higher' | 'lower' | 'better' | 'worse',
): Ordering | null {
  const isChange =
    /^(rose|rises|rise|fell|falls|dropped|drops|increased|increases|decreased|decreases|declined|declines|improved|improves|worsened|worsens|degraded|degrades|grew|grows|climbed|climbs|went up|goes up|went down|goes down)$/.test(
      written,
    )
  if (!isChange || isNegated) return null
  const runOf = (word: string) => {
    const slot = tokens.find((token, index) => token.kind === 'slot' && wordAt(tokens, index - 1) === word)
    return slot?.kind === 'slot' && slot.value.kind === 'run' ? slot.value.address : null
  }
  const [from, to] = [runOf('from'), runOf('to')]
  if (from === null || to === null || tokens.slice(at, end).length === 0) return null
  const pair = orderings.filter(
    ({ low, high }) => [low.runs.join(), high.runs.join()].sort().join(' ') === [from, to].sort().join(' '),
  )
  const isRight = pair.some((one) => {
    const wantsHigh = wantedSide(one, polarity)
    return wantsHigh !== null && !one.isEqual && (wantsHigh ? one.high : one.low).runs.join() === to
  })
  return pair.length === 0 || isRight ? null : (pair[0] ?? null)
}

/** A gap between two runs against a gap between others: the object's runs stand behind the word. */
function gapAgrees(one: Ordering, claim: Claim, polarity: string): boolean {
  const [own, other] = polarity === 'higher' ? [one.high, one.low] : [one.low, one.high]
  const behind = claim.tokens
    .slice(claim.end)
    .flatMap((token) =>
      token.kind !== 'slot'
        ? []
        : token.value.kind === 'run'
          ? [token.value.address]
          : token.value.kind === 'group'
            ? token.value.runs
            : [],
    )
  const printed = new Set(slotValues(claim.tokens).flatMap(({ runs }) => runs))
  const isKnown = own.runs
    .concat(other.runs)
    .every((run) => claim.allRuns.has(run) || printed.has(run) || behind.includes(run))
  return isKnown && !one.isEqual && (behind.length === 0 || isSameSet(other.runs, behind))
}

function fits(one: Ordering, names: readonly string[], isTime: boolean): boolean {
  if (isTime)
    return (
      one.low.unit === 's' ||
      one.high.unit === 's' ||
      /time|latency|duration|seconds|throughput/i.test(one.low.name ?? '')
    )
  const name = one.low.name ?? one.high.name
  // What a computed size is of is told by its operands: "the spread over seeds" names no metric.
  const isComputed =
    /^(abs|sd|delta|pct|ratio)$/.test(one.low.made?.by ?? '') ||
    /^(abs|sd|delta|pct|ratio)$/.test(one.high.made?.by ?? '')
  return names.length === 0 || name === null || isComputed || names.includes(name)
}

function involves(
  one: Ordering,
  subject: string | null,
  object: string | null,
  allRuns: ReadonlySet<string>,
): boolean {
  const { low, high } = one
  const pair = [
    [low, high],
    [high, low],
  ] as const
  return pair.some(([a, b]) => {
    const isSubject =
      subject === null
        ? a.runs.length === 0 || a.runs.some((run) => allRuns.has(run))
        : a.runs.includes(subject)
    if (object !== null) return isSubject && b.runs.includes(object)
    const isKnown = b.runs.length === 0 || b.runs.length > 1 || b.runs.some((run) => allRuns.has(run))
    return isSubject && isKnown && (subject !== null || a.runs.length + b.runs.length > 0)
  })
}

function agrees(
  one: Ordering,
  subject: string | null,
  object: string | null,
  polarity: 'higher' | 'lower' | 'better' | 'worse',
  claim: Claim,
): boolean {
  const wantsHigh = wantedSide(one, polarity)
  if (wantsHigh === null) return false
  if (one.isRise !== undefined) return !one.isEqual && (one.isRise === wantsHigh) !== claim.isNegated
  const isChange = fromTo(claim.tokens, claim.end) !== null
  if (claim.isNegated) return one.isEqual || holdsFor(one, subject, object, !wantsHigh, isChange, claim)
  return !one.isEqual && holdsFor(one, subject, object, wantsHigh, isChange, claim)
}

/** Whether the subject stands on the wanted side. Within one run ("from … to …") the later value is the subject. */
function holdsFor(
  one: Ordering,
  subject: string | null,
  object: string | null,
  wantsHigh: boolean,
  isChange: boolean,
  claim: Claim,
): boolean {
  const own = wantsHigh ? one.high : one.low
  const other = wantsHigh ? one.low : one.high
  if (isChange) {
    const rest = claim.tokens.slice(claim.end)
    const to = rest.find((token, index) => token.kind === 'slot' && wordAt(rest, index - 1) === 'to')
    return to?.kind === 'slot' && to.value.kind === 'number' && to.value.cites[0] === own.cites[0]
  }
  if (subject === null) return true
  if (!own.runs.includes(subject)) return false
  return object === null ? !isOnlySubject(other, subject, own) : other.runs.includes(object)
}

function isOnlySubject(other: NumberValue, subject: string, own: NumberValue): boolean {
  return (
    other.runs.length === 1 &&
    other.runs[0] === subject &&
    own.name === other.name &&
    own.point === other.point
  )
}

function wantedSide(one: Ordering, polarity: 'higher' | 'lower' | 'better' | 'worse'): boolean | null {
  if (polarity === 'higher') return true
  if (polarity === 'lower') return false
  const direction = one.low.direction ?? one.high.direction
  if (direction === null) return null
  return (direction === 'higher') === (polarity === 'better')
}

function exampleOf(
  relation: Extract<Relation, { kind: 'comparative' }>,
  subjects: readonly string[],
  objects: readonly string[],
  names: readonly string[],
  allRuns: ReadonlySet<string>,
): string {
  if (subjects.length === 0 || objects.length === 0)
    return 'name both sides as slots, such as "[[run]] is lower than [[other run]]", with a check that holds their values against each other.'
  const name = relation.isTime ? 'duration' : (names[0] ?? 'metric')
  // Only runs of the statement are named: any other would be a comparison that nobody meant.
  const subject = subjects[0] ?? [...allRuns].find((run) => !objects.includes(run)) ?? 'run'
  const object = objects[0] ?? [...allRuns].find((run) => run !== subject) ?? 'other'
  const sign = relation.polarity === 'lower' || relation.polarity === 'worse' ? '<' : '>'
  return `add a check such as ${subject}.${name} ${sign} ${object}.${name}, with both runs as slots here.`
}

function describe(one: Ordering | undefined): string {
  if (one === undefined) return ''
  return `${one.low.cites[0] ?? one.low.value} is ${one.isEqual ? 'equal to' : 'lower than'} ${one.high.cites[0] ?? one.high.value}`
}
