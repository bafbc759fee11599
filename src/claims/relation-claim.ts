import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isBroken } from '../runs/run.ts'
import type { Relation } from './lexicon.ts'
import type { Basis } from './statement.ts'
import { isListGap, isObject, isSameList, type Sentence, subjectBefore, type Token } from './tokens.ts'
import type { Value } from './value.ts'

export interface Context {
  readonly evidence: Evidence
  readonly basis: Basis
  /** Checks that hold, evaluated. */
  readonly checks: readonly Value[]
  readonly sentences: readonly Sentence[]
  /** Names of metrics and parameters that words may mean. */
  readonly phraseNames: (words: readonly string[]) => readonly string[]
  /** How many words from a place on spell a metric or parameter whose own name holds a word of the lexicon; 0 where none. */
  readonly longNameAt: (words: readonly (string | null)[], at: number) => number
  /** How many words from a place on spell the name of a parameter that is no ordinary word; 0 where none. */
  readonly settingAt: (words: readonly (string | null)[], at: number) => number
  /** All that words name, in their order. */
  readonly allPhraseNames: (words: readonly string[]) => readonly (readonly string[])[]
  /** The same for the name that stands last. */
  readonly lastPhraseNames: (words: readonly string[]) => readonly string[]
}

export interface Claim {
  readonly relation: Relation
  readonly written: string
  readonly tokens: readonly Token[]
  readonly at: number
  readonly end: number
  readonly previous: Sentence | null
  readonly allRuns: ReadonlySet<string>
  readonly isNegated: boolean
}

/** The runs that a slot names: a group and an extreme over a group name none of theirs. */
export function runsNamed(value: Value): readonly string[] {
  if (value.kind === 'run') return [value.address]
  if (value.kind === 'group') return []
  return value.runs.length <= 2 || value.kind === 'names' ? value.runs : []
}

export function subjectRuns(claim: Claim): readonly string[] {
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
export function objectRuns(tokens: readonly Token[], end: number): readonly string[] {
  const runs: string[] = []
  let last = -1
  for (let index = end; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind !== 'slot') {
      if (last < 0 && token?.kind === 'mark' && /[;:]/.test(token.text)) break
      continue
    }
    // "Ahead of the next run with epochs [[r13.epochs]], [[r19]]": a setting's value tells which run is meant.
    const isSetting = token.value.kind === 'number' && token.value.field === 'param'
    if (last < 0 && isSetting && wordAt(tokens, index - 2) === 'with') continue
    if (last >= 0 && (!isListGap(tokens, last, index) || !isSameList(tokens, last, index))) break
    const isAheadOf = wordAt(tokens, end - 1) === 'of' && wordAt(tokens, end - 2) === 'ahead'
    const isDirect = tokens
      .slice(end, index)
      .every((one) =>
        isAheadOf
          ? one.kind !== 'slot' || one.value.kind !== 'run'
          : one.kind === 'word' && /^(on|the|run|both|upon|over|than|in)$/.test(one.lower),
      )
    if (last < 0 && !isObject(tokens, index) && !isDirect) break
    if (token.value.runs.length === 1 && (token.value.kind === 'run' || token.value.kind === 'number'))
      runs.push(...token.value.runs)
    last = index
  }
  return [...new Set(runs)]
}

export function runsOfNear(tokens: readonly Token[], end: number): readonly string[] {
  for (let index = end; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind === 'slot' && token.value.runs.length === 1) return token.value.runs
    if (token?.kind === 'slot' && token.value.kind === 'run') return [token.value.address]
  }
  return []
}

/** The metric or parameter that the words right behind, or else before, a relation word name. */
export function namesNear(claim: Claim, context: Context): readonly string[] {
  const { tokens, at, end } = claim
  const stop = tokens
    .slice(end)
    .findIndex(
      (token, index) =>
        (token.kind === 'mark' && /[,;:]/.test(token.text)) ||
        (index > 0 && token.kind === 'word' && /^(but|whereas)$/.test(token.lower)) ||
        (index === 0 && token.kind === 'word' && /^(and|or|while|which)$/.test(token.lower)) ||
        (index > 3 && token.kind === 'word' && /^(and|but|while|with|which)$/.test(token.lower)),
    )
  const behind = withoutAsides(tokens.slice(end, stop < 0 ? tokens.length : end + stop))
  const found = context.phraseNames(
    behind.flatMap((token, index) =>
      // "Of the finished runs" names no parameter `run`.
      token.kind === 'word' && !(index > 0 && /^runs$/.test(token.lower)) ? [token.lower] : [],
    ),
  )
  if (found.length > 0) return found
  return context.lastPhraseNames(
    withoutAsides(tokens.slice(0, at)).flatMap((token) => (token.kind === 'word' ? [token.lower] : [])),
  )
}

/** "Lies above [[r7]] (lr [[r7.lr]]) in val_auc": the words without what stands of a run in brackets behind it. */
export function withoutAsides(tokens: readonly Token[]): readonly Token[] {
  const kept: Token[] = []
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token === undefined) continue
    const before = tokens[index - 1]
    const close = tokens.findIndex((one, at) => at > index && one.kind === 'mark' && one.text === ')')
    // "Ahead of the next run with epochs [[r13.epochs]], [[r19]]": the setting tells which run.
    const value = tokens.slice(index + 1, index + 6).find((one) => one.kind === 'slot')
    const isSetting = value?.kind === 'slot' && value.value.kind === 'number' && value.value.field === 'param'
    if (isSetting && wordAt(tokens, index) === 'with' && wordAt(tokens, index - 1) === 'run') {
      index = tokens.indexOf(value)
      continue
    }
    const isAside =
      token.kind === 'mark' &&
      token.text === '(' &&
      before?.kind === 'slot' &&
      before.value.kind === 'run' &&
      close > 0
    if (isAside) index = close
    else kept.push(token)
  }
  return kept
}

export function slotValues(tokens: readonly Token[]): readonly Value[] {
  return tokens.flatMap((token) => (token.kind === 'slot' ? [token.value] : []))
}

export function touches(value: Value, runs: ReadonlySet<string>): boolean {
  return value.runs.length === 0 || value.runs.some((run) => runs.has(run))
}

export function crashedStatus(address: string, evidence: Evidence): string | null {
  const run = findRun(evidence, address)?.run
  return run !== undefined && isBroken(run) ? run.status : null
}

export function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index]
  return token?.kind === 'word' ? token.lower : ''
}

export function wordsOf(tokens: readonly Token[]): string {
  return tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])).join(' ')
}
