import { isSameValue } from '../statistics/difference.ts'
import { whyNotComparable } from './comparable.ts'
import { type Claim, type Context, slotValues, wordAt } from './relation-claim.ts'
import type { Token } from './tokens.ts'
import type { NumberValue, Value } from './value.ts'

/** Two numbers whose order a holding check or a slot tells. */
export interface Ordering {
  readonly low: NumberValue
  readonly high: NumberValue
  readonly isEqual: boolean
  /** For a change over time: whether the later value is the higher one. */
  readonly isRise?: boolean
}

/** Orders told by checks, by slots, and by "from [[a]] to [[b]]" behind the word. */
export function orderingsOf(claim: Claim, context: Context): readonly Ordering[] {
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

export function fits(one: Ordering, names: readonly string[], isTime: boolean): boolean {
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

export function involves(
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

export function agrees(
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

export function wantedSide(one: Ordering, polarity: 'higher' | 'lower' | 'better' | 'worse'): boolean | null {
  if (polarity === 'higher') return true
  if (polarity === 'lower') return false
  const direction = one.low.direction ?? one.high.direction
  if (direction === null) return null
  return (direction === 'higher') === (polarity === 'better')
}

export function describe(one: Ordering | undefined): string {
  if (one === undefined) return ''
  return `${one.low.cites[0] ?? one.low.value} is ${one.isEqual ? 'equal to' : 'lower than'} ${one.high.cites[0] ?? one.high.value}`
}
