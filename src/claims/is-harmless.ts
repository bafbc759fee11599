import { findRun } from '../evidence/address.ts'
import { asksOpenly } from './asks-openly.ts'
import { decidesForAll } from './check-comparatives.ts'
import { decideComparison } from './decide-comparison.ts'
import { decideOwnSeries } from './decide-superlative.ts'
import { relationAt } from './lexicon.ts'
import { type Claim, type Context, namesNear, wordAt } from './relation-claim.ts'
import { runsOfSlots, type Sentence, type Token } from './tokens.ts'
import type { Value } from './value.ts'

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

/** "No setting was repeated": that something was not done is said of the log, not of work. */
function isDenied({ tokens, at, isNegated }: Claim): boolean {
  return (
    isNegated ||
    tokens
      .slice(0, at)
      .some((token) => token.kind === 'word' && /^(no|none|never|nothing|without)$/.test(token.lower))
  )
}

/** Words that claim nothing where they stand: questions, intentions, terms, and what the basis relaxes. */
export function isHarmless(claim: Claim, sentence: Sentence, context: Context): boolean {
  const { relation, written, tokens, at, end } = claim
  const before = wordAt(tokens, at - 1)
  const after = wordAt(tokens, end)
  const first = wordAt(tokens, 0)
  if (
    asksOpenly(
      sentence,
      at,
      !/^(equality|difference|quantity|cause|reading|work)$/.test(relation.kind) && first === 'ask',
    )
  )
    return true
  if (isOfOthers(claim, context)) return true
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
    (runsOfSlots(tokens).length < 2 || (/^close/.test(written) && !areFarApart(claim, context))) &&
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
  if (
    /^(highest|lowest|largest|smallest|maximum|minimum|longest|shortest)$/.test(written) &&
    isExtremeNamed(claim)
  )
    return true
  // "The gap is only [[delta(…)]]" says how small, not which alone.
  const shown = tokens[end]
  if (/^only$/.test(written) && shown?.kind === 'slot' && isDegree(shown.value)) return true
  const told = tokens[at - 1]
  if (/^only$/.test(written) && told?.kind === 'slot' && shown?.kind === 'mark' && isDegree(told.value))
    return true
  // "Close behind" is a comparison of a small size.
  if (written === 'close' && after === 'behind') return true
  // "Against at least [[g6.fit_seconds.min]]": the end of a group that bounds it.
  if (/^(at least|at most|no less than|no more than)$/.test(written) && shown?.kind === 'slot')
    return (
      shown.value.kind === 'number' &&
      shown.value.statistics.at(-1) === (/least|less/.test(written) ? 'min' : 'max')
    )
  // "Never above [[finished.val_f1.max]], the maximum of the finished runs": the end of a group that nothing passes.
  const isEndOf = (one: Token | undefined, side: string) =>
    one?.kind === 'slot' && one.value.kind === 'number' && one.value.statistics.at(-1) === side
  if (
    /^(above|over|below|under)$/.test(written) &&
    /^(never|nowhere)$/.test(before) &&
    shown?.kind === 'slot'
  )
    return isEndOf(shown, /^(above|over)$/.test(written) ? 'max' : 'min')
  if (written === 'never' && /^(above|over|below|under)$/.test(after))
    return isEndOf(tokens[end + 1], /^(above|over)$/.test(after) ? 'max' : 'min')
  if (/^(maximum|minimum)$/.test(written) && before === 'the' && isEndOf(tokens[at - 3], written.slice(0, 3)))
    return true
  // "Random forest is dropped": a direction that is given up.
  if (
    written === 'dropped' &&
    /^(is|are|was|were|been|be)$/.test(before) &&
    (DROPPED.test(wordAt(tokens, at - 2)) ||
      tokens.every((token) => token.kind !== 'slot' || /^(run|quote)$/.test(token.value.kind))) &&
    !namesMetric(tokens, context)
  )
    return true
  if (written === 'nothing' && /^(new|else)$/.test(after)) return true
  // "Nothing tells whether …", "nothing explains it": that there is no word of it, and no size.
  if (
    written === 'nothing' &&
    context.basis !== 'observed' &&
    /^(tells|says|explains|logs|records|shows)$/.test(after) &&
    tokens[end + 1]?.kind === 'word' &&
    (OPEN.test(wordAt(tokens, end + 1)) || !comparesBehind(tokens, end + 1))
  )
    return true
  if (context.basis !== 'observed' && isUntold(tokens, at)) return true
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
  if (/^(above|below)$/.test(written))
    return !hasSlotWithin(tokens, end, /^(nothing|nobody|none|no)$/.test(first) ? 12 : 4)
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

/** What is left out of data, and falls no more than it rises. */
const DROPPED = /^(duplicates?|copies|rows?|columns?|outliers?|records?|features?|lines?|nans?)$/
/** What has an order or a change of its own, which is not that of the runs. */
const OTHERS =
  /^(tasks?|layers?|batch|batches|blocks?|stages?|folds?|domains?|class|classes|years?|months?|weeks?|versions?|releases?|splits?)$/
const UNKEPT =
  /^(uncommitted|committed|unsaved|local|code|such|which|what|any|other|further|pending|those|these)$/

/** Words of a relation that stand for something else: work that a value tells, changes of code, an order of tasks. */
function isOfOthers(claim: Claim, context: Context): boolean {
  const { relation, written, tokens, at, end, allRuns } = claim
  const before = wordAt(tokens, at - 1)
  const after = wordAt(tokens, end)
  if (relation.kind === 'order' && OTHERS.test(after)) return true
  if (written === 'changes' && UNKEPT.test(before)) return true
  // "Settings can now be varied": what may be done is not told to have been.
  if (
    relation.kind === 'difference' &&
    before === 'be' &&
    [2, 3].some((back) => /^(can|could|may|might|should|must|to)$/.test(wordAt(tokens, at - back)))
  )
    return true
  // "So the data probably changed in between": of no run and of nothing that runs log.
  if (
    relation.kind === 'difference' &&
    context.basis === 'inferred' &&
    isOfNothingLogged(tokens, at, context)
  )
    return true
  // "The tuned threshold" of runs that log threshold=tuned_on_val.
  if (relation.kind === 'work' && allRuns.size > 0)
    return [...allRuns].every((address) =>
      [...(findRun(context.evidence, address)?.run.params ?? [])].some(
        ([name, text]) =>
          text
            .toLowerCase()
            .split(/[^a-z]+/)
            .includes(written) &&
          [before, after, wordAt(tokens, at - 2)].includes(
            name
              .toLowerCase()
              .split(/[^a-z]+/)
              .at(-1) ?? '',
          ),
      ),
    )
  // "With max_epochs raised": a setting that a proposal changes.
  return (
    context.basis === 'proposed' &&
    /^(raised|lowered|increased|decreased|reduced)$/.test(written) &&
    isProposedSetting(claim, context)
  )
}

function isProposedSetting({ tokens, at, end }: Claim, context: Context): boolean {
  const isWith = (index: number): boolean => wordAt(tokens, index) === 'with'
  const start = tokens.slice(0, at).findLastIndex((_, index) => isWith(index))
  const stop = end + tokens.slice(end).findIndex((token) => token.kind !== 'word')
  const part = isWith(at - 1)
    ? tokens.slice(end, stop < end ? tokens.length : stop)
    : tokens.slice(start + 1, at)
  if (start < 0 || part.length === 0 || part.some((token) => token.kind !== 'word')) return false
  const names = context.phraseNames(part.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])))
  return (
    names.length > 0 &&
    names.every((name) => context.evidence.runs.every(({ run }) => !run.metrics.has(name)))
  )
}

/** A hedged clause that holds no slot and no name of the log. */
function isOfNothingLogged(tokens: readonly Token[], at: number, context: Context): boolean {
  const isEdge = (token: Token): boolean =>
    token.kind === 'mark' ||
    (token.kind === 'word' && /^(so|because|since|while|but|which|that)$/.test(token.lower))
  const from = tokens.slice(0, at).findLastIndex(isEdge) + 1
  const behind = tokens.slice(at).findIndex(isEdge)
  const clause = tokens.slice(from, behind < 0 ? tokens.length : at + behind)
  const words = clause.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  return (
    from > 0 &&
    clause.every((token) => token.kind === 'word') &&
    words.some((word) => /^(probably|perhaps|possibly|may|might|likely)$/.test(word)) &&
    !words.some((word) => /^(runs?|models?|settings?|they|both|it|results?|scores?|values?)$/.test(word)) &&
    context.phraseNames(words).length === 0
  )
}

const OPEN = /^(whether|which|who|how|why|what|where)$/

/** "Nothing tells whether [[r8]] leads": what stands behind is left open, up to the next comma. */
function isUntold(tokens: readonly Token[], at: number): boolean {
  const from = tokens.slice(0, at).findLastIndex((token) => token.kind === 'mark') + 1
  const open = tokens.findIndex(
    (token, index) => index >= from && token.kind === 'word' && /^(whether|which)$/.test(token.lower),
  )
  return (
    open > 1 &&
    open < at &&
    wordAt(tokens, open - 2) === 'nothing' &&
    /^(tells|says|shows|logs|records)$/.test(wordAt(tokens, open - 1))
  )
}

function comparesBehind(tokens: readonly Token[], from: number): boolean {
  const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  return words.some(
    (_, index) =>
      index >= from && /^(comparative|superlative)$/.test(relationAt(words, index)?.relation.kind ?? ''),
  )
}

/** "Probably close in val_auc", of two runs that differ in it by more than a fifth. */
function areFarApart(claim: Claim, context: Context): boolean {
  const [a, b, ...others] = runsOfSlots(claim.tokens)
  const names = namesNear(claim, context)
  if (a === undefined || b === undefined || others.length > 0) return false
  return names.some((name) => {
    const [x, y] = [a, b].map((run) => findRun(context.evidence, run)?.run.metrics.get(name)?.last)
    return x !== undefined && y !== undefined && Math.abs(x - y) > 0.2 * Math.max(Math.abs(x), Math.abs(y))
  })
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

function isLeftOpen(tokens: readonly Token[]): boolean {
  const words = tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])).join(' ')
  return /^(which|whether)\b.*\b(cannot be told|can't be told|is unknown|is not known|is unclear|remains open|stays open|is undecided|is open)\b/.test(
    words,
  )
}

/** Whether the value behind the word is the extreme that it says, of the group or of the one run that is named. */
function isExtremeNamed({ tokens, end, written }: Claim): boolean {
  const side = /^(highest|largest|maximum|longest)$/.test(written) ? 'max' : 'min'
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
  if (value.statistics.length > 0) {
    const listed = named.flatMap(({ kind, runs }) => (kind === 'run' ? runs : []))
    const isOfAll = listed.length === value.runs.length && listed.every((run) => value.runs.includes(run))
    return (
      value.statistics.at(-1) === side &&
      (isOfAll || (named.every(({ kind }) => kind === 'group') && named.length === 1))
    )
  }
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
    : /^(delta|pct|abs|ratio|sd)$/.test(value.made.by) ||
        (value.field === 'metric' && value.statistics.length > 0)
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
