import type { Evidence } from '../evidence/evidence.ts'
import type { Token } from './tokens.ts'
import type { Value } from './value.ts'

/** A slot and the words that may say what it is: those of its clause behind the value before it, nearest first. */
export interface Labelled {
  readonly tokens: readonly Token[]
  readonly at: number
  readonly written: string
  readonly before: readonly string[]
  readonly evidence: Evidence
}

export const BREAKS = /^(than|against|versus|vs|whereas|while|but|above|below|under|over|unlike)$/

/** Words before a slot that are said of it: up to the value before it, a new clause, or what it is held against. */
export function labelsBefore(tokens: readonly Token[], at: number): readonly string[] {
  const words: string[] = []
  for (let index = at - 1; index >= 0 && at - index < 18; index--) {
    const token = tokens[index]
    if (token?.kind === 'slot' && /^(number|text|time|quote)$/.test(token.value.kind)) break
    // A comma or colon right before the slot parts it from nothing.
    if (token?.kind === 'mark' && /[;:,—–]/.test(token.text) && words.length > 0) break
    if (token?.kind !== 'word') continue
    if (BREAKS.test(token.lower)) break
    words.push(token.lower)
  }
  return words
}

export function statusesIn(words: readonly string[]): readonly string[] {
  return words.flatMap((word) =>
    /^(finished|finish|completed|complete|successful|succeeded|done|through)$/.test(word)
      ? ['finished']
      : /^(failed|fail|fails|failures?|crashed|crash|crashes|broke|died|errored)$/.test(word)
        ? ['failed']
        : /^(killed|aborted|interrupted|cancelled|stopped)$/.test(word)
          ? ['killed']
          : /^(running|scheduled)$/.test(word)
            ? [word]
            : [],
  )
}

export function innerName(value: Value): string | null {
  if (value.kind !== 'number') return null
  const first = value.made?.operands[0]
  return value.name ?? (first === undefined ? null : innerName(first))
}

export function lowerAt(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index]
  return token?.kind === 'word' ? token.lower : undefined
}

export function behindWords(tokens: readonly Token[], at: number): readonly string[] {
  const words: string[] = []
  for (let index = at + 1; index < tokens.length && words.length < 3; index++) {
    const token = tokens[index]
    if (token?.kind !== 'word') break
    words.push(token.lower)
  }
  return words
}
