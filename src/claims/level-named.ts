import type { Evidence } from '../evidence/evidence.ts'
import { type Claim, wordAt } from './relation-claim.ts'

const PLACES = /^(on|for|of|with|among|in|using|at)$/

/**
 * The runs of the level that words beside a superlative name: "on cardio, [[r4]] has the highest …", "the lowest of xgboost",
 * "the best forest" (of `random_forest`, where no other level has the word), "the highest unbalanced run". Null where none is named.
 */
export function levelNamed(claim: Claim, { factors }: Evidence): readonly string[] | null {
  const { tokens, end } = claim
  const near = modifiersBehind(claim)
  for (const { param, levels } of factors)
    for (const { value, runs } of levels) {
      const lower = value?.toLowerCase() ?? ''
      if (/^(false|0|no|none|off)$/.test(lower) && near.some((word) => isDenied(word, param))) return runs
      if (!/\p{L}{3}/u.test(lower) || runs.length < 2) continue
      const others = levels.flatMap((level) =>
        level.value === value ? [] : [level.value?.toLowerCase() ?? ''],
      )
      const isNamed = (word: string) =>
        word === lower ||
        (word.length > 3 &&
          lower.split(/[^\p{L}\p{N}]+/u).includes(word) &&
          !others.some((other) => other.split(/[^\p{L}\p{N}]+/u).includes(word)))
      if (near.some(isNamed)) return runs
    }
  for (const { levels } of factors)
    for (const { value, runs } of levels) {
      const lower = value?.toLowerCase() ?? ''
      if (!/\p{L}{3}/u.test(lower) || runs.length < 2) continue
      const at = tokens.findIndex(
        (token, index) =>
          token.kind === 'word' && token.lower === lower && (index < claim.at || index >= end),
      )
      if (at > 0 && PLACES.test(wordAt(tokens, at - 1))) return runs
    }
  return levelPrinted(claim, factors)
}

/** "The highest test_accuracy on dataset [[r20.dataset]]": the runs that log the value that is printed behind the word. */
function levelPrinted({ tokens, end }: Claim, factors: Evidence['factors']): readonly string[] | null {
  const at = tokens.findIndex(
    (token, index) => index >= end && token.kind === 'slot' && token.value.kind === 'text',
  )
  const slot = tokens[at]
  const isPlace = [1, 2, 3].some((back) => at - back >= end && PLACES.test(wordAt(tokens, at - back)))
  if (slot?.kind !== 'slot' || slot.value.kind !== 'text' || !isPlace) return null
  if (tokens.slice(end, at).some((token) => token.kind !== 'word')) return null
  const { name, text } = slot.value
  const levels = factors.find(({ param }) => param === name)?.levels ?? []
  const runs = levels.find(({ value }) => value === text)?.runs ?? []
  return runs.length > 1 ? runs : null
}

/** The words right behind a superlative, up to a slot, a mark or the next clause. */
function modifiersBehind({ tokens, end }: Claim): readonly string[] {
  const words: string[] = []
  for (let index = end; index < end + 6; index++) {
    const word = wordAt(tokens, index)
    if (word === '' || /^(and|but|while|than|has|have|had|is|was|are|were|with|which|that)$/.test(word)) break
    words.push(word)
  }
  return words
}

/** "Unbalanced" for `hparams/balanced=False`. */
function isDenied(word: string, param: string): boolean {
  const last =
    param
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .at(-1) ?? ''
  return last.length > 3 && (word === `un${last}` || word === `non-${last}`)
}
