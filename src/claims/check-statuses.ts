import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { RunStatus } from '../runs/run.ts'
import { clauseAround } from './clause.ts'
import { decideLevelStatus } from './decide-level-status.ts'
import { contradicted, type Problem, unsupported } from './problem.ts'
import type { Basis } from './statement.ts'
import { isListGap, isObject, type Sentence, type SlotToken, subjectBefore, type Token } from './tokens.ts'
import type { Value } from './value.ts'

/** Which statuses a word may say of a run. */
const STATUS_WORDS: Readonly<Record<string, readonly RunStatus[]>> = {
  failed: ['failed'],
  fails: ['failed'],
  fail: ['failed'],
  failing: ['failed'],
  failure: ['failed', 'killed'],
  errored: ['failed'],
  died: ['failed', 'killed'],
  broke: ['failed'],
  down: ['failed', 'killed'],
  through: ['finished'],
  end: ['finished'],
  completion: ['finished'],
  stopped: ['killed', 'failed'],
  crashed: ['failed', 'killed'],
  crashes: ['failed', 'killed'],
  crash: ['failed', 'killed'],
  unsuccessful: ['failed', 'killed'],
  oom: ['failed', 'killed'],
  finished: ['finished'],
  finishes: ['finished'],
  finish: ['finished'],
  completed: ['finished'],
  completes: ['finished'],
  complete: ['finished'],
  succeeded: ['finished'],
  succeeds: ['finished'],
  successful: ['finished'],
  done: ['finished'],
  running: ['running'],
  unfinished: ['running', 'failed', 'killed', 'scheduled', 'unknown'],
  ongoing: ['running'],
  killed: ['killed'],
  aborted: ['killed'],
  cancelled: ['killed'],
  canceled: ['killed'],
  interrupted: ['killed'],
  terminated: ['killed'],
  scheduled: ['scheduled'],
  queued: ['scheduled'],
  pending: ['scheduled'],
}
/** Whether a word tells how a run ended. */
export function isStatusWord(word: string): boolean {
  return Object.hasOwn(STATUS_WORDS, word)
}

/** Words that are a status only behind a form of "to be" or as a status said outright. */
const AMBIGUOUS = new Set([
  'running',
  'done',
  'complete',
  'successful',
  'scheduled',
  'pending',
  'broke',
  'finish',
  'failing',
])
const BEFORE_STATUS = new Set([
  'is',
  'are',
  'was',
  'were',
  'still',
  'status',
  'as',
  'be',
  'being',
  'marked',
  'not',
  "isn't",
  "wasn't",
  'been',
  'did',
  "didn't",
  'never',
  'currently',
])
const NEGATIONS = new Set([
  'not',
  'never',
  "didn't",
  "isn't",
  "wasn't",
  "weren't",
  "aren't",
  "hasn't",
  "haven't",
  'neither',
  'cannot',
  'without',
  'no',
])

/** Status words beside runs must be what the log says of these runs; without a run they need a count or a check. */
export function checkStatuses(
  sentence: Sentence,
  previous: Sentence | null,
  evidence: Evidence,
  checks: readonly Value[],
  basis: Basis = 'observed',
): readonly Problem[] {
  const { tokens } = sentence
  const problems: Problem[] = []
  // "Is [[r23]] still running, or was it killed?" asks.
  if (sentence.isQuestion && /^(is|are|was|were|did|does|do|has|have)$/.test(lowerAt(tokens, 0)))
    return problems
  tokens.forEach((token, at) => {
    if (token.kind !== 'word') return
    const statuses = Object.hasOwn(STATUS_WORDS, token.lower) ? STATUS_WORDS[token.lower] : undefined
    if (statuses === undefined || !isStatusHere(tokens, at, token.lower)) return
    const isNegated = [1, 2, 3].some((back) => {
      const before = tokens[at - back]
      return before?.kind === 'word' && NEGATIONS.has(before.lower)
    })
    // "All runs but [[r6]] finished" is a claim over all, which quantities hold against the log.
    if (isAllBut(tokens, at)) return
    // "Run [[r18]] with …, to find why that arch fails": of what is proposed only a run right beside the word has its status.
    if (
      basis === 'proposed' &&
      listAfter(tokens, at).length === 0 &&
      tokens[at - 1]?.kind !== 'slot' &&
      !isReason(tokens, at)
    )
      return
    const runs = runsMeant(tokens, at, previous)
    const ofLevel = runs.length === 0 ? decideLevelStatus(tokens, evidence) : null
    if (ofLevel !== null) {
      if (ofLevel.kind === 'fails')
        problems.push(contradicted(`"${token.text}" is not what the log says: ${ofLevel.actual}.`))
      return
    }
    if (runs.length === 0) {
      const problem = countProblem(tokens, at, token.text, statuses, isNegated, evidence)
      if (problem !== 'none') {
        if (problem !== null) problems.push(problem)
        return
      }
      const other =
        isGroupReference(tokens, at) && !isNegated ? strangerBehind(tokens, at, statuses, evidence) : null
      if (other !== null) {
        problems.push(contradicted(`"${token.text}" of the value of ${other}, whose status is another.`))
        return
      }
      const holds = evidence.runs.some(({ run }) => statuses.includes(run.status))
      if (isGroupReference(tokens, at) && (holds || isNegated)) return
      if (isCounted(tokens, at, token.lower)) return
      if (!checks.some((check) => tellsStatus(check, statuses)))
        problems.push(
          unsupported(
            `"${token.text}" says a status of no run; name the run as a slot before it, or count(${statuses[0]}).`,
          ),
        )
      return
    }
    for (const address of runs) {
      const actual = findRun(evidence, address)?.run.status
      if (actual !== undefined && statuses.includes(actual) === isNegated)
        problems.push(
          contradicted(
            `"${isNegated ? 'not ' : ''}${token.text}" beside ${address}, whose status is ${actual}.`,
          ),
        )
    }
  })
  return problems
}

/** "Repeat [[r4]], since it failed": the reason of a proposal. */
function isReason(tokens: readonly Token[], at: number): boolean {
  return (
    /^(it|they)$/.test(lowerAt(tokens, at - 1)) && /^(since|because|as|for)$/.test(lowerAt(tokens, at - 2))
  )
}

/** "The number of killed runs is [[count(killed)]]": a count of just this status, none included. */
function isCounted(tokens: readonly Token[], at: number, status: string): boolean {
  return tokens
    .slice(at, at + 6)
    .some((token) => token.kind === 'slot' && token.written.replace(/\s/g, '') === `count(${status})`)
}

/** "[[count(failed)]] of [[count(all)]] runs failed": what is counted must have the status; 'none' where nothing is. */
function countProblem(
  tokens: readonly Token[],
  at: number,
  word: string,
  statuses: readonly RunStatus[],
  isNegated: boolean,
  evidence: Evidence,
): Problem | null | 'none' {
  const from = tokens
    .slice(0, at)
    .findLastIndex(
      (token) =>
        (token.kind === 'mark' && /[,;:]/.test(token.text)) ||
        (token.kind === 'word' && /^(and|but|while)$/.test(token.lower)),
    )
  const isCount = (token: Token) => token.kind === 'slot' && token.value.made?.by === 'count'
  const before = tokens.slice(from + 1, at).filter(isCount)
  const counts = before.length > 0 ? before : tokens.slice(at, at + 5).filter(isCount)
  const [first, second] = counts
  // "[[a]] of [[b]] runs failed" counts a; "of [[b]] runs [[a]] failed" counts a as well.
  const between = first === undefined ? undefined : tokens[tokens.indexOf(first) + 1]
  const isFraction = second !== undefined && between?.kind === 'word' && between.lower === 'of'
  const counted = isFraction ? first : counts.at(-1)
  if (counted?.kind !== 'slot') return 'none'
  const strangers = counted.value.runs.filter((address) => {
    const status = findRun(evidence, address)?.run.status
    return status !== undefined && statuses.includes(status) === isNegated
  })
  return strangers.length === 0
    ? null
    : contradicted(
        `[[${counted.written}]] counts ${strangers.slice(0, 4).join(', ')}, of which "${word}" is not true.`,
      )
}

/** "The failed runs reached [[r15.test_loss]]": the run of a value behind, where none of its runs has the status. */
function strangerBehind(
  tokens: readonly Token[],
  at: number,
  statuses: readonly RunStatus[],
  evidence: Evidence,
): string | null {
  const [, to] = clauseAround(tokens, at)
  const slot = tokens.slice(at, to).find((token) => token.kind === 'slot')
  if (slot?.kind !== 'slot' || slot.value.kind !== 'number' || slot.value.field === 'reported') return null
  const isStatistic = slot.value.made === null || /^(mean|sd|min|max)$/.test(slot.value.made.by)
  const before = tokens[at - 1]
  const isHeldAgainst =
    tokens[at - 2]?.kind === 'word' &&
    before?.kind === 'word' &&
    /^(than|above|below|against|over|under)$/.test(
      [tokens[at - 2], before]
        .map((one) => (one?.kind === 'word' ? one.lower : ''))
        .find((word) => word !== 'the') ?? '',
    )
  const has = slot.value.runs.some((address) =>
    statuses.includes(findRun(evidence, address)?.run.status ?? 'unknown'),
  )
  return isStatistic && !isHeldAgainst && !has ? (slot.value.runs[0] ?? null) : null
}

/** Whether a check is about statuses: a status compared, or runs of a status counted. */
function tellsStatus(check: Value, statuses: readonly string[]): boolean {
  const isNamed = (text: string) => statuses.some((status) => text.includes(status))
  return (check.made?.operands ?? []).some(
    (side) =>
      (side.made?.by === 'count' &&
        side.made.operands.some((group) => group.kind === 'group' && isNamed(group.label))) ||
      (side.kind === 'text' && side.isLiteral && isNamed(side.text)),
  )
}

function isStatusHere(tokens: readonly Token[], at: number, word: string): boolean {
  const before = tokens[at - 1]
  const after = tokens[at + 1]
  // "failed to converge" is no status, "complete data" neither.
  if (after?.kind === 'word' && after.lower === 'to' && word.startsWith('fail')) return false
  const verb = before?.kind === 'word' ? before.lower : ''
  // "May fail where whole sequences are needed" is of a use to come.
  if (
    word === 'fail' &&
    /^(may|might|could|would|can|will)$/.test(verb) &&
    /^(where|when|if)$/.test(lowerAt(tokens, at + 1))
  )
    return false
  if (word === 'down') return /^(broke|breaks|broken)$/.test(verb)
  if (word === 'end')
    return (
      /^(its|their|the)$/.test(verb) &&
      /^(to|until)$/.test(lowerAt(tokens, at - 2)) &&
      /^(ran|run|runs|went|trained|came|got)$/.test(lowerAt(tokens, at - 3))
    )
  if (word === 'completion') return /^(to)$/.test(verb)
  if (word === 'through') return /^(ran|run|runs|went|goes|got|came)$/.test(verb)
  if (word === 'stopped')
    return (
      /^(was|were)$/.test(verb) &&
      after?.kind === 'word' &&
      /^(before|halfway|midway|prematurely)$/.test(after.lower)
    )
  if (!AMBIGUOUS.has(word) || (word === 'running' && isGroupReference(tokens, at))) return true
  return before?.kind === 'word' && BEFORE_STATUS.has(before.lower)
}

/** "the failed runs", "of the finished ones": runs are meant by their status, none is told a status. */
function isGroupReference(tokens: readonly Token[], at: number): boolean {
  const [after, then] = [tokens[at + 1], tokens[at + 2]]
  const isRuns = (token: Token | undefined) =>
    token?.kind === 'word' && /^(runs?|ones?|experiments?|trials?|jobs?|attempts?|models?)$/.test(token.lower)
  // "The finished LSTM runs" as well; "failed and runs …" is no such group.
  const isKind =
    after?.kind === 'word' &&
    !/^(and|or|but|while|in|with|of|as|on|when|after|before|since|for)$/.test(after.lower)
  return isRuns(after) || (isKind && isRuns(then))
}

function runsMeant(tokens: readonly Token[], at: number, previous: Sentence | null): readonly string[] {
  const after = listAfter(tokens, at)
  if (after.length > 0 && (isGroupReference(tokens, at) || tokens[at + 1] === after[0])) return namesOf(after)
  const [next, last] = [tokens[at + 1], tokens[at - 1]]
  if (after.length > 0 && next?.kind === 'word' && /^(of|in|behind)$/.test(next.lower)) return namesOf(after)
  const apposed = apposedTo(tokens, at)
  if (apposed !== null) return namesOf([apposed])
  if (isGroupReference(tokens, at)) {
    const isAmong =
      /^(the|our|these)$/.test(lowerAt(tokens, at - 1)) &&
      /^(among|amongst|of)$/.test(lowerAt(tokens, at - 2))
    const isSaid = isAmong && /^(is|are|was|were|one)$/.test(lowerAt(tokens, at - 3))
    return isSaid ? namesOf(subjectBefore(tokens, at).filter((slot) => slot.value.runs.length === 1)) : []
  }
  if (last?.kind === 'word' && /^(which|that|who)$/.test(last.lower)) {
    const nearest = tokens
      .slice(0, at)
      .findLast((token) => token.kind === 'slot' && token.value.kind === 'run')
    if (nearest?.kind === 'slot') return nearest.value.runs
    // "Both xgb runs that finished, [[r2]] and [[r3]], have …".
    const comma = tokens[at + 1]
    if (after.length > 0 && comma?.kind === 'mark' && comma.text === ',') return namesOf(after)
  }
  const before = subjectBefore(tokens, at).filter((slot) => slot.value.runs.length === 1)
  const behindOf = before.length === 1 && before[0] !== undefined ? headOf(tokens, before[0]) : null
  if (behindOf !== null) return namesOf([behindOf])
  if (before.length > 0) return namesOf(before)
  const verbFirst = tokens.slice(at + 1).filter((token) => token.kind === 'slot')
  if (verbFirst.length > 0 && at === 0) return namesOf(verbFirst)
  const earlier = tokens.slice(0, at).filter((token) => token.kind === 'slot' && token.value.kind === 'run')
  if (earlier.length > 0) return namesOf(earlier as SlotToken[])
  const isPronoun = tokens
    .slice(0, at)
    .some((token) => token.kind === 'word' && /^(it|they|both|each|these|those|all)$/.test(token.lower))
  return isPronoun && previous !== null ? namesOf(subjectBefore(previous.tokens, previous.tokens.length)) : []
}

/** "[[r4]], the failed run, has …" and "[[r4]] (a killed run)" are said of that run; "unlike [[r4]], the failed run …" is not. */
function apposedTo(tokens: readonly Token[], at: number): SlotToken | null {
  const [mark, run] = [tokens[at - 2], tokens[at - 3]]
  const isOne = [1, 2].some((on) =>
    /^(run|one|experiment|trial|job|attempt|model)$/.test(lowerAt(tokens, at + on)),
  )
  return isOne &&
    /^(a|an|the|our)$/.test(lowerAt(tokens, at - 1)) &&
    mark?.kind === 'mark' &&
    /^[,(–—]$/.test(mark.text) &&
    run?.kind === 'slot' &&
    run.value.kind === 'run' &&
    !isObject(tokens, at - 3)
    ? run
    : null
}

/** "[[r12]] on the inputs of [[r13]] finished" is said of r12: the run that a slot behind "of" belongs to, in one clause. */
function headOf(tokens: readonly Token[], slot: SlotToken): SlotToken | null {
  const at = tokens.indexOf(slot)
  const of = tokens[at - 1]
  if (of?.kind !== 'word' || of.lower !== 'of') return null
  const [from] = clauseAround(tokens, at)
  const head = tokens.slice(from, at - 1).findLast((token) => token.kind === 'slot')
  return head?.kind === 'slot' && head.value.kind === 'run' ? head : null
}

/** The list of run slots that begins within two words behind a place. */
function listAfter(tokens: readonly Token[], at: number): readonly SlotToken[] {
  const list: SlotToken[] = []
  let last = at
  for (let index = at + 1; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind !== 'slot') {
      if (list.length === 0 && index - at > 3) break
      continue
    }
    if (list.length > 0 && !isListGap(tokens, last, index)) break
    if (token.value.kind === 'run') list.push(token)
    last = index
  }
  return list
}

function namesOf(slots: readonly SlotToken[]): readonly string[] {
  return [
    ...new Set(
      slots.flatMap((slot) =>
        slot.value.kind === 'run' || slot.value.kind === 'number' ? slot.value.runs : [],
      ),
    ),
  ]
}

function isAllBut(tokens: readonly Token[], at: number): boolean {
  const words = tokens
    .slice(0, at)
    .flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
    .join(' ')
  return /\b(all|every|each)( the| of the)?( \w+)? (but|except|bar)\b/.test(words)
}

function lowerAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at]
  return token?.kind === 'word' ? token.lower : ''
}
