import type { Evidence } from '../evidence/evidence.ts'
import { whyNotComparable } from './comparable.ts'
import { type Relation, relationAt } from './lexicon.ts'
import { contradicted, type Problem, unsupported } from './problem.ts'
import type { Basis } from './statement.ts'
import {
  isListGap,
  isObject,
  runsOfSlots,
  type Sentence,
  type SlotToken,
  subjectBefore,
  type Token,
} from './tokens.ts'
import type { NumberValue, Value } from './value.ts'

type Truth = Extract<Value, { kind: 'truth' }>

/** Two numbers whose order a holding check or a slot tells. */
interface Ordering {
  readonly low: NumberValue
  readonly high: NumberValue
  readonly isEqual: boolean
}

interface Context {
  readonly evidence: Evidence
  readonly basis: Basis
  /** Checks that hold, evaluated. */
  readonly checks: readonly Value[]
  readonly sentences: readonly Sentence[]
  /** Names of metrics and parameters that words may mean. */
  readonly phraseNames: (words: readonly string[]) => readonly string[]
}

const NEGATIONS = new Set([
  'not',
  'never',
  "isn't",
  "wasn't",
  "aren't",
  "doesn't",
  "didn't",
  'no',
  'nor',
  'neither',
  'hardly',
  'cannot',
  "don't",
  "weren't",
])
const MODALS = new Set([
  'may',
  'might',
  'could',
  'would',
  'should',
  'probably',
  'possibly',
  'perhaps',
  'likely',
  'whether',
  'if',
  'can',
])
const INTENDED = new Set(['comparative', 'equality', 'difference', 'quantity', 'no-effect', 'order'])

/** Every relation word of a statement must have a check or slot of its form behind it, on the same runs and the same way round. */
export function checkRelations(context: Context): readonly Problem[] {
  const problems: Problem[] = []
  const { sentences } = context
  const allRuns = new Set(
    sentences.flatMap((sentence) =>
      sentence.tokens.flatMap((token) => (token.kind === 'slot' ? runsNamed(token.value) : [])),
    ),
  )
  sentences.forEach((sentence, index) => {
    const { tokens } = sentence
    const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
    for (let at = 0; at < tokens.length; at++) {
      const found = relationAt(words, at)
      if (found === null) continue
      const end = at + found.length
      const written = words.slice(at, end).join(' ')
      const claim: Claim = {
        relation: found.relation,
        written,
        tokens,
        at,
        end,
        previous: sentences[index - 1] ?? null,
        allRuns,
        isNegated: [1, 2, 3].some((back) => NEGATIONS.has(words[at - back] ?? '')),
      }
      at = end - 1
      const shown = tokens[end - 1]
      // "None" as a logged value is no quantity.
      if (shown?.kind === 'word' && found.length === 1 && isLoggedValue(shown.text, context.evidence))
        continue
      if (isHarmless(claim, sentence, context)) continue
      const problem = problemOf(claim, context)
      if (problem !== null) problems.push(problem)
    }
  })
  return problems
}

/** The runs that a slot names: a group and an extreme over a group name none of theirs. */
function runsNamed(value: Value): readonly string[] {
  if (value.kind === 'run') return [value.address]
  if (value.kind === 'group') return []
  return value.runs.length <= 2 || value.kind === 'names' ? value.runs : []
}

interface Claim {
  readonly relation: Relation
  readonly written: string
  readonly tokens: readonly Token[]
  readonly at: number
  readonly end: number
  readonly previous: Sentence | null
  readonly allRuns: ReadonlySet<string>
  readonly isNegated: boolean
}

/** Words that claim nothing where they stand: questions, intentions, terms, and what the basis relaxes. */
function isHarmless(claim: Claim, sentence: Sentence, context: Context): boolean {
  const { relation, written, tokens, at, end } = claim
  const before = wordAt(tokens, at - 1)
  const after = wordAt(tokens, end)
  const first = wordAt(tokens, 0)
  if (
    sentence.isQuestion &&
    /^(is|are|does|do|did|was|were|can|could|would|should|will|which|what|how)$/.test(first)
  )
    return true
  if (context.basis === 'proposed' && INTENDED.has(relation.kind) && !isPast(written)) return true
  if (context.basis === 'inferred' && (relation.kind === 'cause' || relation.kind === 'reading')) return true
  if (
    context.basis === 'inferred' &&
    runsOfSlots(tokens).length < 2 &&
    relation.kind !== 'superlative' &&
    isHedged(tokens, at)
  )
    return true
  if (/^(above|below)$/.test(written)) return !hasSlotWithin(tokens, end, 4)
  if (/^(all|all the)$/.test(written) && /^(at|after|above|overall)$/.test(before)) return true
  if (written === 'first' && (at === 0 || /^(at)$/.test(before)) && tokens[end]?.kind === 'mark') return true
  if (/^(all|every|each)$/.test(written) && /^(of|among|over|across|than|in)$/.test(before)) return true
  if (
    /^(changes?|cause|drop|cut|gains?|record|top|single)$/.test(written) &&
    /^(to|code|learning|rate|drop|data|the)$/.test(before)
  )
    return written !== 'single'
  if (
    /^(strong|poor|stable|flat|leads?|led|top|works?|record|clearly)$/.test(written) &&
    context.basis === 'proposed'
  )
    return true
  return /^(possible|sure|likely)$/.test(after) && /^(as|most|least)$/.test(written)
}

function problemOf(claim: Claim, context: Context): Problem | null {
  const { relation } = claim
  switch (relation.kind) {
    case 'comparative':
      return comparativeProblem(claim, relation, context)
    case 'superlative':
      return superlativeProblem(claim, relation, context)
    case 'multiple':
      return multipleProblem(claim, relation.factor, context)
    case 'equality':
      return hasCheck(claim, context, (value) => isEquality(value))
        ? null
        : unsupported(
            `"${claim.written}" needs a check: same(r1, r2, "name"), a == b, or abs(pct(a, b)) < a bound, on runs that are slots here.`,
          )
    case 'difference':
      return hasCheck(claim, context, (value) => isDifference(value))
        ? null
        : unsupported(
            `"${claim.written}" needs a check: differ(r1, r2, "name") or a != b, on runs that are slots here; [[differ(r1, r2)]] lists what differs.`,
          )
    case 'quantity':
      return quantityProblem(claim, relation.which, context)
    case 'order':
      return hasCheck(claim, context, (value) => isTimeOrder(value))
        ? null
        : unsupported(`"${claim.written}" needs a check on times: r1.started == min(started, all).`)
    case 'no-effect':
      return hasCheck(claim, context, (value) => isEquality(value))
        ? null
        : unsupported(`"${claim.written}" needs a check: abs(pct(a, b)) < a bound, or a == b within a bound.`)
    case 'significance':
      return hasFinding(context, /signific|test/)
        ? null
        : unsupported(
            `"${claim.written}" needs a finding of a test as a slot; there is none here, so leave the word out.`,
          )
    case 'cause':
      return hasFinding(context, /minimal-pair/) || context.checks.some((value) => isSingleDifference(value))
        ? null
        : unsupported(`"${claim.written}" claims a cause: it needs a minimal pair, or basis "inferred".`)
    case 'reading':
      return context.basis === 'noted'
        ? null
        : unsupported(
            `"${claim.written}" is a reading, not an observation; use basis "inferred", or say the values.`,
          )
    default:
      return relation satisfies never
  }
}

function comparativeProblem(
  claim: Claim,
  relation: Extract<Relation, { kind: 'comparative' }>,
  context: Context,
): Problem | null {
  const { tokens, at, end, written } = claim
  const orderings = orderingsOf(claim, context)
  const subjects = subjectRuns(claim)
  const objects = objectRuns(tokens, end)
  const names = namesNear(claim, context)
  const fitting = orderings.filter((one) => fits(one, names, relation.isTime))
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
      `"${written}" has no check behind it; ${exampleOf(relation, subjects, objects, names)}`,
    )
  for (const subject of subjects.length > 0 ? subjects : [null]) {
    for (const object of objects.length > 0 ? objects : [null]) {
      const about = fitting.filter((one) => involves(one, subject, object, claim.allRuns))
      if (about.length === 0)
        return unsupported(
          `"${written}" has no check for ${subject ?? 'its run'}${object === null ? '' : ` against ${object}`}; ${exampleOf(relation, subject === null ? [] : [subject], object === null ? [] : [object], names)}`,
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

function superlativeProblem(
  claim: Claim,
  relation: Extract<Relation, { kind: 'superlative' }>,
  context: Context,
): Problem | null {
  const { written, tokens, at, end } = claim
  const names = namesNear(claim, context)
  const extremes = context.checks.concat(slotValues(claim.tokens)).flatMap((value) => extremesOf(value))
  const isOwn = isOfOwnSeries(claim)
  const wanted = extremes
    .concat(isOwn ? slotValues(tokens).flatMap((value) => seriesSlot(value)) : [])
    .filter((one) => (one.isOfSeries === true) === isOwn)
    .filter((one) => names.length === 0 || one.name === null || names.includes(one.name))
  const name = names[0] ?? 'test_loss'
  const side = relation.polarity === 'lower' ? 'min' : relation.polarity === 'higher' ? 'max' : 'argbest'
  const how =
    side === 'argbest'
      ? `check argbest(${name}, finished) == r1`
      : `check r1.${name} == ${side}(${name}, finished)`
  if (wanted.length === 0)
    return unsupported(`"${written}" has no check behind it; ${how}, with the run as a slot here.`)
  const before = subjectBefore(tokens, at).flatMap((slot) =>
    slot.value.runs.length === 1 ? slot.value.runs : [],
  )
  const inSentence = runsOfNear(tokens, end)
  const candidates = before.length > 0 ? before : inSentence
  const agreeing = wanted.filter((one) => sameSide(one, relation.polarity) !== claim.isNegated)
  if (agreeing.length === 0) return contradicted(`"${written}" is not what its check says; ${how}.`)
  const ofRun = agreeing.filter((one) =>
    one.winners.some(
      (run) => candidates.includes(run) || (candidates.length === 0 && claim.allRuns.has(run)),
    ),
  )
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

/** "its lowest", "lowest at the last epoch": an extreme within one run, no ranking of runs. */
function isOfOwnSeries(claim: Claim): boolean {
  if ([1, 2].some((back) => /^(its|their|own)$/.test(wordAt(claim.tokens, claim.at - back)))) return true
  const behind = claim.tokens
    .slice(claim.end, claim.end + 7)
    .flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  return /\bat (the |its |their )?(very )?(last|end|final|epoch|step)\b/.test(behind.join(' '))
}

function seriesSlot(value: Value): readonly Extreme[] {
  if (value.kind !== 'number' || value.made !== null || (value.point !== 'min' && value.point !== 'max'))
    return []
  const side = value.point === 'min' ? 'lower' : 'higher'
  const common = { name: value.name, winners: value.runs, over: value.runs, isOfSeries: true }
  const best =
    value.direction === null
      ? []
      : [{ ...common, side: value.direction === side ? ('better' as const) : ('worse' as const) }]
  return [{ ...common, side }, ...best]
}

function multipleProblem(claim: Claim, factor: number, context: Context): Problem | null {
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

function quantityProblem(
  claim: Claim,
  which: 'all' | 'none' | 'only' | 'most',
  context: Context,
): Problem | null {
  const values = context.checks.concat(slotValues(claim.tokens))
  const made = (value: Value): readonly string[] => [
    value.made?.by ?? '',
    ...(value.made?.operands ?? []).flatMap((side) => made(side)),
  ]
  const touching = values.filter(
    (value) => claim.allRuns.size === 0 || touches(value, claim.allRuns) || value.runs.length === 0,
  )
  if (which === 'all') {
    const listed = [...claim.allRuns]
    const spoken = claim.tokens
      .filter((token) => token.kind === 'slot' && token.value.kind !== 'run')
      .flatMap((token) => (token.kind === 'slot' ? token.value.runs : []))
    const covered = new Set([...context.checks.flatMap((value) => value.runs), ...spoken])
    if (listed.length > 1 && listed.every((run) => covered.has(run))) return null
    if (touching.some((value) => isAllCheck(value))) return null
    return unsupported(
      `"${claim.written}" needs a check over all it means: count(finished) == count(all), max(test_loss, finished) < a bound, or a check for each run named.`,
    )
  }
  if (which === 'most')
    return touching.some((value) => isCountComparison(value))
      ? null
      : unsupported(`"${claim.written}" needs a check of counts: count(finished) > count(failed).`)
  if (which === 'none')
    return touching.some((value) =>
      made(value).some((by) => /^(count|min|max|same|differ|argbest|rank)$/.test(by)),
    )
      ? null
      : unsupported(
          `"${claim.written}" needs a check: count(failed) == 0, or a bound by min(…) or max(…) over the group.`,
        )
  return touching.some(
    (value) =>
      value.kind === 'truth' &&
      made(value).some((by) => /^(count|rank|argbest|differ|same|min|max|includes)$/.test(by)),
  )
    ? null
    : unsupported(
        `"${claim.written}" needs a check over the group: count(…) == …, rank(r1, val_auc, finished) == …, or differ(r1, r2) == "name".`,
      )
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
      ? { low: a, high: b, isEqual: a.value === b.value }
      : { low: b, high: a, isEqual: false },
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
    ? { low: from, high: to, isEqual: from.value === to.value }
    : { low: to, high: from, isEqual: false }
}

/** A gap between two runs against a gap between others: the object's runs stand behind the word. */
function gapAgrees(one: Ordering, claim: Claim, polarity: string): boolean {
  const [own, other] = polarity === 'higher' ? [one.high, one.low] : [one.low, one.high]
  const behind = claim.tokens
    .slice(claim.end)
    .flatMap((token) => (token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : []))
  const isSameSet = (value: NumberValue) =>
    value.runs.length === behind.length && value.runs.every((run) => behind.includes(run))
  const isKnown =
    own.runs.every((run) => claim.allRuns.has(run)) && other.runs.every((run) => claim.allRuns.has(run))
  return isKnown && !one.isEqual && (behind.length === 0 || isSameSet(other))
}

function wordsOf(tokens: readonly Token[]): string {
  return tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])).join(' ')
}

function fits(one: Ordering, names: readonly string[], isTime: boolean): boolean {
  if (isTime)
    return (
      one.low.unit === 's' ||
      one.high.unit === 's' ||
      /time|latency|duration|seconds|throughput/i.test(one.low.name ?? '')
    )
  const name = one.low.name ?? one.high.name
  return names.length === 0 || name === null || names.includes(name)
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

function subjectRuns(claim: Claim): readonly string[] {
  const own = subjectBefore(claim.tokens, claim.at)
  const slots = own.length > 0 ? own : []
  const runs = [...new Set(slots.flatMap((slot) => (slot.value.runs.length === 1 ? slot.value.runs : [])))]
  if (runs.length > 0 || slots.length > 0) return runs
  const startsWithPronoun = claim.tokens
    .slice(0, claim.at)
    .some(
      (token) => token.kind === 'word' && /^(it|its|each|both|they|these|that|this|all)$/.test(token.lower),
    )
  if (!startsWithPronoun || claim.previous === null) return []
  return [
    ...new Set(
      subjectBefore(claim.previous.tokens, claim.previous.tokens.length).flatMap((slot) =>
        slot.value.runs.length === 1 ? slot.value.runs : [],
      ),
    ),
  ]
}

/** The runs something is held against: the list behind "than" and the like, or right behind a verb. */
function objectRuns(tokens: readonly Token[], end: number): readonly string[] {
  const runs: string[] = []
  let last = -1
  for (let index = end; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind !== 'slot') {
      if (last < 0 && token?.kind === 'mark' && /[;:]/.test(token.text)) break
      continue
    }
    if (last >= 0 && !isListGap(tokens, last, index)) break
    const isDirect = tokens
      .slice(end, index)
      .every((one) => one.kind === 'word' && /^(on|the|run|both|upon|over|than|in)$/.test(one.lower))
    if (last < 0 && !isObject(tokens, index) && !isDirect) break
    if (token.value.runs.length === 1 && (token.value.kind === 'run' || token.value.kind === 'number'))
      runs.push(...token.value.runs)
    last = index
  }
  return [...new Set(runs)]
}

function isLoggedValue(word: string, evidence: Evidence): boolean {
  return /^\p{Lu}/u.test(word) && evidence.runs.some(({ run }) => [...run.params.values()].includes(word))
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

function extremesOf(value: Value): readonly Extreme[] {
  if (value.kind === 'run' && value.made?.by === 'argbest') {
    const first = value.made.operands[0]
    return [
      {
        side: 'better',
        name: first?.kind === 'number' ? first.name : null,
        winners: [value.address],
        over: value.runs,
      },
    ]
  }
  if (value.kind === 'number' && (value.made?.by === 'min' || value.made?.by === 'max')) {
    const operands = value.made.operands.filter((one): one is NumberValue => one.kind === 'number')
    const winners = operands.filter((one) => one.value === value.value).flatMap((one) => one.runs)
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
    const common = { name: one.name, winners: one.runs, over: one.runs, isOfSeries: true }
    const best =
      one.direction === null
        ? []
        : [{ ...common, side: one.direction === side ? ('better' as const) : ('worse' as const) }]
    return [{ ...common, side }, ...best]
  })
}

function rankWinner(rank: NumberValue): readonly Extreme[] {
  const own = rank.made?.operands[0]
  return own?.kind === 'number'
    ? [{ side: 'better', name: own.name, winners: own.runs, over: rank.runs }]
    : []
}

function sameSide(one: Extreme, polarity: 'higher' | 'lower' | 'better' | 'worse'): boolean {
  return one.side === polarity
}

/** Comparable runs that a superlative must speak of and its check does not. */
function leftOut(one: Extreme, claim: Claim, context: Context): readonly string[] {
  const scope = scopeBehind(claim)
  if (scope !== null) return scope.filter((run) => !one.over.includes(run))
  const winner = context.evidence.runs.find((run) => run.address === one.winners[0])
  if (winner === undefined || one.name === null) return []
  const target = targetOf(winner.run.params)
  return context.evidence.runs
    .filter(({ run }) => run.status === 'finished' && targetOf(run.params) === target)
    .filter(
      ({ run }) =>
        Number.isFinite(run.metrics.get(one.name ?? '')?.last ?? Number.NaN) ||
        (run.params.has(one.name ?? '') && !run.metrics.has(one.name ?? '')),
    )
    .filter(({ run }) => digestOf(run) === digestOf(winner.run))
    .map((run) => run.address)
    .filter((run) => !one.over.includes(run))
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
    const slots: SlotToken[] = []
    let last = index
    for (let next = index + 1; next < claim.tokens.length; next++) {
      const token = claim.tokens[next]
      if (token?.kind !== 'slot') continue
      if (slots.length > 0 ? !isListGap(claim.tokens, last, next) : next - index > 3) break
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

function crashedStatus(address: string, evidence: Evidence): string | null {
  const status = evidence.runs.find((run) => run.address === address)?.run.status
  return status === 'failed' || status === 'killed' ? status : null
}

function hasCheck(claim: Claim, context: Context, isForm: (value: Value) => boolean): boolean {
  return context.checks
    .concat(slotValues(claim.tokens))
    .some((value) => isForm(value) && touches(value, claim.allRuns))
}

function touches(value: Value, runs: ReadonlySet<string>): boolean {
  return value.runs.length === 0 || value.runs.some((run) => runs.has(run))
}

function isEquality(value: Value): boolean {
  if (value.kind !== 'truth') return value.kind === 'relation' && value.words === 'equal to'
  const by = value.made?.by ?? ''
  if (by === 'same') return true
  if (by === '==') return isBetweenRuns(value)
  const isBound = by === '<' || by === '<='
  return isBound && (value.made?.operands ?? []).some((side) => side.made?.by === 'abs')
}

/** `r1.lr == r2.lr`, where `status(r1) == failed` says nothing of two runs. */
function isBetweenRuns(value: Value): boolean {
  const sides = value.made?.operands ?? []
  return (
    sides.every((side) => side.runs.length > 0 || (side.kind === 'number' && side.field === 'reported')) &&
    (value.runs.length > 1 || sides.some((side) => side.runs.length === 0))
  )
}

function isDifference(value: Value): boolean {
  const by = value.made?.by ?? ''
  if (value.kind === 'names') return value.names.length > 0
  if (/^(!=|<|>)$/.test(by)) return isBetweenRuns(value)
  return (
    /^(differ|delta|pct|compare)$/.test(by) ||
    (by === '==' && (value.made?.operands ?? []).some((side) => side.kind === 'names'))
  )
}

function isTimeOrder(value: Value): boolean {
  return (value.made?.operands ?? []).some((side) => side.kind === 'time')
}

function isSingleDifference(value: Value): boolean {
  const [a, b] = value.made?.operands ?? []
  return (
    [a, b].some((side) => side?.kind === 'names' && side.names.length === 1) ||
    [a, b].some(
      (side) =>
        side?.kind === 'number' &&
        side.value === 1 &&
        side.made?.by === 'count' &&
        side.made.operands.some((one) => one.kind === 'names'),
    )
  )
}

function isAllCheck(value: Value): boolean {
  const by = value.made?.by ?? ''
  if (by === 'same' || by === 'differ') return true
  const sides = value.made?.operands ?? []
  if (by === '==' && sides.every((side) => side.made?.by === 'count')) return true
  return /^[<>]=?$/.test(by) && sides.some((side) => side.made?.by === 'min' || side.made?.by === 'max')
}

function isCountComparison(value: Value): boolean {
  return (
    /^[<>]=?$/.test(value.made?.by ?? '') &&
    (value.made?.operands ?? []).some((side) => side.made?.by === 'count')
  )
}

function hasFinding(context: Context, kind: RegExp): boolean {
  return context.sentences.some((sentence) =>
    sentence.tokens.some(
      (token) => token.kind === 'slot' && token.value.kind === 'finding' && kind.test(token.value.finding),
    ),
  )
}

function slotValues(tokens: readonly Token[]): readonly Value[] {
  return tokens.flatMap((token) => (token.kind === 'slot' ? [token.value] : []))
}

function runsOfNear(tokens: readonly Token[], end: number): readonly string[] {
  for (let index = end; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind === 'slot' && token.value.runs.length === 1) return token.value.runs
    if (token?.kind === 'slot' && token.value.kind === 'run') return [token.value.address]
  }
  return []
}

/** The metric or parameter that the words right behind, or else before, a relation word name. */
function namesNear(claim: Claim, context: Context): readonly string[] {
  const behind = claim.tokens.slice(claim.end, claim.end + 4)
  const stop = behind.findIndex((token) => token.kind !== 'word')
  const words = (stop < 0 ? behind : behind.slice(0, stop)).flatMap((token) =>
    token.kind === 'word' ? [token.lower] : [],
  )
  const found = context.phraseNames(words)
  if (found.length > 0) return found
  const before = claim.tokens
    .slice(Math.max(0, claim.at - 6), claim.at)
    .flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  return context.phraseNames(before)
}

function exampleOf(
  relation: Extract<Relation, { kind: 'comparative' }>,
  subjects: readonly string[],
  objects: readonly string[],
  names: readonly string[],
): string {
  const name = relation.isTime ? 'duration' : (names[0] ?? 'metric')
  const sign = relation.polarity === 'lower' || relation.polarity === 'worse' ? '<' : '>'
  return `add a check such as ${subjects[0] ?? 'r1'}.${name} ${sign} ${objects[0] ?? 'r2'}.${name}, with both runs as slots here.`
}

function describe(one: Ordering | undefined): string {
  if (one === undefined) return ''
  return `${one.low.cites[0] ?? one.low.value} is ${one.isEqual ? 'equal to' : 'lower than'} ${one.high.cites[0] ?? one.high.value}`
}

function isHedged(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(0, at).some((token) => token.kind === 'word' && MODALS.has(token.lower))
}

function isPast(word: string): boolean {
  return /(ed|fell|rose|grew|beat|won|hurt|led)$/.test(word)
}

function hasSlotWithin(tokens: readonly Token[], from: number, count: number): boolean {
  return tokens.slice(from, from + count).some((token) => token.kind === 'slot')
}

function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index]
  return token?.kind === 'word' ? token.lower : ''
}

export type { Truth }
