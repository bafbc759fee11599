import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import type { Decision } from './decide-comparison.ts'
import { evaluate } from './evaluate.ts'
import { parseCheck } from './expression.ts'
import type { Relation } from './lexicon.ts'
import { type Claim, type Context, namesNear, slotValues, wordAt, wordsOf } from './relation-claim.ts'
import { runsOfSlots, subjectBefore } from './tokens.ts'
import type { NumberValue } from './value.ts'

type Polarity = Extract<Relation, { kind: 'superlative' }>['polarity']

/**
 * Holds a claim about one run's own series against the log: "[[r1]] ended above its minimum", "val_loss of [[r1]] was lowest at
 * its last step", "kept falling". Null where the words speak of anything else.
 */
export function decideOwnSeries(claim: Claim, context: Context): Decision | null {
  const words = wordsOf(claim.tokens)
  const runs = runsOfSlots(claim.tokens)
  const claimed = claimedOf(claim, words)
  const isOfEach = runs.length > 1 && /^(still|keeps|kept) /.test(claim.written)
  if (claimed === null || runs.length === 0 || (runs.length > 1 && !isOfEach)) return null
  const decisions = runs.map((run) => decideSeries(claim, claimed, run, context))
  if (decisions.includes(null)) return null
  return decisions.find((decision) => decision?.kind === 'fails') ?? { kind: 'holds' }
}

function decideSeries(
  claim: Claim,
  claimed: { readonly extreme: 'min' | 'max'; readonly isReached: boolean },
  run: string,
  context: Context,
): Decision | null {
  const name = nameOf(claim, context, run)
  if (name === null) return null
  const last = numberAt(run, name, 'last', context.evidence)
  const extreme = numberAt(run, name, claimed.extreme, context.evidence)
  if (last === null || extreme === null) return null
  const holds = claimed.isReached ? last.value === extreme.value : last.value !== extreme.value
  return holds !== claim.isNegated
    ? { kind: 'holds' }
    : {
        kind: 'fails',
        actual: `${name} of ${run} ends ${last.value === extreme.value ? 'at' : 'away from'} its ${claimed.extreme}`,
      }
}

/** Which extreme of its series a run is said to have ended at, or not to have. */
function claimedOf(
  { written, tokens, at, end }: Claim,
  words: string,
): { readonly extreme: 'min' | 'max'; readonly isReached: boolean } | null {
  if (/^(still|keeps|kept) /.test(written)) {
    if (/improving$/.test(written)) return null
    return {
      extreme: /(falling|decreasing|dropping|declining)$/.test(written) ? 'min' : 'max',
      isReached: true,
    }
  }
  const isLow = /^(lowest|minimum|smallest)$/.test(written)
  const isHigh = /^(highest|maximum|peak|largest)$/.test(written)
  if (!isLow && !isHigh) return null
  const extreme = isLow ? 'min' : 'max'
  const isOwn = [1, 2].some((back) => /^(its|their)$/.test(wordAt(tokens, at - back)))
  const behind = tokens
    .slice(end, end + 5)
    .map((_, index) => wordAt(tokens, end + index))
    .join(' ')
  if (/^(value )?(at|by|in|until) (the |its )?(very )?(last|end|final)\b/.test(behind))
    return { extreme, isReached: true }
  if (!isOwn) return null
  const before = words.slice(0, words.search(/\b(its|their)\b/))
  const isAway = isLow
    ? /\b(above|higher|over|up from)\b/.test(before)
    : /\b(below|lower|under|down from)\b/.test(before)
  const isEnd = /\b(ended|ends|end|last|final|finished|finishes)\b/.test(before)
  if (isEnd && isAway) return { extreme, isReached: false }
  return isEnd && /\b(ended|ends|finished|finishes) (at|on|with)\b/.test(before)
    ? { extreme, isReached: true }
    : null
}

/**
 * Holds "[[r1]] has the lowest val_loss" against all runs that it may be ranked among, or against the group behind "of". Null
 * where the words leave the run, the metric or the scope open.
 */
export function decideSuperlative(
  claim: Claim,
  polarity: Polarity,
  scope: readonly string[],
  context: Context,
): Decision | null {
  const words = wordsOf(claim.tokens)
  if (
    /\b(its|their|own|mean|average|median|spread|gap|difference|step|epoch|change|second|third|next)\b/.test(
      words,
    )
  )
    return null
  const [run, ...others] = winnersIn(claim)
  if (run === undefined || others.length > 0 || isOfPart(claim)) return null
  const isRanking = polarity === 'better' || polarity === 'worse'
  const name = nameOf(claim, context, run) ?? (isRanking ? leadOf(claim, context) : null)
  if (name === null) return null
  const point = /\b(minimum|maximum|peak|final|last)\b/.test(words) ? null : pointOf(claim, name)
  if (point === null) return null
  const own = numberAt(run, name, point, context.evidence)
  if (own === null) return null
  const side = polarity === 'higher' || polarity === 'lower' ? polarity : sideOf(polarity, own)
  if (side === null) return null
  const ahead = scope
    .filter((one) => one !== run)
    .find((one) => {
      const other = numberAt(one, name, point, context.evidence)
      return other !== null && (side === 'higher' ? other.value > own.value : other.value < own.value)
    })
  return (ahead === undefined) !== claim.isNegated
    ? { kind: 'holds' }
    : {
        kind: 'fails',
        actual:
          ahead === undefined
            ? `${run} has the ${side} ${name}`
            : `${ahead} is ${side} in ${name} than ${run}`,
      }
}

/** The run that is said to lead: the subject before the word, or else the one run of the sentence. */
function winnersIn({ tokens, at, end }: Claim): readonly string[] {
  const printed = valueBehind(tokens, end)
  if (printed !== null) return [printed]
  const antecedent = antecedentOf(tokens, at)
  if (antecedent !== null) return [antecedent]
  const before = subjectBefore(tokens, at).flatMap(({ value }) => (value.runs.length === 1 ? value.runs : []))
  if (before.length > 0) return [...new Set(before)]
  const named = slotValues(tokens).flatMap((value) =>
    value.kind === 'run' || value.runs.length === 1 ? value.runs : [],
  )
  return [...new Set(named)]
}

/** "The highest, [[r6.test_loss]] in [[r6]]": the run of the value that is printed right behind the word and the metric's name. */
function valueBehind(tokens: Claim['tokens'], end: number): string | null {
  for (let index = end; index < Math.min(tokens.length, end + 6); index++) {
    const token = tokens[index]
    if (token?.kind === 'slot')
      return token.value.kind === 'number' && token.value.made === null && token.value.field === 'metric'
        ? (token.value.runs[0] ?? null)
        : null
    if (token?.kind === 'word' && /^(and|but|while|than|in|with|for|which|that)$/.test(token.lower))
      return null
  }
  return null
}

/** "[[r11]], which has the lowest …": the run right before a relative clause that holds the word. */
export function antecedentOf(tokens: Claim['tokens'], at: number): string | null {
  const relative = tokens
    .slice(0, at)
    .findLastIndex((token) => token.kind === 'word' && /^(which|that|who)$/.test(token.lower))
  if (relative < 0 || tokens.slice(relative, at).some((token) => token.kind === 'slot')) return null
  const before = tokens.slice(Math.max(0, relative - 2), relative)
  const slot = before.findLast((token) => token.kind === 'slot')
  const isBeside = before.every(
    (token) => token.kind === 'slot' || (token.kind === 'mark' && token.text === ','),
  )
  return isBeside && slot?.kind === 'slot' && slot.value.kind === 'run' ? slot.value.address : null
}

function sideOf(polarity: 'better' | 'worse', { direction }: NumberValue): 'higher' | 'lower' | null {
  if (direction === null) return null
  return (polarity === 'better') === (direction === 'higher') ? 'higher' : 'lower'
}

/** The point of the series that printed values have, where they are of one point; the headline where none is printed. */
function pointOf({ tokens }: Claim, name: string): string | null {
  const points = new Set(
    slotValues(tokens).flatMap((value) =>
      value.kind === 'number' && value.made === null && value.name === name
        ? [/\.(min|max|last)$/.exec(value.cites[0] ?? '')?.[1] ?? '']
        : [],
    ),
  )
  return points.size > 1 ? null : ([...points][0] ?? '')
}

/** "[[r6]] leads": by the metric that the project ranks by, where no other is named or printed. */
function leadOf(claim: Claim, { evidence, allPhraseNames }: Context): string | null {
  const words = claim.tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  const isSaid = allPhraseNames(words)
    .flat()
    .concat(
      slotValues(claim.tokens).flatMap((value) =>
        value.kind === 'number' && value.name !== null ? [value.name] : [],
      ),
    )
    .some((name) => evidence.runs.some(({ run }) => run.metrics.has(name)))
  return isSaid ? null : (evidence.metrics.primary ?? evidence.lead?.metric ?? null)
}

/** The one metric or parameter that is spoken of and that the run logged. */
function nameOf(claim: Claim, context: Context, run: string): string | null {
  const near = namesNear(claim, context)
  const printed = slotValues(claim.tokens).flatMap((value) =>
    value.kind === 'number' && value.name !== null && value.unit !== 'step' ? [value.name] : [],
  )
  const one = context.evidence.runs.find(({ address }) => address === run)?.run
  const names = [...new Set(near.length > 0 ? near : printed)].filter(
    (name) => one?.metrics.has(name) === true || one?.params.has(name) === true,
  )
  return names.length === 1 ? (names[0] ?? null) : null
}

function numberAt(run: string, name: string, point: string, evidence: Evidence): NumberValue | null {
  const one = evidence.runs.find(({ address }) => address === run)?.run
  const field =
    one?.metrics.has(name) === true
      ? `metric[${JSON.stringify(name)}]${point === '' ? '' : `.${point}`}`
      : `param[${JSON.stringify(name)}]`
  const parsed = parseCheck(`${run}.${field}`)
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  return !isRefusal(value) && value.kind === 'number' && Number.isFinite(value.value) ? value : null
}

/** "[[r2]] is the runner-up by val_auc": one finished run that it may be ranked with is better, and no more. */
export function decideRunnerUp(claim: Claim, context: Context): Decision | null {
  const [run, ...others] = winnersIn(claim)
  const name = run === undefined ? null : nameOf(claim, context, run)
  const parsed = parseCheck(`rank(${run}, metric[${JSON.stringify(name)}], finished)`)
  const rank = isRefusal(parsed) ? parsed : evaluate(parsed, context.evidence)
  if (others.length > 0 || name === null || isRefusal(rank) || rank.kind !== 'number') return null
  return (rank.value === 2) !== claim.isNegated
    ? { kind: 'holds' }
    : { kind: 'fails', actual: `the rank of ${run} by ${name} is another` }
}

/** "The best run of the search", "the best forest there", "on the old table": a part of the runs that only words tell. */
function isOfPart({ tokens, end }: Claim): boolean {
  const behind = wordsOf(tokens.slice(end, end + 8))
  const opening = wordsOf(tokens.slice(0, 3))
  return (
    /\bthere\b|\bof the (?!finished\b|runs?\b|day\b|session\b|project\b|all\b|models?\b|experiments?\b)[a-z]/.test(
      behind,
    ) ||
    /^(on|in|without|within|among) (the|this|that|these) (?!whole\b|day\b|session\b|project\b)/.test(opening)
  )
}
