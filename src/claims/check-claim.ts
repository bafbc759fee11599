import { findRun } from '../evidence/address.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { comparativeProblem, decidesForAll, multipleProblem } from './check-comparatives.ts'
import { quantityProblem } from './check-quantities.ts'
import { superlativeProblem } from './check-superlatives.ts'
import type { Decision } from './decide-comparison.ts'
import { decideFirst, decideSequence } from './decide-order.ts'
import { decideRunnerUp } from './decide-superlative.ts'
import { evaluate } from './evaluate.ts'
import { parseCheck } from './expression.ts'
import { relationAt } from './lexicon.ts'
import { asInference, contradicted, type Problem, unsupported } from './problem.ts'
import { type Claim, type Context, namesNear, wordAt } from './relation-claim.ts'
import {
  hasCheck,
  hasFinding,
  isDifference,
  isEquality,
  isSingleDifference,
  isTimeOrder,
  settingsAgree,
} from './relation-forms.ts'
import type { Token } from './tokens.ts'

export function problemOf(claim: Claim, context: Context): Problem | null {
  const { relation } = claim
  switch (relation.kind) {
    case 'comparative':
      return comparativeProblem(claim, relation, context)
    case 'superlative':
      return superlativeProblem(claim, relation, context)
    case 'multiple':
      return multipleProblem(claim, relation.factor, context)
    case 'equality':
      if (isOfAllSettings(claim))
        return haveSameSettings(claim, context) === !claim.isNegated ||
          hasCheck(claim, context, (value) =>
            claim.isNegated
              ? isDifference(value)
              : value.made?.by === 'same' && value.made.operands.length === 0,
          )
          ? null
          : unsupported(
              `"${claim.written}" of all settings needs same(${pairOf(claim)}), with no parameter named behind the runs.`,
            )
      return hasCheck(
        claim,
        context,
        (value) => isEquality(value) || (isAllBut(claim) && isDifference(value)),
      ) || settingsAgree(claim, context, 'same') === true
        ? null
        : unsupported(
            `"${claim.written}" needs a check: same(${pairOf(claim)}, "name"), a == b, or abs(pct(a, b)) < a bound, on runs that are slots here.`,
          )
    case 'difference':
      if (isHardly(claim)) return hardlyProblem(claim, context)
      return hasCheck(claim, context, (value) => isDifference(value)) ||
        settingsAgree(claim, context, 'different') === true
        ? null
        : unsupported(
            `"${claim.written}" needs a check: differ(${pairOf(claim)}, "name") or a != b, on runs that are slots here; [[differ(${pairOf(claim)})]] lists what differs.`,
          )
    case 'quantity':
      return isDecidedComparison(claim, relation.which, context)
        ? null
        : quantityProblem(claim, relation.which, context)
    case 'sequence': {
      // "Finished after a duration of [[r1.duration]]" tells how long it ran.
      if (isLength(claim.tokens.slice(claim.end).find((token) => token.kind === 'slot'))) return null
      const decision = decideSequence(claim, relation.which, context.evidence)
      if (decision !== null) return problemOfDecision(decision, claim)
      return unsupported(`"${claim.written}" needs two runs as slots, one on either side of it.`)
    }
    case 'runner-up': {
      const decision = decideRunnerUp(claim, context)
      return decision === null
        ? unsupported(`"${claim.written}" needs its metric named beside it, and the run as the one slot.`)
        : problemOfDecision(decision, claim)
    }
    case 'work':
      return hasFinding(context, /./) || isSaidByNote(claim)
        ? null
        : unsupported(
            `"${claim.written}" tells of work that no run logs; quote the note that says so, cite a finding, or leave it out.`,
          )
    case 'order': {
      const decision = decideFirst(claim, relation.which, context.evidence)
      if (decision !== null) return problemOfDecision(decision, claim)
      // "The first to fall under …" is an order of results, which starting times do not tell.
      if (
        /^(run )?to$/.test(
          [0, 1]
            .map((on) => wordAt(claim.tokens, claim.end + on))
            .join(' ')
            .replace(/^to .*/, 'to'),
        )
      )
        return unsupported(
          `"${claim.written} … to" is an order of results, which no check tells; say the values.`,
        )
      return hasCheck(claim, context, (value) => isTimeOrder(value, relation.which))
        ? null
        : unsupported(
            `"${claim.written}" needs a check on times: ${relation.which}(all) == ${[...claim.allRuns][0] ?? 'run'}.`,
          )
    }
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
        : asInference(
            unsupported(`"${claim.written}" claims a cause: it needs a minimal pair, or basis "inferred".`),
          )
    case 'reading':
      return context.basis === 'noted'
        ? null
        : asInference(
            unsupported(
              `"${claim.written}" is a reading, not an observation; use basis "inferred", or say the values.`,
            ),
          )
    default:
      return relation satisfies never
  }
}

/** "Hardly differ", "barely different": that values are close. */
function isHardly(claim: Claim): boolean {
  return smallnessOf(claim) !== ''
}

function smallnessOf({ tokens, at, end }: Claim): string {
  const [before, behind] = [wordAt(tokens, at - 1), wordAt(tokens, end)]
  if (/^(hardly|barely|scarcely|slightly|marginally|minimally)$/.test(before)) return before
  return /^(little|slightly|marginally|minimally|barely)$/.test(behind) ? behind : ''
}

function hardlyProblem(claim: Claim, context: Context): Problem | null {
  const words = `${smallnessOf(claim)} ${claim.written}`
  const spread = spreadOf(claim, context)
  if (spread !== null)
    return spread <= MOST_FOR_HARDLY ? null : contradicted(`"${words}" is said of values that are far apart.`)
  return hasCheck({ ...claim, isNegated: false }, context, (value) => isEquality(value))
    ? null
    : unsupported(
        `"${words}" needs its metric named beside it, or a check: abs(pct(a, b)) < a bound, on runs that are slots here.`,
      )
}

const MOST_FOR_HARDLY = 0.05

/** How far apart the runs of a clause are in the one metric it names, as a share of the largest; null where that is open. */
function spreadOf(claim: Claim, context: Context): number | null {
  const runs = new Set(
    claim.tokens.flatMap((token) =>
      token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
    ),
  )
  const near = namesNear(claim, context)
  const printed = claim.tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'number' && token.value.field === 'metric'
      ? (token.value.name ?? [])
      : [],
  )
  const named = near.length > 0 ? near : [...new Set(printed)]
  const [name] = named
  const values = [...runs].flatMap(
    (run) => findRun(context.evidence, run)?.run.metrics.get(name ?? '')?.last ?? [],
  )
  if (named.length !== 1 || runs.size < 2 || values.length < runs.size) return null
  const largest = Math.max(...values.map(Math.abs))
  return largest === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / largest
}

/** "Every run beats [[r1]]", "none of the [[g4]] is above [[r8]]": the comparison behind the word is held against every run. */
function isDecidedComparison(claim: Claim, which: string, context: Context): boolean {
  if (which !== 'all' && which !== 'none') return false
  const words = claim.tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  for (let at = claim.end; at < words.length; at++) {
    const found = relationAt(words, at)
    if (found?.relation.kind !== 'comparative') continue
    const behind: Claim = {
      ...claim,
      relation: found.relation,
      written: words.slice(at, at + found.length).join(' '),
      at,
      end: at + found.length,
      isNegated: false,
    }
    return decidesForAll(behind, found.relation, context)
  }
  return false
}

function problemOfDecision(decision: Decision, { written }: Claim): Problem | null {
  return decision.kind === 'holds'
    ? null
    : contradicted(`"${written}" is not what the log says: ${decision.actual}.`)
}

/** Words of a person beside it: what they did is theirs to say. */
function isSaidByNote({ tokens }: Claim): boolean {
  return tokens.some((token) => token.kind === 'slot' && token.value.kind === 'quote')
}

function isLength(token: Token | undefined): boolean {
  return token?.kind === 'slot' && token.value.kind === 'number'
}

/** The runs of the statement as a hint names them; no others, since others are not what is meant. */
function pairOf({ allRuns }: Claim): string {
  const runs = [...allRuns].slice(0, 4)
  return runs.length > 1 ? runs.join(', ') : `${runs[0] ?? 'run'}, run`
}

/** "The same settings": all of them, unless the clause names which. */
function isOfAllSettings(claim: Claim): boolean {
  const [next, then] = [0, 1].map((on) => wordAt(claim.tokens, claim.end + on))
  const isWhole = (word: string | undefined) => /^(settings|parameters|configuration|setup)$/.test(word ?? '')
  const isAll = isWhole(next) || (/^(all|every|in)$/.test(next ?? '') && isWhole(then))
  return isAll && ![1, 2, 3].some((on) => /^(except|but|bar)$/.test(wordAt(claim.tokens, claim.end + on)))
}

/** Whether the two runs of a clause log the same settings; null where it names another number of runs. */
function haveSameSettings({ tokens }: Claim, { evidence }: Context): boolean | null {
  const runs = [
    ...new Set(
      tokens.flatMap((token) =>
        token.kind === 'slot' && token.value.kind === 'run' ? token.value.runs : [],
      ),
    ),
  ]
  const parsed = parseCheck(`same(${runs.join(', ')})`)
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  return runs.length === 2 && !isRefusal(value) && value.kind === 'truth' ? value.holds : null
}

/** "Share all settings but the seed": the difference says it. */
function isAllBut({ tokens, end }: Claim): boolean {
  return (
    /^(all|every)$/.test(wordAt(tokens, end)) &&
    [2, 3].some((on) => /^(except|but|bar)$/.test(wordAt(tokens, end + on)))
  )
}
