import type { Ordering } from './ordering.ts'
import { contradicted, type Problem, unsupported } from './problem.ts'
import { type Claim, type Context, wordsOf } from './relation-claim.ts'
import type { Token } from './tokens.ts'

/**
 * A comparison of two metrics of one run, or of one group: "its test F1 is lower than its validation F1". What stands on
 * which side is told by the names, not by runs. `other` where the claim is none of these.
 */
export function twoMetricsProblem(
  claim: Claim,
  polarity: 'higher' | 'lower' | 'better' | 'worse',
  orderings: readonly Ordering[],
  context: Context,
): Problem | null | 'other' {
  const { tokens, written } = claim
  const object = objectName(claim, context)
  const within = orderings.filter(
    ({ low, high }) =>
      low.field === 'metric' &&
      high.field === 'metric' &&
      low.name !== high.name &&
      low.runs.join() === high.runs.join() &&
      low.runs.some((run) => claim.allRuns.has(run) || claim.allRuns.size === 0),
  )
  if (within.length === 0 || object.length === 0) return 'other'
  const about = within.filter(({ low, high }) => isEither(object, low.name, high.name))
  const one = about[0]
  if (one === undefined) return 'other'
  const isObjectHigh = object.includes(one.high.name ?? '')
  const own = isObjectHigh ? one.low : one.high
  const subject = subjectNames(tokens, claim, context)
  if (subject.length > 0 && !subject.includes(own.name ?? ''))
    return unsupported(
      `"${written}" compares ${subject.join(' or ')} with ${object.join(' or ')}, but its check is on ${one.low.name} and ${one.high.name}.`,
    )
  const [a, b] = [one.low.direction, one.high.direction]
  if ((polarity === 'better' || polarity === 'worse') && (a === null || a !== b))
    return unsupported(
      `Of ${one.low.name} and ${one.high.name} no common direction is known; say higher or lower instead of "${written}".`,
    )
  const wantsHigh =
    polarity === 'higher' || (polarity !== 'lower' && (a === 'higher') === (polarity === 'better'))
  const isHigh = !one.isEqual && !isObjectHigh
  const isLow = !one.isEqual && isObjectHigh
  const holds = (wantsHigh ? isHigh : isLow) !== claim.isNegated
  return holds
    ? null
    : contradicted(
        `"${claim.isNegated ? 'not ' : ''}${written}" says the opposite of its check: ${one.low.cites[0]} is ${one.isEqual ? 'equal to' : 'lower than'} ${one.high.cites[0]}.`,
      )
}

/** Exactly one of two names may be what the words mean. */
function isEither(object: readonly string[], a: string | null, b: string | null): boolean {
  return object.includes(a ?? '') !== object.includes(b ?? '')
}

const BEHIND = /^(than|against|to|over|from)$/

/** The metrics that the words behind "than", "below", "above" may mean. */
function objectName({ tokens, end, written }: Claim, context: Context): readonly string[] {
  const isPlace =
    /(above|below|behind|under|over|exceeds?|exceeded|beats?|tops|surpass\w*|trails|lags)$/.test(written)
  const than = isPlace
    ? end - 1
    : tokens.findIndex(
        (token, index) =>
          index >= end && index < end + 8 && token.kind === 'word' && BEHIND.test(token.lower),
      )
  if (than < 0) return []
  return context.phraseNames(wordsOf(upTo(tokens.slice(than + 1))).split(' '))
}

/** Words up to the mark or value that ends what is held against. */
function upTo(tokens: readonly Token[]): readonly Token[] {
  const end = tokens.findIndex(
    (token) =>
      (token.kind === 'mark' && /[,;:(]/.test(token.text)) ||
      (token.kind === 'slot' && token.value.kind === 'number'),
  )
  return end < 0 ? tokens : tokens.slice(0, end)
}

/** The metric before the word, or between it and its "than": "a lower test F1 than". */
function subjectNames(tokens: readonly Token[], { at, end }: Claim, context: Context): readonly string[] {
  const than = tokens.findIndex(
    (token, index) => index >= end && token.kind === 'word' && BEHIND.test(token.lower),
  )
  // "Far below its val_loss" has its object right behind the word.
  if (/^(below|above|under|over)$/.test(wordsOf(tokens.slice(at, end))))
    return context.lastPhraseNames(wordsOf(tokens.slice(0, at)).split(' '))
  const between = than < 0 ? [] : context.phraseNames(wordsOf(tokens.slice(end, than)).split(' '))
  return between.length > 0 ? between : context.lastPhraseNames(wordsOf(tokens.slice(0, at)).split(' '))
}
