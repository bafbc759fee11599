import type { Address } from '../evidence/evidence.ts'
import type { Value } from './value.ts'

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly lower: string }
  | { readonly kind: 'slot'; readonly value: Value; readonly written: string; readonly index: number }
  | { readonly kind: 'mark'; readonly text: string }

export type SlotToken = Extract<Token, { kind: 'slot' }>

/** One sentence of a statement, as words, slots and punctuation marks. */
export interface Sentence {
  readonly tokens: readonly Token[]
  readonly isQuestion: boolean
}

/** A piece of a statement whose slots have been evaluated. */
export type EvaluatedPiece =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'slot'; readonly written: string; readonly value: Value }

/** Cuts a statement into sentences of tokens. A full stop inside a word or number ends none. */
export function sentencesOf(pieces: readonly EvaluatedPiece[]): readonly Sentence[] {
  const sentences: Sentence[] = []
  let tokens: Token[] = []
  let slots = 0
  const close = (isQuestion: boolean) => {
    if (tokens.some((token) => token.kind !== 'mark')) sentences.push({ tokens, isQuestion })
    tokens = []
  }
  for (const piece of pieces) {
    if (piece.kind === 'slot') {
      tokens.push({ kind: 'slot', value: piece.value, written: piece.written, index: slots++ })
      continue
    }
    // "[[r1]]'s": the ending of a slot is no word.
    const words = tokens.at(-1)?.kind === 'slot' ? piece.text.replace(/^['’]s?(?=\s)/, '') : piece.text
    for (const match of words.matchAll(/[\p{L}\p{N}_]+(?:[-'’./][\p{L}\p{N}_]+)*|\S/gu)) {
      const text = match[0]
      if (/^[\p{L}\p{N}_]/u.test(text)) {
        tokens.push({ kind: 'word', text, lower: text.toLowerCase().replace(/’/g, "'") })
        continue
      }
      tokens.push({ kind: 'mark', text })
      const rest = words.slice(match.index + text.length)
      const previous = tokens.at(-2)
      const isAbbreviation =
        previous?.kind === 'word' && /^(vs|e\.g|i\.e|approx|resp|cf|no|fig|temp)$/.test(previous.lower)
      if (/[.!?;]/.test(text) && !isAbbreviation && /^\s|^$/.test(rest)) close(text === '?')
    }
  }
  close(false)
  return sentences
}

/** The runs that slots speak of. */
export function runsOfSlots(tokens: readonly Token[]): readonly Address[] {
  return [...new Set(tokens.flatMap((token) => (token.kind === 'slot' ? token.value.runs : [])))]
}

const OBJECT_WORDS = new Set([
  'than',
  'as',
  'against',
  'above',
  'below',
  'vs',
  'versus',
  'over',
  'under',
  'unlike',
  'behind',
  'to',
  'with',
  'beats',
  'beat',
  'outperforms',
  'outperformed',
  'exceeds',
  'exceeded',
  'trails',
  'leads',
  'led',
  'tops',
  'surpasses',
  'outscores',
  'like',
  'from',
])
const LIST_WORDS = new Set(['and', 'or', 'both', 'also', 'nor'])

/** Whether only words and marks that join a list stand between two tokens. */
export function isListGap(tokens: readonly Token[], from: number, to: number): boolean {
  for (let index = from + 1; index < to; index++) {
    const token = tokens[index]
    if (token?.kind === 'word' && !LIST_WORDS.has(token.lower)) return false
    if (token?.kind === 'mark' && !/[,()&/]/.test(token.text)) return false
    if (token?.kind === 'slot' && token.value.kind === 'run') continue
  }
  return true
}

/** Whether a slot is what something is held against ("than [[r3]]"), itself or as a later one of such a list. */
export function isObject(
  tokens: readonly Token[],
  at: number,
  words: ReadonlySet<string> = OBJECT_WORDS,
): boolean {
  let isNear = true
  let others = 0
  for (let index = at - 1; index >= 0; index--) {
    const token = tokens[index]
    if (token === undefined) return false
    if (token.kind === 'slot') {
      if (!isListGap(tokens, index, at) || isOwnValue(tokens, index, at)) return false
      return isObject(tokens, index, words)
    }
    if (token.kind === 'word') {
      if (words.has(token.lower)) return token.lower === 'than' || isNear
      if (!LIST_WORDS.has(token.lower) && !SMALL.has(token.lower)) {
        isNear = false
        if (++others > 4) return false
      }
    } else if (!/[,()&]/.test(token.text)) return false
  }
  return false
}

/** "With [[r1.duration]] [[r1]] took …": a value and, right behind it, the run that it is of make no list. */
function isOwnValue(tokens: readonly Token[], earlier: number, later: number): boolean {
  const [value, run] = [tokens[earlier], tokens[later]]
  if (value?.kind !== 'slot' || run?.kind !== 'slot') return false
  const between = tokens.slice(earlier + 1, later)
  return (
    value.value.kind === 'number' &&
    run.value.kind === 'run' &&
    value.value.runs.join() === run.value.address &&
    between.every((token) => token.kind === 'mark' && token.text === ',')
  )
}

/** Runs make a list with runs and values with values; a value in brackets belongs to the run before it. */
export function isSameList(tokens: readonly Token[], earlier: number, later: number): boolean {
  const [a, b] = [tokens[earlier], tokens[later]]
  if (a?.kind !== 'slot' || b?.kind !== 'slot') return false
  if (a.value.kind === b.value.kind || a.value.runs.join() === b.value.runs.join()) return true
  const before = tokens[earlier - 1]
  return before?.kind === 'mark' && before.text === '('
}

const SMALL = new Set([
  'the',
  'run',
  'runs',
  'of',
  'a',
  'an',
  'in',
  'that',
  'those',
  'its',
  'with',
  'plain',
  'baseline',
  'control',
  'reference',
])

/** The runs spoken of right before a place: the nearest list of slots that are no objects. */
export function subjectBefore(tokens: readonly Token[], at: number): readonly SlotToken[] {
  const list: SlotToken[] = []
  let nearest = -1
  for (let index = at - 1; index >= 0; index--) {
    const token = tokens[index]
    if (token?.kind !== 'slot' || token.value.runs.length === 0) continue
    if (nearest >= 0 && (!isListGap(tokens, index, nearest) || !isSameList(tokens, index, nearest))) break
    if (nearest >= 0 && isOpening(tokens, index)) break
    if (isObject(tokens, index)) {
      if (nearest >= 0) break
      continue
    }
    list.unshift(token)
    nearest = index
  }
  return list
}

/** "Against the [[r1.val_f1]] of [[r1]], [[r2]] has …": a slot before the comma of what a sentence opens with. */
function isOpening(tokens: readonly Token[], at: number): boolean {
  const first = tokens[0]
  const comma = tokens.findIndex((token) => token.kind === 'mark' && token.text === ',')
  return (
    first?.kind === 'word' &&
    /^(against|compared|unlike|next|versus|relative|beside|besides)$/.test(first.lower) &&
    comma === at + 1
  )
}

/** The word at a place and, with its neighbour on the given side, the pair: "size" and "batch size". */
export function wordBeside(
  tokens: readonly Token[],
  at: number,
  side: 'before' | 'behind',
): readonly string[] {
  const [own, other] = [tokens[at], tokens[side === 'before' ? at - 1 : at + 1]]
  if (own?.kind !== 'word') return []
  if (other?.kind !== 'word') return [own.lower]
  return [own.lower, side === 'before' ? `${other.lower} ${own.lower}` : `${own.lower} ${other.lower}`]
}
