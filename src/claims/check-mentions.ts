import type { Evidence } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { clauseAround } from './clause.ts'
import { listItems } from './functions-of-runs.ts'
import { type Problem, unsupported } from './problem.ts'
import { isObject, type Sentence, type Token } from './tokens.ts'

/** Parameter values that may be typed as words, in lower case, and which runs log them. */
export type LoggedWords = ReadonlyMap<string, ReadonlySet<string>>

/** Values that are words of every sentence: no reader takes them for a setting. */
const COMMON = new Set(
  'true false none null nan auto default mean sum max min first last same valid all both linear yes no on off train test val best final new old base model run the and for with standard normal random full small large high low'.split(
    ' ',
  ),
)
const NEGATIONS = new Set([
  'not',
  'without',
  'no',
  'instead',
  'unlike',
  'except',
  'lacks',
  'lack',
  'never',
  'nor',
  'neither',
  'drop',
  'dropping',
  'removing',
  'other',
])
/** "With lightgbm" says what a run used; "than lightgbm" what it is held against. */
const HELD_AGAINST = new Set(
  'than as against above below vs versus over under unlike behind beats beat outperforms outperformed exceeds exceeded trails like from to'.split(
    ' ',
  ),
)
const SAYS_USE =
  /^(use|uses|used|using|take|takes|took|with|on|include|includes|included|has|have|had|contain|contains|ran|list|lists|logs|is|are|was|were|both)$/

/** The texts and list items that runs log as parameters and that are told apart from ordinary words. */
export function loggedWords(evidence: Evidence): LoggedWords {
  const words = new Map<string, Set<string>>()
  for (const { address, run } of evidence.runs)
    for (const text of run.params.values()) {
      if (text.length > 4000 || parseNumber(text) !== null) continue
      for (const value of listItems(text)) {
        const word = value.toLowerCase()
        if (
          word.length < 3 ||
          word.length > 80 ||
          !/^[\p{L}_][\p{L}\p{N}_]*(?:[-./][\p{L}\p{N}_]+)*$/u.test(word) ||
          COMMON.has(word)
        )
          continue
        const runs = words.get(word) ?? new Set<string>()
        words.set(word, runs.add(address))
      }
    }
  return words
}

/** A logged setting typed as a word may be said only of runs that log it: "[[r3]], an lgbm run". */
export function checkMentions(sentence: Sentence, words: LoggedWords): readonly Problem[] {
  const { tokens } = sentence
  if (sentence.isQuestion) return []
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'word') return []
    const having = words.get(token.lower)
    const isBeforeRun = tokens[at + 1]?.kind === 'slot'
    if (having === undefined) return []
    // "Than with encoder gru, [[g13.val_mae.mean]]": the statistic behind the comma is of that level.
    const stranger = statisticBehind(tokens, at).find((run) => !having.has(run))
    if (stranger !== undefined)
      return [
        unsupported(`"${token.text}" stands beside a statistic over ${stranger}, which does not log it.`),
      ]
    const denied = runsDenied(tokens, at)
    if (denied !== null) {
      const using = denied.filter((run) => having.has(run))
      return using.length === 0
        ? []
        : [unsupported(`"${token.text}" is denied of ${using.join(', ')}, which logs it.`)]
    }
    const apposed = runsApposed(tokens, at).filter((run) => !having.has(run))
    if (apposed.length > 0)
      return [
        unsupported(
          `"${token.text}" stands beside ${apposed.join(', ')}, which does not log it; ${[...having].slice(0, 6).join(', ')} log it.`,
        ),
      ]
    if (isObject(tokens, at, HELD_AGAINST) && !isBeforeRun) return []
    const targets = runsOfMention(tokens, at)
    const lacking = targets.filter((run) => !having.has(run))
    const isSaidOfAll = tokens
      .slice(Math.max(0, at - 6), at)
      .some((one) => one.kind === 'word' && SAYS_USE.test(one.lower))
    const isOfRuns = tokens.some((one) => one.kind === 'slot' && one.value.kind === 'run')
    const isWrong = lacking.length > 0 && ((isSaidOfAll && isOfRuns) || lacking.length === targets.length)
    if (!isWrong) return []
    return [
      unsupported(
        `"${token.text}" stands beside ${lacking.join(', ')}, which does not log it; ${[...having].slice(0, 6).join(', ')} log it.`,
      ),
    ]
  })
}

/**
 * The runs that a value is denied of: "[[r1]] uses no smote", "without smote [[r1]] …", "the runs without smote, [[r1]] and [[r4]],".
 * Null where it is not denied, or of what no slot names.
 */
function runsDenied(tokens: readonly Token[], at: number): readonly string[] | null {
  const words = [1, 2, 3].map((back) => lowerAt(tokens, at - back))
  const [before = '', verb = '', negation = ''] = words
  const isDirect =
    /^(no|without|lacks?|lacked|omits?|omitted|skips?|skipped)$/.test(before) ||
    (before === 'of' && verb === 'free')
  const isOfVerb =
    /^(use|log|have|include|apply)$/.test(before) && /^(not|never|doesn't|didn't|don't)$/.test(verb)
  if (!isDirect && !isOfVerb) return null
  // "Would score lower without smote": what is thought of is denied of no run.
  if (tokens.some((token) => token.kind === 'word' && /^(would|could|might|should|may)$/.test(token.lower)))
    return null
  const head = isDirect ? at - 1 : /^(does|did|do)$/.test(negation) ? at - 3 : at - 2
  const listed = isRunsNoun(lowerAt(tokens, head - 1)) ? runsBehindComma(tokens, at) : []
  if (listed.length > 0) return listed
  if (head === 0 || (head === 1 && /^(with|using)$/.test(lowerAt(tokens, 0)))) {
    const [next, then] = [tokens[at + 1], tokens[at + 2]]
    const run = next?.kind === 'mark' && next.text === ',' ? then : next
    return run?.kind === 'slot' && run.value.kind === 'run' ? [run.value.address] : null
  }
  let last = head - 1
  while (/^(uses?|used|has|have|had|with|ran|logs?|did|is|was|free|trained)$/.test(lowerAt(tokens, last)))
    last--
  const run = tokens[last]
  if (run?.kind !== 'slot' || run.value.kind !== 'run' || isObject(tokens, last)) return null
  return [run.value.address]
}

/** "Both runs with smote, [[r2]] and [[r3]], …", "the smote runs, [[r2]] and [[r3]], …": the runs listed behind the comma. */
function runsApposed(tokens: readonly Token[], at: number): readonly string[] {
  const isBefore = isRunsNoun(lowerAt(tokens, at + 1))
  const isBehind = /^(with|using|on|of)$/.test(lowerAt(tokens, at - 1)) && isRunsNoun(lowerAt(tokens, at - 2))
  return isBefore || isBehind ? runsBehindComma(tokens, isBefore ? at + 1 : at) : []
}

function isRunsNoun(word: string): boolean {
  return /^(runs|ones|models|experiments|trials)$/.test(word)
}

/** The list of two or more runs between the comma right behind a place and the mark that closes it. */
function runsBehindComma(tokens: readonly Token[], at: number): readonly string[] {
  const open = tokens[at + 1]
  if (open?.kind !== 'mark' || !/^[,(:–—]$/.test(open.text)) return []
  const runs: string[] = []
  for (let index = at + 2; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind === 'slot' && token.value.kind === 'run') runs.push(token.value.address)
    else if (token?.kind === 'word' ? token.lower !== 'and' : token?.kind !== 'mark') return []
    else if (token?.kind === 'mark' && !(token.text === ',' && isJoint(tokens, index))) break
  }
  return runs.length > 1 ? runs : []
}

/** A comma behind which the list goes on. */
function isJoint(tokens: readonly Token[], index: number): boolean {
  const next = lowerAt(tokens, index + 1) === 'and' ? tokens[index + 2] : tokens[index + 1]
  return next?.kind === 'slot' && next.value.kind === 'run'
}

function lowerAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at]
  return token?.kind === 'word' ? token.lower : ''
}

/** The runs of a statistic that stands right behind a word, or behind its comma. */
function statisticBehind(tokens: readonly Token[], at: number): readonly string[] {
  const [next, then] = [tokens[at + 1], tokens[at + 2]]
  const slot = next?.kind === 'mark' && /^[,:(]$/.test(next.text) ? then : next
  return slot?.kind === 'slot' && slot.value.kind === 'number' && slot.value.statistics.length > 0
    ? slot.value.runs
    : []
}

/** The runs in the clause of a word, or the one right before the bracket it stands in; none where it is negated. */
function runsOfMention(tokens: readonly Token[], at: number): readonly string[] {
  const next = tokens[at + 1]
  if (next?.kind === 'slot' && next.value.kind === 'run') return [next.value.address]
  const [from, to] = clauseAround(tokens, at)
  const clause = tokens.slice(from, to)
  if (clause.some((token) => token.kind === 'word' && NEGATIONS.has(token.lower))) return []
  const runs = clause.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'run' && !isObject(tokens, from + index)
      ? [token.value.address]
      : [],
  )
  if (runs.length > 0) return runs
  const values = clause.find(
    (token) =>
      token.kind === 'slot' &&
      token.value.kind === 'number' &&
      token.value.field !== 'reported' &&
      (token.value.made === null || /^(mean|sd|min|max)$/.test(token.value.made.by)),
  )
  const isOfRuns = tokens.some((token) => token.kind === 'slot' && token.value.kind === 'run')
  if (values?.kind === 'slot' && !isOfRuns) return values.value.runs
  // "With model lightgbm, [[r2]] has …": what opens a sentence is said of the run that follows.
  const [comma, opened] = [tokens[to], tokens[to + 1]]
  const isOpening =
    from === 0 && /^(with|using|for|on)$/.test(clause[0]?.kind === 'word' ? clause[0].lower : '')
  if (
    isOpening &&
    comma?.kind === 'mark' &&
    comma.text === ',' &&
    opened?.kind === 'slot' &&
    opened.value.kind === 'run'
  )
    return [opened.value.address]
  const [bracket, before] = [tokens[from - 1], tokens[from - 2]]
  const opens = clause[0]?.kind === 'word' ? clause[0].lower : ''
  const isApposed =
    bracket?.kind === 'mark' && bracket.text === ',' && /^(a|an|the|with|using|on|plain|both)$/.test(opens)
  const isBracketed = isApposed || (bracket?.kind === 'mark' && bracket.text === '(')
  return isBracketed && before?.kind === 'slot' && before.value.kind === 'run' ? [before.value.address] : []
}
