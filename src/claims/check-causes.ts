import { relationAt } from './lexicon.ts'
import type { Context } from './relation-claim.ts'
import { hasFinding, isSingleDifference } from './relation-forms.ts'
import type { Token } from './tokens.ts'

/** "[[r13]] failed: the network was down": what stands behind the colon is why, and no slot says so. */
export function toldAfterFailure(tokens: readonly Token[]): boolean {
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

export function isCauseShown(context: Context): boolean {
  return hasFinding(context, /minimal-pair/) || context.checks.some((value) => isSingleDifference(value))
}

/** Words behind the name of a setting that make it no cause: it is, was, differs, ranges. */
const NO_CAUSE =
  /^(is|are|was|were|differs?|differed|varies|vary|varied|ranges?|ranged|stays?|stayed|changes?|changed|of|in|and|or|for|at|as|than|to|from|with|on|by|over|it|runs?|set|sets|values?|has|have|had|equals?|not|only|both|the|a|rises?|rose|falls?|fell|grows?|grew|increases?|increased|decreases?|decreased|drops?|dropped|beats?|led|leads?|reached|reaches|logged|came|stands?|lies|lay|scored|scores|ran|finished|failed|ended)$/

/**
 * A setting that is made a cause without a causal word: "through its lr, [[r1]] has a lower loss", "its inputs give [[r1]] the lower
 * loss". Only in a sentence that holds a comparison, and only where the setting's value is not printed behind its name.
 */
export function silentCause(tokens: readonly Token[], context: Context): string | null {
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
