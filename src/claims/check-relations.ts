import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { comparativeProblem, decidesForAll, multipleProblem } from './check-comparatives.ts'
import { quantityProblem } from './check-quantities.ts'
import { superlativeProblem } from './check-superlatives.ts'
import { type Decision, decideComparison } from './decide-comparison.ts'
import { decideFirst, decideSequence } from './decide-order.ts'
import { decideOwnSeries, decideRunnerUp } from './decide-superlative.ts'
import { relationAt } from './lexicon.ts'
import { contradicted, type Problem, unsupported } from './problem.ts'
import { type Claim, type Context, runsNamed, wordAt } from './relation-claim.ts'
import {
  hasCheck,
  hasFinding,
  isDifference,
  isEquality,
  isSingleDifference,
  isTimeOrder,
  settingsAgree,
} from './relation-forms.ts'
import { runsOfSlots, type Sentence, type Token } from './tokens.ts'
import type { Value } from './value.ts'

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

const BETTER = { kind: 'comparative', polarity: 'better', isTime: false } as const

/** "[[r3]] leads [[r1]]": better than that run, and not the best of all. */
function leadsOneRun(tokens: readonly Token[], end: number, written: string): boolean {
  const next = tokens[end]
  return /^(leads|led)$/.test(written) && next?.kind === 'slot' && next.value.kind === 'run'
}

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
      const named = context.longNameAt(words, at)
      if (named > 0) {
        at += named - 1
        continue
      }
      const found = relationAt(words, at)
      if (found === null) continue
      const end = at + found.length
      const written = words.slice(at, end).join(' ')
      const claim: Claim = {
        relation: leadsOneRun(tokens, end, written) ? BETTER : found.relation,
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
      const isValue =
        shown?.kind === 'word' &&
        found.length === 1 &&
        (isLoggedValue(shown.text, context.evidence) ||
          isValueBeside(words, at - (found.length - 1), context))
      if (isValue) continue
      if (isHarmless(claim, sentence, context)) continue
      const problem = problemOf(claim, context)
      if (problem !== null) problems.push(problem)
    }
  })
  for (const { tokens } of sentences) {
    const stranger = earlierAsNew(tokens, context)
    if (stranger !== null)
      problems.push(contradicted(`${stranger} is a run of an earlier session, not one told here as new.`))
  }
  if (context.basis === 'observed')
    for (const { tokens } of sentences) {
      if (toldAfterFailure(tokens))
        problems.push(
          unsupported(
            'Why it failed stands in no slot: print [[run.error]], cite a finding, or set basis to "inferred".',
          ),
        )
      const cause = silentCause(tokens, context)
      if (cause !== null && !isCauseShown(context))
        problems.push(
          unsupported(
            `"${cause}" makes a setting the cause of a result: it needs a minimal pair, or basis "inferred".`,
          ),
        )
    }
  return problems
}

/** "[[r13]] failed: the network was down": what stands behind the colon is why, and no slot says so. */
function toldAfterFailure(tokens: readonly Token[]): boolean {
  const at = tokens.findIndex(
    (token) => token.kind === 'word' && /^(failed|crashed|died|broke|killed|aborted)$/.test(token.lower),
  )
  const [mark, next] = [tokens[at + 1], tokens[at + 2]]
  return (
    at >= 0 &&
    mark?.kind === 'mark' &&
    /[:–—]/.test(mark.text) &&
    next?.kind === 'word' &&
    tokens.slice(at + 2).every((token) => token.kind !== 'slot' || token.value.kind === 'run')
  )
}

/** "The new run [[r31]]", "today's best, [[r31]]": a run of before is none of today. */
function earlierAsNew(tokens: readonly Token[], { evidence }: Context): string | null {
  const found = tokens.find(
    (token, at) =>
      token.kind === 'slot' &&
      token.value.kind === 'run' &&
      evidence.earlier.some(({ address }) => address === token.written.trim()) &&
      [1, 2, 3, 4].some((back) =>
        /^(new|newest|today|today's|tonight|tonight's|fresh)$/.test(wordAt(tokens, at - back)),
      ),
  )
  return found?.kind === 'slot' ? found.written.trim() : null
}

/** "No setting was repeated": that something was not done is said of the log, not of work. */
function isDenied({ tokens, at, isNegated }: Claim): boolean {
  return (
    isNegated ||
    tokens
      .slice(0, at)
      .some((token) => token.kind === 'word' && /^(no|none|never|nothing|without)$/.test(token.lower))
  )
}

function isCauseShown(context: Context): boolean {
  return hasFinding(context, /minimal-pair/) || context.checks.some((value) => isSingleDifference(value))
}

/** Words behind the name of a setting that make it no cause: it is, was, differs, ranges. */
const NO_CAUSE =
  /^(is|are|was|were|differs?|differed|varies|vary|varied|ranges?|ranged|stays?|stayed|changes?|changed|of|in|and|or|for|at|as|than|to|from|with|on|by|over|it|runs?|set|sets|values?|has|have|had|equals?|not|only|both|the|a|rises?|rose|falls?|fell|grows?|grew|increases?|increased|decreases?|decreased|drops?|dropped|beats?|led|leads?|reached|reaches|logged|came|stands?|lies|lay|scored|scores|ran|finished|failed|ended)$/

/**
 * A setting that is made a cause without a causal word: "through its lr, [[r1]] has a lower loss", "its inputs give [[r1]] the lower
 * loss". Only in a sentence that holds a comparison, and only where the setting's value is not printed behind its name.
 */
function silentCause(tokens: readonly Token[], context: Context): string | null {
  const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  const compares = words.some((_, at) =>
    /^(comparative|superlative)$/.test(relationAt(words, at)?.relation.kind ?? ''),
  )
  if (!compares) return null
  for (let at = 0; at < words.length; at++) {
    const length = context.settingAt(words, at)
    if (length === 0) continue
    const end = at + length
    const next = tokens[end]
    const isPrinted = [0, 1, 2].some((on) => {
      const token = tokens[end + on]
      return token?.kind === 'slot' && token.value.kind !== 'run'
    })
    const before = words[at - 1] ?? ''
    const isIts = /^(its|their)$/.test(before)
    if (
      isIts &&
      !isPrinted &&
      /^(through|from|by|via|for|with|thanks|since|because|on)$/.test(words[at - 2] ?? '')
    )
      return words.slice(at - 2, end).join(' ')
    const isSubject = at === 0 || (at === 1 && /^(the|its|their|a)$/.test(before))
    const verb = next?.kind === 'word' ? next.lower : next?.kind === 'slot' ? null : ''
    if (isSubject && !isPrinted && verb !== null && verb !== '' && !NO_CAUSE.test(verb))
      return words.slice(at, end + 1).join(' ')
    at = end - 1
  }
  return null
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
  if (
    context.basis === 'proposed' &&
    INTENDED.has(relation.kind) &&
    (!isPast(written) || relation.kind === 'difference')
  )
    return true
  if (context.basis !== 'observed' && (relation.kind === 'cause' || relation.kind === 'reading')) return true
  if (relation.kind === 'work' && (context.basis === 'proposed' || isDenied(claim))) return true
  if (
    context.basis === 'inferred' &&
    (runsOfSlots(tokens).length < 2 || /^close/.test(written)) &&
    (relation.kind !== 'superlative' || /^(still|keeps|kept) /.test(written)) &&
    !isDecidedByLog(claim, context) &&
    isHedged(tokens, at)
  )
    return true
  // "its minimum validation loss, [[r7.val_loss.min]]" names a point of the series, which readings check.
  if (
    /^(minimum|maximum|peak)$/.test(written) &&
    tokens.slice(end).some((token) => token.kind === 'slot' && token.value.kind === 'number')
  )
    return true
  // "The first value of [[r1]] was [[r1.loss.first]]" is a point of the series, which labels check.
  if (
    written === 'first' &&
    !/^(runs?|one|to|of)$/.test(after) &&
    tokens.some((token) => isFirstPoint(token))
  )
    return true
  // "A lower minimum train loss than [[r2]]" names the point that is compared.
  if (/^(minimum|maximum|peak)$/.test(written) && isBesideComparison(tokens, at)) return true
  // "The highest loss of [[g2]] is [[g2.loss.max]]", "the lowest of [[r1]], [[r1.loss.min]]": a statistic that labels check.
  if (/^(highest|lowest|largest|smallest|maximum|minimum)$/.test(written) && isExtremeNamed(claim))
    return true
  // "The gap is only [[delta(…)]]" says how small, not which alone.
  const shown = tokens[end]
  if (/^only$/.test(written) && shown?.kind === 'slot' && isDegree(shown.value)) return true
  // "On a single split", "between single runs": that there was no other is said of what was measured, not of a group.
  if (written === 'single' && !/^(the|its|their|our)$/.test(before)) return true
  if (written === 'nothing' && context.basis !== 'observed' && /^(is|was)$/.test(after)) return true
  if (/^only$/.test(written) && (MODALS.has(before) || after === 'because') && context.basis !== 'observed')
    return true
  // "Which of the two is better cannot be told": what is left open is not claimed.
  if (relation.kind === 'comparative' && isLeftOpen(tokens)) return true
  // "Cut short", "the default cut": only what cuts something by or to a value is a comparison.
  if (written === 'cut' && !/^(by|to|from|the|its)$/.test(after)) return true
  // "The final run [[r8]]" may be the name of that run.
  const named = tokens[end]
  if (
    relation.kind === 'order' &&
    named?.kind === 'slot' &&
    named.value.kind === 'run' &&
    findRun(context.evidence, named.value.address)?.run.name.toLowerCase().includes(written) === true
  )
    return true
  // A direction that was dropped is no value that fell.
  if (
    /^(dropped|drop|drops|cut)$/.test(written) &&
    !hasSlotWithin(tokens, 0, tokens.length) &&
    !namesMetric(tokens, context)
  )
    return true
  if (/^(above|below)$/.test(written)) return !hasSlotWithin(tokens, end, 4)
  if (/^(all|all the)$/.test(written) && /^(at|after|above|overall)$/.test(before)) return true
  if (written === 'first' && (at === 0 || /^(at)$/.test(before)) && tokens[end]?.kind === 'mark') return true
  if (/^(all|every|each)$/.test(written) && before === 'in')
    return !/^(metrics?|measures?|settings?|respects?|parameters?|ways?)$/.test(after)
  if (/^(all|every|each)$/.test(written) && /^(of|among|over|across|than)$/.test(before)) return true
  if (
    /^(changes?|cause|drop|cut|gains?|record|top|single)$/.test(written) &&
    /^(to|code|learning|rate|drop|data|the|default|decision|threshold|score)$/.test(before)
  )
    // "The top performer" and "the single failure" claim; "the drop in" and "the change" name what is spoken of.
    return before === 'the' ? /^(changes?|cause|drop|cut|gains?)$/.test(written) : written !== 'single'
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
      if (isOfAllSettings(claim))
        return hasCheck(claim, context, (value) =>
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

function isBesideComparison(tokens: readonly Token[], at: number): boolean {
  const isOwn = [1, 2].some((back) => /^(its|their|own)$/.test(wordAt(tokens, at - back)))
  return (
    !isOwn &&
    tokens.some(
      (token) => token.kind === 'word' && /^(lower|higher|smaller|larger|better|worse)$/.test(token.lower),
    )
  )
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

function isLeftOpen(tokens: readonly Token[]): boolean {
  const words = tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])).join(' ')
  return /^(which|whether)\b.*\b(cannot be told|can't be told|is unknown|is not known|is unclear|remains open|stays open|is undecided|is open)\b/.test(
    words,
  )
}

function isLength(token: Token | undefined): boolean {
  return token?.kind === 'slot' && token.value.kind === 'number'
}

/** Whether the value behind the word is the extreme that it says, of the group or of the one run that is named. */
function isExtremeNamed({ tokens, end, written }: Claim): boolean {
  const side = /^(highest|largest|maximum)$/.test(written) ? 'max' : 'min'
  const behind = tokens.findIndex(
    (token, index) => index >= end && token.kind === 'slot' && token.value.kind === 'number',
  )
  const slot = tokens[behind]
  if (slot?.kind !== 'slot' || slot.value.kind !== 'number') return false
  const { value } = slot
  const between = tokens.slice(end, behind).findLast((token) => token.kind === 'slot')
  if (between?.kind === 'slot' && between.value.kind === 'group')
    return value.statistics.at(-1) === side && value.runs.every((run) => between.value.runs.includes(run))
  const named = tokens.flatMap((token) =>
    token.kind === 'slot' && /^(run|group)$/.test(token.value.kind) ? [token.value] : [],
  )
  if (value.statistics.length > 0)
    return (
      value.statistics.at(-1) === side && named.every(({ kind }) => kind === 'group') && named.length === 1
    )
  return (
    value.point === side &&
    named.length === 1 &&
    named[0]?.kind === 'run' &&
    value.runs.join() === named[0].address
  )
}

function isFirstPoint(token: Token): boolean {
  return token.kind === 'slot' && token.value.kind === 'number' && token.value.point === 'first'
}

/** A change or a size, of which "only" tells the degree; a count it would tell to be all. */
function isDegree(value: Value): boolean {
  if (value.kind !== 'number') return false
  return value.made === null
    ? value.field === 'metric' || value.unit === 's'
    : /^(delta|pct|abs|ratio|sd)$/.test(value.made.by)
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

/** "Share all settings but the seed": the difference says it. */
function isAllBut({ tokens, end }: Claim): boolean {
  return (
    /^(all|every)$/.test(wordAt(tokens, end)) &&
    [2, 3].some((on) => /^(except|but|bar)$/.test(wordAt(tokens, end + on)))
  )
}

function isLoggedValue(word: string, evidence: Evidence): boolean {
  return /^\p{Lu}/u.test(word) && evidence.runs.some(({ run }) => [...run.params.values()].includes(word))
}

/** "Features all": a value behind the name of its parameter is no quantity. */
function isValueBeside(
  words: readonly (string | null)[],
  at: number,
  { evidence, lastPhraseNames }: Context,
): boolean {
  const before = words.slice(Math.max(0, at - 3), at).flatMap((word) => (word === null ? [] : [word]))
  const [next] = before.slice(-1)
  const names = lastPhraseNames(before).filter((name) => name.toLowerCase().endsWith(next ?? ' '))
  return names.some((name) =>
    evidence.runs.some(({ run }) => run.params.get(name)?.toLowerCase() === words[at]),
  )
}

function namesMetric(tokens: readonly Token[], context: Context): boolean {
  const names = context.phraseNames(tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])))
  return names.some((name) => context.evidence.runs.some(({ run }) => run.metrics.has(name)))
}

/** "Probably all finished runs used one model": what the log says plainly is no matter of likelihood. */
function isDecidedByLog(claim: Claim, context: Context): boolean {
  const { relation, tokens } = claim
  const words = tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  const isSpeculative = words.some((word) => /^(may|might|could|would|should|whether)$/.test(word))
  if (isSpeculative) return false
  const isOfOwnExtreme = /\b(its|their) (minimum|lowest|maximum|peak|highest)\b/.test(words.join(' '))
  if (relation.kind === 'comparative')
    return (
      isOfOwnExtreme ||
      decidesForAll(claim, relation, context) ||
      decideComparison(claim, relation, context) !== null
    )
  if (relation.kind === 'superlative') return decideOwnSeries(claim, context) !== null
  if (relation.kind === 'sequence' || relation.kind === 'order' || relation.kind === 'runner-up') return true
  return (
    (relation.kind === 'equality' || relation.kind === 'quantity') &&
    words.some((word) => /^(runs?|models?)$/.test(word)) &&
    (context.phraseNames(words).length > 0 ||
      words.some((word) => /^(finished|failed|killed|crashed)$/.test(word)))
  )
}

function isHedged(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(0, at + 8).some((token) => token.kind === 'word' && MODALS.has(token.lower))
}

function isPast(word: string): boolean {
  return /(ed|fell|rose|grew|beat|won|hurt|led)$/.test(word)
}

function hasSlotWithin(tokens: readonly Token[], from: number, count: number): boolean {
  return tokens.slice(from, from + count).some((token) => token.kind === 'slot')
}
