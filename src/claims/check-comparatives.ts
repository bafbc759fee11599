import { isDone } from '../runs/run.ts'
import { isSameValue } from '../statistics/difference.ts'
import { scopeOf } from './check-superlatives.ts'
import { twoMetricsProblem } from './check-two-metrics.ts'
import { comparedNames, type Decision, decideComparison } from './decide-comparison.ts'
import { decideOwnSeries, decideSuperlative } from './decide-superlative.ts'
import type { Relation } from './lexicon.ts'
import { isAgainstNoise, noiseProblem } from './noise-claim.ts'
import { agrees, describe, fits, involves, type Ordering, orderingsOf, wantedSide } from './ordering.ts'
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
import { subjectBefore } from './tokens.ts'

export function comparativeProblem(
  claim: Claim,
  relation: Extract<Relation, { kind: 'comparative' }>,
  context: Context,
): Problem | null {
  const { tokens, at, end, written } = claim
  if (isAgainstNoise(claim)) return noiseProblem(claim, context)
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
  const finished = evidence.runs.filter(({ run }) => isDone(run) && run.metrics.has(name ?? ''))
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
      ({ address, run }) => !isDone(run) || !run.metrics.has(led.name ?? '') || others.runs.includes(address),
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
